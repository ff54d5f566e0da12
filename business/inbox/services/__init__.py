"""The only writers of a case. Each act and its entry in the history are one transaction."""

from ..flow import ChangedMeanwhileError, NotAllowedError
from .acts import close, describe, note, park, release, reopen, resume, settle, speak, take
from .answering import answer, delay, send_again, withdraw
from .assigning import assign, reroute, take_over
from .intake import ContactRequest, case_for_token, receipt_token, receive, sender_in
from .merging import merge, unmerge
from .quarantine import quarantine, release_from_quarantine

__all__ = [
    "ChangedMeanwhileError",
    "ContactRequest",
    "NotAllowedError",
    "answer",
    "assign",
    "case_for_token",
    "close",
    "delay",
    "describe",
    "merge",
    "note",
    "park",
    "quarantine",
    "receipt_token",
    "receive",
    "release",
    "release_from_quarantine",
    "reopen",
    "reroute",
    "resume",
    "send_again",
    "sender_in",
    "settle",
    "speak",
    "take",
    "take_over",
    "unmerge",
    "withdraw",
]
