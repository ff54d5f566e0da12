"""How fast records go out, with the cases of ``benchmarks.inbox`` beside them: part of ``make bench``."""

from __future__ import annotations

import datetime
import time
import tracemalloc
from itertools import islice
from typing import Any

REGISTER = "/admin/reports/case-register/"


def _disclose(client: Any, days: int, last_part: int | None = None) -> tuple[int, float, float]:
    """Draw the package of so many days, or the first parts; return its bytes, and the seconds to its first and last."""
    today = datetime.date.today()  # noqa: DTZ011 - of this machine
    first = today - datetime.timedelta(days=days)
    started = time.perf_counter()
    answer = client.post(REGISTER, {"period": "dates", "first": str(first), "last": str(today)})
    if not getattr(answer, "streaming", False):
        raise RuntimeError(f"no package came: {answer.status_code}")
    size, begun = 0, 0.0
    for part in islice((part for part in answer.streaming_content if part), last_part):
        begun = begun or time.perf_counter() - started
        size += len(part)
    answer.close()
    return size, begun, time.perf_counter() - started


def disclose(client: Any) -> None:
    """Draw the package of a year, and compare the memory that it takes with that of two months."""
    size, begun, seconds = _disclose(client, 365)
    print(
        f"package of a year: first byte after {begun * 1000:.0f} ms, {size / 1e6:.1f} MB in {seconds:.0f} s, "
        f"{size / 1e6 / seconds:.2f} MB a second",
        flush=True,
    )
    for days in (60, 365):
        tracemalloc.start()
        size, _begun, _seconds = _disclose(client, days)
        peak = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        print(f"package of {days} days: {size / 1e6:.1f} MB drawn, {peak:.1f} MB of memory at most", flush=True)


def begin_to_disclose(client: Any) -> None:
    """Begin to draw the package of a year, and tell how long it takes until something comes."""
    _size, begun, _seconds = _disclose(client, 365, last_part=1)
    print(f"package of a year: first byte after {begun * 1000:.0f} ms", flush=True)
