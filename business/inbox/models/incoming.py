"""Mail that came in: the bytes as they arrived, and what became of them."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..enums import HANDED_OUT, IncomingState, MailSort, ScanState
from .kept import Kept, KeptQuerySet

__all__ = ["IncomingMail", "IncomingMailQuerySet"]


class IncomingMailQuerySet(KeptQuerySet):
    """Mail that came in, by what is to be done with it."""

    def to_file(self, at: datetime.datetime) -> IncomingMailQuerySet:
        """Stored and not read yet; or left behind by a worker that died over it."""
        return self.filter(state=IncomingState.STORED).filter(Q(lease_until=None) | Q(lease_until__lt=at))


class IncomingMail(Kept):
    """One mail as it arrived, in the file store (``path``), and what was made of it.

    The row is written before anything is read out of the mail and before the mail server hears that we have it. Its bytes
    are never changed; of its columns only how it is worked (state, attempts, lease, scan) and what was made of it.
    """

    # Where it was read: which mailbox or folder, and its number there. With it nothing is read twice.
    source = models.CharField(_("read from"), max_length=200, editable=False)
    uid_validity = models.BigIntegerField(default=0, editable=False)
    uid = models.CharField(max_length=200, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)  # SHA-256 of the bytes
    size = models.PositiveIntegerField(_("size"), editable=False)
    path = models.CharField(max_length=100, blank=True, editable=False)  # empty when it was disposed of
    # When it reached us: the mail server's own time. It never changes.
    received_at = models.DateTimeField(_("received"), editable=False)
    stored_at = models.DateTimeField(_("read"), default=timezone.now, editable=False)

    state = models.CharField(
        _("state"), max_length=12, choices=IncomingState.choices, default=IncomingState.STORED, editable=False
    )
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    last_error = models.CharField(_("last error"), max_length=300, blank=True, editable=False)

    # What was read out of it.
    sort = models.CharField(
        _("kind"), max_length=12, choices=MailSort.choices, default=MailSort.PERSON, editable=False
    )
    sender = models.CharField(_("from"), max_length=254, blank=True, editable=False)
    subject = models.CharField(_("subject"), max_length=255, blank=True, editable=False)
    message_id_header = models.CharField(max_length=255, blank=True, editable=False)
    # The number of the case that it says it belongs to, as text: it may be anybody's guess.
    claims = models.CharField(_("says it belongs to"), max_length=20, blank=True, db_index=True, editable=False)
    has_html = models.BooleanField(default=False, editable=False)
    # What of it is not shown with the message: `[{"name": …, "why": …}]`, the reason as its English sentence.
    left_out = models.JSONField(default=list, blank=True, editable=False)
    scan = models.CharField(max_length=12, choices=ScanState.choices, default=ScanState.WAITING, editable=False)
    finding = models.CharField(max_length=120, blank=True, editable=False)

    # What was made of it: a message, or, of a bounce or an automatic reply, an entry in the case's history alone.
    case = models.ForeignKey(
        "inbox.Case", null=True, on_delete=models.PROTECT, related_name="incoming_mails", editable=False
    )
    message = models.OneToOneField(
        "inbox.Message", null=True, on_delete=models.PROTECT, related_name="incoming", editable=False
    )

    objects = IncomingMailQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = ()
        ordering = ["received_at", "pk"]
        verbose_name = _("incoming mail")
        verbose_name_plural = _("incoming mail")
        constraints = [
            models.UniqueConstraint(fields=["source", "uid_validity", "uid"], name="incoming_mail_read_once"),
            models.UniqueConstraint(fields=["path"], condition=~Q(path=""), name="incoming_mail_path"),
        ]
        indexes = [models.Index(fields=["state", "received_at"], name="incoming_mail_state")]

    def __str__(self) -> str:
        return f"{self.received_at:%Y-%m-%d %H:%M} {self.get_state_display()}"

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse: a mail that has reached us is a public record."""
        raise models.ProtectedError(str(_("A mail that came in is a public record and cannot be deleted.")), {self})

    @property
    def is_handed_out(self) -> bool:
        """Whether the mail may leave the store as it arrived: what hangs on it may be malicious."""
        return self.scan in HANDED_OUT

    @property
    def is_answered_by_nobody(self) -> bool:
        """Whether a machine sent it: whoever answered it might talk to another machine for ever (RFC 3834)."""
        return self.sort != MailSort.PERSON
