from .acts import (
    CloseView,
    DelayView,
    DescribeView,
    NoteView,
    ParkView,
    QuarantineView,
    ReleaseView,
    ReopenView,
    ResumeView,
    SpeakView,
    TakeView,
    UnquarantineView,
)
from .assigning import AssignView, RerouteView, TakeOverView
from .case import CaseView
from .composer import AnswerView, CannedView, DraftView, PresenceView, PreviewView, WithdrawView
from .export import ExportView
from .failed_mail import SendAgainView, SettleView
from .files import FileView, PictureView
from .forwarding import ForwardView
from .index import CaseIndexView
from .links import SendLinkView
from .mail import MailAsItLookedView, RawMailView
from .meeting import TimesView
from .merging import MergeView, UnmergeView
from .packages import PackageView
from .saved import ChangeSavedView, OpenSavedView, RemoveSavedView, SavedViewsView
from .sight import LetInView, LiftSecrecyView, SecrecyView
from .trace import SeenByView
from .triage import RevealView, TriageView

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
    "ForwardView",
    "LetInView",
    "LiftSecrecyView",
    "MailAsItLookedView",
    "MergeView",
    "NoteView",
    "OpenSavedView",
    "PackageView",
    "ParkView",
    "PictureView",
    "PresenceView",
    "PreviewView",
    "QuarantineView",
    "RawMailView",
    "ReleaseView",
    "RemoveSavedView",
    "ReopenView",
    "RerouteView",
    "ResumeView",
    "RevealView",
    "SavedViewsView",
    "SecrecyView",
    "SeenByView",
    "SendAgainView",
    "SendLinkView",
    "SettleView",
    "SpeakView",
    "TakeOverView",
    "TakeView",
    "TimesView",
    "TriageView",
    "UnmergeView",
    "UnquarantineView",
    "WithdrawView",
]
