"""Leaves out of a case's data what is not to be handed out, wherever it stands and however it is written.

A name is found in any order, in capitals or not, with *s* at its end, without its accents and joined to other words by a
sign, as in file names; one that holds a sign is found without it too. Numbers and addresses are found by their form. What
was left out is counted by kind, with the ground that the decision names: the list says neither what nor where.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from business.core.personal_number import Sureness, mask_personal_numbers

from ..sender_links import LINK_END

__all__ = ["MARK", "Kind", "Masker", "Word"]

MARK = "▮▮▮"
SHORTEST_PART = 2  # letters of a name that is looked for by itself
LIKE_A_WORD = 3  # letters of a name that is easily another word: Per, Bo, My, Ek
# Without these nothing can be said in Swedish or English: in small letters they are never somebody's surname.
_SAY_THINGS = frozenset(
    {
        "av", "be", "bo", "de", "du", "då", "ej", "el", "en", "er", "få", "ge", "gå", "ha", "ja", "jo", "kl", "le", "må",
        "ni", "nr", "nu", "om", "på", "se", "så", "ta", "te", "tv", "ur", "ut", "vd", "vi", "år", "är", "åt",
        "am", "an", "as", "at", "by", "do", "go", "he", "hi", "if", "in", "is", "it", "me", "my", "no", "of", "oh", "ok",
        "on", "or", "so", "to", "up", "us", "we",
    }
)  # fmt: skip

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_EMAIL = r"[\w.+%'!#$&*/=?^`{|}~-]+\s?@\s?[\w-]+(?:\.[\w-]+)+"
_PHONE = (
    r"(?<![\w./-])(?:(?:\+|00)\d{1,3}[ \u00a0-]?(?:\(0\))?|0)[1-9](?:[ \u00a0()/.\u2010-\u2013-]{0,3}\d){5,12}(?!\w)"
)
_DIGITS_APART = r"[\s().\u2010-\u2015/+-]{0,3}"
_DIGITS = re.compile(r"\D")
_ANY_SIGN = r"[\W_]{0,3}"
# What holds no text: it is kept as it is, everything else is looked through.
_MACHINE = frozenset(
    {
        "at", "closed_at", "code", "decided_at", "decision", "first_answer_at", "first_used_at", "hand_in", "kind",
        "language", "made_at", "media_type", "merged_here", "merged_into", "message_id", "number", "opening",
        "received_at", "schema", "sent_at", "sha256",
    }
)  # fmt: skip
# Public by itself: the notice that every sender is shown.
_PUBLIC = "notice"
# What is somebody's own, whatever is written there.
_WHOLE = {"email": "email", "phone": "phone", "to": "email", "cc": "email"}


class Kind(models.TextChoices):
    """What is left out."""

    NAME = "name", _("Names")
    EMAIL = "email", _("E-mail addresses")
    PHONE = "phone", _("Telephone numbers")
    PERSONAL_NUMBER = "personal_number", _("Personal identity numbers")
    SOLE_TRADER = "sole_trader", _("Organisation numbers of sole traders")
    LINK = "link", _("Links to the sender’s own page")
    WORD = "word", _("Other words")


@dataclass(frozen=True)
class Word:
    """Words to leave out besides, and the ground for it."""

    words: str
    ground: str = ""


def _plain(text: str) -> str:
    """Return the text in one form, without signs that only hide inside words."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", text))


def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _alone(pattern: str, ending: str = "s?") -> str:
    """Return the pattern where no letter stands before or after it; a sign may, or a digit."""
    return rf"(?<![^\W\d_]){pattern}(?:{ending})(?![^\W\d_])"


def _name_patterns(name: str) -> Iterable[tuple[str, bool]]:
    """Yield what finds a name, and whether capitals matter: the whole joined in any way, then each part."""
    parts = _parts(name)
    for spelled in dict.fromkeys((tuple(parts), tuple(map(_without_accents, parts)))):
        for order in (spelled, spelled[::-1]) if len(spelled) > 1 else ():
            yield from _whole(order)
    for word in re.split(r"[\s,]+", _plain(name)):
        yield from _without_its_sign(_parts(word))
    for spelled in dict.fromkeys((tuple(parts), tuple(map(_without_accents, parts)))):
        for part in spelled:
            if len(part) > SHORTEST_PART:
                yield _alone(re.escape(part)), False
            elif len(part) == SHORTEST_PART and part.isalpha():  # "Bo" is a name, "bo" a verb
                yield _alone(re.escape(part.capitalize())), True
                yield _alone(re.escape(part.upper()), "S?"), True
        surname = spelled[-1].lower() if len(spelled) > 1 else ""
        if len(surname) == SHORTEST_PART and surname.isalpha() and surname not in _SAY_THINGS:
            yield _alone(re.escape(surname), ""), True  # "ek" is an oak too, and may be left out where Bo Ek is


def _whole(parts: tuple[str, ...]) -> Iterable[tuple[str, bool]]:
    """Yield what finds a whole name. Where a part of it could be a word, no other word may begin with its end.

    "Bo Ek" does not stand in "vill bo ekologiskt". Longer names are found within what they are written together with.
    """
    joined = _ANY_SIGN.join(map(re.escape, parts))
    if min(map(len, parts)) > LIKE_A_WORD:
        yield joined, False
        return
    yield rf"{joined}s?(?![^\W\d_])", False
    if sum(map(len, parts)) > 2 * LIKE_A_WORD:
        yield "".join(map(re.escape, parts)), False


