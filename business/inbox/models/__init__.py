from .access import AccessEntry, Membership, Participant
from .attachment import Attachment
from .canned import CannedReply
from .case import Case, CaseQuerySet, CaseSequence, NoticeVersion
from .disposal import Disposal, DisposalHold, DisposalItem, DisposalProtocol, DisposalRule
from .event import Event
from .incoming import IncomingMail, IncomingMailQuerySet
from .message import Message
from .office import InboxSettings, OfficeDay
from .outbox import OutboxMail, OutboxQuerySet
from .pause import Pause
from .people import Absence, AbsenceQuerySet, Draft, Presence, SavedView
from .sender import CaseLink, MeetingTime, Rating, SenderCode
from .standing import Standing
from .topic import Topic

__all__ = [
    "Absence",
    "AbsenceQuerySet",
    "AccessEntry",
    "Attachment",
    "CannedReply",
    "Case",
    "CaseLink",
    "CaseQuerySet",
    "CaseSequence",
    "Disposal",
    "DisposalHold",
    "DisposalItem",
    "DisposalProtocol",
    "DisposalRule",
    "Draft",
    "Event",
    "InboxSettings",
    "IncomingMail",
    "IncomingMailQuerySet",
    "MeetingTime",
    "Membership",
    "Message",
    "NoticeVersion",
    "OfficeDay",
    "OutboxMail",
    "OutboxQuerySet",
    "Participant",
    "Pause",
    "Presence",
    "Rating",
    "SavedView",
    "SenderCode",
    "Standing",
    "Topic",
]
