"""Swedish order, the same on every database: a PostgreSQL may come without Swedish collation, and SQLite has none."""

import unicodedata

__all__ = ["fold", "swedish_sort_key"]

# å, ä and ö are letters of their own after z; { | } follow z in ASCII. é, ü and the like sort as their base letter.
_LETTERS = str.maketrans({"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}", "ü": "y", "ß": "ss", "ð": "d", "þ": "th"})


def fold(text: str) -> str:
    """Return the text in small letters with composed characters, for comparing without regard to case."""
    return unicodedata.normalize("NFC", text).casefold()


def swedish_sort_key(text: str) -> str:
    """Return a key whose plain order is the Swedish alphabet's."""
    letters = unicodedata.normalize("NFC", text).lower().translate(_LETTERS)
    plain = unicodedata.normalize("NFD", letters)
    return "".join(c for c in plain if not unicodedata.combining(c))[:140]
