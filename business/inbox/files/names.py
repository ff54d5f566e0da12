"""What a file is called: as it was sent, but fit to be shown, mailed and saved."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["clean_name", "ending_of"]

LONGEST = 120  # characters
LONGEST_BYTES = 200  # a file system takes 255
# Control characters, marks that turn the order of reading around, and what cannot be seen.
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def ending_of(name: str) -> str:
    """Return what stands after the last dot, in small letters, without the dot."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def clean_name(name: str) -> str:
    """Return the name without folders, unseen characters and needless blanks, shortened before its ending.

    It may come out empty or without an ending: what is accepted is asked of the result.
    """
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(" " if c in "\t\n\r" else c for c in unicodedata.normalize("NFC", last))
    seen = "".join(c for c in seen if unicodedata.category(c) not in UNSEEN)
    # Windows drops blanks and dots at the end: the file would be saved under another kind than the one checked.
    seen = re.sub(r'[<>:"|?*]', "_", " ".join(seen.split())).rstrip(". ")
    stem, dot, ending = seen.rpartition(".")
    if not dot or len(ending) > 8:
        stem, dot, ending = seen, "", ""
    room = LONGEST_BYTES - len(f"{dot}{ending}".encode())
    stem = stem.strip(". ")[: LONGEST - len(dot + ending)]
    while len(stem.encode()) > room:
        stem = stem[:-1]
    return f"{stem.rstrip()}{dot}{ending}" if stem.strip() else ""
