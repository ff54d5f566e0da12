"""Replies as ordinary mail programs write them: what was answered repeated below, as text and as HTML, in quoted-printable."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, make_msgid
from html import escape

from django.utils import timezone

__all__ = ["gmail", "new_mail", "outlook"]

MONTHS = [
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
]
DAYS = ["mån", "tis", "ons", "tors", "fre", "lör", "sön"]


def new_mail(sender: str, name: str, to: str, subject: str, text: str, html: str = "") -> EmailMessage:
    """A mail that answers nothing."""
    letter = EmailMessage(policy=SMTP)
    letter["From"] = formataddr((name, sender))
    letter["To"] = to
    letter["Subject"] = subject
    letter["Date"] = format_datetime(timezone.localtime())
    letter["Message-ID"] = make_msgid(domain=sender.partition("@")[2])
    letter.set_content(text, cte="quoted-printable")
    if html:
        letter.add_alternative(f"<html><body>{html}</body></html>", subtype="html", cte="quoted-printable")
    return letter


def _answering(letter: EmailMessage, answered: EmailMessage) -> EmailMessage:
    letter["In-Reply-To"] = answered["Message-ID"]
    letter["References"] = answered["Message-ID"]
    return letter


def outlook(answered: EmailMessage, text: str, name: str, sender: str = "") -> EmailMessage:
    """Outlook's reply in Swedish. ``sender`` is whoever answers, if it is not who got the mail."""
    now = timezone.localtime()
    head = {
        "Från": answered["From"],
        "Skickat": f"den {now.day} {MONTHS[now.month - 1]} {now.year} {now:%H:%M}",
        "Till": answered["To"],
        "Ämne": answered["Subject"],
    }
    quoted = answered.get_content()
    plain = "\n".join(f"{key}: {value}" for key, value in head.items())
    rich = "<br>".join(f"<b>{key}:</b> {escape(str(value))}" for key, value in head.items())
    reply = new_mail(
        sender or answered["To"],
        name,
        answered["Reply-To"],
        f"SV: {answered['Subject']}",
        f"{text}\n\n________________________________\n{plain}\n\n{quoted}",
        f"<p>{escape(text)}</p><hr><div>{rich}</div><pre>{escape(quoted)}</pre>",
    )
    return _answering(reply, answered)


def gmail(answered: EmailMessage, text: str, name: str, sender: str = "") -> EmailMessage:
    """Gmail's reply in Swedish: "Den … skrev …:" and the mail behind angle brackets."""
    now = timezone.localtime()
    when = f"Den {DAYS[now.weekday()]} {now.day} {MONTHS[now.month - 1][:3]}. {now.year} kl {now:%H:%M} skrev"
    quoted = answered.get_content()
    behind = "\n".join(f"> {line}".rstrip() for line in quoted.splitlines())
    reply = new_mail(
        sender or answered["To"],
        name,
        answered["Reply-To"],
        f"Sv: {answered['Subject']}",
        f"{text}\n\n{when} {answered['From']}:\n\n{behind}\n",
        f"<div>{escape(text)}</div><div class='gmail_quote'>{escape(when)} {escape(answered['From'])}:<br>"
        f"<blockquote>{escape(quoted)}</blockquote></div>",
    )
    return _answering(reply, answered)
