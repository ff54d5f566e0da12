"""Loads what the office keeps: canned replies, hours and days that differ, absences, rules of disposal."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from business.inbox.models import Absence, CannedReply, DisposalRule, InboxSettings, Membership, OfficeDay, Topic
from business.organisation.models import Unit

from .accounts import ACCOUNTS
from .content_files import read

__all__ = ["load"]


def load(users: dict[str, Any]) -> None:
    """Create what is not there yet; what is there stays as the office has left it."""
    data = read("office")
    for row in data["replies"]:
        if not CannedReply.objects.filter(name=row["name"], language=row["language"]).exists():
            topic = _topic(row["topic"]) if "topic" in row else None
            reply = CannedReply(name=row["name"], language=row["language"], topic=topic, text=row["text"].strip())
            reply.full_clean()
            reply.save()
    for account in ACCOUNTS:
        if account.unit:
            unit = Unit.objects.get(slug=account.unit, locale__language_code=settings.LANGUAGE_CODE)
            Membership.objects.get_or_create(user=users[account.username], unit=unit)
    # As the site's own settings say them; hours that the office has set itself stay.
    if not InboxSettings.objects.exists():
        InboxSettings.objects.create(**data["hours"])
    for row in data["days"]:
        facts = {name: row[name] for name in ("opens", "closes", "reason") if name in row}
        OfficeDay.objects.get_or_create(day=row["day"], defaults=facts)
    for row in data["disposal_rules"]:
        if not DisposalRule.objects.filter(name=row["name"]).exists():
            rule = DisposalRule(**row)
            rule.full_clean()
            rule.save()
    for row in data["absences"]:
        Absence.objects.get_or_create(
            user=users[row["user"]],
            first_day=row["first_day"],
            defaults={"substitute": users[row["substitute"]], "last_day": row["last_day"]},
        )


def _topic(key: str) -> Topic:
    return Topic.objects.get(slug=key, locale__language_code=settings.LANGUAGE_CODE)
