from .acts import (
    AssignView,
    CloseView,
    DelayView,
    DescribeView,
    MergeView,
    NoteView,
    ParkView,
    QuarantineView,
    ReleaseView,
    ReopenView,
    ResumeView,
    SendAgainView,
    TakeView,
    UnmergeView,
    UnquarantineView,
)
from .case import CaseView
from .composer import AnswerView, CannedView, DraftView, PresenceView, PreviewView, WithdrawView
from .files import FileView, PictureView
from .index import CaseIndexView

__all__ = [
    "AnswerView",
    "AssignView",
    "CannedView",
    "CaseIndexView",
    "CaseView",
    "CloseView",
    "DelayView",
    "DescribeView",
    "DraftView",
    "FileView",
    "MergeView",
    "NoteView",
    "ParkView",
    "PictureView",
    "PresenceView",
    "PreviewView",
    "QuarantineView",
    "ReleaseView",
    "ReopenView",
    "ResumeView",
    "SendAgainView",
    "TakeView",
    "UnmergeView",
    "UnquarantineView",
    "WithdrawView",
]
