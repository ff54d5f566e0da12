"""Rules that were deleted: what of them the log keeps, so that whoever answered before can be told."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone
from wagtail.models import ModelLogEntry

from ..enums import Effect
from ..models.rules import Rule
from .rulebook import Limit, RuleData

__all__ = ["DELETED", "kept_of", "read_deleted"]

DELETED = "wagtail.delete"
CHOICES = ("all_of", "any_of", "none_of")


def kept_of(rule: RuleData) -> dict[str, Any]:
    """Return what the log keeps of a rule: its guide and when it applied, in keys alone."""
    return {
        "guide": rule.guide,
        "effect": rule.effect.value,
        **{name: sorted(getattr(rule, name)) for name in CHOICES},
        "limits": [[limit.question, limit.at_least, limit.at_most] for limit in rule.limits],
    }


def read_deleted(after: datetime.date) -> tuple[RuleData, ...]:
    """Return the rules that were deleted after a day, with a key that no rule has; one query."""
    midnight = datetime.datetime.combine(after + datetime.timedelta(days=1), datetime.time.min)
    found = ModelLogEntry.objects.filter(
        content_type__app_label=Rule._meta.app_label,
        content_type__model=Rule._meta.model_name,
        action=DELETED,
        timestamp__gte=timezone.make_aware(midnight),
    ).order_by("pk")
    # A translation that was taken away had no conditions of its own.
    entries = [data for data in found.values_list("data", flat=True) if "guide" in data]
    return tuple(_rule(-number, data) for number, data in enumerate(entries, start=1))


def _rule(pk: int, data: dict[str, Any]) -> RuleData:
    all_of, any_of, none_of = (frozenset((key, option) for key, option in data[name]) for name in CHOICES)
    limits = tuple(Limit(*limit) for limit in data["limits"])
    return RuleData(pk, data["guide"], Effect(data["effect"]), all_of, any_of, none_of, limits)
