"""Words of the inbox, and what may follow what."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

__all__ = [
    "ANSWERABLE",
    "DECIDED",
    "FLEETING",
    "FROM_AN_OFFICER",
    "HANDED_OUT",
    "ON_ITS_WAY",
    "OPEN",
    "PARKED",
    "PAUSED",
    "SPOKEN",
    "STUCK",
    "TO_OTHERS",
    "TRANSITIONS",
    "UNTOUCHED",
    "WRITTEN",
    "AfterSending",
    "CaseStatus",
    "Channel",
    "Direction",
    "DisposalState",
    "EventKind",
    "FileKind",
    "Helped",
    "ItemState",
    "KeepUnit",
    "MailPurpose",
    "MailStatus",
    "NoticeTold",
    "PreferredChannel",
    "QuarantineReason",
    "ScanState",
    "SkipReason",
    "TimeState",
    "Triage",
    "words_for",
]


def words_for(code: str, choices: type[models.TextChoices]) -> str:
    """Return what a code is called; the code where it is none of the choices any more.

    The same as a model's ``get_…_display``, which translates every choice of the field each time it is asked for one.
    """
    try:
        return str(choices(code).label)
    except ValueError:
        return code


class CaseStatus(models.TextChoices):
    """Where a case stands."""

    NEW = "new", pgettext_lazy("state of a case", "New")
    ASSIGNED = "assigned", _("Assigned")
    IN_PROGRESS = "in_progress", _("In progress")
    WAITING_SENDER = "waiting_sender", _("Waiting for the sender")
    WAITING_OTHER = "waiting_other", _("Waiting for someone else")
    MEETING_BOOKED = "meeting_booked", _("Meeting booked")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Closed")
    REOPENED = "reopened", _("Reopened")
    QUARANTINED = "quarantined", _("In quarantine")
    MERGED = "merged", _("Merged with another")


# Somebody still has to do something.
OPEN = frozenset(
    {
        CaseStatus.NEW,
        CaseStatus.ASSIGNED,
        CaseStatus.IN_PROGRESS,
        CaseStatus.WAITING_SENDER,
        CaseStatus.WAITING_OTHER,
        CaseStatus.MEETING_BOOKED,
        CaseStatus.REOPENED,
    }
)
# Nobody has begun.
UNTOUCHED = frozenset({CaseStatus.NEW, CaseStatus.ASSIGNED, CaseStatus.REOPENED})
# The officer can do nothing before the sender does: no time is counted.
PAUSED = frozenset({CaseStatus.WAITING_SENDER})
# Put aside until a day.
PARKED = frozenset({CaseStatus.WAITING_SENDER, CaseStatus.WAITING_OTHER, CaseStatus.MEETING_BOOKED})
# A closed case is reopened first, one in quarantine released, a merged one answered where it was merged.
ANSWERABLE = OPEN | {CaseStatus.ANSWERED}

_WORKED = frozenset({CaseStatus.ASSIGNED, CaseStatus.IN_PROGRESS, CaseStatus.ANSWERED, CaseStatus.CLOSED}) | PARKED
TRANSITIONS: dict[CaseStatus, frozenset[CaseStatus]] = {
    CaseStatus.NEW: _WORKED | {CaseStatus.QUARANTINED, CaseStatus.MERGED},
    CaseStatus.ASSIGNED: _WORKED | {CaseStatus.NEW, CaseStatus.QUARANTINED, CaseStatus.MERGED},
    CaseStatus.IN_PROGRESS: _WORKED | {CaseStatus.MERGED},
    **{parked: _WORKED | {CaseStatus.MERGED} for parked in PARKED},
    CaseStatus.ANSWERED: _WORKED | {CaseStatus.REOPENED, CaseStatus.MERGED},
    CaseStatus.CLOSED: frozenset({CaseStatus.REOPENED}),
    CaseStatus.REOPENED: _WORKED | {CaseStatus.MERGED},
    CaseStatus.QUARANTINED: frozenset({CaseStatus.NEW, CaseStatus.CLOSED}),
    # Undone, it is what it was before.
    CaseStatus.MERGED: ANSWERABLE,
}


class QuarantineReason(models.TextChoices):
    """Why a case is in quarantine: what made it look like a robot's (``suspicion.py``)."""

    BY_HAND = "by_hand", _("An officer put it there")
    TRAPPED = "trapped", _("A field that people do not see was filled in")
    LINKS = "links", _("Many links")
    FLOOD_HURRIED = "flood_hurried", _("Part of a burst of messages, and sent faster than a person writes")
    FLOOD_SAME_TEXT = "flood_same_text", _("Part of a burst of messages, and much like the others in it")
    FLOOD_STRANGERS = "flood_strangers", _("Part of a burst of messages, from somebody we do not know")
    UNVERIFIED = "unverified", _("It says that it belongs to a case, and we cannot tell that its sender wrote it")
    AUTOMATIC = "automatic", _("Sent by a machine, or to very many")


