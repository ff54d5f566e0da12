"""Networks in the admin."""

import pytest
from django.urls import reverse

from business.core.tests.admin import sign_in
from business.core.tests.listings import PageListingChecks
from business.networks.enums import Scope
from business.networks.tests.factories import NetworkFactory

pytestmark = pytest.mark.django_db


class TestNetworks(PageListingChecks):
    factory = NetworkFactory
    name = "networks"


def test_filter_by_reach_and_place(client):
    sign_in(client, editor=True)
    wanted = NetworkFactory(scope=Scope.WORLD)
    NetworkFactory()
    for query in ({"scope": "world"}, {"place": wanted.place_id}):
        found = client.get(reverse("networks:index"), query).context["object_list"]
        assert [page.pk for page in found] == [wanted.pk]
