"""One visit to the finder: its steps and its result."""
