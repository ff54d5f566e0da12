"""Guides that are published, unpublished or taken away are checked against the example companies, too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import Page

from business.core.translation import source_locale
from business.guides.models import GuidePage

from .examples.guard import below, breaks_with, breaks_without, differences, is_original_guide
from .examples.personas import Break
from .models import Question, Rule

__all__ = ["lead_back", "one_by_one", "when_deleted", "when_in_bulk", "when_published", "when_unpublished"]


def lead_back(request: HttpRequest, breaks: tuple[Break, ...], title: str, back: str, *args: Any) -> HttpResponse:
    """Lead back and say what would break."""
    found = differences(breaks, timezone.localdate())
    lines = format_html_join("", "<li>{}</li>", ((str(difference),) for difference in found))
    advice = _("Change the example company first, if the law has changed.")
    messages.error(request, format_html("{}<ul>{}</ul>{}", title, lines, advice))
    return redirect(back, *args)


def _refusal(
    request: HttpRequest, breaks: tuple[Break, ...], title: str, back: str, *args: Any
) -> HttpResponse | None:
    """As :func:`lead_back`; nothing when nothing would break."""
    return lead_back(request, breaks, title, back, *args) if breaks else None


def when_published(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Keep the guide as a draft if showing it would break an example company."""
    if not is_original_guide(page):
        return None
    title = _("Saved as a draft, but not published: example companies would get another result.")
    return _refusal(request, breaks_with([page], timezone.localdate()), title, "wagtailadmin_pages:edit", page.pk)


def when_unpublished(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Keep a guide that an example company needs, or that stands below the page."""
    gone = below([page], "include_descendants" in request.POST)
    title = _("Not unpublished: example companies would get another result.")
    return _refusal(request, breaks_without(gone, timezone.localdate()), title, "wagtailadmin_pages:edit", page.pk)


def when_deleted(request: HttpRequest, page: Page) -> HttpResponse | None:
    """As :func:`when_unpublished`, with everything below the page."""
    title = _("Not deleted: example companies would get another result.")
    breaks = breaks_without(below([page]), timezone.localdate())
    return _refusal(request, breaks, title, "wagtailadmin_pages:edit", page.pk)


def when_in_bulk(request: HttpRequest, action_type: str, items: list[Any], action: Any) -> HttpResponse | None:
    """The same for many pages at once. Runs inside the transaction of the act."""
    pages = [item for item in items if isinstance(item, Page)]
    below_too = "include_descendants" in request.POST
    if not pages or action_type not in {"publish", "unpublish", "delete"}:
        return None
    today = timezone.localdate()
    if action_type == "publish":
        breaks = breaks_with(_drafts(below(pages, below_too)), today)
        title = _("Nothing was published: example companies would get another result.")
    else:
        breaks = breaks_without(below(pages, below_too or action_type == "delete"), today)
        title = _("Nothing was changed: example companies would get another result.")
    return _refusal(request, breaks, title, action.next_url)


def _drafts(pages: Iterable[int]) -> list[Any]:
    guides = GuidePage.objects.filter(pk__in=pages, locale=source_locale())
    return [guide.get_latest_revision_as_object() for guide in guides]


def one_by_one(request: HttpRequest, action_type: str, items: list[Any], action: Any) -> HttpResponse | None:
    """Questions and rules are taken away one by one: each is checked, and says what it would break."""
    if action_type != "delete" or not any(isinstance(item, Question | Rule) for item in items):
        return None
    messages.error(request, _("Take questions and rules away one at a time: each is checked by itself."))
    return redirect(action.next_url)
