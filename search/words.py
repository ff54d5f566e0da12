"""What counts as a word, for the reader's search and the admin's alike."""

import re
import unicodedata

__all__ = ["MAX_WORDS", "words_in"]

# More than anybody needs, and no more than the databases bear in one query.
MAX_WORDS, MAX_WORD_LENGTH = 10, 100

# Letters and figures; inside a word also what holds numbers like 2010:1622, 852/2004 and 7.30 together. No other sign
# reaches the database, so none can mean anything to it.
_WORD = re.compile(r"[^\W_]+(?:[/:.][^\W_]+)*")


def words_in(text: str) -> list[str]:
    """Return the different words of a query in their order; one of signs only has none."""
    found = _WORD.findall(unicodedata.normalize("NFC", text))
    return list(dict.fromkeys(word[:MAX_WORD_LENGTH] for word in found))
