from .pages import BasePage, StandardPage
from .rows import Row
from .settings import SiteSettings
from .snippets import Register, originals
from .worker import WorkerSign

__all__ = ["BasePage", "Register", "Row", "SiteSettings", "StandardPage", "WorkerSign", "originals"]
