"""What senders said when their case was closed: whether they were helped, by topic, unit and week or month."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Count

from ..enums import Helped
from ..models import CaseQuerySet, Rating
from .office import Place
from .period import Period

__all__ = ["Ratings", "Said", "count_ratings"]


class Said(Counter[str]):
    """How many said yes, partly and no (`Helped`)."""

    @property
    def share(self) -> float | None:
        """The part, from 0 to 1, that said yes; nothing where nobody said anything."""
        return self[Helped.YES] / self.total() if self else None


@dataclass
class Ratings:
    """Ratings of the closings of a period. One that was changed counts as it stands."""

    total: Said = field(default_factory=Said)
    topics: dict[str, Said] = field(default_factory=dict)
    units: dict[str, Said] = field(default_factory=dict)
    steps: dict[datetime.date, Said] = field(default_factory=dict)


def count_ratings(cases: CaseQuerySet, period: Period) -> Ratings:
    """Count what was said about these cases' closings in the period, whenever they were received. One query."""
    ratings = Rating.objects.filter(closed_at__gte=period.start, closed_at__lt=period.end).order_by()
    # Asked only about the cases that were rated: whose a case is takes much longer to find out for all.
    seen = cases.order_by().filter(pk__in=ratings.values("case"))
    rows = (
        ratings.filter(case__in=seen.values("pk"))
        .annotate(step=Place("closed_at", [step.start for step in period.steps]))
        .values_list("case__topic__slug", "case__unit__slug", "step", "helped")
        .annotate(Count("pk"))
    )
    found = Ratings()
    for topic, unit, step, helped, number in rows:
        for said in (
            found.total,
            found.topics.setdefault(topic, Said()),
            found.units.setdefault(unit, Said()),
            found.steps.setdefault(period.steps[step - 1].key, Said()),
        ):
            said[helped] += number
    return found
