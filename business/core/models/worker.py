from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["WorkerSign"]


class WorkerSign(models.Model):
    """The background worker's last sign of life; one row."""

    seen_at = models.DateTimeField(_("last seen"))

    class Meta:
        default_permissions = ()
        verbose_name = _("worker's sign of life")
        verbose_name_plural = _("worker's signs of life")

    def __str__(self) -> str:
        return f"{self.seen_at:%Y-%m-%d %H:%M:%S}"
