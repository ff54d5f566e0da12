"""What can be told from a request."""

from django.http import HttpRequest

__all__ = ["is_admin", "row_key"]


def is_admin(request: HttpRequest) -> bool:
    """Whether the request is for Wagtail's admin."""
    return request.path_info == "/admin" or request.path_info.startswith("/admin/")


def row_key(text: str) -> int:
    """Return the key of a row that came with a request; zero, which no row has, for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
