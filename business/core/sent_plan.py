"""A company's plan on its way to the coordinator: what it was shown, as plain data that anybody can check.

The planner makes it, the contact form carries it and the inbox keeps it; none of them imports another. On the way it is a
signed text (:func:`pack`, :func:`unpack`), short enough for an address; at rest it is JSON (:func:`to_json`,
:func:`from_json`). Both are read with suspicion: a plan that is there is whole and within its bounds.
"""

from __future__ import annotations

import datetime
import json
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from typing import Any, TypeVar

from django.conf import settings
from django.core import signing
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .plain_text import UNREADABLE_IN_LINE
from .translation import Text

__all__ = [
    "LONGEST_TEXT",
    "LONGEST_TOKEN",
    "Money",
    "PlanEffect",
    "PlanError",
    "PlanVerdict",
    "SentMatter",
    "SentPlan",
    "from_json",
    "pack",
    "to_json",
    "unpack",
]

VERSION = 1
# The server's line for an address holds 4,094 characters; the rest is for what stands before and after the plan.
LONGEST_TOKEN = 3500
LONGEST_ADDRESS = 2000
LONGEST_TEXT = 255
LONGEST_ANSWER = 1000  # of a question that takes many; also a note
LONGEST_LIST = 80
_SALT = "core.sent_plan"

Money = tuple[Decimal, Decimal]  # kronor, at least and at most

_T = TypeVar("_T")


class PlanError(ValueError):
    """What should be a plan is forged, broken, too long, or of a version that we do not know."""


# The words of the planner for what it found. It stands above us: a test sees to it that both hold the same values.
class PlanVerdict(models.TextChoices):
    """Whether the plan holds its opening day."""

    SAFE = "safe", _("in time, also if every authority takes all the ordinary time of the law")
    USUAL = "usual", _("in time, if it takes as long as it usually does")
    OPEN = "open", _("not possible to say yet: something in the plan is not known")
    TOO_LATE = "too_late", _("too late")


class PlanEffect(models.TextChoices):
    """Whether the company has to do with a matter."""

    NEEDED = "needed", pgettext_lazy("what a rule says of a guide", "needed")
    MAYBE = "maybe", pgettext_lazy("what a rule says of a guide", "may be needed")
    NOT_NEEDED = "not_needed", pgettext_lazy("what a rule says of a guide", "not needed")


@dataclass(frozen=True)
class SentMatter:
    """One application or notice of the plan.

    ``path`` leads to its guide on our site; it is empty for what is done elsewhere. ``hand_in`` is the last day with the
    usual times, ``safe_day`` the last day if every authority takes all the ordinary time of the law, both None without an
    opening day; ``earliest`` is the first day on which it can be handed in, ``decision`` when the decision is expected. ``cost`` is what is paid once, or None where the amount is not known.
    """

    title: Text
    path: str = ""
    effect: str = PlanEffect.NEEDED.value
    decider: Text = field(default_factory=Text)
    hand_in: datetime.date | None = None
    safe_day: datetime.date | None = None
    earliest: datetime.date | None = None
    decision: datetime.date | None = None
    cost: Money | None = None

    @property
    def is_late(self) -> bool:
        """Whether it cannot be handed in any more on the last day for the opening day."""
        return self.hand_in is not None and self.earliest is not None and self.hand_in < self.earliest

    @property
    def is_safe_day_missed(self) -> bool:
        """Whether it cannot be handed in any more on its safe day."""
        return self.safe_day is not None and self.earliest is not None and self.safe_day < self.earliest

    @property
    def effect_label(self) -> Any:
        """The effect in the reader's language."""
        return PlanEffect(self.effect).label


