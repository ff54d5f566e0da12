"""Personal identity numbers in running text: found wherever somebody writes one, and never shown or mailed on.

A personal number (personnummer, folkbokföringslagen 1991:481, 18 §) is a date of birth, three digits and a check digit;
in a coordination number (samordningsnummer, lag 2022:1697) 60 is added to the day. An organisation's number has a third
digit of at least 2, so it holds no month and is never taken for a person's. Telephone and order numbers can look like
one, and then the words around them tell how sure it is.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from stdnum import luhn

__all__ = [
    "HIDDEN",
    "PersonalNumber",
    "Sureness",
    "find_personal_numbers",
    "is_personal_number",
    "mask_personal_numbers",
    "seems_to_hold_personal_number",
]

HIDDEN = "••••"  # stands for the last four digits
COORDINATION = 60  # what a coordination number adds to the day
LONGEST_LIFE = 150  # years: old papers tell of the dead
NEARBY = 24  # characters before a number that may say what it is

_HYPHENS = "-+\u2010\u2011\u2012\u2013\u2212"
_NUMBER = re.compile(
    rf"""(?<!\d)(?<!\d[-.,/])
    (?P<vat>SE[ \u00a0]?)?                              # a sole trader's VAT number holds it: SE, ten digits, 01
    (?P<century>18|19|20)?(?P<year>\d\d)(?P<inner>[-./ \u00a0]?)(?P<month>[01]\d)(?P=inner)(?P<day>\d\d)
    (?P<sign>[ \u00a0]?[{_HYPHENS}]?[ \u00a0]?)
    (?P<serial>\d{{4}})
    (?P<end>01)?
    (?!\d)(?![-/]\d)""",
    re.VERBOSE | re.IGNORECASE,
)
_SAYS_SO = re.compile(
    r"person(al)?[ -]?(identity )?(nummer|number|nr)|\bpnr\b|samordningsn|\bp\.?nr|född|\bborn\b|ssn", re.IGNORECASE
)
_SAYS_OTHERWISE = re.compile(
    r"tel(efon|\b)|mobil|\bring\b|phone|\bcall\b|\bfax|order|faktura|invoice|\bocr\b|refer|\bref\b|diari|ärendenummer"
    r"|artikel|serienum|konto|account|giro|\b[bp]g\b|kundn|customer|bokning|booking|paket|kolli|fastighet",
    re.IGNORECASE,
)


class Sureness(IntEnum):
    """How sure it is that digits which could be somebody's personal number are one."""

    POSSIBLE = 1  # as well a telephone or order number
    LIKELY = 2
    CERTAIN = 3


@dataclass(frozen=True)
class PersonalNumber:
    """A number in a text: where it stands, from where on it is hidden, and how sure it is that it is one."""

    start: int
    end: int
    serial: int  # where the last four digits begin
    number: str  # YYMMDD-NNNN
    is_coordination: bool
    sureness: Sureness


def is_personal_number(number: str, on: datetime.date | None = None) -> bool:
    """Whether ten or twelve digits, with or without a hyphen or plus, are a personal or coordination number."""
    found = _NUMBER.fullmatch(number.strip())
    return found is not None and not found["vat"] and _reads(found, on) is not None


def find_personal_numbers(text: str, on: datetime.date | None = None) -> Iterator[PersonalNumber]:
    """Yield the numbers in a text that can be somebody's: a day that was, the right check digit.

    ``on`` is today; without it a birth that is still to come counts too.
    """
    place = 0
    while found := _NUMBER.search(text, place):
        read = _reads(found, on)
        if read is None:
            place = found.start() + 1
            continue
        place = found.end()
        yield PersonalNumber(
            start=found.start("century") if found["century"] else found.start("year"),
            end=found.end("serial"),
            serial=found.start("serial"),
            number=read,
            is_coordination=int(found["day"]) > COORDINATION,
            sureness=_sureness(found, text),
        )


def seems_to_hold_personal_number(text: str, on: datetime.date | None = None) -> bool:
    """Whether the text holds what is at least likely to be a personal number."""
    return any(one.sureness >= Sureness.LIKELY for one in find_personal_numbers(text, on))


def mask_personal_numbers(
    text: str,
    least: Sureness = Sureness.LIKELY,
    hide: Callable[[PersonalNumber, str], str] | None = None,
) -> str:
    """Return the text with the last four digits of every personal number hidden, from the given sureness on.

    ``hide`` makes what stands instead of the number, of the number and its text; else YYMMDD-••••.
    """
    parts, place = [], 0
    for one in find_personal_numbers(text):
        if one.sureness < least:
            continue
        shown = text[one.start : one.end]
        parts += [text[place : one.start], hide(one, shown) if hide else text[one.start : one.serial] + HIDDEN]
        place = one.end
    return "".join([*parts, text[place:]]) if parts else text


def _reads(found: re.Match[str], on: datetime.date | None) -> str | None:
    """Return the number as ``YYMMDD-NNNN`` if it can be a person's, else nothing."""
    if found["end"] and not found["vat"]:  # two digits more are only a VAT number's
        return None
    if any(c in "/." for c in found["inner"]) and not found["century"]:
        return None
    date = found["year"] + found["month"] + found["day"]
    serial = found["serial"]
    if serial.startswith("000") or not luhn.is_valid(date + serial):
        return None
    centuries = [found["century"]] if found["century"] else ["20", "19", "18"]
    return f"{date}-{serial}" if any(_was(century, found, on) for century in centuries) else None


def _was(century: str, found: re.Match[str], on: datetime.date | None) -> bool:
    """Whether the number's day has been in that century, in somebody's lifetime."""
    day = int(found["day"])
    try:
        born = datetime.date(
            int(century + found["year"]), int(found["month"]), day - COORDINATION if day > COORDINATION else day
        )
    except ValueError:
        return False
    return on is None or (born <= on and on.year - born.year <= LONGEST_LIFE)


def _sureness(found: re.Match[str], text: str) -> Sureness:
    before = text[max(0, found.start() - NEARBY) : found.start()].rsplit("\n", 1)[-1]
    if found["end"]:  # a VAT number
        return Sureness.CERTAIN
    said = max((one.end() for one in _SAYS_SO.finditer(before)), default=-1)
    said_otherwise = max((one.end() for one in _SAYS_OTHERWISE.finditer(before)), default=-1)
    if said > said_otherwise:
        return Sureness.CERTAIN
    has_sign = found["sign"].strip() != ""
    doubtful = said_otherwise >= 0
    if has_sign and (not found["inner"] or found["century"]):
        return Sureness.LIKELY if doubtful else Sureness.CERTAIN
    if found["century"] and not found["inner"]:
        return Sureness.POSSIBLE if doubtful else Sureness.LIKELY
    # A day with a time or a sum after it, and what could be dialled, are written so too.
    if doubtful or found["inner"] or found["year"].startswith("0"):
        return Sureness.POSSIBLE
    return Sureness.LIKELY
