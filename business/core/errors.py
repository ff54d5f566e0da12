"""Error pages in the site's own look and the reader's language."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.utils import translation
from django.utils.encoding import escape_uri_path
from django.utils.http import escape_leading_slashes

from business.core.requests import is_admin

__all__ = ["bad_request", "csrf_failure", "error_page", "page_not_found", "permission_denied", "server_error"]

log = logging.getLogger(__name__)

LONGEST_FORM = 50_000  # characters, many times what a form of ours takes
LARGEST_BODY = 54_000_000  # bytes: the same with as many files as a form of ours takes


# The frame of the pages below the admin, which is drawn without a query for whoever has been let in.
ADMIN_FRAME = "core/admin_error.html"


def _language(request: HttpRequest) -> str:
    """Return the language of the address, else the user's own where the admin knows it, else what the browser asks for."""
    return (
        translation.get_language_from_path(request.path_info)
        or getattr(request, "LANGUAGE_CODE", "")
        or translation.get_language_from_request(request)
    )


def error_page(request: HttpRequest, status: int, message: object = "") -> HttpResponse:
    """Return an error page in the look of what it stands in, the site or its admin."""
    return _draw(request, f"{status}.html", status, message=message)


def _draw(request: HttpRequest, template: str, status: int, **context: object) -> HttpResponse:
    # What is refused before anybody is signed in has no user, whom the admin's frame asks for a theme.
    if is_admin(request) and hasattr(request, "user"):
        context["error_base"] = ADMIN_FRAME
    with translation.override(_language(request)):
        try:
            return render(request, template, context, status=status)
        except Exception:
            # An error page must not need what has just failed (the database, say).
            log.exception("The %s page could not be drawn", status)
            return server_error(request)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, DisallowedHost):
        # A page of ours is full of its own address, which is what is wrong here. Readers never meet this.
        return HttpResponse("This host is not served here.\n", status=400, content_type="text/plain; charset=utf-8")
    return error_page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say what to do when the browser kept no cookie: only signed-in forms need one.

    Whoever wrote an answer or a note in the admin while the session ended in another tab gets the text back.
    """
    typed = request.POST.get("text", "") if is_admin(request) else ""
    return _draw(request, "403_csrf.html", 403, typed=typed)


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    """Return the page that needs no database, no settings and no context.

    Whoever sent a form of the public site can send it once more from there: each form knows itself when it comes twice.
    """
    language = _language(request) if settings.USE_I18N else settings.LANGUAGE_CODE
    with translation.override(language):
        context = {
            "language": language,
            "action": _same_page(request),
            "typed": _typed(request),
            "in_admin": is_admin(request),
        }
        return HttpResponse(loader.get_template("500.html").render(context), status=500)


def _same_page(request: HttpRequest) -> str:
    """Return the request's address so that no browser takes it for another host's (``//evil.example/``)."""
    return escape_leading_slashes(escape_uri_path(request.path))


def _is_too_large(request: HttpRequest) -> bool:
    """Whether the body is still to be read, and is or may be larger than any form's."""
    if hasattr(request, "_post"):
        return False
    length = request.META.get("CONTENT_LENGTH") or ""
    return not (length.isascii() and length.isdecimal() and len(length) < 19 and int(length) <= LARGEST_BODY)


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the fields of a form that was sent, unless it was sent to the admin or is too long to be one of ours."""
    if request.method != "POST" or is_admin(request) or _is_too_large(request):
        return []
    try:
        fields = [(name, value) for name, values in request.POST.lists() for value in values]
    except Exception:  # the form itself may be what cannot be read
        return []
    wanted = [field for field in fields if field[0] != "csrfmiddlewaretoken"]
    return wanted if sum(len(value) for _name, value in wanted) <= LONGEST_FORM else []
