"""Mail on its way out. This table is the truth about it; the task queue only wakes the worker."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from business.core.models import Restore

from ..enums import FLEETING, STUCK, TO_OTHERS, AfterSending, MailPurpose, MailStatus
from .kept import Kept, KeptQuerySet

__all__ = ["OutboxMail", "OutboxQuerySet"]


class OutboxQuerySet(KeptQuerySet):
    """Mail, by what is to be done with it."""

    def due(self, at: datetime.datetime) -> OutboxQuerySet:
        """Waiting, and its time has come; or left behind by a worker that died while sending.

        None is in a restored database that nobody has looked at yet: it may be a mere exercise.
        """
        return self.filter(
            models.Q(status=MailStatus.WAITING, next_attempt_at__lte=at)
            | models.Q(status=MailStatus.SENDING, lease_until__lt=at),
            ~models.Exists(Restore.objects.filter(seen_at=None)),
        )

    def not_begun_by(self, user: Any) -> OutboxQuerySet:
        """The answers of a writer that nobody has begun to send: each can still be withdrawn."""
        return self.filter(
            status=MailStatus.WAITING, attempts=0, purpose=MailPurpose.ANSWER, message__author=user
        ).order_by("pk")

    def stuck(self) -> OutboxQuerySet:
        """Failed or held."""
        return self.filter(status__in=STUCK).exclude(purpose__in=FLEETING)

    def failed(self) -> OutboxQuerySet:
        """Given up, and somebody has to see to it.

        A notice is for officers, who read the same in the inbox; whoever waits for a code asks for another.
        """
        return self.filter(status=MailStatus.FAILED).exclude(purpose__in=FLEETING)

    def held(self) -> OutboxQuerySet:
        """Held after a restore: nobody has tried it here, and it may have been sent before."""
        return self.filter(status=MailStatus.HELD).exclude(purpose__in=FLEETING)


class OutboxMail(Kept):
    """One mail: exactly what is sent, to whom, and how far it has come."""

    case = models.ForeignKey("inbox.Case", on_delete=models.PROTECT, related_name="mails")
    message = models.OneToOneField(
        "inbox.Message", null=True, blank=True, on_delete=models.PROTECT, related_name="mail"
    )
    purpose = models.CharField(_("purpose"), max_length=10, choices=MailPurpose.choices)
    to = models.EmailField(_("to"))
    cc = models.JSONField(_("copy to"), default=list, blank=True)  # what the mail's own header says
    # A copy is a mail of its own: a server may take one address and refuse the other. One whose address does not stand
    # in `cc` is a hidden copy.
    copy_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="copies")
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    # Fixed when the row is written: a mail that is sent twice after a crash is the same mail to the receiver.
    message_id_header = models.CharField(max_length=200, unique=True, editable=False)
    in_reply_to = models.CharField(max_length=200, blank=True, editable=False)

    # What becomes of the case when the mail server has accepted the mail, and what is needed for it.
    after = models.CharField(max_length=10, choices=AfterSending.choices, default=AfterSending.ANSWERED)
    after_data = models.JSONField(default=dict, blank=True)

    status = models.CharField(_("state"), max_length=10, choices=MailStatus.choices, default=MailStatus.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    # When somebody had it sent again: from then on it has its 72 hours anew.
    retried_at = models.DateTimeField(_("sent again"), null=True, editable=False)
    next_attempt_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    lease_until = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(_("accepted"), null=True, editable=False)
    last_error = models.CharField(_("last error"), max_length=500, blank=True)

    objects = OutboxQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = ()
        ordering = ["created_at", "pk"]
        verbose_name = _("mail")
        verbose_name_plural = _("mail")
        indexes = [
            models.Index(fields=["status", "next_attempt_at"], name="outbox_due"),
            # Whether an address has had a receipt in the last day: asked for every mail that comes in.
            models.Index(
                fields=["created_at"], condition=models.Q(purpose=MailPurpose.RECEIPT), name="outbox_receipts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} → {self.to}"

    @property
    def is_not_begun(self) -> bool:
        """Whether it is an answer that nobody has begun to send."""
        return self.purpose == MailPurpose.ANSWER and self.status == MailStatus.WAITING and not self.attempts

    @property
    def is_the_senders(self) -> bool:
        """Whether it goes to the sender of its case; the sender of a merged case has theirs as a copy."""
        if self.purpose == MailPurpose.COPY:
            return self.copy_of is not None and self.copy_of.case_id != self.case_id
        return self.purpose not in TO_OTHERS
