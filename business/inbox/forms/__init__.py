from .acts import (
    AssignForm,
    CloseForm,
    DelayForm,
    DescribeForm,
    MergeForm,
    NoteForm,
    ParkForm,
    RerouteForm,
    SendAgainForm,
    SpeakForm,
    TakeOverForm,
)
from .answer import AnswerForm, addresses
from .base import ActForm, Lines, newest
from .receivers import HandOverFields, receivers

__all__ = [
    "ActForm",
    "AnswerForm",
    "AssignForm",
    "CloseForm",
    "DelayForm",
    "DescribeForm",
    "HandOverFields",
    "Lines",
    "MergeForm",
    "NoteForm",
    "ParkForm",
    "RerouteForm",
    "SendAgainForm",
    "SpeakForm",
    "TakeOverForm",
    "addresses",
    "newest",
    "receivers",
]
