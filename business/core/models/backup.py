from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["Backup", "Restore"]


class Backup(models.Model):
    """That a backup was made, and of what moment; the archive itself lies elsewhere."""

    made_at = models.DateTimeField(_("of the moment"))
    seconds = models.FloatField(_("seconds it took"))
    name = models.CharField(_("archive"), max_length=120)
    size = models.PositiveBigIntegerField(_("size"))
    digest = models.CharField(max_length=64)  # SHA-256 of the archive
    files = models.PositiveIntegerField(_("files"))
    missing = models.PositiveIntegerField(_("files that were missing"), default=0)
    damaged = models.PositiveIntegerField(_("files that had changed"), default=0)

    class Meta:
        default_permissions = ()
        ordering = ["-made_at"]
        verbose_name = _("backup")
        verbose_name_plural = _("backups")

    def __str__(self) -> str:
        return self.name


class Restore(models.Model):
    """That this database came out of a backup. Until somebody has looked, no mail is sent."""

    made_at = models.DateTimeField(_("of the moment"))
    restored_at = models.DateTimeField(_("restored"))
    name = models.CharField(_("archive"), max_length=120)
    digest = models.CharField(max_length=64)
    seen_at = models.DateTimeField(_("looked at"), null=True)
    seen_by = models.CharField(_("by"), max_length=160, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["-restored_at"]
        verbose_name = _("restore")
        verbose_name_plural = _("restores")

    def __str__(self) -> str:
        return self.name
