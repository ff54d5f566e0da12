"""Hands one mail to the mail server, and reads what the server says."""

from __future__ import annotations

import smtplib
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage

from ..enums import FROM_AN_OFFICER, MailPurpose
from ..files import FileLockedError, for_mail
from ..incoming.addresses import reply_address
from ..mails import office
from ..models import Attachment, OutboxMail
from ..sender_links import as_sent

__all__ = ["brief", "is_permanent", "is_server_trouble", "send"]

# The server, not this mail, is in trouble: every other mail would meet the same.
SERVER_TROUBLE = (
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPServerDisconnected,
)


class _Mail(EmailMessage):
    """A mail to one address, whatever its header says of others: a server may take one and refuse the other."""

    def __init__(self, mail: OutboxMail, **kwargs: Any) -> None:
        self.mail = mail
        shown = mail.copy_of.to if mail.copy_of and mail.cc else mail.to
        super().__init__(mail.subject, as_sent(mail), to=[shown], cc=mail.cc, **kwargs)

    def recipients(self) -> list[str]:
        return [self.mail.to]


def _enclosed(mail: OutboxMail) -> list[Attachment]:
    """Return the files that go with a mail: those of its message, or of the messages that are sent on."""
    if mail.purpose == MailPurpose.FORWARD:
        sent_on = Attachment.objects.filter(pk__in=mail.after_data.get("files", []), message__isnull=False)
        return list(sent_on.order_by("pk"))
    message = mail.copy_of.message if mail.copy_of else mail.message
    return list(message.attachments.all()) if message else []


def send(mail: OutboxMail) -> None:
    """Hand a mail to the mail server.

    Raises:
        Exception: it was not taken. `is_permanent`, `is_server_trouble` and `brief` read what was said.
    """
    headers = {
        "From": settings.DEFAULT_FROM_EMAIL,
        "Message-ID": mail.message_id_header,
        "Auto-Submitted": "no" if mail.purpose in FROM_AN_OFFICER | {MailPurpose.COPY} else "auto-generated",
    }
    if mail.purpose == MailPurpose.RECEIPT:
        headers["Auto-Submitted"] = "auto-replied"
    if mail.in_reply_to:
        headers["In-Reply-To"] = headers["References"] = mail.in_reply_to
    # People reply to what they get: the reply goes to a mailbox that somebody reads, and finds its case there. So does
    # the mail itself, when it comes back. Another authority answers whoever wrote to us.
    returns_to = "" if mail.purpose == MailPurpose.ALERT else reply_address(mail.case.number, mail.to)
    answers_to = mail.case.email if mail.purpose == MailPurpose.FORWARD else ""
    reply_to = [address] if (address := answers_to or returns_to or office().email) else None
    sender = returns_to or settings.DEFAULT_FROM_EMAIL
    letter = _Mail(mail, from_email=sender, reply_to=reply_to, headers=headers)
    for name, content, kind in for_mail(_enclosed(mail)):
        letter.attach(name, content, kind)
    letter.send()


def is_permanent(error: Exception) -> bool:
    """Whether the mail server has said that it will never take this mail (5xx), or a file in it may not leave."""
    if isinstance(error, FileLockedError):
        return True
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _reason in error.recipients.values())
    return (
        isinstance(error, smtplib.SMTPResponseException)
        and 500 <= error.smtp_code < 600
        and not isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPConnectError)
    )


def brief(error: Exception) -> str:
    """Name the error and the server's code. The server's own words may hold the address: they stay on the mail."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = sorted({code for code, _reason in error.recipients.values()})
    else:
        codes = [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []
    return " ".join([type(error).__name__, *map(str, codes)])


def is_server_trouble(error: Exception | None) -> bool:
    """Whether every other mail would meet the same."""
    # Every SMTPException is an OSError too; the others come from the network.
    return isinstance(error, SERVER_TROUBLE) or (
        isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException)
    )
