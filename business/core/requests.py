"""What can be told from a request."""

from django.http import HttpRequest

__all__ = ["is_admin"]


def is_admin(request: HttpRequest) -> bool:
    """Whether the request is for Wagtail's admin."""
    return request.path_info == "/admin" or request.path_info.startswith("/admin/")
