"""Where a company goes from the finder's result: to its plan, and to the journey of its trade."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Q
from django.http import HttpRequest
from wagtail.models import Locale

from business.core.querysets import is_public
from business.core.translation import locales_by_id, source_locale

from ..rules.questions import OptionText

__all__ = ["Onward", "read_onward"]

MOST_JOURNEYS = 3


@dataclass(frozen=True)
class Onward:
    """The planner with the same answers, empty when there is none, and the journeys that fit."""

    planner_url: str = ""
    journeys: list[Any] = field(default_factory=list)


def read_onward(locale: Locale, request: HttpRequest, query: str, chosen: Iterable[OptionText]) -> Onward:
    """Read where to go from here: two queries, and one for another language."""
    model = apps.get_model("planning", "PlannerPage")
    planner = model.objects.filter(is_public(), locale=locale).live().first()
    url = (planner.get_url(request) or "") if planner else ""
    return Onward(url and url + query, _journeys(locale, list(chosen)))


def _journeys(locale: Locale, chosen: list[OptionText]) -> list[Any]:
    """Return the journeys for what the company is and is about to do, the most fitting first, in the language if they can be.

    A journey of no trade fits every company that is about to do it.
    """
    trades = {option.trade for option in chosen} - {""}
    events = {option.event for option in chosen} - {""}
    if not trades and not events:
        return []
    model = apps.get_model("planning", "JourneyPage")
    fits = Q(trade__slug__in=trades) | Q(trade=None) if events else Q(trade__slug__in=trades)
    originals = model.objects.live().public().filter(fits, locale=source_locale()).defer("body")
    if events:
        originals = originals.filter(event__slug__in=events)
    found = sorted(originals.order_by("sort_key", "pk"), key=lambda page: page.trade_id is None)[:MOST_JOURNEYS]
    if found and locale.pk != source_locale().pk:
        keys = [page.translation_key for page in found]
        there = model.objects.live().public().filter(translation_key__in=keys, locale=locale).defer("body")
        translated = {page.translation_key: page for page in there}
        found = [translated.get(page.translation_key, page) for page in found]
    for page in found:
        page.locale = locales_by_id()[page.locale_id]  # known already: no query when a template asks
    return found