def _parts(name: str) -> list[str]:
    return [part for part in re.split(r"[^\w]+|_+", _plain(name)) if part]


def _without_its_sign(parts: list[str]) -> Iterable[tuple[str, bool]]:
    """Yield what finds O'Brien as OBrien or O Brien, and Berg-Lind as BergLind: its parts alone stand for the rest."""
    lengths = list(map(len, parts))
    if len(parts) < 2 or max(lengths) <= SHORTEST_PART:
        return
    sign = _ANY_SIGN if min(lengths) < SHORTEST_PART else ""
    for spelled in dict.fromkeys((tuple(parts), tuple(map(_without_accents, parts)))):
        yield _alone(sign.join(map(re.escape, spelled))), False


@dataclass
class Masker:
    """Masks texts and data, and counts what it has left out: (kind, ground) by how often."""

    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()  # organisation numbers that are personal numbers
    words: tuple[Word, ...] = ()
    kept: tuple[str, ...] = ()  # the office's own addresses and numbers
    ground: str = ""
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._ours = {one.casefold() for one in self.kept} | {_DIGITS.sub("", one) for one in self.kept}
        self._ours.discard("")
        words = sorted((one for one in self.words if one.words.strip()), key=lambda one: -len(one.words))
        self._steps: list[Callable[[str], str]] = [
            *(self._step(_alone(_spaced(one.words), ""), Kind.WORD, one.ground) for one in words),
            *(self._step(re.escape(_plain(one)), Kind.EMAIL) for one in self.emails if one),
            self._step(_EMAIL, Kind.EMAIL),
            self._step(LINK_END, Kind.LINK),
            *(self._step(_grouped(one), Kind.SOLE_TRADER) for one in self.numbers if one),
            self._personal_numbers,
            *(self._step(pattern, Kind.NAME, exactly=exactly) for pattern, exactly in self._name_patterns()),
            *(self._step(_dialled(one), Kind.PHONE) for one in self.phones if one),
            self._step(_PHONE, Kind.PHONE),
        ]

    def _name_patterns(self) -> Iterable[tuple[str, bool]]:
        return dict.fromkeys(one for name in self.names for one in _name_patterns(name))

    def _step(self, pattern: str, kind: Kind, ground: str = "", exactly: bool = False) -> Callable[[str], str]:
        compiled = re.compile(pattern, 0 if exactly else re.IGNORECASE)

        def replace(found: re.Match[str]) -> str:
            return found[0] if self._is_ours(found[0], kind) else self._count(kind, ground)

        return lambda text: compiled.sub(replace, text)

    def _personal_numbers(self, text: str) -> str:
        return mask_personal_numbers(text, Sureness.POSSIBLE, lambda _one, _shown: self._count(Kind.PERSONAL_NUMBER))

    def _is_ours(self, said: str, kind: Kind) -> bool:
        """Whether it is an address or a number of the office itself."""
        if kind == Kind.EMAIL:
            return said.casefold() in self._ours
        return kind == Kind.PHONE and _DIGITS.sub("", said) in self._ours

    def _count(self, kind: Kind, ground: str = "") -> str:
        self.left_out[kind.value, ground or self.ground] += 1
        return MARK

    def name(self, _name: str) -> str:
        """Leave out a name that is known by where it stands."""
        return self._count(Kind.NAME)

    def text(self, text: str) -> str:
        """Return the text without what is to be left out."""
        text = _plain(text)
        for step in self._steps:
            text = step(text)
        return text

    def data(self, value: Any, key: str = "") -> Any:
        """Return data with every text in it masked; what holds no text stays."""
        if key == _PUBLIC:
            return value
        if isinstance(value, str):
            if not value or key in _MACHINE:
                return value
            if key in _WHOLE and value.casefold() not in self._ours:
                return self._count(Kind(_WHOLE[key]))
            return self.text(value)
        if isinstance(value, Mapping):
            return {name: self.data(one, str(name)) for name, one in value.items()}
        if isinstance(value, list | tuple):
            return [self.data(one, key) for one in value]
        return value


def _spaced(words: str) -> str:
    """Return a pattern of words between which any blanks or a sign may stand."""
    parts = [part for part in re.split(r"\s+", _plain(words).strip()) if part]
    return r"[\s_-]{1,3}".join(map(re.escape, parts))


def _grouped(number: str) -> str:
    """Return a pattern of a number whose digits stand together or in groups."""
    return rf"(?<!\d)(?:18|19|20)?{_DIGITS_APART.join(_DIGITS.sub('', number))}(?!\d)"


def _dialled(number: str) -> str:
    """Return a pattern of a telephone number, from within Sweden or from abroad."""
    digits = re.sub(r"^(0046|46(?=\d{7,}))", "0", _DIGITS.sub("", number))
    if not digits.startswith("0"):
        return rf"(?<!\d){_DIGITS_APART.join(digits)}(?!\d)"
    return rf"(?<!\d)(?:(?:\+|00)46[\s-]*)?\(?0?\)?{_DIGITS_APART}{_DIGITS_APART.join(digits[1:])}(?!\d)"
