"""Journeys in a real browser, on the demo, against the site as `make run` starts it."""
