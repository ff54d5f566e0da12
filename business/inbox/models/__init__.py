from .attachment import Attachment
from .canned import CannedReply
from .case import Case, CaseQuerySet, CaseSequence, NoticeVersion
from .event import Event
from .message import Message
from .office import InboxSettings, OfficeDay
from .outbox import OutboxMail, OutboxQuerySet
from .pause import Pause
from .people import Absence, AbsenceQuerySet, Draft, Presence, SavedView
from .topic import Topic

__all__ = [
    "Absence",
    "AbsenceQuerySet",
    "Attachment",
    "CannedReply",
    "Case",
    "CaseQuerySet",
    "CaseSequence",
    "Draft",
    "Event",
    "InboxSettings",
    "Message",
    "NoticeVersion",
    "OfficeDay",
    "OutboxMail",
    "OutboxQuerySet",
    "Pause",
    "Presence",
    "SavedView",
    "Topic",
]
