"""What would be wrong with the place where files are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

__all__ = ["check_files_root"]


def check_files_root(**kwargs: Any) -> list[CheckMessage]:
    """Refuse a store of files inside a folder that is served to everybody."""
    root = Path(settings.INBOX_FILES_ROOT).resolve()
    served = [folder for folder in (settings.MEDIA_ROOT, settings.STATIC_ROOT) if folder]
    return [
        Error(
            f"INBOX_FILES_ROOT lies inside {folder}, which is served to everybody.",
            hint="Choose a folder of its own, which no web server knows.",
            id="inbox.E001",
        )
        for folder in served
        if root.is_relative_to(Path(folder).resolve())
    ]
