"""What a network's profile says, ready to show: facts from the original page, texts in the reader's language."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from wagtail.models import Locale

from business.core.querysets import rows_of
from business.core.translation import Localiser, Text, locales_by_id, source_locale, with_texts

from .enums import Scope

if TYPE_CHECKING:
    from .models import NetworkPage

__all__ = ["Contact", "Link", "NetworkCard", "NetworkFacts", "read_cards", "read_facts"]


@dataclass(frozen=True)
class Contact:
    name: str
    role: Text
    email: str
    phone: str


@dataclass(frozen=True)
class Link:
    label: Text
    url: str


@dataclass(frozen=True)
class NetworkFacts:
    """What does not differ between languages, with texts in the reader's."""

    scope: Scope
    scope_label: Any
    place: Text
    place_address: str
    trades: list[Text]
    contacts: list[Contact]
    links: list[Link]
    confirmed_on: datetime.date | None
    picture: Any

    @property
    def confirmation_is_old(self) -> bool:
        """Whether a year has passed since the network itself said that this is right."""
        return self.confirmed_on is not None and (timezone.localdate() - self.confirmed_on).days > 365


def _original(shown: NetworkPage) -> NetworkPage:
    """Return the page that the facts are read from, with what it refers to."""
    if shown.previewed_original or shown.locale_id == source_locale().pk:
        return shown.previewed_original or shown
    originals = type(shown).objects.filter(translation_key=shown.translation_key, locale=source_locale())
    return originals.select_related("place", "picture").first() or shown


def read_facts(shown: NetworkPage) -> NetworkFacts:
    """Read the facts with texts for ``shown``, in a fixed number of queries."""
    source, locale = _original(shown), locales_by_id()[shown.locale_id]
    both = [source] if shown is source else [source, shown]
    trades = rows_of([source], "trades", lambda rows: with_texts(rows, "trade", ["name"], locale))
    contacts, links = rows_of(both, "contacts"), rows_of(both, "links")
    say = Localiser(locale, [source.place])
    if source is not shown:
        for row in [*contacts[shown.pk], *links[shown.pk]]:
            say.add(row)
    return NetworkFacts(
        scope=Scope(source.scope),
        scope_label=Scope(source.scope).label,
        place=say(source.place, "name"),
        place_address=source.place.address if source.place else "",
        trades=[say.related(row, "trade", "name") for row in trades[source.pk]],
        contacts=[Contact(row.name, say(row, "role"), row.email, row.phone) for row in contacts[source.pk]],
        links=[Link(say(row, "label"), row.url) for row in links[source.pk]],
        confirmed_on=source.confirmed_on,
        picture=source.picture,
    )


@dataclass(frozen=True)
class NetworkCard:
    """What a list shows of a network."""

    page: NetworkPage
    scope_label: Any
    place: Text
    trades: list[Text]
    picture: Any


def read_cards(pages: Iterable[NetworkPage], locale: Locale) -> list[NetworkCard]:
    """Read what cards show of many networks, in a fixed number of queries."""
    shown = list(pages)
    if not shown:
        return []
    keys = [page.translation_key for page in shown]
    stored = type(shown[0]).objects.filter(translation_key__in=keys, locale=source_locale())
    originals = {
        page.translation_key: page
        for page in stored.select_related("place", "picture").prefetch_related("picture__renditions")
    }
    pairs = [(page, originals.get(page.translation_key, page)) for page in shown]
    sources = [source for _page, source in pairs]
    trades = rows_of(sources, "trades", lambda rows: with_texts(rows, "trade", ["name"], locale))
    say = Localiser(locale, [source.place for source in sources])
    return [
        NetworkCard(
            page=page,
            scope_label=Scope(source.scope).label,
            place=say(source.place, "name"),
            trades=[say.related(row, "trade", "name") for row in trades[source.pk]],
            picture=source.picture,
        )
        for page, source in pairs
    ]
