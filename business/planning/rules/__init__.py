"""Questions, rules and answers: which are asked, and what the rules say. Knows nothing of pages."""
