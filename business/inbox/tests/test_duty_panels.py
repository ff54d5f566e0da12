"""What the head of the office and the archivist have on the admin's home page: they work no case."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from business.inbox.components import AnswersPanel
from business.inbox.disposal import deciding

from .conftest import signed_in
from .disposals import a_rule, a_whole_case
from .factories import CaseFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def home(browser):
    answer = browser.get("/admin/")
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_the_head_reads_this_months_answers_and_no_case():
    CaseFactory(taken=True, name="Vera Sökande")
    head = signed_in(UserFactory(head=True))
    page = home(head)
    assert "Answers this month" in page
    assert re.search(r"Requests received 1 .*of them waiting for a first answer 1 ", page)
    assert "Vera" not in page


def test_whoever_reads_cases_has_the_inbox_there_instead(coordinator):
    assert "Answers this month" not in home(coordinator)


def test_the_figures_cost_the_same_however_many_cases(count_queries, rf):
    head = UserFactory(head=True)
    CaseFactory()

    def asked():
        request = rf.get("/admin/")
        request.user = type(head).objects.get(pk=head.pk)  # who has not asked for their rights yet
        with count_queries() as queries:
            assert "/reports/case-statistics/" in AnswersPanel(request).render_html({})
        return len(queries)

    few = asked()
    CaseFactory.create_batch(5)
    assert asked() == few


def test_the_archivist_is_told_of_proposals_that_others_made():
    a_whole_case()
    rule = a_rule(name="Det som hålls ordnat")
    archivist, proposer = (UserFactory(archivist=True, first_name=name, last_name="Ek") for name in ("Ari", "Rut"))
    assert "Disposal waits for you" not in home(signed_in(archivist))
    disposal = deciding.propose(rule, proposer, timezone.localdate())
    page = home(signed_in(archivist))
    assert re.search("Disposal waits for you .*Det som hålls ordnat Proposed by Rut Ek on", page)
    assert reverse("disposal", args=[disposal.pk]) in signed_in(archivist).get("/admin/").content.decode()
    assert "Disposal waits for you" not in home(signed_in(proposer))
    deciding.approve(disposal, archivist)
    assert "Disposal waits for you" not in home(signed_in(archivist))
