"""The cases that an address of the listing asks for: what it shows, what bulk actions take, what goes out as a file."""

from __future__ import annotations

import re

from django.conf import settings
from django.db.models import Count, Q
from django.http import HttpRequest, QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from .enums import CaseStatus
from .filters import CaseFilterSet
from .models import Case, CaseQuerySet
from .orders import PRESSING, order_named
from .saved_views import ORDER, SEARCH

__all__ = ["Selection"]

NUMBER = re.compile(rf"{re.escape(settings.CASE_NUMBER_PREFIX)}-\d{{4}}-\d+", re.IGNORECASE)
# What tells more of a case than that it is there: a list that is narrowed by it holds none that the user may not read.
TELLING = ("topic", "unit", "channel")


class Selection:
    """What the user's address asks for. The same for every part of the admin, always within what the user may see."""

    def __init__(self, request: HttpRequest, query: QueryDict | None = None) -> None:
        self.user = request.user
        self.filters = CaseFilterSet(request.GET if query is None else query, request=request)
        self.query: QueryDict = self.filters.data

    @property
    def search(self) -> str:
        return self.query.get(SEARCH, "")

    @property
    def order(self) -> str:
        return self.query.get(ORDER, PRESSING)

    @cached_property
    def put_aside(self) -> list[CaseStatus]:
        """The states that are listed only when somebody asks for them."""
        if "status" in self.query or "attention" in self.query:
            return []
        if NUMBER.fullmatch(self.search.strip()):  # whoever looks for a number finds it, wherever it is
            return []
        if self.search:
            return [CaseStatus.QUARANTINED]
        return [CaseStatus.QUARANTINED, CaseStatus.MERGED]

    def _asked_for(self) -> CaseQuerySet:
        tells = any(key in self.query for key in TELLING)
        cases = Case.objects.for_user(self.user) if tells else Case.objects.listed_for(self.user)
        if self.filters.is_valid():
            cases = self.filters.filter_queryset(cases)
        return self._found(cases) if self.search else cases

    def _found(self, cases: CaseQuerySet) -> CaseQuerySet:
        """Search in what the user may read; a case under secrecy is found by its number alone."""
        number = self.search.strip()
        if not NUMBER.fullmatch(number):
            return cases.for_user(self.user).containing(self.search)
        read = Case.objects.for_user(self.user).containing(self.search)
        return cases.filter(Q(number=number.upper()) | Q(pk__in=read.values("pk")))

    def cases(self) -> CaseQuerySet:
        """Return them in the order that was asked for, or with what is to be answered first.

        Among them are cases under secrecy that the user may not read: see `CaseQuerySet.listed_for`.
        """
        cases = self._asked_for()
        if self.put_aside:
            cases = cases.exclude(status__in=self.put_aside)
        return cases.order_by(*order_named(self.order).fields)

    def neighbours(self, case: Case) -> tuple[int | None, int | None]:
        """Return the keys of the cases that stand before and after one, which need not be in the list itself: two queries."""
        order = order_named(self.order)
        around = (
            self.cases().for_user(self.user).filter(one.after(case)).order_by(*one.fields)
            for one in (order.turned(), order)
        )
        before, after = (found.values_list("pk", flat=True).first() for found in around)
        return before, after

    def hidden(self) -> list[tuple[str, int, str]]:
        """Return what was put aside though it matches: state in words, how many, and the query that lists them."""
        if not self.put_aside:
            return []
        counts = dict(
            self._asked_for().filter(status__in=self.put_aside).order_by().values_list("status").annotate(Count("pk"))
        )
        words = {
            CaseStatus.QUARANTINED: _("in quarantine"),
            CaseStatus.MERGED: _("merged with others"),
        }
        return [
            (words[status], counts[status], self._with_status(status)) for status in self.put_aside if status in counts
        ]

    def _with_status(self, status: str) -> str:
        query = self.query.copy()
        query["status"] = status
        return query.urlencode()

    def dropped(self) -> list[str]:
        """Return what was not understood: filters by their names, anything else as it stood in the address."""
        labels = {name: str(one.label) for name, one in self.filters.filters.items()}
        labels[ORDER] = _("Order")
        labels["received_from"] = labels["received_to"] = labels["received"]
        return list(dict.fromkeys(labels.get(key, key) for key in self.filters.chosen.dropped))
