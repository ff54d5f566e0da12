"""What must hold when something breaks: real processes, a real PostgreSQL, a real mail server. Run with ``make faults``."""
