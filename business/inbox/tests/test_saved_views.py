"""Views of the inbox that somebody keeps under a name."""

import pytest
from django.urls import reverse

from business.inbox.models import SavedView

from .conftest import signed_in
from .factories import CaseFactory, UserFactory

pytestmark = pytest.mark.django_db
INDEX, VIEWS = "/admin/inbox/", "/admin/inbox/views/"


@pytest.fixture
def colleague(db):
    return signed_in(UserFactory(coordinator=True))


def save(browser, name="Mina sena", query="attention=late&owner=me&ordering=limit_at", **more):
    return browser.post(VIEWS, {"name": name, "query": query, **more})


def said(answer):
    return " ".join(str(message) for message in answer.context["messages"])


def test_what_the_listing_shows_is_kept_under_a_name(coordinator):
    late, _other = CaseFactory(late=True, owner=coordinator.user), CaseFactory(late=True)
    answer = save(coordinator)
    assert answer["Location"].startswith(f"{INDEX}?")
    view = SavedView.objects.get()
    assert view.query == {"owner": ["me"], "attention": ["late"], "ordering": ["limit_at"]}
    page = coordinator.get(INDEX)
    assert "Mina sena" in page.content.decode()
    opened = coordinator.get(reverse("inbox:view", args=[view.pk]), follow=True)
    assert [case.number for case in opened.context["object_list"]] == [late.number]
    assert dict(opened.context["views"]) == {view: True}


def test_the_form_above_the_listing_holds_what_it_shows(coordinator):
    html = coordinator.get(INDEX, {"q": "åker", "status": ["new", "closed"], "p": "3", "x": "y"}).content.decode()
    assert 'name="query" value="q=%C3%A5ker&amp;status=new&amp;status=closed"' in html


def test_only_known_keys_and_values_are_kept(coordinator):
    save(coordinator, query="attention=late&owner__password=x&status=gone&status=new&p=7&export=csv&q=" + "x" * 300)
    assert SavedView.objects.get().query == {"q": ["x" * 200], "attention": ["late"], "status": ["new"]}


@pytest.mark.parametrize("query", ["q=a%00b", "q=%00", "topic=%00", "%00=a"])
def test_a_character_that_no_database_takes_is_left_out(coordinator, query):
    save(coordinator, query=f"attention=late&{query}")
    assert SavedView.objects.get().query == {"attention": ["late"]}


def test_what_a_view_holds_and_is_no_longer_there_is_left_out_and_said(coordinator):
    query = {"topic": ["gone"], "attention": ["late"], "search_text__regex": ["(a+)+"]}
    view = SavedView.objects.create(owner=coordinator.user, name="Gammal", query=query)
    CaseFactory(late=True)
    answer = coordinator.get(reverse("inbox:view", args=[view.pk]), follow=True)
    assert answer.redirect_chain == [(f"{INDEX}?attention=late", 302)]
    assert "no longer there, and is left out: Topic, search_text__regex" in said(answer)


def test_a_shared_view_is_seen_by_others_and_an_own_one_is_not(coordinator, colleague):
    save(coordinator, name="Min egen")
    save(coordinator, name="Allas", is_shared="on")
    html = colleague.get(INDEX).content.decode()
    assert "Allas" in html
    assert "Min egen" not in html
    own, shared = SavedView.objects.get(name="Min egen"), SavedView.objects.get(name="Allas")
    assert colleague.get(reverse("inbox:view", args=[shared.pk])).status_code == 302
    assert colleague.get(reverse("inbox:view", args=[own.pk])).status_code == 404


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "Finns"])
def test_a_name_that_will_not_do_is_told_at_its_field_and_nothing_is_lost(coordinator, name):
    SavedView.objects.create(owner=coordinator.user, name="Finns", query={})
    answer = save(coordinator, name=name, query="attention=late")
    assert answer.status_code == 422
    assert answer.context["new_form"].errors["name"]
    html = answer.content.decode()
    assert 'value="attention=late"' in html
    assert f'value="{name}"' in html or not name.strip()
    assert SavedView.objects.count() == 1


def test_a_view_is_renamed_shared_and_removed_by_its_owner(coordinator):
    save(coordinator)
    view = SavedView.objects.get()
    coordinator.post(reverse("inbox:view_change", args=[view.pk]), {"name": "Sena", "is_shared": "on"})
    view.refresh_from_db()
    assert (view.name, view.is_shared) == ("Sena", True)
    coordinator.post(reverse("inbox:view_change", args=[view.pk]), {"name": "Sena"})
    view.refresh_from_db()
    assert not view.is_shared
    assert "Sena" in coordinator.get(VIEWS).content.decode()
    coordinator.post(reverse("inbox:view_remove", args=[view.pk]))
    assert not SavedView.objects.exists()


def test_a_bad_new_name_shows_at_the_view_that_was_renamed(coordinator):
    save(coordinator, name="Ett"), save(coordinator, name="Två")
    view = SavedView.objects.get(name="Två")
    answer = coordinator.post(reverse("inbox:view_change", args=[view.pk]), {"name": "Ett"})
    assert answer.status_code == 422
    errors = {str(shown.pk): bool(form.errors) for shown, form in answer.context["views"]}
    assert [key for key, is_wrong in errors.items() if is_wrong] == [str(view.pk)]


def test_nobody_else_changes_a_view_but_an_administrator(coordinator, colleague, administrator):
    save(coordinator, is_shared="on")
    view = SavedView.objects.get()
    for act in ("view_change", "view_remove"):
        answer = colleague.post(reverse(f"inbox:{act}", args=[view.pk]), {"name": "Kapad"})
        assert answer["Location"] == "/admin/"
    view.refresh_from_db()
    assert view.name == "Mina sena"
    assert 'formaction="' not in colleague.get(VIEWS).content.decode()
    administrator.post(reverse("inbox:view_remove", args=[view.pk]))
    assert not SavedView.objects.exists()


def test_who_only_reads_cannot_put_a_view_before_others(reader):
    save(reader, is_shared="on")
    assert not SavedView.objects.get().is_shared


def test_views_cost_one_query_however_many(coordinator, count_queries):
    save(coordinator)
    with count_queries() as one:
        coordinator.get(INDEX)
    for number in range(10):
        save(coordinator, name=f"Vy {number}")
    with count_queries() as many:
        coordinator.get(INDEX)
    assert len(one) == len(many)