@dataclass(frozen=True)
class SentPlan:
    """What a company was shown. Texts are in ``language``; one that stands in another says so (:class:`Text`).

    ``address`` is path and query of the plan on our site, where it can be opened as it is by then. ``opening`` is the
    wished day; ``verdict`` is empty without one. ``earliest`` is the first day on which the company can open with the
    usual times, ``earliest_safe`` also if every authority takes all the ordinary time of the law. ``answers`` are pairs of
    question and answer, ``counts`` what fees are counted by. ``once`` and ``yearly`` are sums over the fees whose amounts
    are known; ``open_fees`` is how many are not. ``is_short`` says that rows were left out since they did not fit.
    """

    title: Text
    language: str
    address: str
    made_on: datetime.date
    opening: datetime.date | None = None
    verdict: str = ""
    earliest: datetime.date | None = None
    earliest_safe: datetime.date | None = None
    answers: tuple[tuple[Text, Text], ...] = ()
    matters: tuple[SentMatter, ...] = ()
    once: Money = (Decimal(0), Decimal(0))
    yearly: Money = (Decimal(0), Decimal(0))
    open_fees: int = 0
    counts: tuple[tuple[Text, int], ...] = ()
    notes: tuple[Text, ...] = ()
    is_short: bool = False
    version: int = VERSION

    def shortened(self) -> SentPlan:
        """Return the plan without its rows, for one that is too long to be carried. Whoever reads it is told so."""
        return replace(self, answers=(), matters=(), counts=(), notes=(), is_short=True)

    def in_language(self, language: str) -> SentPlan:
        """Return the plan for a page in this language: its texts say where they stand in another one."""
        return replace(
            self,
            title=self._marked(self.title, language),
            answers=tuple((self._marked(one, language), self._marked(two, language)) for one, two in self.answers),
            matters=tuple(
                replace(one, title=self._marked(one.title, language), decider=self._marked(one.decider, language))
                for one in self.matters
            ),
            counts=tuple((self._marked(label, language), number) for label, number in self.counts),
            notes=tuple(self._marked(note, language) for note in self.notes),
            language=language,
        )

    def _marked(self, text: Text, language: str) -> Text:
        stands_in = text.lang or self.language
        return Text(text, "" if stands_in == language else stands_in)

    @property
    def words(self) -> tuple[str, ...]:
        """What a search finds the plan by."""
        return (self.title, *(one.title for one in self.matters))

    @property
    def verdict_label(self) -> Any:
        """The verdict in the reader's language; empty without an opening day."""
        return PlanVerdict(self.verdict).label if self.verdict else ""


# --- As JSON ---------------------------------------------------------------------------------------------------


def to_json(plan: SentPlan) -> dict[str, Any]:
    """Return the plan as JSON holds it: days as ISO 8601, kronor as text, a text in another language with its language.

    Raises:
        PlanError: it is not within its bounds.
    """
    data: dict[str, Any] = _plain(plan)
    from_json(data)
    return data


def from_json(data: Any) -> SentPlan:
    """Return the plan that the data holds.

    Raises:
        PlanError: something is missing, too much, of another type or beyond its bounds.
    """
    known = _named(data, SentPlan)
    if known["version"] != VERSION:
        raise PlanError("version")
    return _coherent(
        SentPlan(
            title=_line(known["title"]),
            language=_one_of(known["language"], dict(settings.LANGUAGES)),
            address=_address(known["address"]),
            made_on=_day(known["made_on"]),
            opening=_maybe(_day, known["opening"]),
            verdict=_one_of(known["verdict"], ["", *PlanVerdict.values]),
            earliest=_maybe(_day, known["earliest"]),
            earliest_safe=_maybe(_day, known["earliest_safe"]),
            answers=_rows(known["answers"], lambda row: _pair(row, _line, _long_line)),
            matters=_rows(known["matters"], _matter),
            once=_money(known["once"]),
            yearly=_money(known["yearly"]),
            open_fees=_number(known["open_fees"]),
            counts=_rows(known["counts"], lambda row: _pair(row, _line, _number)),
            notes=_rows(known["notes"], _long_line),
            is_short=_flag(known["is_short"]),
        )
    )


def _coherent(plan: SentPlan) -> SentPlan:
    if bool(plan.verdict) != bool(plan.opening):
        raise PlanError("a verdict without an opening day, or the other way round")
    return plan


def _plain(value: Any) -> Any:
    """Return what JSON can hold; the readers below understand it, and refuse the rest."""
    match value:
        case SentPlan() | SentMatter():
            return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
        case tuple() | list():
            return [_plain(one) for one in value]
        case datetime.datetime():
            raise PlanError("a day with a time")
        case datetime.date():
            return value.isoformat()
        case Decimal():
            return _kronor(value)
        case Text() if value.lang:
            return [str(value), value.lang]
        case str():
            return str(value)
    return value


def _kronor(amount: Decimal) -> str:
    """Write an amount, with öre only where there are any."""
    if not amount.is_finite() or amount != round(amount, 2):
        raise PlanError("amount")
    text = f"{amount:.2f}"
    return text.removesuffix(".00")


def _named(data: Any, kind: type[SentPlan] | type[SentMatter]) -> dict[str, Any]:
    if not isinstance(data, dict) or data.keys() != set(_names(kind)):
        raise PlanError(f"not the fields of a {kind.__name__}")
    return data


def _matter(data: Any) -> SentMatter:
    known = _named(data, SentMatter)
    return SentMatter(
        title=_line(known["title"]),
        path=_address(known["path"]) if known["path"] != "" else "",
        effect=_one_of(known["effect"], PlanEffect.values),
        decider=_line(known["decider"]),
        hand_in=_maybe(_day, known["hand_in"]),
        safe_day=_maybe(_day, known["safe_day"]),
        earliest=_maybe(_day, known["earliest"]),
        decision=_maybe(_day, known["decision"]),
        cost=_maybe(_money, known["cost"]),
    )


