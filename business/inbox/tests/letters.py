"""Mails as they arrive, made in code: ordinary ones, and every odd one that we could think of."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from django.conf import settings

from business.inbox.incoming.addresses import reply_address
from business.inbox.incoming.filing import file_mail
from business.inbox.incoming.storing import keep
from business.inbox.models import Case, IncomingMail, OutboxMail

__all__ = ["ELSA", "OFFICE", "QUOTE", "arrive", "bounce", "drop", "letter", "nested", "reply"]

OFFICE = "arende@kommun.example"
ELSA = "elsa.norrby@krogen.example"
QUOTE = """

Den 3 november 2026 kl. 10:12 skrev Kim Lindqvist <arende@kommun.example>:
> Hur många bord blir det?
>
> Kim Lindqvist
"""


def letter(
    text: str = "Hej!\n\nVi vill ställa ut åtta bord.",
    *,
    sender: str = f"Elsa Norrby <{ELSA}>",
    to: str = OFFICE,
    subject: str = "Uteservering",
    headers: Mapping[str, str] | None = None,
    html: str = "",
    files: Mapping[str, bytes] | None = None,
    number: int = 1,
) -> bytes:
    """Return an ordinary mail."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"], mail["Date"] = f"<{number}@krogen.example>", "Tue, 3 Nov 2026 10:12:00 +0100"
    for name, value in (headers or {}).items():
        mail[name] = value
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    for name, data in (files or {}).items():
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    for number, part in enumerate(mail.walk()):
        if part.is_multipart():
            part.set_boundary(f"----={number}=")  # the same mail is the same bytes
    return mail.as_bytes()


def reply(case: Case, text: str = f"Åtta bord.{QUOTE}", **values: object) -> bytes:
    """Return the sender's reply to a mail of ours about a case."""
    to = reply_address(case.number, case.email)
    return letter(text, **{"sender": case.email, "to": to, "subject": f"Sv: Svar på {case.number}", **values})  # type: ignore[arg-type]


def bounce(mail: OutboxMail, *, action: str = "failed", status: str = "5.1.1", to: str = "") -> bytes:
    """Return what a mail server writes when it could not deliver a mail of ours."""
    return (
        f"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: {to or settings.DEFAULT_FROM_EMAIL}\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nI am sorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {mail.to}\r\nAction: {action}\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 User unknown\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {mail.message_id_header}\r\nTo: {mail.to}\r\n\r\n--b--\r\n"
    ).encode()


def nested(depth: int) -> bytes:
    """Return a mail whose text lies so many bundles deep."""
    opened = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(depth))
    return f"From: {ELSA}\r\nTo: {OFFICE}\r\nSubject: Djupt\r\n{opened}Content-Type: text/plain\r\n\r\nLängst in\r\n".encode()


def arrive(raw: bytes, **values: object) -> IncomingMail:
    """Have a mail stored and filed, as a round does; return its row."""
    kept = keep(raw, **{"source": "test", "uid": str(IncomingMail.objects.count()), **values})  # type: ignore[arg-type]
    assert kept is not None, "the same mail is there already"
    assert file_mail(kept.pk)
    kept.refresh_from_db()
    return kept


def drop(folder: Path, raw: bytes, name: str = "mail") -> Path:
    """Put a mail into the drop folder as a relay does."""
    unfinished = folder / f"{name}.tmp"
    unfinished.write_bytes(raw)
    return unfinished.rename(folder / f"{name}.eml")
