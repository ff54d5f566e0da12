"""The report of facts to check, and what one click in it does to a fact, a guide and its drafts."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from business.core.tests.admin import add_row, change_page, page_form, sign_in
from business.core.tests.factories import translate
from business.guides.models import CheckTask, GuideFee, GuidePage
from business.guides.models.sources import next_check
from business.guides.tests.factories import (
    AreaFactory,
    EvidenceFactory,
    FeeFactory,
    GuideFactory,
    LawFactory,
    RequirementFactory,
    TimeRuleFactory,
)
from business.organisation.tests.factories import UnitFactory

pytestmark = pytest.mark.django_db

REPORT, RESULTS, CONFIRM = "guide_checks", "guide_checks_results", "guide_checks_confirm"
CHECK = ("checked_on", "checked_by", "next_check_on")


def day(number: int = 0) -> datetime.date:
    """Return the day that lies so many days from today."""
    return timezone.localdate() + datetime.timedelta(days=number)


def looked_at(next_in: int = 100, ago: int = 30) -> dict[str, datetime.date]:
    """What a guide or a row says that was checked so many days ago, and is to be again in so many."""
    return {"checked_on": day(-ago), "next_check_on": day(next_in)}


def task_for(page: GuidePage, **values: Any) -> CheckTask:
    return CheckTask.objects.create(page=page, law=LawFactory(), opened_at=timezone.now(), **values)


@pytest.fixture
def editor(client: Client) -> Client:
    client.user = sign_in(client, editor=True)
    return client


@pytest.fixture
def guide() -> GuidePage:
    """A live guide that is to be checked in a hundred days, by a unit."""
    page = GuideFactory(title="Servering", ready=True, checked_by=UnitFactory(), **looked_at())
    FeeFactory(page=page, label="Ansökan", amount=9500)
    page = GuidePage.objects.get(pk=page.pk)
    page.save_revision().publish()
    return GuidePage.objects.get(pk=page.pk)


@pytest.fixture
def fee(guide: GuidePage) -> GuideFee:
    return guide.fees.get()


def report(client: Client, **query: str) -> list[Any]:
    """Return the guides in the report."""
    answer = client.get(reverse(REPORT), query)
    assert answer.status_code == 200
    return answer.context["object_list"]


def titles(client: Client, **query: str) -> list[str]:
    return [guide.page.title for guide in report(client, **query)]


def confirm(client: Client, **sent: Any) -> Any:
    return client.post(reverse(CONFIRM), sent)


def confirm_fee(client: Client, fee: GuideFee) -> None:
    answer = confirm(client, relation="fees", page=fee.page_id, row=fee.pk)
    assert answer.status_code == 302


def check_of(item: Any) -> tuple[Any, ...]:
    """Return the check that is stored on a guide or a row."""
    return type(item).objects.filter(pk=item.pk).values_list(*CHECK).get()


def checked_today(page: GuidePage) -> tuple[Any, ...]:
    """Return the check that a click today leaves behind."""
    return day(), page.checked_by_id, next_check(day(), page.check_every)


# --- What is due ----------------------------------------------------------------------------------------------------


def test_a_guide_that_was_never_checked_is_due(editor):
    GuideFactory(title="Ny")
    (due,) = report(editor)
    assert (due.page.title, due.is_due) == ("Ny", True)


@pytest.mark.parametrize(("next_in", "listed"), [(-1, True), (0, True), (1, False)])
def test_a_guide_is_due_on_the_day_of_its_next_check(editor, next_in, listed):
    GuideFactory(title="Servering", **looked_at(next_in))
    assert titles(editor) == (["Servering"] if listed else [])


@pytest.mark.parametrize("row", [FeeFactory, TimeRuleFactory, RequirementFactory, EvidenceFactory])
def test_a_fact_with_a_check_of_its_own_is_due_by_itself(editor, row):
    page = GuideFactory(**looked_at(ago=60))
    due_row = row(page=page, **looked_at(-1))
    FeeFactory(page=page)
    (due,) = report(editor)
    assert not due.is_due
    assert [fact.row for fact in due.due_facts] == [due_row]
    assert len(due.facts) == 2


def test_a_check_of_the_whole_guide_counts_for_facts_that_were_checked_before(editor):
    FeeFactory(page=GuideFactory(**looked_at(ago=10)), **looked_at(-1, ago=11))
    assert report(editor) == []


def test_a_fact_that_was_checked_after_its_guide_is_not_due_with_it(editor):
    page = GuideFactory(**looked_at(-1, ago=60))
    FeeFactory(page=page, label="Nyss", **looked_at(50))
    FeeFactory(page=page, label="Med guiden")
    (due,) = report(editor)
    assert [fact.row.label for fact in due.due_facts] == ["Med guiden"]


def test_what_no_longer_holds_is_not_to_be_checked(editor):
    page = GuideFactory(**looked_at(ago=60))
    FeeFactory(page=page, label="Förra årets", valid_to=day(-1), **looked_at(-5))
    assert report(editor) == []
    FeeFactory(page=page, label="Årets", valid_from=day(), valid_to=day(), **looked_at(-5))
    (due,) = report(editor)
    assert [fact.row.label for fact in due.facts] == ["Årets"]


def test_a_fact_that_starts_later_is_to_be_checked(editor):
    page = GuideFactory(**looked_at(ago=60))
    FeeFactory(page=page, label="Nästa års", valid_from=day(40), **looked_at(-5))
    assert [fact.row.label for fact in report(editor)[0].due_facts] == ["Nästa års"]


def test_a_law_that_changed_makes_a_guide_due(editor, guide):
    task = task_for(guide, note="Se 8 kap.")
    (due,) = report(editor)
    assert (due.tasks, due.is_due) == ([task], False)
    html = editor.get(reverse(REPORT)).content.decode()
    assert str(task.law) in html
    assert "Se 8 kap." in html


def test_drafts_and_translations_are_not_listed(editor):
    GuideFactory(draft=True)
    page = GuideFactory(title="Servering")
    translate(page, title="Serving")
    assert titles(editor, when="all") == ["Servering"]


def test_a_fact_stands_with_what_it_says_and_its_law(editor):
    page, law = GuideFactory(), LawFactory(name="Alkohollagen")
    FeeFactory(page=page, label="Ansökan", amount=9500, law=law, provision="8 kap. 10 §")
    FeeFactory(page=page, hourly=True, hours="1.50")
    FeeFactory(page=page, free=True)
    TimeRuleFactory(page=page, amount_from=2, amount=8)
    TimeRuleFactory(page=page, legal_limit=True, amount=0)
    RequirementFactory(page=page, title="Du är lämplig")
    EvidenceFactory(page=page)
    text = " ".join(BeautifulSoup(editor.get(reverse(REPORT)).content, "html.parser").get_text().split())
    for words in ("Ansökan", "9 500 kr", f"{law}, 8 kap. 10 §", "1,5", "2–8", "Du är lämplig"):
        assert words in text, words


def test_nothing_due_is_said(editor, guide):
    answer = editor.get(reverse(REPORT))
    assert answer.status_code == 200
    assert not BeautifulSoup(answer.content, "html.parser").find("section", class_="check-guide")


# --- Filters --------------------------------------------------------------------------------------------------------


def test_it_is_narrowed_by_when(editor):
    for title, next_in in (("Nu", 0), ("Om trettio", 30), ("Om nittio", 90), ("Sedan", 91)):
        GuideFactory(title=title, **looked_at(next_in))
    changed = GuideFactory(title="Lagen ändrad", **looked_at(200))
    task_for(changed)
    assert set(titles(editor)) == {"Nu", "Lagen ändrad"}
    assert set(titles(editor, when="today")) == {"Nu", "Lagen ändrad"}
    assert set(titles(editor, when="30")) == {"Nu", "Om trettio", "Lagen ändrad"}
    assert set(titles(editor, when="90")) == {"Nu", "Om trettio", "Om nittio", "Lagen ändrad"}
    assert titles(editor, when="law") == ["Lagen ändrad"]
    assert len(titles(editor, when="all")) == 5


def test_it_is_narrowed_by_unit_and_area(editor):
    unit, area = UnitFactory(), AreaFactory()
    GuideFactory(title="Båda", checked_by=unit, area=area)
    GuideFactory(title="Enheten", checked_by=unit)
    GuideFactory(title="Området", area=area)
    assert set(titles(editor, checked_by=str(unit.pk))) == {"Båda", "Enheten"}
    assert set(titles(editor, area=str(area.pk))) == {"Båda", "Området"}
    assert titles(editor, checked_by=str(unit.pk), area=str(area.pk), when="90") == ["Båda"]


@pytest.mark.parametrize(
    "query", [{"when": "x"}, {"when": "-1"}, {"area": "x"}, {"checked_by": "9" * 30}, {"p": "999"}, {"p": "x"}]
)
def test_bad_addresses_are_harmless(editor, query):
    GuideFactory()
    for view in (REPORT, RESULTS):
        assert editor.get(reverse(view), query).status_code == 200


def test_what_one_unit_has_to_do_stands_together_with_the_oldest_first(editor):
    first, second = UnitFactory(name="Alkohol"), UnitFactory(name="Öppna data")
    GuideFactory(title="Ingen enhet", **looked_at(-9))
    for title, unit in (("Tre", second), ("Ett", first), ("Fyra", second), ("Två", first)):
        GuideFactory(title=title, checked_by=unit, **looked_at(-1))
    GuideFactory(title="Äldst", checked_by=first, **looked_at(-2))
    GuideFactory(title="Aldrig", checked_by=first)
    assert titles(editor) == ["Aldrig", "Äldst", "Ett", "Två", "Fyra", "Tre", "Ingen enhet"]


# --- One click ------------------------------------------------------------------------------------------------------


def press(client: Client, relation: str, **query: str) -> Any:
    """Press the first button in the report that checks off something of this sort."""
    html = BeautifulSoup(client.get(reverse(REPORT), query).content, "html.parser")
    form = html.find("input", attrs={"name": "relation", "value": relation}).find_parent("form")
    sent = {field["name"]: field["value"] for field in form.find_all("input")}
    return client.post(form["action"], sent, follow=True)


@pytest.mark.parametrize(
    ("relation", "row"),
    [
        ("fees", FeeFactory),
        ("time_rules", TimeRuleFactory),
        ("requirements", RequirementFactory),
        ("evidence", EvidenceFactory),
    ],
)
def test_one_click_notes_a_fact_as_checked_today(editor, relation, row):
    page = GuideFactory(checked_by=UnitFactory(), check_every=3, **looked_at(ago=60))
    due, other = row(page=page, **looked_at(-1)), FeeFactory(page=page, **looked_at(-1))
    before = check_of(page)
    answer = press(editor, relation)
    assert str(due) in " ".join(str(message) for message in answer.context["messages"])
    assert check_of(due) == (day(), page.checked_by_id, next_check(day(), 3))
    assert check_of(page) == before
    assert [fact.row for fact in report(editor)[0].due_facts] == [other]


def test_readers_see_the_check_at_once(editor, guide, fee, client):
    confirm_fee(editor, fee)
    check = GuidePage.objects.get(pk=guide.pk).facts().fees[0].check
    assert (check.on, check.by, check.is_overdue) == (day(), guide.checked_by.name, False)


def test_one_click_notes_a_whole_guide(editor, guide, fee):
    GuidePage.objects.filter(pk=guide.pk).update(**looked_at(-1, ago=40))
    GuideFee.objects.filter(pk=fee.pk).update(**looked_at(-1))
    task, other = task_for(guide), task_for(GuideFactory(**looked_at()))
    press(editor, "guide")  # the first: a guide without a unit stands last
    assert check_of(guide) == checked_today(guide)
    task.refresh_from_db()
    assert (task.done_by, task.done_at is not None) == (editor.user, True)
    assert titles(editor) == [other.page.title]


def test_one_click_notes_a_guide_as_compared_with_a_law(editor, guide):
    first, second = task_for(guide), task_for(guide)
    before = check_of(guide)
    press(editor, "task")
    assert set(CheckTask.objects.open()) < {first, second}
    done = CheckTask.objects.get(done_at__isnull=False)
    assert done.done_by == editor.user
    assert check_of(guide) == before
    press(editor, "task")
    assert report(editor) == []


def test_a_click_leads_back_to_the_list_as_it_was(editor, guide):
    answer = press(editor, "fees", when="all", area=str(guide.area_id))
    ((address, status),) = answer.redirect_chain
    assert (address, status) == (f"{reverse(REPORT)}?when=all&area={guide.area_id}", 302)


@pytest.mark.parametrize(
    "address",
    [
        "https://ond.example/",
        "//ond.example/",
        "///ond.example",
        "/\\ond.example",
        "http:ond.example",
        "javascript:alert(1)",
        "https://testserver@ond.example/",
        " //ond.example",
        "",
    ],
)
def test_nobody_is_led_to_another_host(editor, guide, fee, address):
    answer = confirm(editor, relation="fees", page=guide.pk, row=fee.pk, next=address)
    assert answer["Location"] == reverse(REPORT)


def test_what_was_checked_stands_in_the_pages_history(editor, guide, fee):
    confirm_fee(editor, fee)
    confirm(editor, relation="guide", page=guide.pk)
    task = task_for(guide)
    confirm(editor, relation="task", row=task.pk)
    entries = PageLogEntry.objects.filter(page=guide.pk, action="guides.check").order_by("pk")
    assert [entry.data["fact"] for entry in entries] == ["Ansökan", "", str(task.law)]
    assert {entry.user for entry in entries} == {editor.user}
    html = editor.get(reverse("wagtailadmin_pages:history", args=[guide.pk])).content.decode()
    assert "Ansökan" in html
    assert str(task.law) in html


# --- What does not count --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sent",
    [
        {"relation": "fees", "page": "{page}", "row": "{other}"},
        {"relation": "fees", "page": "{other_page}", "row": "{fee}"},
        {"relation": "fees", "page": "{english}", "row": "{english_fee}"},
        {"relation": "guide", "page": "{english}"},
        {"relation": "guide", "page": "{index}"},
        {"relation": "time_rules", "page": "{page}", "row": "999999"},
        {"relation": "fees", "page": "{page}", "row": ""},
        {"relation": "fees", "page": "{page}"},
        {"relation": "fees", "page": "x", "row": "y"},
        {"relation": "fees", "page": "9" * 30, "row": "9" * 30},
        {"relation": "fees", "page": "{page}", "row": "9" * 19},
        {"relation": "fees", "page": "{page}", "row": "9" * 5000},
        {"relation": "fees", "page": "-1", "row": "-1"},
        {"relation": "fees", "page": "{page}", "row": "1.5"},
        {"relation": "fees", "page": "{page}\x00", "row": "\x00"},
        {"relation": "task", "row": "999999"},
        {"relation": "task", "row": "{done}"},
        {"relation": "task", "row": "9" * 30},
        {"relation": "task"},
    ],
)
def test_what_is_not_there_is_not_noted(editor, guide, fee, sent):
    other = FeeFactory(page=GuideFactory(**looked_at()))
    english = translate(guide, title="Serving")
    done = task_for(guide, done_at=timezone.now())
    names = {
        "page": guide.pk,
        "fee": fee.pk,
        "other": other.pk,
        "other_page": other.page_id,
        "english": english.pk,
        "english_fee": english.fees.get().pk,
        "index": guide.get_parent().pk,
        "done": done.pk,
    }
    items = [guide, fee, other, other.page, english, english.fees.get()]
    before = [check_of(item) for item in items]
    answer = editor.post(reverse(CONFIRM), {key: value.format(**names) for key, value in sent.items()}, follow=True)
    assert answer.redirect_chain == [(reverse(REPORT), 302)]
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert [check_of(item) for item in items] == before
    assert not PageLogEntry.objects.filter(action="guides.check").exists()


@pytest.mark.parametrize("relation", ["steps", "laws", "pk", "__class__", "", "FEES", "x" * 5000])
def test_nothing_else_can_be_noted(editor, guide, relation):
    assert confirm(editor, relation=relation, page=guide.pk, row="1").status_code == 404


def test_looking_notes_nothing(editor, guide, fee):
    answer = editor.get(reverse(CONFIRM), {"relation": "fees", "page": guide.pk, "row": fee.pk})
    assert answer.status_code == 405
    assert check_of(fee) == (None, None, None)


# --- Drafts ---------------------------------------------------------------------------------------------------------


def open_form(client: Client, page: GuidePage) -> Any:
    return page_form(client, reverse("wagtailadmin_pages:edit", args=[page.pk]))


def drafted(client: Client, page: GuidePage, **changes: str) -> None:
    """Save a draft of the guide with something changed in it."""
    form = open_form(client, page)
    form.update(changes)
    assert change_page(client, page, form).status_code == 302


def published(client: Client, page: GuidePage, form: Any = None) -> None:
    form = open_form(client, page) if form is None else form
    assert change_page(client, page, form, publish=True).status_code == 302


def test_a_draft_that_was_there_before_does_not_forget_the_check_of_a_fact(editor, guide, fee):
    drafted(editor, guide, summary="Nya ord.")
    confirm_fee(editor, fee)
    GuidePage.objects.get(pk=guide.pk).get_latest_revision().publish()
    assert GuidePage.objects.get(pk=guide.pk).summary == "Nya ord."
    assert check_of(guide.fees.get()) == checked_today(guide)


def test_publishing_that_draft_from_its_form_does_not_forget_it_either(editor, guide, fee):
    drafted(editor, guide, summary="Nya ord.")
    confirm_fee(editor, fee)
    published(editor, guide)
    assert check_of(guide.fees.get()) == checked_today(guide)


def test_a_form_that_was_open_all_the_time_does_not_forget_it(editor, guide, fee):
    form = open_form(editor, guide)
    confirm_fee(editor, fee)
    form["summary"] = "Nya ord."
    published(editor, guide, form)
    assert check_of(guide.fees.get()) == checked_today(guide)


def test_a_draft_does_not_forget_the_check_of_the_whole_guide(editor, guide):
    drafted(editor, guide, summary="Nya ord.")
    confirm(editor, relation="guide", page=guide.pk)
    GuidePage.objects.get(pk=guide.pk).get_latest_revision().publish()
    assert check_of(guide) == checked_today(guide)


def test_a_draft_that_waits_for_its_day_does_not_forget_it(editor, guide, fee):
    draft = GuidePage.objects.get(pk=guide.pk)
    draft.summary, draft.go_live_at = "Nya ord.", timezone.now() + datetime.timedelta(hours=1)
    waiting = draft.save_revision()
    waiting.publish()
    GuidePage.objects.get(pk=guide.pk).save_revision()  # and somebody writes on
    confirm_fee(editor, fee)
    waiting.refresh_from_db()
    waiting.content["go_live_at"] = None
    type(waiting).objects.filter(pk=waiting.pk).update(
        approved_go_live_at=timezone.now() - datetime.timedelta(minutes=1), content=waiting.content
    )
    call_command("publish_scheduled")
    assert GuidePage.objects.get(pk=guide.pk).summary == "Nya ord."
    assert check_of(guide.fees.get()) == checked_today(guide)


def test_a_publication_that_had_begun_does_not_forget_it(guide, fee, editor):
    begun = GuidePage.objects.get(pk=guide.pk).get_latest_revision()
    confirm_fee(editor, fee)
    begun.publish()
    assert check_of(guide.fees.get()) == checked_today(guide)


def test_a_check_publishes_nothing_of_a_draft(editor, guide, fee):
    drafted(editor, guide, **{"summary": "Nya ord.", "fees-0-amount": "1"})
    confirm_fee(editor, fee)
    confirm(editor, relation="guide", page=guide.pk)
    live = GuidePage.objects.get(pk=guide.pk)
    assert (live.summary, live.fees.get().amount) == (guide.summary, 9500)
    assert live.has_unpublished_changes
    assert live.get_latest_revision_as_object().summary == "Nya ord."


def test_a_fact_that_is_changed_counts_as_checked_and_no_other(editor, guide, fee):
    form = open_form(editor, guide)
    form["fees-0-amount"] = "9900"
    published(editor, guide, form)
    assert check_of(guide.fees.get()) == checked_today(guide)
    assert check_of(guide.time_rules.get()) == (None, None, None)


def test_a_new_fact_counts_as_checked(editor, guide):
    form = open_form(editor, guide)
    add_row(form, "fees", label="Kunskapsprov", kind="fixed", need="always", amount="1500", note="")
    published(editor, guide, form)
    assert check_of(guide.fees.get(label="Kunskapsprov")) == checked_today(guide)
    assert check_of(guide.fees.get(label="Ansökan")) == (None, None, None)


@pytest.mark.parametrize("changes", [{}, {"fees-0-label": "Ansökningsavgift"}, {"fees-0-note": "Exempelbelopp."}])
def test_words_alone_are_no_check(editor, guide, changes):
    form = open_form(editor, guide)
    form.update(changes)
    published(editor, guide, form)
    assert check_of(guide.fees.get()) == (None, None, None)


# --- Who, and how much it asks --------------------------------------------------------------------------------------


@pytest.mark.parametrize("traits", [{}, {"coordinator": True}])
def test_nobody_else_sees_the_report_or_checks_anything(client, guide, fee, traits):
    user = sign_in(client, **traits)
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    task = task_for(guide)
    before = check_of(guide)
    answers = [
        client.get(reverse(REPORT)),
        client.get(reverse(RESULTS)),
        confirm(client, relation="fees", page=guide.pk, row=fee.pk),
        confirm(client, relation="guide", page=guide.pk),
        confirm(client, relation="task", row=task.pk),
        confirm(client, relation="nothing"),
    ]
    for answer in answers:
        assert (answer.status_code, answer["Location"]) == (302, reverse("wagtailadmin_home"))
    assert (check_of(guide), check_of(fee)) == (before, (None, None, None))
    assert CheckTask.objects.open().count() == 1


def test_who_is_not_signed_in_is_asked_to(client, guide, fee):
    for answer in (client.get(reverse(REPORT)), confirm(client, relation="fees", page=guide.pk, row=fee.pk)):
        assert answer.status_code == 302
        assert reverse("wagtailadmin_login") in answer["Location"]
    assert check_of(fee) == (None, None, None)


@pytest.mark.parametrize("traits", [{"editor": True}, {"administrator": True}])
def test_editors_and_administrators_check(client, guide, fee, traits):
    sign_in(client, **traits)
    for view in (REPORT, RESULTS):
        assert client.get(reverse(view), {"when": "all"}).status_code == 200
    confirm_fee(client, fee)
    assert check_of(fee) == checked_today(guide)


def test_the_report_stands_in_the_menu_of_those_who_may(client):
    for traits, shown in (({"editor": True}, True), ({"coordinator": True}, False)):
        sign_in(client, **traits)
        assert (reverse(REPORT) in client.get(reverse("wagtailadmin_home")).content.decode()) is shown


def test_it_asks_the_database_the_same_however_many_facts_there_are(editor, count_queries):
    def add(guides: int, facts: int) -> None:
        for _number in range(guides):
            page = GuideFactory(checked_by=UnitFactory())
            for row in (FeeFactory, TimeRuleFactory, RequirementFactory, EvidenceFactory):
                row.create_batch(facts, page=page, law=LawFactory(), **looked_at(-1))
            task_for(page, opened_by=editor.user)

    def measure(view: str) -> int:
        editor.get(reverse(view), {"when": "90"})
        with count_queries() as queries:
            assert editor.get(reverse(view), {"when": "90"}).status_code == 200
        return len(queries)

    add(3, 1)
    before = measure(REPORT), measure(RESULTS)
    add(9, 5)
    assert (measure(REPORT), measure(RESULTS)) == before
    assert max(before) <= 35


def test_a_click_in_a_list_that_a_filter_fetched_leads_back_to_the_whole_report(editor, guide):
    task_for(guide)
    answer = editor.get(reverse(RESULTS), {"when": "law", "_w_filter_fragment": "true"})
    ways_back = {field["value"] for field in BeautifulSoup(answer.content, "html.parser").select("[name=next]")}
    assert ways_back == {f"{reverse(REPORT)}?when=law"}
