"""Who sees cases: nobody but those who may, at no address, by no guess."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import NoReverseMatch, reverse
from wagtail.models import ReferenceIndex
from wagtail.permissions import policy_registry
from wagtail.snippets.models import get_snippet_models

from business.inbox import permissions
from business.inbox.models import Case, Event, Message, NoticeVersion, OutboxMail
from business.inbox.rights import CASE_RIGHTS
from business.inbox.viewsets import CaseViewSet

from .conftest import signed_in
from .factories import CaseFactory, OutboxMailFactory, UserFactory

pytestmark = pytest.mark.django_db
ACTS = list(CaseViewSet.acts)


def addresses(case, mail):
    return [
        reverse("inbox:index"),
        reverse("inbox:index_results"),
        reverse("inbox:export"),
        reverse("inbox:file", args=[case, 1]),
        reverse("inbox:picture", args=[case, 1]),
        reverse("inbox:views"),
        *(reverse(f"inbox:{name}", args=[1]) for name in ("view", "view_change", "view_remove")),
        reverse("inbox:case", args=[case]),
        *(reverse(f"inbox:{act}", args=[case]) for act in ACTS),
        *(reverse(f"inbox:{act}", args=[case, mail]) for act in CaseViewSet.mail_acts),
    ]


@pytest.fixture
def mail():
    return OutboxMailFactory(failed=True, case__name="Hemliga Elsa")


def test_whoever_is_not_signed_in_is_led_to_the_sign_in(mail):
    for address in addresses(mail.case.pk, mail.pk):
        for answer in (Client().get(address), Client().post(address)):
            assert answer.status_code == 302
            assert answer["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("exists", [True, False])
def test_an_editor_gets_the_same_no_whether_the_case_exists_or_not(editor, mail, exists):
    case, sent = (mail.case.pk, mail.pk) if exists else (mail.case.pk + 1000, mail.pk + 1000)
    for address in addresses(case, sent):
        for answer in (editor.get(address), editor.post(address)):
            assert (answer.status_code, answer["Location"]) == (302, "/admin/")
        asked_by_script = editor.get(address, headers={"x-requested-with": "XMLHttpRequest"})
        assert asked_by_script.status_code == 403
    assert not Event.objects.exists()


def test_an_editor_sees_neither_menu_nor_panel(editor, mail):
    home = editor.get("/admin/").content.decode()
    assert "/admin/inbox/" not in home
    assert "Hemliga Elsa" not in home
    assert mail.case.number not in home


def test_an_editor_does_not_find_a_case_by_the_admins_own_search(editor, mail):
    for address in ("/admin/pages/search/?q=Hemliga", "/admin/reports/site-history/", "/admin/snippets/"):
        html = editor.get(address).content.decode()
        assert mail.case.number not in html
        assert "Hemliga Elsa" not in html


def test_a_reader_reads_but_does_nothing(reader, mail):
    page = reader.get(reverse("inbox:case", args=[mail.case.pk]))
    assert page.status_code == 200
    assert "Hemliga Elsa" in page.content.decode()
    assert 'method="post"' not in page.content.decode().split("<main")[1]
    for act in set(ACTS) - {"presence"}:  # who reads may be seen to read
        answer = reader.post(reverse(f"inbox:{act}", args=[mail.case.pk]), {"text": "Hej!"})
        assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    assert not Event.objects.exists()


def test_the_right_to_work_without_the_right_to_read_opens_nothing(mail):
    user = UserFactory()
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", "change_case"]))
    browser = signed_in(user)
    assert not permissions.can_work(user)
    for address in addresses(mail.case.pk, mail.pk):
        assert browser.get(address)["Location"] == "/admin/"


def test_somebody_whose_account_is_closed_sees_nothing():
    user = UserFactory(coordinator=True, is_active=False)
    assert not permissions.can_see_inbox(user)


@pytest.mark.parametrize("role", ["coordinator", "administrator"])
def test_no_address_adds_copies_or_deletes_a_case(request, role):
    browser = request.getfixturevalue(role)
    case = CaseFactory()
    for name in ("add", "copy", "delete", "edit", "history", "usage", "reorder"):
        with pytest.raises(NoReverseMatch):
            reverse(f"inbox:{name}", args=[case.pk])
    for path in ("new/", f"delete/{case.pk}/", f"{case.pk}/delete/", f"edit/{case.pk}/", f"usage/{case.pk}/"):
        assert browser.post(f"/admin/inbox/{path}", follow=True).status_code == 404
    policy = policy_registry.get_by_type(Case)
    assert not policy.user_has_any_permission(browser.user, ["add", "delete"])
    assert Case.objects.filter(pk=case.pk).exists()


def test_nothing_of_a_case_is_a_snippet_or_in_the_reference_index():
    for model in (Case, Message, Event, OutboxMail, NoticeVersion):
        assert model not in get_snippet_models()
        assert not ReferenceIndex.model_is_indexable(model)


def test_using_a_case_leaves_nothing_in_the_reference_index(coordinator):
    before = ReferenceIndex.objects.count()
    case = CaseFactory()
    coordinator.post(reverse("inbox:take", args=[case.pk]))
    topic_and_unit_only = ReferenceIndex.objects.count() - before
    assert not ReferenceIndex.objects.filter(content_type__app_label="inbox", content_type__model="case").exists()
    assert topic_and_unit_only <= 2


def test_a_usage_page_of_what_a_case_uses_does_not_show_the_case(administrator):
    case = CaseFactory(name="Hemliga Elsa")
    address = f"/admin/snippets/inbox/topic/usage/{case.topic.pk}/"
    assert case.number not in administrator.get(address).content.decode()


def test_rights_to_cases_can_be_given_to_a_group(administrator):
    form = administrator.get(reverse("wagtailusers_groups:add")).content.decode()
    for codename in ("view_case", "change_case", "export_case", *dict(CASE_RIGHTS)):
        assert str(Permission.objects.get(codename=codename).pk) in form
    assert not Permission.objects.filter(codename__in=["add_case", "delete_case"]).exists()
