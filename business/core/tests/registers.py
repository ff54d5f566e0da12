"""What holds for every register in the admin."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from business.core.tests.admin import shown_form, sign_in
from business.core.tests.factories import translate_record

__all__ = ["PlainRegisterChecks", "RegisterChecks"]


class PlainRegisterChecks:
    """Subclass it in the app's tests: ``factory`` makes a record, ``filled`` is what an editor writes."""

    factory: ClassVar[Any]
    filled: ClassVar[dict[str, Any]]

    def url(self, view: str, *args: Any) -> str:
        return reverse(self.model.snippet_viewset.get_url_name(view), args=args)

    @property
    def model(self) -> Any:
        return self.factory._meta.model

    @pytest.mark.parametrize("view", ["list", "list_results", "add"])
    def test_renders(self, client: Client, view: str) -> None:
        sign_in(client, editor=True)
        self.factory()
        assert client.get(self.url(view)).status_code == 200

    @pytest.mark.parametrize("view", ["edit", "history", "usage"])
    def test_a_record_renders(self, client: Client, view: str) -> None:
        sign_in(client, editor=True)
        assert client.get(self.url(view, self.factory().pk)).status_code == 200

    def test_stands_in_the_menu_of_those_who_may_change_it(self, client: Client) -> None:
        for traits, shown in (({"editor": True}, True), ({"coordinator": True}, False)):
            sign_in(client, **traits)
            assert (self.url("list") in client.get(reverse("wagtailadmin_home")).content.decode()) is shown

    @pytest.mark.parametrize("traits", [{}, {"coordinator": True}])
    def test_is_nothing_for_others(self, client: Client, traits: dict[str, bool]) -> None:
        record = self.factory()
        user = sign_in(client, **traits)
        user.user_permissions.add(Permission.objects.get(codename="access_admin"))
        for address in (self.url("list"), self.url("add"), self.url("edit", record.pk)):
            answer = client.get(address)
            assert (answer.status_code, answer["Location"]) == (302, reverse("wagtailadmin_home"))

    def test_an_editor_adds_and_changes(self, client: Client) -> None:
        sign_in(client, editor=True)
        data = shown_form(client, self.url("add"), index=-1 + _forms(client, self.url("add")))
        data.update({name: str(value) for name, value in self.values().items()})
        assert self.send(client, self.url("add"), data).status_code == 302
        record = self.model.objects.latest("pk")
        address = self.url("edit", record.pk)
        changed = shown_form(client, address, index=-1 + _forms(client, address))
        assert self.send(client, address, changed).status_code == 302
        for name, value in self.values().items():
            assert str(getattr(record, f"{name}_id", None) or getattr(record, name)) == str(value)

    def values(self) -> dict[str, Any]:
        return self.filled

    def send(self, client: Client, address: str, data: Any) -> Any:
        """Send the form until it is stored; a register may ask something in between."""
        return client.post(address, data)

    def test_only_an_administrator_deletes(self, client: Client) -> None:
        record = self.factory()
        sign_in(client, editor=True)
        client.post(self.url("delete", record.pk))
        assert self.model.objects.filter(pk=record.pk).exists()
        sign_in(client, administrator=True)
        client.post(self.url("delete", record.pk))
        assert not self.model.objects.filter(pk=record.pk).exists()

    def test_asks_the_database_the_same_however_many_there_are(self, client: Client, count_queries: Any) -> None:
        sign_in(client, editor=True)
        self.factory()

        def measure() -> int:
            client.get(self.url("list"))
            with count_queries() as queries:
                client.get(self.url("list"))
            return len(queries)

        before = measure()
        self.factory.create_batch(6)
        assert measure() == before <= 25


class RegisterChecks(PlainRegisterChecks):
    """For registers whose texts are translated."""

    def test_lists_originals_in_swedish_order_with_their_translations(self, client: Client) -> None:
        sign_in(client, editor=True)
        for name in ("Öppettider", "Avlopp", "Ängar"):
            self.factory(name=name)
        english = translate_record(self.factory(name="Zink"), name="Zinc")
        answer = client.get(self.url("list"))
        names = [record.name for record in answer.context["object_list"] if not record.name[-1].isdigit()]
        assert names == ["Avlopp", "Zink", "Ängar", "Öppettider"]
        html = answer.content.decode()
        assert self.url("edit", english.pk) in html
        assert "Zinc" not in html

    def test_offers_a_translation_to_those_who_may_make_one(self, client: Client) -> None:
        sign_in(client, editor=True)
        record = self.factory()
        names = [record._meta.app_label, record._meta.model_name, record.pk]
        address = reverse("wagtail_localize:submit_snippet_translation", args=names)
        assert address in client.get(self.url("list")).content.decode()

    def test_is_searched(self, client: Client) -> None:
        sign_in(client, editor=True)
        self.factory(name="Överklagande")
        self.factory(name="Annat")
        found = client.get(self.url("list"), {"q": "överkl"}).context["object_list"]
        assert [record.name for record in found] == ["Överklagande"]

    def test_is_written_in_the_source_language(self, client: Client) -> None:
        sign_in(client, editor=True)
        data = shown_form(client, self.url("add"), index=-1 + _forms(client, self.url("add")))
        data.update({name: str(value) for name, value in self.values().items()})
        client.post(self.url("add") + "?locale=en", data)
        assert self.model.objects.latest("pk").locale.language_code == "sv"

    def test_its_chooser_offers_originals(self, client: Client) -> None:
        sign_in(client, editor=True)
        original = self.factory(name="Avlopp")
        translate_record(original, name="Sewage")
        for view in ("choose", "choose_results"):
            address = reverse(self.model.snippet_viewset.chooser_viewset.get_url_name(view))
            answer = client.get(address)
            assert [record.name for record in answer.context["results"]][:1] == ["Avlopp"]
            assert "Sewage" not in answer.content.decode()


def _forms(client: Client, address: str) -> int:
    """Return how many forms the page at the address has; the one that is filled in stands last."""
    return client.get(address).content.decode().count("<form")
