"""Many cases in one archive: read some at a time, so that a year takes no more memory than a day.

A complete archive holds every case that the user may read. One with parts left out is made for whoever asks: it holds
no case under secrecy, none that was taken out by hand and none that has changed since it was looked at, and it says so.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..mails import office
from ..models import Case, CaseQuerySet, IncomingMail
from ..statistics.period import Period
from .archive import as_text
from .contents import RELATED, read_many
from .masking import Kind
from .package import Options, Package

__all__ = ["CHUNK", "SCHEMA", "Batch", "Masked", "as_they_are", "fingerprint", "packages_of"]

SCHEMA = "dukat-bord/period/1"
CHUNK = 50  # cases that are read at a time


def packages_of(cases: CaseQuerySet, options: Options) -> Iterator[Package]:
    """Read the cases of a page or a part, in the order of the register."""
    found = cases.select_related(*RELATED).defer("search_text").order_by("received_at", "pk")
    return read_many(list(found), options, timezone.now())


def as_they_are(cases: CaseQuerySet) -> dict[int, str]:
    """Return by its key how each case is now, in the order of the register: what it says changes with what it holds.

    A mail of a machine is in a package of its case, and not always an event: that our mail is late is none.
    """
    received = IncomingMail.objects.filter(case=OuterRef("pk"), message=None).order_by().values("case")
    mails = Coalesce(Subquery(received.annotate(number=Count("pk")).values("number")), 0)
    found = cases.order_by("received_at", "pk").values_list("pk", "updated_at", mails)
    return {key: f"{changed.isoformat()} {number}" for key, changed, number in found}


@dataclass
class Batch:
    """The complete cases of a list, in the order of the keys; read in the language that holds when it is made."""

    user: Any
    keys: list[int]
    options: Options = field(default_factory=Options)
    language: str = field(default_factory=lambda: str(translation.get_language()))

    def packages(self) -> Iterator[Package]:
        """Yield the cases, each once more within what the user may see: one may have come under secrecy meanwhile."""
        for first in range(0, len(self.keys), CHUNK):
            keys = self.keys[first : first + CHUNK]
            # The language holds while something is read, and not across what is handed out meanwhile.
            with translation.override(self.language):
                packages = packages_of(self.readable(keys), self.options)
            while package := self._next(packages):
                yield package

    def _next(self, packages: Iterator[Package]) -> Package | None:
        with translation.override(self.language):
            return next(packages, None)

    def readable(self, keys: list[int]) -> CaseQuerySet:
        return Case.objects.for_user(self.user).filter(pk__in=keys)


@dataclass
class Masked(Batch):
    """The cases of a list with parts left out, and what of the list is not handed out.

    ``seen`` is how each case was when somebody looked at it (`as_they_are`); one that has changed since is not given.
    """

    period: Period | None = None
    out: frozenset[int] = frozenset()
    seen: Mapping[int, str] = field(default_factory=dict)
    given: list[str] = field(default_factory=list)
    not_given: list[tuple[str, str]] = field(default_factory=list)
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)

    def readable(self, keys: list[int]) -> CaseQuerySet:
        listed = Case.objects.listed_for(self.user).filter(pk__in=keys)
        kept = set(super().readable(keys).values_list("pk", flat=True))
        now, given = as_they_are(listed), []
        for key, number, ground in listed.order_by("received_at", "pk").values_list("pk", "number", "secrecy_ground"):
            why = self._why_not(key, now.get(key, ""), is_open=key in kept and not ground)
            if why:
                self.not_given.append((number, why))
            else:
                given.append(key)
        return super().readable(given)

    def _why_not(self, key: int, now: str, *, is_open: bool) -> str:
        """Return why a case is not given; nothing when it is."""
        if not is_open:
            return _("Secrecy is examined case by case before anything is given out.")
        if key in self.out:
            return _(
                "It was left out when the cases were looked through. Ask for it by its number to have it examined."
            )
        if self.seen.get(key) != now:
            return _("It changed while the package was made. Ask for it by its number.")
        return ""

    def packages(self) -> Iterator[Package]:
        for package in super().packages():
            self.given.append(package.case.number)
            for one in package.data["masking"]:
                self.left_out[one["kind"], one["ground"]] += one["count"]
            yield package

    def overview(self) -> dict[str, str]:
        """Return what goes with the cases when they are written: what is there and what is not, to read and as data."""
        with translation.override(self.language):
            data = self.data()
            name = pgettext("file in a package", "overview")
            page = render_to_string("inbox/records/period_document.html", {"data": data, "office": office()})
            return {f"{name}.html": page, f"{name}.json": as_text(data)}

    def data(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "made_at": timezone.localtime(timezone=timezone.get_default_timezone()).isoformat(timespec="seconds"),
            "first": str(self.period.first) if self.period else None,
            "last": str(self.period.last) if self.period else None,
            "cases": self.given,
            "not_given": [{"case": number, "why": why} for number, why in self.not_given],
            "masking": [
                {"kind": kind, "name": str(Kind(kind).label), "ground": ground, "count": count}
                for (kind, ground), count in sorted(self.left_out.items())
            ],
        }


def fingerprint(options: Options, seen: Mapping[int, str], out: frozenset[int]) -> str:
    """Return a hash of what somebody has looked at: which cases, as they were, with what left out, and which not given."""
    digest = hashlib.sha256(repr((options, sorted(out))).encode())
    for key, one in seen.items():
        digest.update(f"{key} {one}\n".encode())
    return digest.hexdigest()
