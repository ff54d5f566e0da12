from .case import Case, CaseQuerySet, CaseSequence, NoticeVersion
from .event import Event
from .message import Message
from .outbox import OutboxMail, OutboxQuerySet
from .topic import Topic

__all__ = [
    "Case",
    "CaseQuerySet",
    "CaseSequence",
    "Event",
    "Message",
    "NoticeVersion",
    "OutboxMail",
    "OutboxQuerySet",
    "Topic",
]
