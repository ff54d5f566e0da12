from .assign import AssignCases
from .merge import MergeCases
from .quarantine import QuarantineCases, ReleaseCases
from .reply import ReplyToCases
from .state import ChangeState

__all__ = ["AssignCases", "ChangeState", "MergeCases", "QuarantineCases", "ReleaseCases", "ReplyToCases"]
