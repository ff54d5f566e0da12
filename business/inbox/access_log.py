"""The access log to read: what an entry says in words, and which entries somebody asks for."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Max, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from business.core.days import day
from business.core.sorting import swedish_sort_key
from business.core.working_time import STOCKHOLM

from .enums import AccessKind
from .history import HANDED_OUT
from .models import AccessEntry, Attachment, Case
from .permissions import can_see_everything
from .records.person import Key

__all__ = ["AccessForm", "Line", "Reader"]

A_MONTH = datetime.timedelta(days=30)
LONGEST = datetime.timedelta(days=366 * 10)
# What an entry may add, and what it is called. What is not here is shown by its own name.
WORDS = {
    "cases": gettext_lazy("cases"),
    "entries": gettext_lazy("entries"),
    "files": gettext_lazy("files"),
    "first": pgettext_lazy("period", "from"),
    "last": pgettext_lazy("period", "to"),
    "format": gettext_lazy("format"),
    "searched": gettext_lazy("with a search"),
    "public": gettext_lazy("names left out"),
    "by": pgettext_lazy("person", "found by"),
    "taken_out": pgettext_lazy("person", "downloaded"),
}
# What stands in an entry as a code, and is called something.
CODES = {**HANDED_OUT, **dict(Key.choices)}
UNSAID = frozenset({"digest"})  # for a machine: the file holds it


@dataclass(frozen=True)
class Line:
    """An entry in words. ``data`` is the same for a machine, ``stamp`` the moment in the municipality's time."""

    entry: AccessEntry
    what: str
    more: str

    @property
    def who(self) -> str:
        return self.entry.user_name

    @property
    def number(self) -> str:
        return self.entry.case_number

    @property
    def stamp(self) -> str:
        return self.entry.at.astimezone(STOCKHOLM).isoformat(timespec="seconds")

    @property
    def data(self) -> dict[str, Any]:
        entry = self.entry
        return {
            "at": self.stamp,
            "user_id": entry.user_id,
            "user": entry.user_name,
            "kind": entry.kind,
            "case_id": entry.case_id,
            "case": entry.case_number,
            "data": entry.data,
        }


class Reader:
    """Says entries in the language that was active when it was made: a file is written when the request may be over."""

    def __init__(self) -> None:
        self.kinds = {kind: str(label) for kind, label in AccessKind.choices}
        self.words = {name: str(words) for name, words in WORDS.items()}
        self.codes = {code: str(words) for code, words in CODES.items()}
        self.numbered = _("number %(key)s")

    def line(self, entry: AccessEntry, names: Mapping[int, str] | None = None) -> Line:
        return Line(entry, self.kinds.get(entry.kind, entry.kind), self._more(entry.data, names or {}))

    def page(self, entries: Iterable[AccessEntry]) -> list[Line]:
        """Return the entries of a page. Names of files are looked up, since the log holds none: one query."""
        found = list(entries)
        keys = {entry.data.get("key") for entry in found if entry.kind == AccessKind.FILE} - {None}
        names = dict(Attachment.objects.filter(pk__in=keys).values_list("pk", "name")) if keys else {}
        return [self.line(entry, names) for entry in found]

    def _more(self, data: Any, names: Mapping[int, str]) -> str:
        parts = []
        for name, value in data.items() if isinstance(data, dict) else ():
            words = self.words.get(name, name)
            if name == "key":
                parts.append(names.get(value) or self.numbered % {"key": value})
            elif isinstance(value, bool):
                parts += [words] if value else []
            elif isinstance(value, list):
                parts += [self.codes.get(one, str(one)) for one in value]
            elif isinstance(value, str | int) and name not in UNSAID:
                parts.append(f"{words}: {self.codes.get(str(value), value) if name == 'by' else value}")
        return ", ".join(parts)


class AccessForm(forms.Form):
    """Which entries: of which days, whose, of what kind, about which case. Without a choice, those of the last month."""

    first = day(label=gettext_lazy("From"))
    last = day(label=gettext_lazy("To"))
    person = forms.ChoiceField(label=gettext_lazy("Who"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("What"), choices=[("", gettext_lazy("All")), *AccessKind.choices], required=False
    )
    case = forms.CharField(label=gettext_lazy("Case number"), max_length=20, required=False)

    def __init__(self, data: QueryDict, *, user: Any, today: datetime.date) -> None:
        self.user = user
        start = {"first": (today - A_MONTH).isoformat(), "last": today.isoformat()}
        query = {name: data.get(name) or start.get(name, "") for name in self.base_fields}
        super().__init__(query, label_suffix="")
        seen = self._seen().order_by().values_list("user_id", "user_name").annotate(latest=Max("pk"))
        # Who has changed their name stands once, with the latest.
        people = {key: name for key, name, _latest in sorted(seen, key=itemgetter(2))}
        in_order = sorted(people.items(), key=lambda one: swedish_sort_key(one[1]))
        self.fields["person"].choices = [("", _("All")), *((str(key), name) for key, name in in_order)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", ValidationError(_("The last day cannot come before the first.")))
        elif first and last and last - first > LONGEST:
            self.add_error("first", ValidationError(_("Choose ten years at most.")))
        return cleaned

    def _seen(self) -> QuerySet[AccessEntry]:
        """The entries that this user may see: of the cases that they may read."""
        if can_see_everything(self.user):
            return AccessEntry.objects.all()
        return AccessEntry.objects.filter(case_id__in=Case.objects.for_user(self.user).values("pk"))

    def entries(self) -> QuerySet[AccessEntry]:
        data = self.cleaned_data
        begins, ends = (
            timezone.make_aware(datetime.datetime.combine(one, datetime.time()), STOCKHOLM)
            for one in (data["first"], data["last"] + datetime.timedelta(days=1))
        )
        wanted = Q(at__gte=begins, at__lt=ends)
        if data["person"]:
            wanted &= Q(user_id=data["person"])
        if data["kind"]:
            wanted &= Q(kind=data["kind"])
        if data["case"]:
            wanted &= Q(case_number=data["case"].strip().upper())
        return self._seen().filter(wanted)

    @property
    def chosen(self) -> dict[str, str]:
        """What was chosen, as plain values for the log."""
        return {name: str(value) for name, value in self.cleaned_data.items() if value}

    def query(self) -> QueryDict:
        """Return what was asked for, as an address' query, without what is not known."""
        query = QueryDict(mutable=True)
        query.update({name: value for name, value in self.data.items() if value})
        return query
