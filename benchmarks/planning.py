"""How long a plan of thirty guides takes to work out, without the database: ``python -m benchmarks.planning``.

Days, money and papers together, as the planner page asks for them, and the days alone, in time of the processor: what
else the machine is doing does not count. Each guide needs up to three others,
in chains of eight, and has four fees, one of them by bands, and three papers of different ages.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import django

GUIDES, ROUNDS, WARM_UP = 30, 200, 5
LIMIT = 50  # milliseconds that 19 of 20 plans may take
CHAIN = 8  # guides in a row of which each needs the one before


def big_case() -> Any:
    """Return a plan of thirty guides in the words of the plans that were worked out by hand."""
    from business.planning.tests.plan_cases import Case

    keys = [f"guide-{number}" for number in range(GUIDES)]
    tasks, fees, papers = [], [], [["certificate", "3 months"], ["extract", "2 weeks"], ["drawing", "–"]]
    for number, key in enumerate(keys):
        needed = [keys[number - back] for back in (1, 3, 5) if back <= number % CHAIN]
        tasks.append(
            f"{key}: usual {1 + number % 7} weeks, limit {1 + number % 4} months, extension 10 weeks, notice 2 weeks"
            + (f", needs {' + '.join(needed)}" if needed else "")
        )
        fees += [
            f"{key} | Ansökan | 9500 | with_application | – | 2026-12-31",
            f"{key} | Ansökan | 9800 | with_application | 2027-01-01 | –",
            f"{key} | Prövning | 2–4 h | after_decision",
            f"{key} | Tillsyn | 2450 | yearly",
            f"{key} | Lov | 8000 metre –50 | after_decision",
            f"{key} | Lov | 15000 metre 51– | after_decision",
        ]
    return Case(
        name="thirty guides",
        tasks="\n".join(tasks),
        days="",
        first="",
        safe="",
        opening="2028-05-01",
        fees="\n".join(fees),
        rates="\n".join(
            line for key in keys for line in (f"{key} | 1390 | – | 2026-12-31", f"{key} | 1450 | 2027-01-01 | –")
        ),
        counts={"metre": 120},
        papers="\n".join(f"{name} | {age} | {' '.join(keys)}" for name, age in papers),
    )


def times_of(work: Callable[[], Any]) -> list[float]:
    """Return the milliseconds of each round, in order of size."""
    times = []
    for _round in range(ROUNDS + WARM_UP):
        started = time.process_time()
        work()
        times.append((time.process_time() - started) * 1000)
    return sorted(times[WARM_UP:])


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    django.setup()
    from business.planning.planner.plan import make_plan
    from business.planning.planner.schedule import schedule
    from business.planning.tests.plans import day, read

    case = big_case()
    found, today, opening = read(case), day(case.today), day(case.opening)
    chosen = {guide.pk for guide in found.guides}
    waits: dict[int, set[str]] = {pk: set() for pk in chosen}
    slugs = {guide.pk: guide.slug for guide in found.guides}
    for tie in found.ties:
        waits[tie.waiting].add(slugs[tie.first])
    tasks = [guide.times.task(guide.slug, frozenset(waits[guide.pk])) for guide in found.guides]
    works: dict[str, Callable[[], Any]] = {
        "days, money and papers": lambda: make_plan(found, chosen, today, opening, case.counts),
        "days alone": lambda: schedule(tasks, today, opening),
    }
    plan = make_plan(found, chosen, today, opening, case.counts)
    print(f"Load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(
        f"{GUIDES} guides, {len(found.ties)} ties, {len(plan.costs.lines)} fees, {len(plan.papers)} papers; "
        f"the longest chain has {len(plan.schedule.critical_path)} guides"
    )
    print(f"{'':28}{'p50, ms':>10}{'p95, ms':>10}{'may take':>10}")
    slow = False
    for name, work in works.items():
        times = times_of(work)
        p95 = times[int(len(times) * 0.95) - 1]
        print(
            f"{name:28}{statistics.median(times):>10.1f}{p95:>10.1f}{LIMIT:>10}",
            *(["too slow"] if p95 > LIMIT else []),
        )
        slow = slow or p95 > LIMIT
    sys.exit(slow)


if __name__ == "__main__":
    main()
