from .backup import Backup, Restore
from .pages import BasePage, StandardPage
from .rows import Row
from .settings import SiteSettings
from .snippets import Register, originals
from .worker import JobRun, WorkerSign

__all__ = [
    "Backup",
    "BasePage",
    "JobRun",
    "Register",
    "Restore",
    "Row",
    "SiteSettings",
    "StandardPage",
    "WorkerSign",
    "originals",
]
