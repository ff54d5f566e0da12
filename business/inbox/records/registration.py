"""Numbers of the register of public records, as people type them."""

from __future__ import annotations

import unicodedata

__all__ = ["LONGEST_KEY", "normalised"]

LONGEST_KEY = 40


def normalised(number: str) -> str:
    """Return the number so that *KS 2026:117*, *ks2026-117* and *KS 2026/117* are one: letters and digits alone."""
    folded = unicodedata.normalize("NFKC", number).casefold()
    return "".join(c for c in folded if c.isalnum())[:LONGEST_KEY]
