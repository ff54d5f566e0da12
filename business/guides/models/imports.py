"""Spreadsheets of facts: those that were downloaded, and those that were sent in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..enums import ExportStatus, ImportStatus, WorkStage

__all__ = ["FactExport", "FactImport"]


class WorkbookRunQuerySet(models.QuerySet):
    def without_content(self) -> WorkbookRunQuerySet:
        """Without what may be megabytes: a list shows none of it."""
        return self.defer("file")


class WorkbookRun(models.Model):
    """A spreadsheet and how far the background worker has come with it: ``done`` of ``total`` of what ``stage`` counts."""

    file = models.BinaryField(_("file"), default=b"")
    file_name = models.CharField(_("file name"), max_length=200)
    stage = models.CharField(_("stage"), max_length=12, choices=WorkStage.choices, default=WorkStage.WAITING)
    total = models.PositiveIntegerField(_("in all"), default=0)
    done = models.PositiveIntegerField(_("done"), default=0)

    objects = WorkbookRunQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.file_name


class FactExport(WorkbookRun):
    """A spreadsheet of all guides' facts, made in the background and then downloaded."""

    status = models.CharField(_("status"), max_length=12, choices=ExportStatus.choices, default=ExportStatus.MAKING)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked for by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    asked_at = models.DateTimeField(_("asked for"))
    made_at = models.DateTimeField(_("made"), null=True, blank=True)

    class Meta:
        verbose_name = _("spreadsheet to download")
        verbose_name_plural = _("spreadsheets to download")
        ordering = ["-asked_at", "-pk"]
        default_permissions = ()

    @property
    def is_at_work(self) -> bool:
        return self.status in ExportStatus.at_work()


class FactImportQuerySet(WorkbookRunQuerySet):
    def without_content(self) -> FactImportQuerySet:
        return self.defer("file", "errors", "changes")


class FactImport(WorkbookRun):
    """A spreadsheet of facts that somebody sent in: what is wrong with it, or what it would change.

    ``errors`` are ``{sheet, row, column, message}``, the first of them; ``changes`` is what ``workbook.difference`` found,
    and stays as the record of what was changed.
    """

    status = models.CharField(_("status"), max_length=12, choices=ImportStatus.choices, default=ImportStatus.CHECKING)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("sent in by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    uploaded_at = models.DateTimeField(_("sent in"))
    errors = models.JSONField(_("errors"), default=list)
    error_count = models.PositiveIntegerField(_("number of errors"), default=0)
    changes = models.JSONField(_("changes"), default=list)
    change_count = models.PositiveIntegerField(_("number of changes"), default=0)
    guide_count = models.PositiveIntegerField(_("guides that change"), default=0)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("applied by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)

    objects = FactImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("spreadsheet that was sent in")
        verbose_name_plural = _("spreadsheets that were sent in")
        ordering = ["-uploaded_at", "-pk"]
        default_permissions = ()

    @property
    def is_at_work(self) -> bool:
        return self.status in ImportStatus.at_work()
