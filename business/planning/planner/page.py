"""What the planner page shows and hands over: the page itself, a calendar, a file for a spreadsheet."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.apps import apps
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from business.core.frame import Frame
from business.core.translation import locales_by_id

from .calendars import CalendarFrame, write_calendar
from .plan import Plan
from .plan_view import PlanView, read_plan
from .sending import token_of
from .spreadsheet import write_spreadsheet
from .wishes import Wishes

__all__ = ["kept_query", "plan_context", "plan_file"]

TOO_LONG = "-"  # no plan: the contact form says that it could not come along, and what to do


@dataclass(frozen=True)
class JourneyLink:
    """A journey to begin with."""

    title: str
    url: str
    summary: str


def _view(page: Page, request: HttpRequest) -> PlanView:
    """Return what the address asks for, read once a request."""
    known = page.__dict__.get("_plan_view")
    if known is None or known[0] is not request:
        view = read_plan(request.GET, locales_by_id()[page.locale_id], timezone.localdate())
        known = page.__dict__["_plan_view"] = (request, view)
    return known[1]


def plan_context(page: Page, request: HttpRequest) -> dict[str, Any]:
    """Return what the template needs besides the page."""
    view = _view(page, request)
    return {"view": view, "plan": view.plan, "journeys": [] if view.plan else _journeys(page)}


def kept_query(page: Page, request: HttpRequest) -> str:
    """Return what the address keeps in another language: the plan as it was understood."""
    query = _view(page, request).query
    return f"?{query}" if query else ""


def _journeys(page: Page) -> list[JourneyLink]:
    """Return the journeys to begin with, in the page's language."""
    found = apps.get_model("planning", "JourneyPage").objects.live().public().filter(locale=page.locale_id)
    links = []
    for journey in found.defer("body").order_by("sort_key", "pk"):
        journey.locale = locales_by_id()[journey.locale_id]  # known already: no query for its address
        links.append(JourneyLink(journey.title, journey.get_url() or "", journey.summary))
    return links


def plan_file(page: Page, request: HttpRequest) -> HttpResponse | None:
    """Return what ``?as=`` asks for: the plan as a file, or the way to the contact form with the plan on it.

    Nothing when the page itself is asked for.
    """
    wanted = request.GET.get("as")
    if wanted not in {"ics", "csv", "question"}:
        return None
    view = _view(page, request)
    if view.plan is None:
        return None
    if wanted == "question":
        return _to_contact(page, request, view)
    if wanted == "csv":
        return _file(page, view.plan, write_spreadsheet(view.plan), "csv", "text/csv; charset=utf-8")
    content = write_calendar(view.plan, _calendar_frame(page, request, view))
    return _file(page, view.plan, content, "ics", "text/calendar; charset=utf-8")


def _to_contact(page: Page, request: HttpRequest, view: PlanView) -> HttpResponse | None:
    """Lead to the contact form with the plan as data: a kilobyte of it that each page need not carry."""
    contact = Frame(request, page).contact_page
    if contact is None:
        return None
    token = token_of(view, page.title, urlsplit(page.get_url(request) or "").path, _language(page))
    return HttpResponseRedirect(f"{contact.url}?{urlencode({'plan': token or TOO_LONG})}")


def _language(page: Page) -> str:
    return locales_by_id()[page.locale_id].language_code


def _file(page: Page, plan: Plan, content: bytes, ending: str, kind: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    day: datetime.date = plan.opening or plan.today
    answer["Content-Disposition"] = f'attachment; filename="{page.slug}-{day.isoformat()}.{ending}"'
    return answer


def _calendar_frame(page: Page, request: HttpRequest, view: PlanView) -> CalendarFrame:
    site = f"{request.scheme}://{request.get_host()}"
    title = view.selection.title or page.title
    return CalendarFrame(
        name=_("%(title)s: opening plan") % {"title": title} if view.selection.title else page.title,
        site=site,
        host=request.get_host().partition(":")[0],
        address=f"{site}{urlsplit(page.get_url(request) or '').path}?{view.query}",
        identity=_identity(view.wishes),
        language=_language(page),
        made_at=timezone.now().replace(microsecond=0),
    )


def _identity(wishes: Wishes) -> str:
    """Return what makes a plan the same one on whatever day: its journey and answers, without any the matters in it."""
    made_of = [("journey", wishes.journey), *wishes.answers]
    if not wishes.journey and not wishes.answers:
        made_of += [("with", slug) for slug in sorted(wishes.include)]
    return urlencode(made_of)
