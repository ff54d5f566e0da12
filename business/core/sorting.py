"""Swedish order, the same on every database: a PostgreSQL may come without Swedish collation, and SQLite has none."""

import unicodedata

__all__ = ["fold", "swedish_sort_key"]

LENGTH = 140
# å, ä and ö are letters of their own after z, in that order; é, ü and the like sort as their base letter.
_ALPHABET = {letter: rank for rank, letter in enumerate("0123456789abcdefghijklmnopqrstuvwxyzåäö", start=2)}
_SAME = str.maketrans({"æ": "ä", "ø": "ö", "ü": "y", "ß": "ss", "ð": "d", "þ": "th"})
_GAP, _OTHER = 1, 0xFF  # a space or a sign comes before every letter, another alphabet after


def fold(text: str) -> str:
    """Return the text in small letters with composed characters, for comparing without regard to case."""
    return unicodedata.normalize("NFC", text).casefold()


def _base(letter: str) -> str:
    """Return a letter without its accent, unless the accent makes it another letter."""
    return letter if letter in _ALPHABET else unicodedata.normalize("NFD", letter)[0]


def swedish_sort_key(text: str) -> str:
    """Return a key whose order is the Swedish alphabet's under every collation: two hexadecimal digits a letter."""
    letters = unicodedata.normalize("NFC", text).lower().translate(_SAME)
    ranks = (_ALPHABET.get(_base(c), _OTHER if c.isalnum() else _GAP) for c in letters)
    return "".join(f"{rank:02x}" for rank in ranks)[:LENGTH]
