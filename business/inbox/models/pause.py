"""When the clock of a case stood still."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .kept import Kept, KeptQuerySet

__all__ = ["Pause"]


class Pause(Kept):
    """A stretch of time in which the sender, not the office, was to act. Open-ended while it lasts."""

    case = models.ForeignKey("inbox.Case", on_delete=models.PROTECT, related_name="pauses")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = KeptQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = ()
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        ordering = ["started_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(ended_at__isnull=True), name="one_open_pause_a_case"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.started_at:%Y-%m-%d %H:%M}"
