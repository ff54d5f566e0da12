"""Where somebody stands on a day: at which units, and for whom."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q

from business.organisation.models import UNIT_LEVELS, Unit

from .access import Membership
from .people import Absence

__all__ = ["Standing"]


@dataclass(frozen=True)
class Standing:
    """What the registers of members and absences say of one person and day: a few keys, however many cases there are."""

    user: int
    on: datetime.date

    @classmethod
    def of(cls, user: Any, on: datetime.date) -> Standing:
        """Return it for a user, asked for once for each user that was fetched, as Django keeps what a user may do.

        Every list, counter and case of a page asks: within their queries, the database planned these joins for each.
        """
        kept: Standing | None = getattr(user, "_standing", None)
        if kept is None or kept.on != on:
            kept = user._standing = cls(user.pk, on)
        return kept

    @cached_property
    def units(self) -> list[int]:
        """The keys of the units whose cases the user sees as one of theirs."""
        condition, unit, own = Q(), "pk", Membership.objects.filter(user=self.user).order_by().values("unit")
        for level in range(UNIT_LEVELS):
            condition |= Q(**{f"{unit}__in": own})
            unit = "__".join(["part_of"] * (level + 1))
        return list(Unit.objects.filter(condition).order_by("pk").values_list("pk", flat=True))

    @cached_property
    def people(self) -> list[int]:
        """The keys of those whose work the user does, themselves included, also for a substitute who is away."""
        found, newest = {self.user}, {self.user}
        while newest:
            away = Absence.objects.on(self.on).filter(substitute__in=newest).order_by().values_list("user", flat=True)
            newest = set(away) - found
            found |= newest
        return sorted(found)
