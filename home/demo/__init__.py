"""The demo: content of a real business site, loaded once where the demo is asked for, never in production."""
