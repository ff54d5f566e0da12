"""What every file for a spreadsheet needs."""

from __future__ import annotations

__all__ = ["BOM", "harmless"]

BOM = "\ufeff"  # or Excel takes å for something else
# A spreadsheet takes what begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(value: object) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
