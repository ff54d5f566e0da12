"""What every fact carries: the law that it rests on, and when somebody last compared it with its source."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from business.core.models import Row, originals
from business.core.panels import RegisterSelect
from business.core.spans import TimeUnit, after
from business.core.translation import facts, texts

__all__ = ["Checked", "FactRow", "Sourced", "keep_newer_checks", "next_check"]


def next_check(checked_on: datetime.date, every: int) -> datetime.date:
    """Return the day by which something checked on a day is to be checked again; ``every`` is in months."""
    return after(checked_on, every, TimeUnit.MONTHS)


class Sourced(models.Model):
    """Names the law that a fact rests on."""

    law = models.ForeignKey(
        "guides.LegalReference",
        verbose_name=_("law"),
        null=True,
        blank=True,
        limit_choices_to=originals,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Where it is written that this is so."),
    )
    provision = models.CharField(
        _("chapter and section"), max_length=80, blank=True, help_text=_("Where in the law, like “8 kap.”")
    )

    source_panel = FieldRowPanel([RegisterSelect("law"), FieldPanel("provision")])

    class Meta:
        abstract = True


class Checked(models.Model):
    """When a fact was last compared with its source, by whom, and when that is to be done again."""

    checked_on = models.DateField(
        _("facts checked"),
        null=True,
        blank=True,
        help_text=_("When somebody last compared the facts with the sources."),
    )
    checked_by = models.ForeignKey(
        "organisation.Unit",
        verbose_name=_("checked by"),
        null=True,
        blank=True,
        limit_choices_to=originals,
        on_delete=models.PROTECT,
        related_name="+",
    )
    next_check_on = models.DateField(
        _("next check"), null=True, blank=True, help_text=_("After this day the page says that the facts may be old.")
    )

    class Meta:
        abstract = True

    def note_check(self, on: datetime.date, by_id: int | None, every: int) -> None:
        """Say that the fact was found right on a day; ``every`` is the number of months to the next check."""
        self.checked_on, self.checked_by_id, self.next_check_on = on, by_id, next_check(on, every)


class FactRow(Row, Sourced, Checked):
    """A row with a source and a check of its own. Until it has one, the check of the whole guide counts for it too."""

    FACT_FIELDS = [*texts("provision"), *facts("law", "checked_on", "checked_by", "next_check_on")]

    class Meta(Row.Meta):
        abstract = True


def keep_newer_checks(page: Any) -> None:
    """Take over, for the rows in memory, what was checked while their draft was on its way to being published."""
    for rows in page.__dict__.get("_cluster_related_objects", {}).values():
        known = {row.pk: row for row in rows if isinstance(row, FactRow) and row.pk}
        if known:
            model = type(next(iter(known.values())))
            for stored in model._default_manager.filter(pk__in=known, checked_on__isnull=False):
                row = known[stored.pk]
                if row.checked_on is None or row.checked_on < stored.checked_on:
                    row.checked_on, row.checked_by_id = stored.checked_on, stored.checked_by_id
                    row.next_check_on = stored.next_check_on
