"""What a network's profile says, ready to show: facts from the original page, texts in the reader's language."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from business.core.querysets import rows_with
from business.core.translation import Localiser, Text, source_locale

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


def read_facts(source: NetworkPage, shown: NetworkPage) -> NetworkFacts:
    """Read the facts of ``source`` with texts for ``shown``, in a fixed number of queries."""
    trades = [row.trade for row in rows_with(source.trades.all(), "trade")]
    contacts, links = list(source.contacts.all()), list(source.links.all())
    say = Localiser(shown.locale.language_code, [source.place, *trades])
    if source is not shown:
        for row in [*shown.contacts.all(), *shown.links.all()]:
            say.add(row)
    return NetworkFacts(
        scope=Scope(source.scope),
        scope_label=Scope(source.scope).label,
        place=say(source.place, "name"),
        place_address=source.place.address if source.place else "",
        trades=[say(trade, "name") for trade in trades],
        contacts=[Contact(row.name, say(row, "role"), row.email, row.phone) for row in contacts],
        links=[Link(say(row, "label"), row.url) for row in links],
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


def read_cards(pages: Iterable[NetworkPage]) -> list[NetworkCard]:
    """Read what cards show of many networks, in a fixed number of queries."""
    shown = list(pages)
    if not shown:
        return []
    keys = [page.translation_key for page in shown]
    locale = shown[0].locale
    originals = {
        page.translation_key: page
        for page in type(shown[0]).objects.filter(translation_key__in=keys, locale=source_locale())
        .select_related("place", "picture")
        .prefetch_related("trades__trade", "picture__renditions")
    }
    pairs = [(page, originals.get(page.translation_key, page)) for page in shown]
    say = Localiser(
        locale.language_code,
        [item for _page, source in pairs for item in (source.place, *(row.trade for row in source.trades.all()))],
    )
    return [
        NetworkCard(
            page=page,
            scope_label=Scope(source.scope).label,
            place=say(source.place, "name"),
            trades=[say(row.trade, "name") for row in source.trades.all()],
            picture=source.picture,
        )
        for page, source in pairs
    ]
