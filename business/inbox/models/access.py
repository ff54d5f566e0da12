"""Who may see which cases, and who has looked."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel

from business.core.models import originals
from business.core.panels import RegisterSelect

from ..enums import AccessKind
from .kept import Kept, KeptQuerySet

__all__ = ["AccessEntry", "Membership", "Participant"]


class Membership(models.Model):
    """A person works at a unit, and sees its cases and those of the units that are part of it. One may have several."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="inbox_units"
    )
    unit = models.ForeignKey(
        "organisation.Unit",
        verbose_name=_("unit"),
        limit_choices_to=originals,
        on_delete=models.PROTECT,
        related_name="members",
    )

    wagtail_reference_index_ignore = True
    panels = [FieldPanel("user"), RegisterSelect("unit")]

    class Meta:
        verbose_name = _("member of a unit")
        verbose_name_plural = _("members of units")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "unit"],
                name="unique_membership",
                violation_error_message=_("This person belongs to the unit already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.unit}"


class Participant(models.Model):
    """Somebody outside the unit has a part in a case: was let in by a colleague, or has had it."""

    case = models.ForeignKey("inbox.Case", on_delete=models.PROTECT, related_name="participants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = ()
        verbose_name = _("participant in a case")
        verbose_name_plural = _("participants in cases")
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="unique_participant")]
        indexes = [models.Index(fields=["user", "case"], name="participant_cases")]  # all that a person was let into

    def __str__(self) -> str:
        return f"{self.case_id} {self.user_id}"


class AccessEntry(Kept):
    """Somebody looked at something, or took it out. Plain values, as in `Event`: no other table can change an entry.

    It holds nothing of what was seen: keys and numbers alone, so that it can be kept when a case's persons are gone.
    """

    kind = models.CharField(pgettext_lazy("looked at", "what"), max_length=20, choices=AccessKind.choices)
    user_id = models.BigIntegerField()
    user_name = models.CharField(_("by"), max_length=160)
    case_id = models.BigIntegerField(null=True)
    case_number = models.CharField(_("case"), max_length=20, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)
    data = models.JSONField(default=dict)
    # Who, what and which hour, where that is one entry; null where every time counts, since each key is unique.
    once = models.CharField(max_length=120, unique=True, null=True, editable=False)  # noqa: DJ001

    objects = KeptQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = ()
        verbose_name = _("access")
        verbose_name_plural = _("accesses")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["case_id", "-at"], name="access_case"),
            models.Index(fields=["-at", "-id"], name="access_at"),
            models.Index(fields=["user_id", "-at"], name="access_user"),
        ]

    def __str__(self) -> str:
        return f"{self.user_name}: {self.get_kind_display()} {self.case_number}".rstrip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new entry; an entry that is there is never changed."""
        if self.pk:
            raise TypeError("An entry of the access log is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("An entry of the access log is never deleted.")
