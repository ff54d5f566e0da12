"""The words in braces that a canned reply may hold. There are no others, and nothing in a text is ever run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rapidfuzz import fuzz, process

from business.core.sorting import fold

__all__ = ["KEYS", "PATTERN", "VARIABLES", "Variable", "complaints"]


@dataclass(frozen=True)
class Variable:
    """A word in Swedish and in English. Both may be used in replies of either language."""

    swedish: str
    english: str
    meaning: Any

    @property
    def words(self) -> tuple[str, str]:
        return self.swedish, self.english


VARIABLES = (
    Variable("namn", "name", gettext_lazy("the sender’s name")),
    Variable("förnamn", "firstname", gettext_lazy("the first word of the sender’s name")),
    Variable("företag", "company", gettext_lazy("the sender’s company")),
    Variable("ärendenummer", "number", gettext_lazy("the number of the case")),
    Variable("ämne", "topic", gettext_lazy("what the request is about")),
    Variable("enhet", "unit", gettext_lazy("the unit that has the case")),
    Variable("handläggare", "officer", gettext_lazy("your name, as the one who answers")),
    Variable("telefon", "phone", gettext_lazy("our telephone number")),
    Variable("epost", "email", gettext_lazy("our e-mail address")),
    Variable("svar_senast", "answer_by", gettext_lazy("the day by which we have promised an answer")),
    Variable("datum", "date", gettext_lazy("today’s date")),
)
# What stands in the text, folded → the Swedish word.
KEYS = {fold(word): variable.swedish for variable in VARIABLES for word in variable.words}
PATTERN = re.compile(rf"(?<!\{{)\{{({'|'.join(map(re.escape, KEYS))})\}}(?!\}})", re.IGNORECASE)

# One word in braces, however many: somebody meant a variable.
_MEANT = re.compile(r"\{+[^\S\n]*(\w{1,40})[^\S\n]*\}+")
_ALIKE = 70


def complaints(text: str) -> Iterator[str]:
    """Yield a sentence for each word in braces that will not be filled in."""
    for found in dict.fromkeys(match[0] for match in _MEANT.finditer(text)):
        if PATTERN.fullmatch(found):
            continue
        word = fold(found.strip("{} \t"))
        near = process.extractOne(word, list(KEYS), scorer=fuzz.ratio, score_cutoff=_ALIKE)
        if near:
            yield _("%(found)s is not filled in. Did you mean {%(word)s}?") % {"found": found, "word": near[0]}
        else:
            yield _("%(found)s is not filled in: there is no such word. See the list below.") % {"found": found}
