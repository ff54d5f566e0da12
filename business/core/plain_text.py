"""Characters that no plain text of ours holds: they cannot be read, or make text read in another order than it stands."""

import re

__all__ = ["UNREADABLE", "UNREADABLE_IN_LINE"]

# Control characters (but tab and line feed), and the marks that make text read in another order than it is written.
UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e\ufffe\uffff\ud800-\udfff]")
# In a line of its own neither line breaks nor marks of direction have anything to do.
UNREADABLE_IN_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]")
