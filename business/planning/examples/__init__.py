"""Example companies: what they must get, and what a change of the rules would take from them."""
