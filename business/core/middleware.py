"""What happens to every request and answer."""

from __future__ import annotations

from collections.abc import Callable

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext_lazy as _

from business.core.errors import csrf_failure, error_page
from business.core.requests import is_admin

__all__ = [
    "AdminMiddleware",
    "ContentSecurityPolicyMiddleware",
    "KeepTypedMiddleware",
    "LanguageMiddleware",
    "PublicGZipMiddleware",
    "RefuseNulMiddleware",
]


class RefuseNulMiddleware:
    """Refuse a NUL character in the address with 400, and pass over a cookie that holds one: PostgreSQL cannot look it up, and nobody types it.

    Form fields refuse it themselves (Django's ``ProhibitNullCharactersValidator``) and keep what was typed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        query = request.META.get("QUERY_STRING", "")
        if "\x00" in request.path_info or "\x00" in query or "%00" in query:
            return error_page(request, 400, _("The address has a character that cannot be read."))
        for name in [name for name, value in request.COOKIES.items() if "\x00" in value]:
            # Nothing of ours: whoever set it, the reader gets the page.
            del request.COOKIES[name]
        return self.get_response(request)


class LanguageMiddleware(LocaleMiddleware):
    """The language of the address. What is not found in the admin stays there instead of being looked for in /sv/."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return response if is_admin(request) else super().process_response(request, response)


class AdminMiddleware:
    """The admin speaks its user's language also outside Wagtail's views: in what refuses, is not found or fails.

    User and profile are the ones that each of its views asks for. An answer that refuses with no word gets a page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        profile = getattr(request.user, "wagtail_userprofile", None) if is_admin(request) else None
        if profile is None:
            return self.get_response(request)
        language = profile.get_preferred_language()
        request.LANGUAGE_CODE = language
        with translation.override(language):
            return self._in_words(request, self.get_response(request))

    def _in_words(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_asked_by_script = request.headers.get("x-requested-with") == "XMLHttpRequest"
        if response.status_code not in {400, 403, 405} or is_asked_by_script or getattr(response, "content", b"-"):
            return response
        page = error_page(request, response.status_code)
        if "Allow" in response.headers:
            page["Allow"] = response.headers["Allow"]
        return page


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The strict policy everywhere but in the admin, which has its own."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and is_admin(request) and parts.config is None:
            parts.config = settings.ADMIN_CONTENT_SECURITY_POLICY
        return parts


class PublicGZipMiddleware(GZipMiddleware, MiddlewareMixin):
    """Compress what readers get. The admin's pages hold secrets beside reflected input (BREACH), so they stay plain."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        return response if is_admin(request) else super().process_response(request, response)


class KeepTypedMiddleware:
    """Whoever wrote in the admin while the session ended gets the text back, not a sign-in that swallows it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_led_away = request.method == "POST" and response.status_code == 302 and is_admin(request)
        if is_led_away and not request.user.is_authenticated and request.POST.get("text"):
            return csrf_failure(request)
        return response
