"""Facts that hold from one day to another."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel

__all__ = ["Period", "PeriodQuerySet", "refuse_overlaps"]


class PeriodQuerySet(models.QuerySet):
    """Rows with a period."""

    def on(self, day: datetime.date) -> PeriodQuerySet:
        """Those that hold on this day."""
        return self.filter(
            models.Q(valid_from__isnull=True) | models.Q(valid_from__lte=day),
            models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=day),
        )


class Period(models.Model):
    """A fact that holds from and with ``valid_from`` to and with ``valid_to``; an empty end is open."""

    valid_from = models.DateField(_("holds from"), null=True, blank=True, help_text=_("Empty: it has always held."))
    valid_to = models.DateField(
        _("holds until and including"), null=True, blank=True, help_text=_("Empty: until further notice.")
    )

    period_panel = FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_to")])

    class Meta:
        abstract = True

    def holds_on(self, day: datetime.date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def starts_after(self, day: datetime.date) -> bool:
        return self.valid_from is not None and self.valid_from > day

    def overlaps(self, other: Period) -> bool:
        """Whether some day lies in both periods."""
        first, last = datetime.date.min, datetime.date.max
        return (self.valid_from or first) <= (other.valid_to or last) and (other.valid_from or first) <= (
            self.valid_to or last
        )

    def clean(self) -> None:
        super().clean()
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": _("The period ends before it starts.")})

    @property
    def period_text(self) -> str:
        """The period in words, in the reader's language; empty when it has no ends."""
        start = self.valid_from and date_format(self.valid_from, "DATE_FORMAT")
        end = self.valid_to and date_format(self.valid_to, "DATE_FORMAT")
        if start and end:
            return _("%(start)s to %(end)s") % {"start": start, "end": end}
        if start:
            return _("from %(start)s") % {"start": start}
        return _("until %(end)s") % {"end": end} if end else ""


def refuse_overlaps(row: Period, others: Any) -> None:
    """Refuse a period that shares a day with another row of the same fact.

    Raises:
        ValidationError: at ``valid_from``, naming the other row.
    """
    for other in others:
        if row.overlaps(other):
            raise ValidationError(
                {
                    "valid_from": _("The period overlaps with “%(other)s” (%(period)s).")
                    % {"other": other, "period": other.period_text or _("without limits")}
                }
            )
