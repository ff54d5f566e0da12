"""What can be told from a request."""

import datetime
import re

from django.http import HttpRequest

__all__ = ["day_in", "is_admin", "row_key"]


def is_admin(request: HttpRequest) -> bool:
    """Whether the request is for Wagtail's admin."""
    return request.path_info == "/admin" or request.path_info.startswith("/admin/")


def row_key(text: str) -> int:
    """Return the key of a row that came with a request; zero, which no row has, for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def day_in(text: str) -> datetime.date | None:
    """Return the day that came with a request, written as 2026-11-03; nothing for what is written otherwise.

    Raises:
        ValueError: there is no such day in the calendar.
    """
    return datetime.date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII) else None
