"""A period's list of cases, as the register of public records shows them (offentlighets- och sekretesslag 2009:400, 5 ch. 2 §).

Date, number, from and to, short content, and how the record is kept. Of a case under secrecy stand number and date alone,
whoever asks: the list is made to be handed out.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Case as When_
from django.db.models import Count, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from business.core.organisation_number import is_personal_number
from business.core.personal_number import mask_personal_numbers
from business.core.registers import RegisterChoices
from business.organisation.models import Unit

from ..enums import CaseStatus, Triage
from ..mails import office
from ..models import Case, CaseQuerySet
from ..statistics.period import Period
from .masking import Masker, Word

__all__ = ["Kept", "PeriodList", "Row"]

CHUNK = 2000


class Kept(models.TextChoices):
    """What the list can be narrowed to."""

    REGISTERED = Triage.REGISTERED.value, Triage.REGISTERED.label
    KEPT = Triage.KEPT.value, Triage.KEPT.label
    INSIGNIFICANT = Triage.INSIGNIFICANT.value, Triage.INSIGNIFICANT.label
    UNTRIAGED = "untriaged", _("Not decided yet")


@dataclass(frozen=True)
class Row:
    """A case in the list. ``key`` leads to it; nothing where the user sees only that it is there."""

    key: int | None
    number: str
    day: datetime.date
    is_secret: bool
    sender: str
    receiver: str
    content: str
    kept: str
    registration: str

    @property
    def cells(self) -> list[str]:
        return [
            self.day.isoformat(),
            self.number,
            self.sender,
            self.receiver,
            self.content,
            self.kept,
            self.registration,
        ]


class PeriodList:
    """The cases that came in a period and that the user sees in lists, oldest first.

    ``public`` leaves the names of persons out, also where the short content holds one. Made while the request's language holds: its rows are drawn when that may
    be over.
    """

    def __init__(self, user: Any, period: Period, kept: str = "", public: bool = False) -> None:
        self.period, self.public, self.written = period, public, 0
        self._ours = (us.email, us.phone) if public and (us := office()) else ()
        self.units = RegisterChoices(Unit).names
        self.labels = {str(value): str(label) for value, label in Triage.choices}
        self.secrecy, self.with_another = gettext("Secrecy"), gettext("with %(number)s")
        self.disposed, self.left_out = gettext("Disposed of"), pgettext("name", "Left out")
        received = Case.objects.listed_for(user).filter(received_at__gte=period.start, received_at__lt=period.end)
        self._readable = Case.objects.for_user(user).filter(received_at__gte=period.start, received_at__lt=period.end)
        self.cases = self._narrowed(self._with_decision(received), kept)

    @staticmethod
    def _with_decision(cases: CaseQuerySet) -> CaseQuerySet:
        """Add how each is kept: what is merged is kept with the case that it is merged into."""
        is_merged = Q(status=CaseStatus.MERGED)
        return cases.annotate(
            kept=When_(When(is_merged, then=F("merged_into__triage")), default=F("triage")),
            kept_number=When_(
                When(is_merged, then=F("merged_into__registered_number")), default=F("registered_number")
            ),
            kept_with=When_(When(is_merged, then=F("merged_into__number")), default=Value("")),
        )

    @staticmethod
    def _narrowed(cases: CaseQuerySet, kept: str) -> CaseQuerySet:
        if not kept:
            return cases
        return cases.filter(kept=Triage.UNDECIDED if kept == Kept.UNTRIAGED else kept)

    @property
    def headings(self) -> list[str]:
        return [
            gettext("Received"),
            gettext("Case number"),
            pgettext("record", "From"),
            pgettext("record", "To"),
            gettext("Short content"),
            gettext("How it is kept"),
            gettext("Registration number"),
        ]

    def counts(self) -> dict[str, int]:
        """Return how many there are of each kind, in one query, by the words for the kind."""
        found = dict(self.cases.order_by().values_list("kept").annotate(Count("pk")))
        return {label: found[value] for value, label in self.labels.items() if value in found}

    def packed(self) -> CaseQuerySet:
        """Return the cases of the list that the user may read, for a package of them."""
        return self._readable.filter(pk__in=self.cases.values("pk"))

    def rows(self, first: int = 0, last: int | None = None) -> Iterator[Row]:
        """Yield the rows, or those from one place to another: one query."""
        found = self.cases.order_by("received_at", "pk").values(
            "pk", "number", "received_at", "name", "email", "phone", "company", "organisation_number", "unit__slug",
            "short_content", "secrecy_ground", "kept", "kept_number", "kept_with", "disposed_at",
        )  # fmt: skip
        for row in found[first:last] if last is not None else found.iterator(chunk_size=CHUNK):
            self.written += 1
            yield self._row(row)

    def _row(self, row: dict[str, Any]) -> Row:
        day = timezone.localdate(row["received_at"], timezone.get_default_timezone())
        if row["secrecy_ground"]:
            return Row(row["pk"], row["number"], day, True, self.secrecy, "", "", "", "")
        kept = self.labels[row["kept"] or ""]
        if row["kept_with"]:
            kept = f"{kept} ({self.with_another % {'number': row['kept_with']}})"
        return Row(
            key=row["pk"],
            number=row["number"],
            day=day,
            is_secret=False,
            sender=self.disposed if row["disposed_at"] else self._sender(row),
            receiver=str(self.units.get(row["unit__slug"], row["unit__slug"])),
            content=self._content(row),
            kept=kept,
            registration=row["kept_number"] or "",
        )

    def _sender(self, row: dict[str, Any]) -> str:
        """Return who it is from; in a public list a company that is no person, or that the name is left out."""
        if not self.public:
            return ", ".join(part for part in (row["name"], row["company"]) if part)
        return row["company"] if self._is_no_person(row) else self.left_out

    @staticmethod
    def _is_no_person(row: dict[str, Any]) -> bool:
        """Whether a company asked which is none of a sole trader's."""
        number = row["organisation_number"]
        return bool(row["company"] and number and not is_personal_number(number))

    def _content(self, row: dict[str, Any]) -> str:
        """Return the short content; in a public list without the sender, of whom it should say nothing and sometimes does."""
        text = row["short_content"]
        if not (self.public and text):
            return mask_personal_numbers(text)
        return Masker(
            names=(row["name"],),
            emails=(row["email"],),
            phones=(row["phone"],),
            words=() if self._is_no_person(row) else (Word(row["company"]),),
            kept=self._ours,
        ).text(text)
