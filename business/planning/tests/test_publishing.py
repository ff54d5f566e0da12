"""Neither the last approval nor the clock publishes a guide that breaks an example company, and both say so."""

from __future__ import annotations

import datetime
from html import unescape
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupApprovalTask, PageViewRestriction, TaskState, Workflow, WorkflowTask

from business.core import jobs
from business.core.tests.admin import change_page, page_form, sign_in
from business.guides.models import GuidePage
from business.guides.tests.factories import FeeFactory, GuideFactory
from business.planning.enums import Effect
from business.planning.examples.report import read_report
from business.planning.models import Persona, Rule

from .factories import PersonaFactory, QuestionFactory, RuleFactory
from .test_admin_rules import said

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def editor(client: Any) -> Any:
    client.user = sign_in(client, editor=True)
    return client


@pytest.fixture
def draft() -> GuidePage:
    """A guide that the rules would lead the bar to, which must not get it."""
    QuestionFactory(slug="alkohol")
    guide = GuideFactory(title="Folköl", ready=True)
    FeeFactory(page=guide)
    GuidePage.objects.filter(pk=guide.pk).update(live=False, live_revision=None)
    RuleFactory(guide=guide, all_of="alkohol=ja")
    PersonaFactory(name="Baren", chose="alkohol=ja", gets={guide: Effect.NOT_NEEDED})
    return GuidePage.objects.get(pk=guide.pk)


def lines(key: str) -> list[Any]:
    [section] = [section for section in read_report(timezone.localdate()) if section.key == key]
    return list(section.lines)


def test_the_last_approval_publishes_no_guide_that_breaks_an_example(editor, draft, mailoutbox):
    task = GroupApprovalTask.objects.create(name="Läs")
    task.groups.add(*Group.objects.all())
    workflow = Workflow.objects.create(name="Granskning")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    draft.save_revision(user=editor.user)
    workflow.start(draft, editor.user)
    mailoutbox.clear()

    def approve(**headers: Any) -> Any:
        [state] = TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS)
        address = reverse("wagtailadmin_pages:workflow_action", args=[draft.pk, "approve", state.pk])
        return editor.post(address, {"comment": ""}, **headers)

    edit = reverse("wagtailadmin_pages:edit", args=[draft.pk])
    for headers in ({}, {"x-requested-with": "XMLHttpRequest"}):
        answer = approve(headers=headers)
        assert (answer.json()["redirect"] if headers else answer["Location"]) == edit
        told = said(editor.get(edit))
        assert "Inte godkänd" in told
        assert "Baren: Folköl behövs inte → behövs" in told

    # Approved from the form, what was typed is kept; nobody has been told that anything was approved.
    data = page_form(editor, edit)
    data["title"] = "Folköl med nytt namn"
    data["action-workflow-action"], data["workflow-action-name"] = "true", "approve"
    assert "Baren: Folköl" in said(editor.post(edit, data, follow=True))
    draft.refresh_from_db()
    assert draft.get_latest_revision_as_object().title == "Folköl med nytt namn"
    assert not draft.live
    assert draft.current_workflow_task_state.status == TaskState.STATUS_IN_PROGRESS
    assert mailoutbox == []

    Rule.objects.all().delete()
    approve()
    draft.refresh_from_db()
    assert draft.live
    assert draft.title == "Folköl med nytt namn"
    assert draft.current_workflow_state is None


