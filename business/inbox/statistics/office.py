"""Office time: how much of it had passed at a moment, for any number of moments at once.

The working time between two moments is the difference of two such sums, so nothing of it is stored, and a closed day
that is added afterwards counts at once (ADR 49).
"""

from __future__ import annotations

import datetime

import numpy as np

from business.core.working_time import OfficeHours

from .columns import Numbers, microseconds

__all__ = ["MINUTE", "OfficeClock"]

MINUTE = 60_000_000  # microseconds
DAY = datetime.timedelta(days=1)


class OfficeClock:
    """Adds up the office's time from the first day to the last, both in it; before and after them it stands still.

    In microseconds, since a moment in the database has them: what is late by one is late.
    """

    def __init__(self, office: OfficeHours, first: datetime.date, last: datetime.date) -> None:
        # When the office opens; what is added to a moment for the sum; and the sum when it closes. Before the first
        # opening the sum is nothing.
        opening, shift, total = [0], [0], [0]
        day = first
        while day <= last:
            if hours := office.hours_on(day):
                opens, closes = (
                    microseconds(datetime.datetime.combine(day, time.replace(fold=0), office.zone)) for time in hours
                )
                opening.append(opens)
                shift.append(total[-1] - opens)
                total.append(total[-1] + max(closes - opens, 0))
            day += DAY
        self._opening, self._shift, self._total = np.array(opening), np.array(shift), np.array(total)

    def at(self, moments: Numbers, beyond: int = 0) -> Numbers:
        """Return the microseconds of office time until each of the moments (`microseconds`).

        With ``beyond`` of one, a moment at which the office is closed, or just opens, is one microsecond beyond its last
        closing: a day that was full at closing is over then, as the promise has it.
        """
        day = np.searchsorted(self._opening, moments - beyond, side="right") - 1
        return np.minimum(moments + self._shift[day], self._total[day] + beyond)
