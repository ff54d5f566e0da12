"""Which versions of the notice on personal data have been in use, for which cases, and how their senders came by it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Min

from ..enums import NoticeTold
from ..models import Case, NoticeVersion
from ..notice import current_notice

__all__ = ["Version", "versions"]


@dataclass(frozen=True)
class Version:
    """A version of the notice: from its first to its last case, and how the senders came by it."""

    notice: NoticeVersion
    first: datetime.datetime
    last: datetime.datetime | None
    cases: int
    told: dict[str, int]
    in_use: str  # in which language it stands now; nothing if it does not


def versions(user: Any, languages: Mapping[str, Any]) -> list[Version]:
    """Return every version, the latest first, with the cases that the user may see."""
    rows = (
        Case.objects.for_user(user)
        .filter(notice__isnull=False)
        .order_by()
        .values("notice", "notice_told")
        .annotate(number=Count("pk"), first=Min("received_at"), last=Max("received_at"))
    )
    by_notice: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        by_notice.setdefault(row["notice"], []).append(row)
    now = {found.text: str(name) for code, name in languages.items() if (found := current_notice(code))}
    made = []
    for notice in NoticeVersion.objects.order_by("-first_used_at", "-pk"):
        cases = by_notice.get(notice.pk, [])
        firsts = [row["first"] for row in cases]
        made.append(
            Version(
                notice=notice,
                first=min([notice.first_used_at, *firsts]),
                last=max((row["last"] for row in cases), default=None),
                cases=sum(row["number"] for row in cases),
                told={
                    str(NoticeTold(row["notice_told"]).label) if row["notice_told"] else "–": row["number"]
                    for row in sorted(cases, key=lambda row: -row["number"])
                },
                in_use=now.get(notice.text, ""),
            )
        )
    return made
