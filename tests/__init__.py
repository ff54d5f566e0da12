"""What belongs to no app: the house's own rules, the settings, and what every page has in common."""
