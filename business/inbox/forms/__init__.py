from .acts import (
    AssignForm,
    CloseForm,
    DelayForm,
    DescribeForm,
    MergeForm,
    NoteForm,
    ParkForm,
    SendAgainForm,
    SpeakForm,
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
    "SendAgainForm",
    "SpeakForm",
    "addresses",
    "newest",
    "receivers",
]