def _maybe(read: Callable[[Any], _T], value: Any) -> _T | None:
    return None if value is None else read(value)


def _line(value: Any, longest: int = LONGEST_TEXT) -> Text:
    text, language = value if isinstance(value, list) and len(value) == 2 else (value, "")
    if not isinstance(text, str) or len(text) > longest or UNREADABLE_IN_LINE.search(text):
        raise PlanError("text")
    return Text(text, _one_of(language, ["", *dict(settings.LANGUAGES)]))


def _long_line(value: Any) -> Text:
    return _line(value, LONGEST_ANSWER)


def _one_of(value: Any, choices: Any) -> str:
    if not isinstance(value, str) or value not in choices:
        raise PlanError("not one of the choices")
    return value


# Path and perhaps query of a page in one of our languages, as a browser writes them; never another host's address.
_ADDRESS = re.compile(
    r"/(?P<language>[a-z]{2})/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@%]+/)*(?:\?[A-Za-z0-9\-._~!$&'()*+,;=:@%/?]*)?"
)


def _address(value: Any) -> str:
    found = _ADDRESS.fullmatch(value) if isinstance(value, str) and len(value) <= LONGEST_ADDRESS else None
    if found is None or found["language"] not in dict(settings.LANGUAGES) or "/../" in found[0]:
        raise PlanError("address")
    return found[0]


def _day(value: Any) -> datetime.date:
    if not isinstance(value, str) or not re.fullmatch(r"2[01]\d\d-\d\d-\d\d", value, re.ASCII):
        raise PlanError("day")
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        raise PlanError("day") from None


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 1_000_000_000:
        raise PlanError("number")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise PlanError("neither true nor false")
    return value


def _money(value: Any) -> Money:
    low, high = _pair(value, _amount, _amount)
    if high < low:
        raise PlanError("at most is less than at least")
    return low, high


def _amount(value: Any) -> Decimal:
    if not isinstance(value, str) or not re.fullmatch(r"\d{1,12}(\.\d\d)?", value, re.ASCII):
        raise PlanError("amount")
    return Decimal(value)


_U = TypeVar("_U")


def _pair(value: Any, first: Callable[[Any], _T], second: Callable[[Any], _U]) -> tuple[_T, _U]:
    if not isinstance(value, list) or len(value) != 2:
        raise PlanError("not a pair")
    return first(value[0]), second(value[1])


def _rows(value: Any, read: Callable[[Any], _T]) -> tuple[_T, ...]:
    if not isinstance(value, list) or len(value) > LONGEST_LIST:
        raise PlanError("rows")
    return tuple(read(one) for one in value)


# --- As a signed text ------------------------------------------------------------------------------------------


def pack(plan: SentPlan) -> str:
    """Return the plan as a signed text for an address or a hidden field.

    Raises:
        PlanError: it is not within its bounds, or longer than :data:`LONGEST_TOKEN` (see :meth:`SentPlan.shortened`).
    """
    token = signing.Signer(salt=_SALT).sign_object(to_json(plan), serializer=_Compact, compress=True)
    if len(token) > LONGEST_TOKEN:
        raise PlanError("too long")
    return token


def unpack(token: str) -> SentPlan:
    """Return the plan that :func:`pack` packed.

    Raises:
        PlanError: the text was not packed by us, or is not whole.
    """
    if len(token) > LONGEST_TOKEN:
        raise PlanError("too long")
    try:
        data = signing.Signer(salt=_SALT).unsign_object(token, serializer=_Compact)
    except (signing.BadSignature, ValueError, TypeError, zlib.error) as error:
        raise PlanError("not one of ours") from error
    return from_json(data)


class _Compact:
    """Writes the values alone, in the order of the fields: their names would be a third of an address."""

    def dumps(self, data: dict[str, Any]) -> bytes:
        matters = [list(matter.values()) for matter in data["matters"]]
        values = list({**data, "matters": matters}.values())
        return json.dumps(values, separators=(",", ":"), ensure_ascii=False).encode()

    def loads(self, data: bytes) -> dict[str, Any]:
        plan = dict(zip(_names(SentPlan), json.loads(data), strict=True))
        matters = [dict(zip(_names(SentMatter), matter, strict=True)) for matter in plan["matters"]]
        return {**plan, "matters": matters}


def _names(kind: type[SentPlan] | type[SentMatter]) -> list[str]:
    return [one.name for one in fields(kind)]
