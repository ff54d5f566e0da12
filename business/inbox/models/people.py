"""What belongs to the people who work in the inbox."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from ..enums import AfterSending

__all__ = ["Absence", "AbsenceQuerySet", "Draft", "Presence", "SavedView"]


class AbsenceQuerySet(models.QuerySet):
    """Absences, by day."""

    def on(self, day: datetime.date) -> AbsenceQuerySet:
        return self.filter(first_day__lte=day, last_day__gte=day)


class Absence(models.Model):
    """Days on which somebody is away, and who does their work meanwhile."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who is away"), on_delete=models.PROTECT, related_name="absences"
    )
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("substitute"),
        on_delete=models.PROTECT,
        related_name="substitutes_for",
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))

    objects = AbsenceQuerySet.as_manager()
    wagtail_reference_index_ignore = True
    panels = [
        FieldRowPanel([FieldPanel("user"), FieldPanel("substitute")]),
        FieldRowPanel([FieldPanel("first_day"), FieldPanel("last_day")]),
    ]

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["-first_day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=models.F("first_day")), name="absence_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.first_day} – {self.last_day}"

    def clean(self) -> None:
        super().clean()
        if self.user_id and self.user_id == self.substitute_id:
            raise ValidationError({"substitute": _("Nobody can stand in for themselves.")})
        if not (self.first_day and self.last_day):
            return
        if self.last_day < self.first_day:
            raise ValidationError({"last_day": _("The last day cannot come before the first.")})
        others = Absence.objects.filter(user=self.user_id, first_day__lte=self.last_day, last_day__gte=self.first_day)
        if self.user_id and (other := others.exclude(pk=self.pk).first()):
            message = _("These days overlap with %(first)s – %(last)s.")
            raise ValidationError(
                {"first_day": ValidationError(message, params={"first": other.first_day, "last": other.last_day})}
            )

    def clashes(self) -> AbsenceQuerySet:
        """Return the absences that make a chain of this one: the substitute's, and those that its person stands in for."""
        overlapping = Absence.objects.filter(first_day__lte=self.last_day, last_day__gte=self.first_day)
        chained = overlapping.filter(Q(user=self.substitute_id) | Q(substitute=self.user_id))
        return chained.exclude(pk=self.pk).select_related("user", "substitute")


class Draft(models.Model):
    """An answer that somebody has begun. One a case and person; gone when it is sent."""

    case = models.ForeignKey("inbox.Case", on_delete=models.PROTECT, related_name="drafts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    cc = models.TextField(blank=True)
    after = models.CharField(max_length=10, choices=AfterSending.choices, default=AfterSending.ANSWERED)
    # What was chosen besides, as the composer's fields take it (`drafts.chosen`).
    choices = models.JSONField(default=dict, blank=True)
    updated_at = models.DateTimeField(default=timezone.now)

    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = ()
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="unique_draft")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.user_id}"


class Presence(models.Model):
    """Somebody has a case open in a browser right now."""

    case = models.ForeignKey("inbox.Case", on_delete=models.PROTECT, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(default=timezone.now)
    writes = models.BooleanField(default=False)

    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = ()
        verbose_name = _("viewing now")
        verbose_name_plural = _("viewing now")
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="unique_presence")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.user_id}"


class SavedView(models.Model):
    """A way to look at the inbox: filters, search and order, kept under a name. Shared ones are seen by everybody."""

    name = models.CharField(_("name"), max_length=60)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="inbox_views")
    is_shared = models.BooleanField(_("shown to all who work in the inbox"), default=False)
    # Keys and values as in the listing's address; only keys that the listing knows (`saved_views.KEYS`).
    query = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)

    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = ()
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="unique_saved_view")]

    def __str__(self) -> str:
        return self.name
