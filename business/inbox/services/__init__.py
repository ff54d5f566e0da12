"""The only writers of a case. Each act and its entry in the history are one transaction."""

from ..flow import ChangedMeanwhileError, NotAllowedError
from .acts import close, describe, note, park, release, reopen, resume, settle, speak, take
from .answering import answer, delay, send_again, withdraw
from .assigning import assign, reroute, take_over
from .codes import TooManyCodesError, can_have_code, check_code, send_code
from .forwarding import forward
from .intake import ContactRequest, case_for_token, receipt_goes_to, receipt_token, receive, sender_in
from .letting_in import let_in
from .links import can_have_link, send_link
from .meetings import choose_time, offered_times, propose_times
from .merging import merge, unmerge
from .quarantine import quarantine, release_from_quarantine
from .rating import can_rate, rate
from .records import hand_out, handed_out, reveal, triage
from .replies import add_message
from .secrecy import lift_secrecy, mark_secret

__all__ = [
    "ChangedMeanwhileError",
    "ContactRequest",
    "NotAllowedError",
    "TooManyCodesError",
    "add_message",
    "answer",
    "assign",
    "can_have_code",
    "can_have_link",
    "can_rate",
    "case_for_token",
    "check_code",
    "choose_time",
    "close",
    "delay",
    "describe",
    "forward",
    "hand_out",
    "handed_out",
    "let_in",
    "lift_secrecy",
    "mark_secret",
    "merge",
    "note",
    "offered_times",
    "park",
    "propose_times",
    "quarantine",
    "rate",
    "receipt_goes_to",
    "receipt_token",
    "receive",
    "release",
    "release_from_quarantine",
    "reopen",
    "reroute",
    "resume",
    "reveal",
    "send_again",
    "send_code",
    "send_link",
    "sender_in",
    "settle",
    "speak",
    "take",
    "take_over",
    "triage",
    "unmerge",
    "withdraw",
]
