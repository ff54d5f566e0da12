"""The cases that an address of the listing asks for: what it shows, what bulk actions take, what goes out as a file."""

from __future__ import annotations

from django.db.models import Count, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from ..enums import CaseStatus
from ..models import Case, CaseQuerySet
from ..numbers import NUMBER
from .filters import CaseFilterSet
from .orders import PRESSING, Order, order_named
from .saved_views import ORDER, SEARCH

__all__ = ["Selection"]

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
        if self._is_number:  # whoever looks for a number finds it, wherever it is
            return []
        if self.search:
            return [CaseStatus.QUARANTINED]
        return [CaseStatus.QUARANTINED, CaseStatus.MERGED]

    @property
    def _is_number(self) -> bool:
        return bool(NUMBER.fullmatch(self.search.strip()))

    def _asked_for(self, *, to_read: bool = False) -> CaseQuerySet:
        """Search in what the user may read; a case under secrecy is found by its number alone."""
        tells = any(key in self.query for key in TELLING) or (self.search and not self._is_number)
        # Asked one way or the other, never both: each asks whose a case is.
        cases = Case.objects.for_user(self.user) if to_read or tells else Case.objects.listed_for(self.user)
        if self.filters.is_valid():
            cases = self.filters.filter_queryset(cases)
        return self._found(cases) if self.search else cases

    def _found(self, cases: CaseQuerySet) -> CaseQuerySet:
        if not self._is_number:
            return cases.containing(self.search)
        read = Case.objects.for_user(self.user).containing(self.search)
        return cases.filter(Q(number=self.search.strip().upper()) | Q(pk__in=read.values("pk")))

    def cases(self, *, to_read: bool = False) -> CaseQuerySet:
        """Return them in the order that was asked for, or with what is to be answered first.

        Among them are cases under secrecy that the user may not read (`CaseQuerySet.listed_for`), unless those ``to_read``
        are asked for.
        """
        cases = self._asked_for(to_read=to_read)
        if self.put_aside:
            cases = cases.exclude(status__in=self.put_aside)
        return cases.order_by(*order_named(self.order).fields)

    def neighbours(self, case: Case) -> tuple[int | None, int | None]:
        """Return the keys of the cases that stand before and after one, which need not be in the list itself: one query."""
        order, cases = order_named(self.order), self.cases(to_read=True).values("pk")

        def first(one: Order) -> Coalesce:
            """Return what looks through the parts of an order until there is a case."""
            parts = [Subquery(cases.filter(part).order_by(*one.fields)[:1]) for part in one.after(case)]
            return Coalesce(*parts, Value(None))

        found: tuple[int | None, int | None] = (
            Case.objects.order_by().filter(pk=case.pk).values_list(first(order.turned()), first(order)).get()
        )
        return found

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
