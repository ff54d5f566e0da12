"""When the office works, and what it promises."""

from __future__ import annotations

import datetime

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

__all__ = ["InboxSettings", "OfficeDay"]


@register_setting(icon="mail")
class InboxSettings(BaseGenericSetting):
    """The office's ordinary hours and the promise, in working days of that length."""

    opens = models.TimeField(_("opens"), default=datetime.time(8))
    closes = models.TimeField(_("closes"), default=datetime.time(16, 30))
    target_days = models.PositiveSmallIntegerField(
        _("we aim to answer within, working days"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
    )
    limit_days = models.PositiveSmallIntegerField(
        _("we promise to answer within, working days"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )

    wagtail_reference_index_ignore = True
    panels = [
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("opens"), FieldPanel("closes")])],
            heading=_("Ordinary hours, Monday to Friday"),
            help_text=_("Days that differ are kept under Registers, Closed days and short days."),
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("target_days"), FieldPanel("limit_days")])], heading=_("Response time")
        ),
    ]

    class Meta:
        verbose_name = _("office hours and response time")

    def clean(self) -> None:
        super().clean()
        if self.opens and self.closes and self.closes <= self.opens:
            raise ValidationError({"closes": _("Closing time must be after opening time.")})
        if self.target_days and self.limit_days and self.limit_days < self.target_days:
            raise ValidationError({"limit_days": _("The promise cannot be shorter than what we aim for.")})


class OfficeDay(models.Model):
    """A day on which the office is closed, or keeps other hours. Public holidays and their eves are known already."""

    day = models.DateField(_("day"), unique=True)
    opens = models.TimeField(_("opens"), null=True, blank=True)
    closes = models.TimeField(
        _("closes"), null=True, blank=True, help_text=_("Leave both empty when the office is closed the whole day.")
    )
    reason = models.CharField(_("reason"), max_length=120, blank=True)

    wagtail_reference_index_ignore = True
    panels = [
        FieldPanel("day"),
        FieldRowPanel([FieldPanel("opens"), FieldPanel("closes")]),
        FieldPanel("reason"),
    ]

    class Meta:
        verbose_name = _("closed or short day")
        verbose_name_plural = _("closed days and short days")
        ordering = ["-day"]

    def __str__(self) -> str:
        return date_format(self.day, "j F Y")

    @property
    def hours(self) -> tuple[datetime.time, datetime.time] | None:
        """The hours of the day, or nothing when the office is closed."""
        return (self.opens, self.closes) if self.opens and self.closes else None

    @property
    def hours_in_words(self) -> str:
        if self.hours is None:
            return gettext("Closed")
        return "–".join(f"{time:%H:%M}" for time in self.hours)

    def clean(self) -> None:
        super().clean()
        if bool(self.opens) != bool(self.closes):
            field = "closes" if self.opens else "opens"
            raise ValidationError({field: _("Write both times, or none when the office is closed.")})
        if self.opens and self.closes and self.closes <= self.opens:
            raise ValidationError({"closes": _("Closing time must be after opening time.")})