class Channel(models.TextChoices):
    """How a request came in."""

    WEB = "web", _("The site")
    PHONE = "phone", _("Telephone")
    VISIT = "visit", _("Visit")
    EMAIL = "email", _("E-mail")


# What came so was written by its sender, and by nobody here.
WRITTEN = frozenset({Channel.WEB, Channel.EMAIL})
# What came so was written down by an officer.
SPOKEN = frozenset({Channel.PHONE, Channel.VISIT})


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


class NoticeTold(models.TextChoices):
    """How a sender was told what we do with personal data (GDPR, art. 13)."""

    SHOWN = "shown", _("Shown at the form")
    ORALLY = "orally", _("Told by the officer")
    LINKED = "linked", _("Link in the receipt")
    NOT_TOLD = "not_told", _("Not told")


class MailPurpose(models.TextChoices):
    """Why a mail is sent."""

    RECEIPT = "receipt", _("Receipt")
    ANSWER = "answer", _("Answer")
    COPY = "copy", _("Copy of an answer")
    DELAY = "delay", _("Delay notice")
    ALERT = "alert", _("Notice to the officer")
    CODE = "code", _("Code for the sender's page")
    LINK = "link", _("Link to the sender's page")
    FORWARD = "forward", pgettext_lazy("mail", "Sent on to another authority")
    FORWARDED = "forwarded", _("Notice that it was sent on")


# Nobody has to see to one of these that failed, and no answer belongs to it.
FLEETING = frozenset({MailPurpose.ALERT, MailPurpose.CODE})
# What a person has written.
FROM_AN_OFFICER = frozenset({MailPurpose.ANSWER, MailPurpose.DELAY, MailPurpose.FORWARD, MailPurpose.FORWARDED})
# What goes to somebody else than the sender; only the sender of a merged case has theirs as a copy.
TO_OTHERS = frozenset({MailPurpose.ALERT, MailPurpose.COPY, MailPurpose.FORWARD})


class AfterSending(models.TextChoices):
    """What becomes of a case when the mail server has accepted the answer."""

    ANSWERED = "answered", _("Mark it as answered")
    CLOSE = "close", _("Close the case")
    WAIT = "wait", _("Wait for the sender")
    HAND_OVER = "hand_over", _("Hand over the case")


class MailStatus(models.TextChoices):
    """Where a mail stands on its way out."""

    WAITING = "waiting", _("Waiting to be sent")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Accepted by the mail server")
    FAILED = "failed", _("Could not be sent")
    WITHDRAWN = "withdrawn", _("Withdrawn before it was sent")
    SETTLED = "settled", _("Could not be sent, and was settled another way")
    HELD = "held", _("Held after a restore: it may have been sent already")


# Neither sent nor given up.
ON_ITS_WAY = frozenset({MailStatus.WAITING, MailStatus.SENDING})
# It goes nowhere before somebody has seen to it.
STUCK = frozenset({MailStatus.FAILED, MailStatus.HELD})


class IncomingState(models.TextChoices):
    """What became of a mail that came in."""

    STORED = "stored", _("Stored, not read yet")
    FILED = "filed", _("In a case")
    QUARANTINED = "quarantined", _("In a case in quarantine")
    IGNORED = "ignored", _("Noted in the history of a case")
    FAILED = "failed", _("In a case, but it could not be read")


