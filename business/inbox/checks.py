"""What would be wrong with the place where files are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from .incoming.addresses import LONGEST_LOCAL_PART

__all__ = ["check_files_root", "check_reply_address"]


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


def check_reply_address(**kwargs: Any) -> list[CheckMessage]:
    """Refuse an address for replies that is none, or that leaves no room for the case's number and its fingerprint."""
    address = settings.INBOX_REPLY_ADDRESS
    try:
        if address:
            validate_email(address)
    except ValidationError:
        return [Error("INBOX_REPLY_ADDRESS is no e-mail address.", id="inbox.E010")]
    local = address.partition("@")[0]
    if "+" in local or len(local) > LONGEST_LOCAL_PART:
        hint = f"At most {LONGEST_LOCAL_PART} characters before the @, and no plus sign: the site adds its own."
        return [Error("INBOX_REPLY_ADDRESS leaves no room for the case.", hint=hint, id="inbox.E011")]
    return []
