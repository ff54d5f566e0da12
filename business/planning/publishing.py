"""Guides are published and unpublished in one transaction with the check of the example companies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from business.core.translation import source_locale
from business.guides.models import GuidePage

from .examples.guard import one_at_a_time

__all__ = ["GuardedPublishing"]


class GuardedPublishing:
    """Runs the tool's own views that show or hide a guide as one change of what the finder says.

    The hooks in `guide_hooks` check, and the view acts after them: nobody else may change a rule in between. Deleting and
    acts on many pages run in a transaction already.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if request.method != "POST" or not _changes_guides(request, kwargs):
            return None
        with one_at_a_time():
            try:
                return view(request, *args, **kwargs)
            except ValidationError as error:
                refused = error  # the draft that was saved before stands
        raise refused


def _changes_guides(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Whether the view shows a guide, or hides pages: a guide may be one of them, or stand below."""
    match request.resolver_match.view_name if request.resolver_match else "":
        case "wagtailadmin_pages:unpublish":
            return True
        case "wagtailadmin_pages:add":
            return "action-publish" in request.POST and kwargs["content_type_model_name"] == GuidePage._meta.model_name
        case "wagtailadmin_pages:edit":
            originals = GuidePage.objects.filter(pk=kwargs["page_id"], locale=source_locale())
            return "action-publish" in request.POST and originals.exists()
    return False