def test_the_clock_publishes_no_guide_that_breaks_an_example(editor, draft, caplog):
    def schedule(page: GuidePage) -> None:
        revision = page.save_revision(user=editor.user)
        revision.approved_go_live_at = timezone.now() - datetime.timedelta(minutes=1)
        revision.save()

    other = GuideFactory(title="En annan", ready=True)
    FeeFactory(page=other)
    GuidePage.objects.filter(pk=other.pk).update(live=False)
    for page in (draft, GuidePage.objects.get(pk=other.pk)):
        schedule(page)
    call_command("publish_scheduled")  # as a crontab may have it: it does what the worker does
    assert "could not be done" in caplog.text
    caplog.clear()
    jobs.publish_scheduled()  # once is enough
    assert caplog.text == ""
    for page, is_live in ((draft, False), (other, True)):
        page.refresh_from_db()
        assert page.live is is_live
    assert not draft.approved_schedule

    # Its editor reads why, in the report, on the home page and in the guide's history.
    [line] = lines("refused")
    assert (line.text, line.details) == ("Folköl", ("Baren: Folköl behövs inte → behövs",))
    assert "Guider som inte publicerades i tid" in editor.get(reverse("wagtailadmin_home")).content.decode()
    history = editor.get(reverse("wagtailadmin_pages:history", args=[draft.pk])).content.decode()
    assert "Baren: Folköl behövs inte → behövs" in history

    # What is mended is published as ever, and told no more.
    Rule.objects.all().delete()
    data = page_form(editor, reverse("wagtailadmin_pages:edit", args=[draft.pk]))
    change_page(editor, draft, data, publish=True)
    draft.refresh_from_db()
    assert draft.live
    assert lines("refused") == []


def test_a_guide_ends_at_its_time_and_its_editor_is_told_what_that_broke(editor, draft):
    """Somebody has said that it ends, so it does; nobody has seen since that an example company needs it."""
    Persona.objects.all().delete()
    GuidePage.objects.filter(pk=draft.pk).update(live=True, expire_at=timezone.now() - datetime.timedelta(minutes=1))
    PersonaFactory(name="Baren", chose="alkohol=ja", gets={draft: Effect.NEEDED})
    other = GuideFactory(title="En annan")
    GuidePage.objects.filter(pk=other.pk).update(expire_at=timezone.now() - datetime.timedelta(minutes=1))
    call_command("publish_scheduled", "--dryrun", verbosity=0, stdout=StringIO())
    assert GuidePage.objects.live().count() == 2
    call_command("publish_scheduled")
    assert GuidePage.objects.live().count() == 0

    [line] = lines("ended")
    assert (line.text, line.details) == ("Folköl", ("Baren: Folköl behövs → behövs inte",))
    assert "Guider som tog slut i tid" in editor.get(reverse("wagtailadmin_home")).content.decode()
    history = editor.get(reverse("wagtailadmin_pages:history", args=[draft.pk])).content.decode()
    assert "Tog slut i tid, och exempelföretag får ett annat resultat: Baren" in history

    # The law has changed: the example company needs it no more, and nothing is told.
    Persona.objects.all().delete()
    assert lines("ended") == []


def test_no_guide_that_an_example_needs_is_made_private_itself_or_with_the_page_above(admin_client, draft):
    Persona.objects.all().delete()
    GuidePage.objects.filter(pk=draft.pk).update(live=True)
    PersonaFactory(name="Baren", chose="alkohol=ja", gets={draft: Effect.NEEDED})

    def set_privacy(page: Any, kind: str) -> dict[str, Any]:
        data = {"restriction_type": kind, "password": "", "groups": []}
        return admin_client.post(reverse("wagtailadmin_pages:set_privacy", args=[page.pk]), data).json()

    for page in (draft, draft.get_parent()):
        answer = set_privacy(page, "login")
        assert answer["step"] == "set_privacy"
        assert "Baren: Folköl behövs → behövs inte" in unescape(answer["html"])
        assert not PageViewRestriction.objects.exists()

    Persona.objects.all().delete()
    assert set_privacy(draft, "login")["step"] == "set_privacy_done"
    # To show it again is checked like any other way to show a guide.
    PersonaFactory(name="Baren", chose="alkohol=ja", gets={draft: Effect.NOT_NEEDED})
    assert "Baren: Folköl behövs inte → behövs" in unescape(set_privacy(draft, "none")["html"])
    assert PageViewRestriction.objects.count() == 1
