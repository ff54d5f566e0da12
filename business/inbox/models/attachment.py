"""Files that came with a message or go out with one."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..enums import HANDED_OUT, FileKind, ScanState
from .kept import refuse_deletion

__all__ = ["Attachment", "AttachmentQuerySet"]


class AttachmentQuerySet(models.QuerySet):
    """Files. One that was sent is a record and is never deleted; one of a form or a draft is not, yet."""

    def delete(self) -> Any:
        if sent := list(self.filter(message__isnull=False)[:100]):
            refuse_deletion(sent)
        return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class Attachment(models.Model):
    """A file byte for byte as it arrived, outside the web root and under a random name (``files/store.py``).

    It belongs to a message; before that, to an officer's draft, or to a visitor's form that was not right yet
    (``held_key``, the form's submission key), so that nobody has to choose the file again. Sent, it keeps that key: the
    same form sent once more is the same request, files and all.
    """

    message = models.ForeignKey(
        "inbox.Message", null=True, blank=True, on_delete=models.PROTECT, related_name="attachments"
    )
    draft = models.ForeignKey(
        "inbox.Draft", null=True, blank=True, on_delete=models.SET_NULL, related_name="attachments"
    )
    held_key = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=100)  # media type, by content
    size = models.PositiveIntegerField(_("size"))
    digest = models.CharField(max_length=64, editable=False)  # SHA-256 of the bytes
    path = models.CharField(max_length=100, blank=True, editable=False)  # empty when it was disposed of
    # A picture drawn anew from the file, to be looked at without opening what a stranger sent.
    picture_path = models.CharField(max_length=100, blank=True, editable=False)
    scan = models.CharField(
        _("virus scan"), max_length=12, choices=ScanState.choices, default=ScanState.WAITING, editable=False
    )
    # While the file waits: when a scan was last begun.
    scanned_at = models.DateTimeField(null=True, editable=False)
    finding = models.CharField(_("virus found"), max_length=120, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = AttachmentQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = ()
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["pk"]
        indexes = [models.Index(fields=["scan", "id"], name="attachment_scan")]
        constraints = [models.UniqueConstraint(fields=["path"], condition=~models.Q(path=""), name="attachment_path")]

    def __str__(self) -> str:
        return self.name

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Delete what was never sent; a file that was is a public record."""
        if self.message_id is not None:
            refuse_deletion([self])
        return super().delete(*args, **kwargs)

    @property
    def is_handed_out(self) -> bool:
        """Whether the file may leave the store."""
        return self.scan in HANDED_OUT

    @property
    def kind_words(self) -> str:
        """What this kind of file is called."""
        return str(FileKind(self.kind).label) if self.kind in FileKind else self.kind
