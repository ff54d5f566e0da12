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
from .forwarding import ForwardForm, authorities
from .meeting import TimesForm
from .receivers import HandOverFields, receivers
from .sight import LetInForm, LiftSecrecyForm, SecrecyForm

__all__ = [
    "ActForm",
    "AnswerForm",
    "AssignForm",
    "CloseForm",
    "DelayForm",
    "DescribeForm",
    "ForwardForm",
    "HandOverFields",
    "LetInForm",
    "LiftSecrecyForm",
    "Lines",
    "MergeForm",
    "NoteForm",
    "ParkForm",
    "RerouteForm",
    "SecrecyForm",
    "SendAgainForm",
    "SpeakForm",
    "TakeOverForm",
    "TimesForm",
    "addresses",
    "authorities",
    "newest",
    "receivers",
]
