"""What may stand in an address of the listing, and in a view that somebody keeps under a name.

Only known keys and values are read. What is not known (an old bookmark, a topic that is gone, a guess) is left out and
named, so that nobody takes a longer list for the one they asked for.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import QueryDict

from ..models import SavedView
from .orders import ORDERS

__all__ = ["KEYS", "Chosen", "as_query_dict", "may_change", "read", "views_for"]

SEARCH, ORDER = "q", "ordering"
FILTERS = ("attention", "owner", "status", "topic", "unit", "channel", "received_from", "received_to")
KEYS = (SEARCH, *FILTERS, ORDER)
# What else stands in an address: the page, and what Wagtail's scripts and bulk actions add.
PASSING = frozenset({"p", "_w_filter_fragment", "next", "id", "childOf"})
LONGEST = 200  # letters of a search
YEARS = range(1900, 3000)  # a day outside has no place in every time zone and database


@dataclass(frozen=True)
class Chosen:
    """What an address asks for, and which of its keys and values were not understood."""

    query: dict[str, list[str]] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()


def read(query: Mapping[str, list[str]], fields: Mapping[str, forms.Field]) -> Chosen:
    """Keep what the listing knows. ``fields`` are those of its filters' form."""
    kept: dict[str, list[str]] = {}
    dropped = []
    for key, values in query.items():
        if key in PASSING:
            continue
        given = [value for value in values if value]
        good = [value for value in given if key in KEYS and _is_good(key, value, fields)]
        if good:
            # A field that takes one value takes the last one, as a browser's form does.
            kept[key] = [value[:LONGEST] for value in (good if _takes_several(key, fields) else good[-1:])]
        if len(good) < len(given) or key not in KEYS:
            dropped.append(key[:40])
    return Chosen({key: kept[key] for key in KEYS if key in kept}, tuple(dropped))


def _takes_several(key: str, fields: Mapping[str, forms.Field]) -> bool:
    return isinstance(fields.get(key), forms.MultipleChoiceField)


def _is_good(key: str, value: str, fields: Mapping[str, forms.Field]) -> bool:
    if "\x00" in value:  # no text of a database holds it
        return False
    if key == SEARCH:
        return bool(value.strip())
    if key == ORDER:
        return value.removeprefix("-") in ORDERS
    if key.startswith("received_"):
        return _is_day(value)
    choice = fields[key]
    return isinstance(choice, forms.ChoiceField) and choice.valid_value(value)


def _is_day(value: str) -> bool:
    try:
        day: datetime.date = forms.DateField().clean(value)
    except ValidationError:
        return False
    return day.year in YEARS


def as_query_dict(query: Mapping[str, list[str]]) -> QueryDict:
    """Return what is kept as an address' query; ``urlencode()`` writes it."""
    made = QueryDict(mutable=True)
    for key, values in query.items():
        made.setlist(key, values)
    return made


def views_for(user: Any) -> QuerySet[SavedView]:
    """The user's own views and those that are shared, by name."""
    return SavedView.objects.filter(Q(owner=user) | Q(is_shared=True)).select_related("owner")


def may_change(user: Any, view: SavedView) -> bool:
    """Whether the user may rename, share or remove it: its owner, or an administrator."""
    return bool(view.owner_id == user.pk or user.is_superuser)
