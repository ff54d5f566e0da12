"""Words of the inbox, and what may follow what."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

__all__ = [
    "ANSWERABLE",
    "DECIDED",
    "ON_ITS_WAY",
    "OPEN",
    "TRANSITIONS",
    "CaseStatus",
    "Channel",
    "Direction",
    "EventKind",
    "MailPurpose",
    "MailStatus",
    "PreferredChannel",
    "Triage",
]


class CaseStatus(models.TextChoices):
    """Where a case stands."""

    NEW = "new", pgettext_lazy("state of a case", "New")
    IN_PROGRESS = "in_progress", _("In progress")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Closed")
    REOPENED = "reopened", _("Reopened")


# Somebody still has to do something.
OPEN = frozenset({CaseStatus.NEW, CaseStatus.IN_PROGRESS, CaseStatus.REOPENED})
# Everything but a closed case can be answered; a closed one is reopened first.
ANSWERABLE = OPEN | {CaseStatus.ANSWERED}

TRANSITIONS: dict[CaseStatus, frozenset[CaseStatus]] = {
    CaseStatus.NEW: frozenset({CaseStatus.IN_PROGRESS, CaseStatus.ANSWERED, CaseStatus.CLOSED}),
    CaseStatus.IN_PROGRESS: frozenset({CaseStatus.ANSWERED, CaseStatus.CLOSED}),
    CaseStatus.ANSWERED: frozenset({CaseStatus.IN_PROGRESS, CaseStatus.CLOSED, CaseStatus.REOPENED}),
    CaseStatus.CLOSED: frozenset({CaseStatus.REOPENED}),
    CaseStatus.REOPENED: frozenset({CaseStatus.IN_PROGRESS, CaseStatus.ANSWERED, CaseStatus.CLOSED}),
}


class Channel(models.TextChoices):
    """How a request came in."""

    WEB = "web", _("The site")
    PHONE = "phone", _("Telephone")
    VISIT = "visit", _("Visit")
    EMAIL = "email", _("E-mail")


class PreferredChannel(models.TextChoices):
    """How the sender would like to be reached."""

    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Telephone")
    ANY = "any", _("Either will do")


class Direction(models.TextChoices):
    """Who speaks in a message. A note stays inside and can never be mailed."""

    INCOMING = "incoming", _("From the sender")
    OUTGOING = "outgoing", _("To the sender")
    NOTE = "note", _("Internal note")


class Triage(models.TextChoices):
    """How the message is kept as a public record (offentlighets- och sekretesslag 2009:400, ch. 5)."""

    UNDECIDED = "", _("Not decided yet")
    KEPT = "kept", _("Kept in order here")
    REGISTERED = "registered", _("Entered in the register")
    INSIGNIFICANT = "insignificant", _("Obviously of little importance")


# What a coordinator can decide when a case is closed.
DECIDED = frozenset({Triage.KEPT, Triage.REGISTERED, Triage.INSIGNIFICANT})


class MailPurpose(models.TextChoices):
    """Why a mail is sent."""

    RECEIPT = "receipt", _("Receipt")
    ANSWER = "answer", _("Answer")


class MailStatus(models.TextChoices):
    """Where a mail stands on its way out."""

    WAITING = "waiting", _("Waiting to be sent")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Accepted by the mail server")
    FAILED = "failed", _("Could not be sent")


# Neither sent nor given up.
ON_ITS_WAY = frozenset({MailStatus.WAITING, MailStatus.SENDING})


class EventKind(models.TextChoices):
    """What happened to a case."""

    RECEIVED = "received", _("Request received")
    ADDED = "added", _("Further message received")
    TAKEN = "taken", _("Taken")
    RELEASED = "released", _("Released")
    DESCRIBED = "described", _("Short content written")
    NOTED = "noted", _("Note written")
    ANSWER_QUEUED = "answer_queued", _("Answer queued for sending")
    MAIL_SENT = "mail_sent", _("Mail accepted by the mail server")
    MAIL_FAILED = "mail_failed", _("Mail could not be sent")
    MAIL_RETRIED = "mail_retried", _("Mail sent again")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Closed")
    REOPENED = "reopened", _("Reopened")
    TRIAGED = "triaged", _("Decided how it is kept")
