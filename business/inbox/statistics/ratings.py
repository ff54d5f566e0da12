"""What senders said when their case was closed: whether they were helped, by topic, unit and week or month."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from django.db.models import BigIntegerField
from django.db.models import Case as When
from django.db.models import When as Then
from django.db.models.functions import Cast

from ..enums import Helped
from ..models import CaseQuerySet, Rating
from .columns import Column, Microseconds, moments, places
from .period import Period

__all__ = ["Ratings", "Said", "count_ratings"]

HELPED: list[str] = list(Helped.values)


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


def count_ratings(cases: CaseQuerySet, period: Period, topics: Mapping[int, str], units: Mapping[int, str]) -> Ratings:
    """Count what was said about these cases' closings in the period, whenever they were received. One query.

    ``topics`` and ``units`` tell the name of each, by its key.
    """
    ratings = Rating.objects.filter(closed_at__gte=period.start, closed_at__lt=period.end).order_by()
    # Asked only about the cases that were rated: whose a case is takes much longer to find out for all.
    seen = cases.order_by().filter(pk__in=ratings.values("case"))
    helped = When(*(Then(helped=name, then=place) for place, name in enumerate(HELPED)), default=0)
    read = ratings.filter(case__in=seen.values("pk")).aggregate(
        topic=Column("case__topic"),
        unit=Column("case__unit"),
        closed=Column(Microseconds("closed_at")),
        helped=Column(Cast(helped, BigIntegerField())),
    )
    step = places(read["closed"], moments(step.start for step in period.steps))
    alike = np.unique([read["topic"], read["unit"], step, read["helped"]], axis=1, return_counts=True)
    found = Ratings()
    for (topic, unit, step, helped), number in zip(alike[0].T.tolist(), alike[1].tolist(), strict=True):
        for said in (
            found.total,
            found.topics.setdefault(topics[topic], Said()),
            found.units.setdefault(units[unit], Said()),
            found.steps.setdefault(period.steps[step].key, Said()),
        ):
            said[HELPED[helped]] += number
    return found