class MailSort(models.TextChoices):
    """Who is at the other end of a mail that came in. Only a person is answered (RFC 3834)."""

    PERSON = "person", _("From a person")
    AUTOMATIC = "automatic", _("Automatic reply")
    BULK = "bulk", _("Sent to very many")
    BOUNCE = "bounce", _("Mail came back")


class FileKind(models.TextChoices):
    """Which files are taken with a message: by media type, as `files/kinds.py` finds it in the content."""

    PDF = "application/pdf", _("PDF")
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", _("Word document")
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _("Excel workbook")
    ODT = "application/vnd.oasis.opendocument.text", _("OpenDocument text")
    ODS = "application/vnd.oasis.opendocument.spreadsheet", _("OpenDocument spreadsheet")
    JPG = "image/jpeg", _("JPEG picture")
    PNG = "image/png", _("PNG picture")
    TXT = "text/plain", _("Text file")
    CSV = "text/csv", _("Table as text (CSV)")


class ScanState(models.TextChoices):
    """What the virus scanner says of a file. Only a file that is clean, or that nobody has to scan, is handed out."""

    NOT_NEEDED = "not_needed", _("Not scanned: no scanner is set up")
    WAITING = "waiting", _("Waiting to be scanned")
    CLEAN = "clean", _("Scanned, nothing found")
    INFECTED = "infected", _("Malicious, locked")
    GONE = "gone", _("Disposed of")


HANDED_OUT = frozenset({ScanState.NOT_NEEDED, ScanState.CLEAN})


class AccessKind(models.TextChoices):
    """What somebody looked at or took out."""

    CASE = "case", pgettext_lazy("looked at", "The case")
    CONTACT = "contact", pgettext_lazy("looked at", "Contact details")
    FILE = "file", pgettext_lazy("looked at", "A file")
    RAW_MAIL = "raw_mail", pgettext_lazy("looked at", "A mail as it came")
    PERSONAL_NUMBER = "personal_number", pgettext_lazy("looked at", "A personal number in full")
    EXPORT = "export", pgettext_lazy("taken out", "A list of cases")
    REGISTER = "register", pgettext_lazy("taken out", "A list of the register")
    PACKAGE = "package", pgettext_lazy("taken out", "A case's package")
    PERSON = "person", pgettext_lazy("taken out", "What we hold about a person")
    STATISTICS = "statistics", pgettext_lazy("taken out", "Statistics")
    TRACE = "trace", pgettext_lazy("taken out", "Who has looked")


class KeepUnit(models.TextChoices):
    """In what the time is counted that a case is kept after it was closed."""

    MONTHS = "months", _("months")
    YEARS = "years", _("years")


class DisposalState(models.TextChoices):
    """Where a disposal stands."""

    PROPOSED = "proposed", pgettext_lazy("state of a disposal", "Waiting for the archivist")
    SENT_BACK = "sent_back", pgettext_lazy("state of a disposal", "Sent back")
    WITHDRAWN = "withdrawn", pgettext_lazy("state of a disposal", "Withdrawn")
    APPROVED = "approved", pgettext_lazy("state of a disposal", "Approved, being carried out")
    DONE = "done", pgettext_lazy("state of a disposal", "Carried out")


class ItemState(models.TextChoices):
    """Where a case of a disposal stands."""

    WAITING = "waiting", pgettext_lazy("case in a disposal", "Waiting")
    OUT = "out", pgettext_lazy("case in a disposal", "Taken out")
    DROPPED = "dropped", pgettext_lazy("case in a disposal", "The proposal was withdrawn")
    SKIPPED = "skipped", pgettext_lazy("case in a disposal", "Not disposed of")
    REMOVING = "removing", pgettext_lazy("case in a disposal", "Emptied, its files are being removed")
    DONE = "done", pgettext_lazy("case in a disposal", "Disposed of")


