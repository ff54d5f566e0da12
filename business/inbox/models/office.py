"""When the office works, and what it promises."""

from __future__ import annotations

import datetime

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from ..permissions import SettingsPolicy

__all__ = ["InboxSettings", "OfficeDay"]


Hours = tuple[datetime.time, datetime.time]
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


def _opens(weekday: int) -> models.TimeField:
    label = format_lazy(_("{day}, opens"), day=WEEKDAYS[weekday])
    return models.TimeField(label, null=True, blank=True, default=datetime.time(8))


def _closes(weekday: int) -> models.TimeField:
    label = format_lazy(_("{day}, closes"), day=WEEKDAYS[weekday])
    return models.TimeField(label, null=True, blank=True, default=datetime.time(16, 30))


@register_setting(icon="mail")
class InboxSettings(BaseGenericSetting):
    """The office's hours on each day of an ordinary week, and the promise, in working days."""

    # Without both times the office is closed on that day of the week.
    monday_opens, monday_closes = _opens(0), _closes(0)
    tuesday_opens, tuesday_closes = _opens(1), _closes(1)
    wednesday_opens, wednesday_closes = _opens(2), _closes(2)
    thursday_opens, thursday_closes = _opens(3), _closes(3)
    friday_opens, friday_closes = _opens(4), _closes(4)
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
            [FieldRowPanel([FieldPanel(f"{day}_opens"), FieldPanel(f"{day}_closes")]) for day in DAYS],
            heading=_("Ordinary hours"),
            help_text=_(
                "Leave both times empty where the office is closed the whole day. One working day is as long as most "
                "days of the week are. Days that differ are kept under Registers, Closed days and short days."
            ),
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("target_days"), FieldPanel("limit_days")])], heading=_("Response time")
        ),
    ]

    class Meta:
        verbose_name = _("office hours and response time")

    @classmethod
    def get_permission_policy(cls) -> SettingsPolicy:
        return SettingsPolicy(cls)

    @property
    def week(self) -> tuple[Hours | None, ...]:
        """The hours from Monday to Friday; nothing where the office is closed."""
        pairs = ((getattr(self, f"{day}_opens"), getattr(self, f"{day}_closes")) for day in DAYS)
        return tuple((opens, closes) if opens and closes else None for opens, closes in pairs)

    def clean(self) -> None:
        super().clean()
        for day in DAYS:
            _check_hours(self, f"{day}_opens", f"{day}_closes")
        if not any(self.week):
            raise ValidationError({"monday_opens": _("The office must be open on one day of the week at least.")})
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
    def hours(self) -> Hours | None:
        """The hours of the day, or nothing when the office is closed."""
        return (self.opens, self.closes) if self.opens and self.closes else None

    @property
    def hours_in_words(self) -> str:
        if self.hours is None:
            return gettext("Closed")
        return "–".join(f"{time:%H:%M}" for time in self.hours)

    def clean(self) -> None:
        super().clean()
        _check_hours(self, "opens", "closes")


def _check_hours(item: models.Model, first: str, last: str) -> None:
    """Refuse one time without the other, and a closing that does not come after its opening."""
    opens, closes = getattr(item, first), getattr(item, last)
    if bool(opens) != bool(closes):
        raise ValidationError({last if opens else first: _("Write both times, or none when the office is closed.")})
    if opens and closes and closes <= opens:
        raise ValidationError({last: _("Closing time must be after opening time.")})
