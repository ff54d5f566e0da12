"""What a guide must tell before it goes live, and which facts may not stand beside each other."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from business.core.translation import source_locale

from .enums import GuideKind, Validity

__all__ = ["DATED", "missing_facts", "overlap_in", "refuse_overlapping_rows"]

# The relations whose rows have a period, of which two may not tell of one fact on one day.
DATED = ("fees", "time_rules", "requirements", "laws")


def rows_in_memory(page: Any) -> dict[str, int]:
    """Return how many rows the page is about to be stored with, for the relations that are touched."""
    return {name: len(list(rows)) for name, rows in page.__dict__.get("_cluster_related_objects", {}).items()}


def missing_facts(page: Any, counts: dict[str, int] | None = None) -> dict[str, Any]:
    """Return what a guide lacks, by field or relation. Information needs only somebody to ask.

    ``counts`` says how many rows there are; without it those in memory count, as all are whenever a draft is published.
    """
    if page.locale_id and page.locale_id != source_locale().pk:
        return {}  # a translation has its facts from its original
    counts = rows_in_memory(page) if counts is None else counts
    found: dict[str, Any] = {}
    if page.contact_unit_id is None:
        found["contact_unit"] = _("Choose whom a company can ask.")
    if page.validity == Validity.LIMITED and page.valid_for is None:
        found["valid_for"] = _("Write how long it is valid.")
    if page.kind == GuideKind.INFORMATION:
        return found
    if page.decider_id is None:
        found["decider"] = _("Choose who decides.")
    if counts.get("fees") == 0:
        found["fees"] = _("Say what it costs: add a fee, or one that is free of charge.")
    if counts.get("time_rules") == 0 and not page.no_time_rule:
        found["time_rules"] = _(
            "Say how long it takes: add a time rule, or tick that there is no time to wait or keep."
        )
    if counts.get("laws") == 0:
        found["laws"] = _("Choose at least one law that the matter rests on.")
    return found


def overlap_in(rows: list[Any], number: int) -> tuple[int, Any] | None:
    """Return the first of the earlier rows, with its place, that tells of the same fact on a day of this one."""
    row = rows[number]
    for other_number, other in enumerate(rows[:number]):
        if row.is_same_fact(other) and row.overlaps(other):
            return other_number, other
    return None


def overlap_message(number: int, other: Any) -> str:
    """Return the message that names the other row: what it is, its place, its words and its days."""
    names = {
        "what": other._meta.verbose_name,
        "number": number + 1,
        "label": other,
        "period": other.period_text or _("without limits"),
    }
    return _("The period overlaps with %(what)s %(number)s, “%(label)s” (%(period)s).") % names


def refuse_overlapping_rows(page: Any) -> None:
    """Refuse a stored guide of which two rows tell of one fact on one day, whatever way they came in.

    Raises:
        ValidationError: naming both rows.
    """
    for relation in DATED:
        link = getattr(type(page), relation).rel
        stored = link.related_model._default_manager.filter(page_id=page.pk)
        rows = list(stored.select_related("law") if relation == "laws" else stored)
        for number, row in enumerate(rows):
            if found := overlap_in(rows, number):
                raise ValidationError(f"{capfirst(str(row))}: {overlap_message(*found)}")
