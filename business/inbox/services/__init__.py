"""The only writers of a case. Each act and its entry in the history are one transaction."""

from .acts import (
    ChangedMeanwhileError,
    NotAllowedError,
    answer,
    close,
    describe,
    note,
    release,
    reopen,
    send_again,
    take,
)
from .intake import ContactRequest, case_for_token, receipt_token, receive

__all__ = [
    "ChangedMeanwhileError",
    "ContactRequest",
    "NotAllowedError",
    "answer",
    "case_for_token",
    "close",
    "describe",
    "note",
    "receipt_token",
    "receive",
    "release",
    "reopen",
    "send_again",
    "take",
]
