"""What is to be looked at because something else changed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["CheckTask"]


class CheckTaskQuerySet(models.QuerySet):
    def open(self) -> CheckTaskQuerySet:
        """Those that nobody has done yet."""
        return self.filter(done_at__isnull=True)


class CheckTask(models.Model):
    """A law has changed: compare this guide with it. Opened by the change, closed by whoever has looked."""

    page = models.ForeignKey(
        "guides.GuidePage", verbose_name=_("guide"), on_delete=models.CASCADE, related_name="check_tasks"
    )
    law = models.ForeignKey(
        "guides.LegalReference", verbose_name=_("law"), on_delete=models.PROTECT, related_name="check_tasks"
    )
    changes = models.JSONField(_("what changed"), default=list)
    note = models.CharField(_("what to look at"), max_length=300, blank=True)
    opened_at = models.DateTimeField(_("opened"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = CheckTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("check task")
        verbose_name_plural = _("check tasks")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["page", "law"], condition=models.Q(done_at__isnull=True), name="one_open_task_a_guide_and_law"
            )
        ]

    def __str__(self) -> str:
        return f"{self.page}: {self.law}"
