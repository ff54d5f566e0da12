from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["JobRun", "WorkerSign"]


class WorkerSign(models.Model):
    """The last sign of life of each background worker, the latest first."""

    name = models.CharField(_("worker"), max_length=80, unique=True, default="")  # machine and process
    started_at = models.DateTimeField(_("started"), null=True)
    seen_at = models.DateTimeField(_("last seen"))
    stopped_at = models.DateTimeField(_("stopped when asked"), null=True)

    class Meta:
        default_permissions = ()
        ordering = ["-seen_at"]
        verbose_name = _("worker's sign of life")
        verbose_name_plural = _("worker's signs of life")

    def __str__(self) -> str:
        return f"{self.name} {self.seen_at:%Y-%m-%d %H:%M:%S}"


class JobRun(models.Model):
    """When a periodic job was last begun, done and failed, by whichever worker (``periodic.py``)."""

    name = models.CharField(_("job"), max_length=80, unique=True)
    begun_at = models.DateTimeField(_("begun"))
    done_at = models.DateTimeField(_("done"), null=True)
    failed_at = models.DateTimeField(_("failed"), null=True)
    error = models.CharField(_("error"), max_length=100, blank=True)  # its kind: the words are in the log

    class Meta:
        default_permissions = ()
        ordering = ["name"]
        verbose_name = _("periodic job")
        verbose_name_plural = _("periodic jobs")

    def __str__(self) -> str:
        return self.name
