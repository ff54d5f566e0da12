"""Nothing of the inbox goes with what it refers to: not with a page, a user, a unit, a topic, a picture or a language."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale, Page

from business.core.registers import RegisterChoices
from business.guides.tests.factories import GuideFactory
from business.inbox import owners
from business.inbox.models import Case, Topic
from business.inbox.tests.conftest import signed_in
from business.inbox.tests.disposals import a_rule, a_whole_case
from business.inbox.tests.factories import CannedReplyFactory, CaseFactory, UserFactory
from business.organisation.models import Unit
from business.organisation.tests.factories import UnitFactory

pytestmark = pytest.mark.django_db

# What may go with what it belongs to: nobody's record.
EPHEMERAL = {
    ("Presence", "user"): "who has a page open right now",
    ("Attachment", "draft"): "a file that was never sent, which then belongs to nobody and is removed",
}


@pytest.fixture
def administrator():
    return signed_in(UserFactory(administrator=True))


@pytest.fixture
def coordinator():
    return signed_in(UserFactory(coordinator=True))


@pytest.fixture(autouse=True)
def _root(settings, tmp_path):
    settings.INBOX_FILES_ROOT = tmp_path / "files"


def told(answer):
    return " ".join(str(message) for message in answer.context["messages"])


def rows():
    """How many rows each table of the inbox has."""
    return {model.__name__: model._base_manager.count() for model in apps.get_app_config("inbox").get_models()}


def test_every_relation_of_the_inbox_protects():
    ours = set(apps.get_app_config("inbox").get_models())
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            if not (field.concrete and field.is_relation and (field.many_to_one or field.one_to_one)):
                continue
            if model not in ours and field.related_model not in ours:
                continue
            if model._meta.app_label not in ("inbox", "contact", "organisation"):
                continue  # Wagtail's own rows about a setting
            if (model.__name__, field.name) in EPHEMERAL:
                continue
            assert field.remote_field.on_delete is models.PROTECT, f"{model.__name__}.{field.name}"


def test_what_a_case_holds_on_to_stays_whatever_is_tried(administrator):
    case = a_whole_case()
    officer = case.messages.exclude(author=None).first().author
    reply = CannedReplyFactory(topic=case.topic)
    rule = a_rule(topic=case.topic)
    Case.objects.filter(pk=case.pk).update(owner=officer)
    before = rows()
    ways = {
        case.unit: (Unit.snippet_viewset.get_url_name("delete"), "Take it out of use instead"),
        case.topic: (Topic.snippet_viewset.get_url_name("delete"), "Take it out of use instead"),
        officer: ("wagtailusers_users:delete", "Make the account inactive instead"),
    }
    for item, (name, advice) in ways.items():
        answer = administrator.post(reverse(name, args=[item.pk]), follow=True)
        assert "cannot be deleted" in told(answer), item
        assert advice in told(answer)
        # Where one is led, it can be done.
        assert 'name="in_use"' in answer.content.decode() or 'name="is_active"' in answer.content.decode()
        with pytest.raises(models.ProtectedError):
            item.delete()
        with pytest.raises(models.ProtectedError):
            type(item)._base_manager.filter(pk=item.pk).delete()
    for model, name in ((Topic, "inbox/topic"), (Unit, "organisation/unit")):
        item = case.topic if model is Topic else case.unit
        app, label = name.split("/")
        address = reverse("wagtail_bulk_action", args=[app, label, "delete"]) + f"?id={item.pk}"
        assert "cannot be deleted" in told(administrator.post(address, follow=True))
    # No address deletes a case, a rule, or anything else of one.
    for address in (
        f"/admin/inbox/delete/{case.pk}/",
        f"/admin/inbox/{case.pk}/delete/",
        f"/admin/inbox/edit/{case.pk}/",
    ):
        assert administrator.post(address).status_code in (404, 405)
    administrator.post(reverse(rule.snippet_viewset.get_url_name("delete"), args=[rule.pk]))
    administrator.post(reverse("wagtail_bulk_action", args=["inbox", "case", "delete"]) + f"?id={case.pk}")
    bulk = reverse("wagtail_bulk_action", args=["inbox", "disposalrule", "delete"]) + f"?id={rule.pk}"
    administrator.post(bulk)
    assert rows() == before
    # A reply is the office's own text, and no case holds on to it.
    administrator.post(reverse(reply.snippet_viewset.get_url_name("delete"), args=[reply.pk]))
    assert rows() == {**before, "CannedReply": before["CannedReply"] - 1}
    assert get_user_model().objects.filter(pk=officer.pk).exists()


def test_pages_pictures_documents_and_languages_take_nothing_with_them(administrator):
    page = GuideFactory()
    case = CaseFactory(source_title=page.title, source_url="https://kommun.example/sv/guide/")
    image = get_image_model().objects.create(title="Bild", file=get_test_image_file())
    document = get_document_model().objects.create(title="Blankett", file=get_test_image_file())
    before, kept = rows(), Case.objects.values().get(pk=case.pk)
    for address in (
        reverse("wagtailadmin_pages:delete", args=[page.pk]),
        reverse("wagtailimages:delete", args=[image.pk]),
        reverse("wagtaildocs:delete", args=[document.pk]),
    ):
        assert administrator.post(address).status_code == 302
    assert not Page.objects.filter(pk=page.pk).exists()
    with pytest.raises(models.ProtectedError):
        Locale.objects.get(language_code="sv").delete()
    administrator.post(reverse("wagtaillocales:delete", args=[Locale.objects.get(language_code="sv").pk]))
    assert Locale.objects.filter(language_code="sv").exists()
    assert rows() == before
    assert Case.objects.values().get(pk=case.pk) == kept


def test_a_unit_out_of_use_is_chosen_no_more_and_keeps_its_cases(coordinator):
    gone, there = UnitFactory(name="Torgkontoret", in_use=False), UnitFactory(name="Miljökontoret")
    case = CaseFactory(unit=gone, taken=True)
    _people, (_name, units) = owners.receivers()
    assert f"unit:{there.slug}" in dict(units)
    assert f"unit:{gone.slug}" not in dict(units)
    page = coordinator.get(reverse("inbox:case", args=[case.pk])).content.decode()
    assert "Torgkontoret" in page
    assert gone.slug in RegisterChoices(Unit).names
    chooser = coordinator.get(reverse(f"{Unit.snippet_viewset.chooser_viewset.name}:choose_results"))
    assert chooser.status_code in (200, 302)
