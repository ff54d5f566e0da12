"""What holds for every list of pages in the admin."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from business.core.tests.admin import sign_in
from business.core.tests.factories import translate

__all__ = ["PageListingChecks"]


class PageListingChecks:
    """Subclass it in the app's tests: ``factory`` makes a page, ``name`` is the viewset's."""

    factory: ClassVar[Any]
    name: ClassVar[str]

    def url(self, view: str = "index") -> str:
        return reverse(f"{self.name}:{view}")

    def listed(self, client: Client, **query: str) -> list[Any]:
        answer = client.get(self.url(), query)
        assert answer.status_code == 200
        return list(answer.context["object_list"])

    @pytest.mark.parametrize("view", ["index", "index_results"])
    def test_renders(self, client: Client, view: str) -> None:
        sign_in(client, editor=True)
        page = self.factory()
        assert page.title in client.get(self.url(view)).content.decode()

    def test_lists_originals_with_a_way_to_their_translations(self, client: Client) -> None:
        sign_in(client, editor=True)
        english = translate(self.factory(title="Gasol"), title="Gas bottles")
        untranslated = self.factory(title="Tobak")
        answer = client.get(self.url())
        assert {page.title for page in answer.context["object_list"]} == {"Gasol", "Tobak"}
        html = answer.content.decode()
        assert reverse("wagtailadmin_pages:edit", args=[english.pk]) in html
        assert reverse("wagtail_localize:submit_page_translation", args=[untranslated.pk]) in html

    def test_is_searched_by_the_beginning_of_a_word(self, client: Client) -> None:
        sign_in(client, editor=True)
        self.factory(title="Överklagande")
        self.factory(title="Tobak")
        assert [page.title for page in self.listed(client, q="överkl")] == ["Överklagande"]

    def test_shows_drafts(self, client: Client) -> None:
        sign_in(client, editor=True)
        self.factory(title="Utkast", draft=True)
        assert [page.title for page in self.listed(client)] == ["Utkast"]

    def test_leads_to_a_new_page(self, client: Client) -> None:
        sign_in(client, editor=True)
        parent = self.factory().get_parent()
        model = self.factory._meta.model._meta
        there = reverse("wagtailadmin_pages:add", args=[model.app_label, model.model_name, parent.pk])
        answer = client.get(self.url("choose_parent"), follow=True)
        assert answer.redirect_chain == [(there, 302)]
        assert answer.status_code == 200

    def test_stands_in_the_menu_of_those_who_write(self, client: Client) -> None:
        for traits, shown in (({"editor": True}, True), ({"coordinator": True}, False)):
            sign_in(client, **traits)
            home = client.get(reverse("wagtailadmin_home")).content.decode()
            assert (f'"{self.url()}"' in home) is shown

    @pytest.mark.parametrize("traits", [{}, {"coordinator": True}])
    def test_is_nothing_for_others(self, client: Client, traits: dict[str, bool]) -> None:
        self.factory()
        user = sign_in(client, **traits)
        user.user_permissions.add(Permission.objects.get(codename="access_admin"))
        for view in ("index", "index_results"):
            answer = client.get(self.url(view))
            assert (answer.status_code, answer["Location"]) == (302, reverse("wagtailadmin_home"))

    @pytest.mark.parametrize("query", ["page=abc", "p=999", "ordering=password", "area=x", "scope=%27", "q=%22%27%5C"])
    def test_bad_addresses_are_harmless(self, client: Client, query: str) -> None:
        sign_in(client, editor=True)
        self.factory()
        assert client.get(f"{self.url()}?{query}").status_code in {200, 404}

    def test_asks_the_database_the_same_however_many_there_are(self, client: Client, count_queries: Any) -> None:
        sign_in(client, editor=True)
        translate(self.factory(), text_changed_at=timezone.now())

        def measure() -> int:
            client.get(self.url())
            with count_queries() as queries:
                client.get(self.url())
            return len(queries)

        before = measure()
        for page in self.factory.create_batch(4):
            translate(page)
        self.factory.create_batch(2)
        assert measure() <= before <= 40
