"""A list of cases as a file for a spreadsheet, written line by line: it takes no more memory the longer it is.

It holds no more than the listing shows: a sole trader's number is masked, of a case under secrecy stand number, day and
state alone, also for whoever may open it, and addresses are masked for who may not see them.
"""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, gettext, pgettext

from business.core.organisation_number import masked
from business.core.personal_number import mask_personal_numbers
from business.core.registers import RegisterChoices
from business.core.spreadsheets import BOM, harmless
from business.organisation.models import Unit

from ..contact_details import shown_address, shown_phone
from ..enums import CaseStatus, Channel, Triage
from ..models import CaseQuerySet, Topic

__all__ = ["Export"]

CHUNK = 2000
SUBJECT = 12  # where the subject stands in a line
FIELDS = (
    "number",
    "received_at",
    "status",
    "topic__slug",
    "unit__slug",
    "owner__first_name",
    "owner__last_name",
    "owner__username",
    "channel",
    "company",
    "organisation_number",
    "name",
    "email",
    "phone",
    "short_content",
    "limit_at",
    "first_answer_at",
    "closed_at",
    "triage",
    "registered_number",
    "secrecy_ground",
)


class _Line:
    """Stands where a file would: what is written comes back."""

    def write(self, text: str) -> bytes:
        return text.encode()


class Export:
    """The lines of a list. Made while the request's language holds: they are drawn when it may be over."""

    def __init__(self, cases: CaseQuerySet, *, sees_contact: bool = False) -> None:
        self.sees_contact = sees_contact
        self.rows = cases.values(*FIELDS).iterator(chunk_size=CHUNK)
        self.written = 0
        self.delimiter = ";" if get_language() == "sv" else ","
        self.zone = timezone.get_default_timezone()
        self.topics, self.units = RegisterChoices(Topic).names, RegisterChoices(Unit).names
        self.labels = {
            str(value): str(label) for kind in (CaseStatus, Channel, Triage) for value, label in kind.choices if value
        }
        self.secret = gettext("Secrecy")
        self.heading = self._heading()

    @staticmethod
    def _heading() -> list[str]:
        return [
            gettext("Case number"),
            gettext("Received"),
            gettext("State"),
            gettext("Topic"),
            gettext("Unit"),
            gettext("Who has it"),
            gettext("Channel"),
            gettext("Company"),
            gettext("Organisation number"),
            gettext("Name"),
            gettext("E-mail"),
            gettext("Telephone"),
            gettext("Subject"),
            pgettext("inbox", "Answer by"),
            gettext("First answered"),
            gettext("Closed"),
            gettext("How it is kept"),
            gettext("Registration number"),
        ]

    def __iter__(self) -> Iterator[bytes]:
        yield BOM.encode()
        writer = csv.writer(_Line(), delimiter=self.delimiter)
        yield writer.writerow(self.heading)
        for row in self.rows:
            self.written += 1
            yield writer.writerow([harmless(value) for value in self._cells(row)])

    def _cells(self, row: dict[str, Any]) -> list[str]:
        known = [row["number"], self._time(row["received_at"]), self.labels[row["status"]]]
        if row["secrecy_ground"]:
            rest = ["" for _heading in self.heading[len(known) :]]
            rest[SUBJECT - len(known)] = self.secret
            return known + rest
        return [
            *known,
            str(self.topics.get(row["topic__slug"], row["topic__slug"])),
            str(self.units.get(row["unit__slug"], row["unit__slug"])),
            _person(row),
            self.labels[row["channel"]],
            *self._sender(row),
            self._time(row["limit_at"]),
            self._time(row["first_answer_at"]),
            self._time(row["closed_at"]),
            self.labels.get(row["triage"], ""),
            row["registered_number"],
        ]

    def _sender(self, row: dict[str, Any]) -> list[str]:
        number = row["organisation_number"]
        return [
            row["company"],
            masked(number) if number else "",
            row["name"],
            shown_address(row["email"], self.sees_contact),
            shown_phone(row["phone"], self.sees_contact),
            mask_personal_numbers(row["short_content"]),
        ]

    def _time(self, moment: datetime.datetime | None) -> str:
        return f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M}" if moment else ""


def _person(row: dict[str, Any]) -> str:
    name = f"{row['owner__first_name'] or ''} {row['owner__last_name'] or ''}".strip()
    return name or row["owner__username"] or ""
