"""Networks with their rows."""

from __future__ import annotations

import datetime
from typing import Any

import factory

from business.core.tests.factories import PageFactory, home
from business.guides.tests.factories import TradeFactory
from business.networks.enums import Scope
from business.networks.models import NetworkContact, NetworkIndexPage, NetworkLink, NetworkPage, NetworkTrade
from business.organisation.tests.factories import PlaceFactory

__all__ = ["NetworkFactory", "NetworkIndexFactory", "network_index"]


class NetworkIndexFactory(PageFactory):
    title = "Nätverk"
    slug = "natverk"
    show_in_menus = True

    class Meta:
        model = NetworkIndexPage


def network_index() -> NetworkIndexPage:
    """Return the Swedish index of networks, made when it is first asked for."""
    return NetworkIndexPage.objects.child_of(home()).first() or NetworkIndexFactory()


class NetworkFactory(PageFactory):
    """A network; ``complete=2`` gives it two trades, contact persons and links."""

    title = factory.Sequence(lambda number: f"Krogringen {number}")
    parent = factory.LazyFunction(network_index)
    who_may_join = "<p>Alla krögare.</p>"
    cost = "Gratis"
    rhythm = "Första torsdagen varje månad"
    scope = Scope.TOWN
    place = factory.SubFactory(PlaceFactory)
    confirmed_on = datetime.date(2026, 10, 1)

    class Meta:
        model = NetworkPage

    @factory.post_generation
    def complete(page: NetworkPage, create: bool, rows: int | None, **kwargs: Any) -> None:  # noqa: N805
        """Give the network so many rows of each kind."""
        for number in range(rows or 0):
            NetworkTrade.objects.create(page=page, locale=page.locale, trade=TradeFactory())
            NetworkContact.objects.create(
                page=page, locale=page.locale, name=f"Kim {number}", role="ordförande", email="kim@krogringen.example"
            )
            NetworkLink.objects.create(
                page=page, locale=page.locale, label=f"Sida {number}", url="https://krogringen.example/"
            )
