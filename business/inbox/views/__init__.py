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
    SettleView,
    TakeView,
    UnmergeView,
    UnquarantineView,
)
from .case import CaseView
from .composer import AnswerView, CannedView, DraftView, PresenceView, PreviewView, WithdrawView
from .export import ExportView
from .files import FileView, PictureView
from .index import CaseIndexView
from .saved import ChangeSavedView, OpenSavedView, RemoveSavedView, SavedViewsView

__all__ = [
    "AnswerView",
    "AssignView",
    "CannedView",
    "CaseIndexView",
    "CaseView",
    "ChangeSavedView",
    "CloseView",
    "DelayView",
    "DescribeView",
    "DraftView",
    "ExportView",
    "FileView",
    "MergeView",
    "NoteView",
    "OpenSavedView",
    "ParkView",
    "PictureView",
    "PresenceView",
    "PreviewView",
    "QuarantineView",
    "ReleaseView",
    "RemoveSavedView",
    "ReopenView",
    "ResumeView",
    "SavedViewsView",
    "SendAgainView",
    "SettleView",
    "TakeView",
    "UnmergeView",
    "UnquarantineView",
    "WithdrawView",
]
