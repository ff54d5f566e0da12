"""A journey as its page shows it."""
