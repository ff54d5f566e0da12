from .acts import (
    AnswerView,
    CloseView,
    DescribeView,
    NoteView,
    PreviewView,
    ReleaseView,
    ReopenView,
    SendAgainView,
    TakeView,
)
from .case import CaseView
from .files import FileView, PictureView
from .index import CaseIndexView

__all__ = [
    "AnswerView",
    "CaseIndexView",
    "CaseView",
    "CloseView",
    "DescribeView",
    "FileView",
    "NoteView",
    "PictureView",
    "PreviewView",
    "ReleaseView",
    "ReopenView",
    "SendAgainView",
    "TakeView",
]