class SkipReason(models.TextChoices):
    """Why a case is not disposed of though that was approved: what was found when its turn came."""

    HELD = "held", _("Its disposal has been stopped")
    REOPENED = "reopened", _("It is not closed any more, or was closed again later")
    NEWS = "news", _("Something was written in it after the proposal")
    MAIL = "mail", _("A mail in it is on its way, or failed and is not settled")
    FAMILY = "family", _("Cases were merged or parted after the proposal")
    GONE = "gone", _("It had been disposed of already")


class EventKind(models.TextChoices):
    """What happened to a case."""

    RECEIVED = "received", _("Request received")
    ADDED = "added", _("Further message received")
    TAKEN = "taken", _("Taken")
    ASSIGNED = "assigned", _("Assigned")
    RELEASED = "released", _("Released")
    DESCRIBED = "described", _("Short content written")
    NOTED = "noted", _("Note written")
    ANSWER_QUEUED = "answer_queued", _("Answer queued for sending")
    MAIL_SENT = "mail_sent", _("Mail accepted by the mail server")
    MAIL_FAILED = "mail_failed", _("Mail could not be sent")
    MAIL_RETRIED = "mail_retried", _("Mail sent again")
    MAIL_SETTLED = "mail_settled", _("Settled without the mail")
    MAIL_HELD = "mail_held", _("Mail held after a restore")
    WITHDRAWN = "withdrawn", _("Answer withdrawn before it was sent")
    DELAYED = "delayed", _("Delay notice sent")
    FORWARDED = "forwarded", pgettext_lazy("history", "Sent on to another authority")
    REROUTED = "rerouted", _("Topic or unit changed")
    NOT_CLOSED = "not_closed", _("Could not be closed when the mail had been sent")
    NOT_HANDED_OVER = "not_handed_over", _("Could not be handed over when the answer had been sent")
    MOVED = "moved", _("State changed")
    SPOKEN = "spoken", _("Answered by telephone or in person")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Closed")
    REOPENED = "reopened", _("Reopened")
    MERGED = "merged", _("Merged")
    UNMERGED = "unmerged", _("Unmerged")
    QUARANTINED = "quarantined", pgettext_lazy("history", "Put in quarantine")
    UNQUARANTINED = "unquarantined", pgettext_lazy("history", "Let out of quarantine")
    FILE_LOCKED = "file_locked", _("Malicious file locked")
    AUTO_REPLIED = "auto_replied", _("Automatic reply came")
    TRIAGED = "triaged", _("Decided how it is kept")
    HELD = "held", pgettext_lazy("history", "Disposal stopped")
    FREED = "freed", pgettext_lazy("history", "Stop of disposal lifted")
    DISPOSED = "disposed", pgettext_lazy("history", "Disposed of")
    SECRECY_SET = "secrecy_set", _("Marked as under secrecy")
    SECRECY_LIFTED = "secrecy_lifted", _("Mark of secrecy lifted")
    INVITED = "invited", _("A colleague let in")
    TIMES_PROPOSED = "times_proposed", _("Times for a meeting proposed")
    TIME_CHOSEN = "time_chosen", _("The sender chose a time")
    RATED = "rated", _("The sender said whether they were helped")
    LINK_RENEWED = "link_renewed", _("New link to the sender's page")
    LINK_SENT = "link_sent", _("Link to the sender's page sent")
    REVEALED = "revealed", _("Personal identity number shown in full")
    HANDED_OUT = "handed_out", _("Documents handed out")


class TimeState(models.TextChoices):
    """What became of a time that was proposed for a meeting."""

    PROPOSED = "proposed", pgettext_lazy("time for a meeting", "Proposed")
    CHOSEN = "chosen", pgettext_lazy("time for a meeting", "Chosen")
    WITHDRAWN = "withdrawn", pgettext_lazy("time for a meeting", "No longer offered")


class Helped(models.TextChoices):
    """The sender's answer when a case is closed: was it of help?"""

    YES = "yes", pgettext_lazy("was it of help", "Yes")
    PARTLY = "partly", pgettext_lazy("was it of help", "Partly")
    NO = "no", pgettext_lazy("was it of help", "No")
