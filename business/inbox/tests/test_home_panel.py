"""The inbox on the admin's home page, and in its menu."""

import json
import re

import pytest
from django.utils import timezone

from business.inbox.components import InboxPanel
from business.inbox.enums import CaseStatus
from business.inbox.models import Absence

from .factories import CaseFactory, UserFactory

pytestmark = pytest.mark.django_db


def home(browser):
    answer = browser.get("/admin/")
    assert answer.status_code == 200
    return answer.content.decode()


def counts(browser):
    """What the panel counts, and where each number leads."""
    links = re.findall(r'href="([^"]+)"\s+data-count="(\w+)">(.*?)</a>', home(browser), re.DOTALL)
    return {name: (int(re.search(r"number\">(\d+)<", inner).group(1)), url) for url, name, inner in links}


def test_it_counts_what_waits_what_is_due_what_is_late_what_is_mine_and_what_failed(coordinator):
    CaseFactory(late=True)  # waits, and is late
    CaseFactory(due_today=True)  # waits, and is due
    CaseFactory(owner=coordinator.user)
    CaseFactory(closed=True, owner=coordinator.user, failed=True)
    CaseFactory(taken=True)
    CaseFactory(taken=True, status=CaseStatus.WAITING_OTHER, resume_on=timezone.localdate())
    CaseFactory(status=CaseStatus.QUARANTINED, late=True)
    numbers = {name: number for name, (number, _url) in counts(coordinator).items()}
    waiting = {"late": 1, "failed": 1, "due": 1, "waiting": 2, "mine": 1, "resume": 1, "quarantine": 1}
    assert numbers == {**waiting, "undecided": 6}


def test_late_and_failed_stand_first(coordinator):
    assert list(counts(coordinator))[:2] == ["late", "failed"]


def test_who_stands_in_for_somebody_has_their_cases_too(coordinator):
    away = UserFactory(coordinator=True)
    CaseFactory(owner=away)
    assert counts(coordinator)["mine"][0] == 0
    today = timezone.localdate()
    Absence.objects.create(user=away, substitute=coordinator.user, first_day=today, last_day=today)
    assert counts(coordinator)["mine"][0] == 1


def test_each_number_leads_to_exactly_those_cases(coordinator):
    CaseFactory(late=True)
    CaseFactory(due_today=True)
    CaseFactory(owner=coordinator.user)
    CaseFactory(answered=True, failed=True)
    CaseFactory(status=CaseStatus.MERGED, failed=True)
    CaseFactory(taken=True, status=CaseStatus.WAITING_SENDER, resume_on=timezone.localdate())
    CaseFactory(status=CaseStatus.QUARANTINED)
    for name, (number, url) in counts(coordinator).items():
        listed = coordinator.get(url.replace("&amp;", "&")).context["object_list"]
        assert len(listed) == number, name


def test_what_presses_most_stands_first(coordinator):
    tomorrow, late = CaseFactory(), CaseFactory(late=True)
    CaseFactory(closed=True)
    html = home(coordinator)
    assert html.index(late.number) < html.index(tomorrow.number)
    assert "Late since" in html


def test_an_empty_inbox_says_so(coordinator):
    assert "Nothing waits." in home(coordinator)


def test_an_editor_has_no_panel(editor, rf):
    case = CaseFactory()
    assert case.number not in home(editor)
    request = rf.get("/admin/")
    request.user = editor.user
    assert InboxPanel(request).render_html({}) == ""


def menu_item(browser):
    props = re.search(r'<script id="wagtail-sidebar-props" type="application/json">(.*?)</script>', home(browser))
    return next((m for m in _objects(json.loads(props.group(1))) if m.get("name") == "inbox"), None)


def _objects(tree):
    if isinstance(tree, dict):
        yield tree
        tree = list(tree.values())
    if isinstance(tree, list):
        for branch in tree:
            yield from _objects(branch)


def test_the_menu_tells_how_many_wait_in_words_too(coordinator):
    CaseFactory.create_batch(3)
    CaseFactory(taken=True)
    attrs = menu_item(coordinator)["attrs"]
    assert attrs["data-waiting"] == "3"
    assert attrs["aria-label"].endswith(", 3 waiting")


def test_the_menu_tells_what_is_late_and_what_failed(coordinator):
    CaseFactory(taken=True, late=True)
    CaseFactory.create_batch(2, answered=True, failed=True)
    attrs = menu_item(coordinator)["attrs"]
    assert attrs["aria-label"].endswith(", 1 late, 2 mails failed")
    assert "data-waiting" not in attrs


def test_the_menu_has_no_badge_when_nothing_waits(coordinator):
    CaseFactory(taken=True)
    assert "data-waiting" not in menu_item(coordinator)["attrs"]


def test_one_users_badge_never_shows_to_another(coordinator, editor):
    CaseFactory()
    assert menu_item(coordinator)["attrs"]["data-waiting"] == "1"
    assert menu_item(editor) is None


def test_the_number_of_queries_is_the_same_for_one_case_and_for_thirty(coordinator, count_queries):
    CaseFactory(taken=True)
    with count_queries() as one:
        home(coordinator)
    for _number in range(29):
        CaseFactory(owner=UserFactory())
    with count_queries() as thirty:
        home(coordinator)
    assert len(one) == len(thirty) <= 32
