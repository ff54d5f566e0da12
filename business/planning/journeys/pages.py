"""What the pages of the journeys show: one journey with the form of its plan, and the list of them all."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.apps import apps
from django.db.models import BigIntegerField, F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale, Page

from business.core.listings import FilterForm, day_field, paginate, query_without
from business.core.querysets import is_public
from business.core.registers import RegisterChoices
from business.core.translation import Localiser, Text, locales_by_id, source_locale
from business.guides.models import Trade

from .journey import Journey, Phase, StepView, read_journey

__all__ = ["JourneyFilterForm", "JourneyGroup", "StartForm", "how_to", "index_context", "journey_context"]

PAGE_SIZE = 30


class StartForm(FilterForm):
    """The day that a plan of the journey begins with. The planner reads and judges it."""

    day = day_field(
        _("Which day do you want to open or begin?"), _("Leave it empty to see the first day that is possible.")
    )

    def __init__(self, today: datetime.date) -> None:
        super().__init__(auto_id="plan-%s")
        self.fields["day"].widget.attrs["min"] = today.isoformat()


class JourneyFilterForm(FilterForm):
    """The trade, of those that have journeys."""

    trade = forms.ChoiceField(label=_("Trade"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        with_journeys = Trade.objects.filter(journeys__live=True).values("translation_key")
        trades = RegisterChoices(Trade, translation_key__in=with_journeys).choices
        field: Any = self.fields["trade"]
        field.choices = [("", _("All trades")), *trades]


@dataclass(frozen=True)
class JourneyGroup:
    """The journeys of one business event, each with the name of its trade."""

    event: Text
    journeys: list[tuple[Page, Text]]


def journey_context(page: Any, journey: Journey, request: HttpRequest) -> dict[str, Any]:
    """Return what the page of one journey shows beside the journey: the ways onward, two queries."""
    locale = locales_by_id()[page.locale_id]
    return {
        "journey": journey,
        "planner_url": _url("PlannerPage", locale, request),
        "finder_url": _url("FinderPage", locale, request),
        "form": StartForm(timezone.localdate()),
    }


def _url(model: str, locale: Locale, request: HttpRequest) -> str:
    page = apps.get_model("planning", model).objects.filter(is_public(), locale=locale).live().first()
    return (page.get_url(request) or "") if page else ""


def known_journey(page: Any) -> Journey:
    """Return the journey of a page, read once a request."""
    known = page.__dict__.get("_journey")
    if known is None:
        known = page.__dict__["_journey"] = read_journey(page, timezone.localdate())
    return known


def index_context(page: Any, request: HttpRequest) -> dict[str, Any]:
    """Return the journeys of the index by business event, those that the reader's filter leaves."""
    form = JourneyFilterForm(request.GET)
    chosen = form.chosen()
    found = apps.get_model("planning", "JourneyPage").objects.child_of(page).live().public().defer("body")
    if "trade" in chosen:
        found = found.with_facts(trade__slug=chosen["trade"])
    # Events stand as they were written down: what starts comes before what ends.
    found = found.annotate(event_shown=_original("event_id"), trade_shown=_original("trade_id"))
    results = paginate(request, found.order_by("event_shown", "sort_key", "pk"), PAGE_SIZE)
    return {
        "filter_form": form,
        "chosen": chosen,
        "results": results,
        "groups": _groups(results.object_list, locales_by_id()[page.locale_id]),
        "finder_url": _url("FinderPage", locales_by_id()[page.locale_id], request),
        "query": query_without(request, "page"),
    }


def _original(key: str) -> Coalesce:
    """Return a key of what the page's original refers to, else of what the page itself does."""
    model = apps.get_model("planning", "JourneyPage")
    originals = model.objects.filter(translation_key=OuterRef("translation_key"), locale=source_locale()).order_by()
    return Coalesce(Subquery(originals.values(key)[:1]), F(key), output_field=BigIntegerField())


def _groups(pages: Iterable[Any], locale: Locale) -> list[JourneyGroup]:
    shown = list(pages)
    events = apps.get_model("planning", "BusinessEvent").objects.in_bulk({page.event_shown for page in shown} - {None})
    trades = Trade.objects.in_bulk({page.trade_shown for page in shown} - {None})
    say = Localiser(locale, [*events.values(), *trades.values()])
    for page in shown:
        page.locale = locales_by_id()[page.locale_id]  # known already: no query when a template asks
    return [
        JourneyGroup(
            say(events.get(event), "name"), [(page, say(trades.get(page.trade_shown), "name")) for page in group]
        )
        for event, group in groupby(shown, key=lambda page: page.event_shown)
    ]


# --- For search engines -------------------------------------------------------------------------------------------------


def how_to(journey: Journey, request: HttpRequest) -> list[dict[str, Any]]:
    """Return the phases as the sections of a schema.org HowTo."""
    return [_section(phase, request) for phase in journey.phases]


def _section(phase: Phase, request: HttpRequest) -> dict[str, Any]:
    steps = [_step(step, place, request) for place, step in enumerate(phase.steps, start=1)]
    return {"@type": "HowToSection", "position": phase.number, "name": str(phase.title), "itemListElement": steps}


def _step(step: StepView, place: int, request: HttpRequest) -> dict[str, Any]:
    name = str(step.card.page.title if step.card else step.title)
    found: dict[str, Any] = {"@type": "HowToStep", "position": place, "name": name}
    url = step.card.page.get_full_url(request) if step.card else step.url
    text = " ".join(said for note in step.notes if (said := strip_tags(note.text).strip()))
    return found | ({"url": url} if url else {}) | ({"text": text} if text else {})
