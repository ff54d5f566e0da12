"""What we hold about somebody (EU 2016/679, art. 15): every case that they sent, with what was said and done in it.

They are found by what they write themselves with: an e-mail address, a telephone or an organisation number. Other
people's cases in which they are named are told of by their number: what stands there is another's, and somebody has to
look before any of it is given out. So are cases under secrecy.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from business.core.organisation_number import masked, normalise

from ..enums import Direction
from ..incoming.about import with_subjects
from ..models import AccessEntry, Case
from ..searching import search_text
from .archive import as_text
from .contents import RELATED, read_many
from .package import Options, Package

__all__ = ["SCHEMA", "Held", "Key", "Who", "held_about", "read_who"]

SCHEMA = "dukat-bord/person/1"
MOST_NAMED = 200  # other cases that are told by number
OPTIONS = Options(notes=False, history=True)


class Key(models.TextChoices):
    """By what somebody is found."""

    EMAIL = "email", gettext_lazy("E-mail address")
    PHONE = "phone", gettext_lazy("Telephone number")
    NUMBER = "number", gettext_lazy("Personal or organisation number")


@dataclass(frozen=True)
class Who:
    """Somebody, by one thing that is theirs."""

    key: Key
    value: str

    @property
    def shown(self) -> str:
        """The value as it may stand on a screen."""
        return masked(self.value) if self.key == Key.NUMBER else self.value


def _digits(number: str) -> str:
    return re.sub(r"\D", "", re.sub(r"^\s*(\+|00)46[\s-]*(\(0\))?", "0", number))


def read_who(typed: str) -> Who:
    """Return whom an address or number means.

    Raises:
        ValidationError: it is none.
    """
    text = typed.strip()
    if "@" in text:
        validate_email(text)
        return Who(Key.EMAIL, text)
    try:
        return Who(Key.NUMBER, normalise(text))
    except ValidationError:
        if 6 <= len(digits := _digits(text)) <= 15 and re.fullmatch(r"[\d\s()+/.\u2013-]+", text):
            return Who(Key.PHONE, digits)
        raise ValidationError(
            _("Write an e-mail address, a telephone number, or a personal or organisation number.")
        ) from None


@dataclass(frozen=True)
class Line:
    """A case in the list of what we hold, and how much is in it."""

    case: Case
    messages: int
    files: int
    mails: int


@dataclass
class Held:
    """What we hold about somebody, and what of it is not given, with the reason."""

    who: Who
    at: datetime.datetime
    cases: list[Case] = field(default_factory=list)
    secret: list[Case] = field(default_factory=list)
    named_in: list[str] = field(default_factory=list)
    notes: int = 0
    lines: list[Line] = field(default_factory=list)

    @property
    def not_given(self) -> list[tuple[str, str]]:
        """What is not given, and why."""
        given: list[tuple[str, str]] = []
        if self.secret:
            numbers = ", ".join(case.number for case in self.secret)
            given.append(
                (
                    ngettext(
                        "%(count)s case under secrecy: %(numbers)s",
                        "%(count)s cases under secrecy: %(numbers)s",
                        len(self.secret),
                    )
                    % {"count": len(self.secret), "numbers": numbers},
                    _("Secrecy is examined case by case before anything is given out."),
                )
            )
        if self.named_in:
            given.append(
                (
                    ngettext(
                        "%(count)s case of somebody else in which this stands",
                        "%(count)s cases of others in which this stands",
                        len(self.named_in),
                    )
                    % {"count": len(self.named_in)},
                    _("What stands there is about others too. It is examined before anything is given out."),
                )
            )
        if self.notes:
            given.append(
                (
                    ngettext("%(count)s internal note", "%(count)s internal notes", self.notes)
                    % {"count": self.notes},
                    _("Notes may be about others. They are examined one by one."),
                )
            )
        given.append(
            (
                _("Which officers have looked"),
                _("When somebody looked is told; who it was is information about the officer."),
            )
        )
        given.append(
            (
                _("Cases of other units that you may not see"),
                _("This search covers the cases that you may see yourself."),
            )
        )
        return given

    def packages(self) -> list[Package]:
        """Read the cases, each as a package of its own without the notes."""
        return list(read_many(self.cases, OPTIONS, self.at))

    def data(self, packages: list[Package]) -> dict[str, Any]:
        """Return everything as data."""
        return {
            "schema": SCHEMA,
            "made_at": self.at.isoformat(timespec="seconds"),
            "asked_for": {"kind": self.who.key.value, "value": self.who.value},
            "cases": [package.data for package in packages],
            "looked_at": [
                {"case": case_number, "what": str(entry_kind), "at": at.isoformat(timespec="seconds")}
                for case_number, entry_kind, at in self._looked_at()
            ],
            "not_given": [{"what": what, "why": why} for what, why in self.not_given],
        }

    def texts(self, packages: list[Package]) -> dict[str, str]:
        """Return what goes with the cases: an overview to read, and everything as data."""
        data = self.data(packages)
        # Named outside the text: what stands within one is not found by who collects the words to translate.
        overview, everything = pgettext("file in a package", "overview"), pgettext("file in a package", "everything")
        page = render_to_string("inbox/records/person_document.html", {"held": self, "data": data})
        return {f"{overview}.html": page, f"{everything}.json": as_text(data)}

    def _looked_at(self) -> list[tuple[str, Any, datetime.datetime]]:
        found = AccessEntry.objects.filter(case_id__in=[case.pk for case in self.cases]).order_by("at", "pk")
        return [(entry.case_number, entry.get_kind_display(), entry.at) for entry in found]


def held_about(who: Who, user: Any, at: datetime.datetime) -> Held:
    """Find what we hold about somebody, within what the user may see."""
    visible = Case.objects.for_user(user).order_by("received_at", "pk")
    theirs = list(with_subjects(_sent_by(who, visible)).select_related(*RELATED))
    held = Held(who, at, [one for one in theirs if not one.is_secret], [one for one in theirs if one.is_secret])
    keys = [case.pk for case in theirs]
    others = visible.containing(who.value).exclude(pk__in=keys)
    held.named_in = list(others.values_list("number", flat=True)[:MOST_NAMED])
    is_note = models.Q(messages__direction=Direction.NOTE)
    counts = Case.objects.filter(pk__in=[one.pk for one in held.cases]).annotate(
        said=models.Count("messages", filter=~is_note, distinct=True),
        noted=models.Count("messages", filter=is_note, distinct=True),
        attached=models.Count("messages__attachments", distinct=True),
        mailed=models.Count("mails", distinct=True),
    )
    found = {key: counted for key, *counted in counts.values_list("pk", "said", "noted", "attached", "mailed")}
    for case in held.cases:
        messages, notes, files, mails = found[case.pk]
        held.notes += notes
        held.lines.append(Line(case, messages, files, mails))
    return held


def _sent_by(who: Who, cases: Any) -> Any:
    if who.key == Key.EMAIL:
        return cases.filter(email__iexact=who.value)
    if who.key == Key.NUMBER:
        return cases.filter(organisation_number=who.value)
    # A telephone number is kept as it was typed; the search text holds its digits.
    likely = cases.exclude(phone="").containing(search_text(who.value)).values_list("pk", "phone")
    return cases.filter(pk__in=[key for key, phone in likely if _digits(phone) == who.value])
