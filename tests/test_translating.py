"""A page and a register are translated in the admin from beginning to end; facts stay what they are."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import TestCase
from django.urls import reverse
from wagtail_localize.models import OverridableSegment, StringSegment, Translation, TranslationSource

from business.core.tests.admin import add_row, change_page, page_form, sign_in
from business.core.tests.factories import locale
from business.guides.models import AuthorityArea, GuidePage
from business.guides.tests.factories import FeeFactory, GuideFactory, StepFactory
from business.organisation.models import Unit
from business.planning.models import Question
from business.planning.rules.questions import read_book
from business.planning.tests.factories import QuestionFactory, RuleFactory, option

pytestmark = pytest.mark.django_db

ENGLISH = {
    "title": "Serving permit",
    "slug": "serving-permit",
    "summary": "What it takes to serve alcohol.",
    "needed_when": "You want to serve alcohol.",
    "not_needed_when": "You treat your employees.",
    "label": "Application",
    "text": "Like this.",
}


@pytest.fixture
def editor(client) -> Any:
    return sign_in(client, editor=True)


@pytest.fixture
def guide() -> GuidePage:
    page = GuideFactory(title="Serveringstillstånd", summary="Vad som krävs för att servera alkohol.", ready=True)
    FeeFactory(page=page, label="Ansökan", amount=9500)
    StepFactory(page=page, title="Ansök")
    page = GuidePage.objects.get(pk=page.pk)
    page.save_revision().publish()
    return page


def submit(client, original: Any) -> Translation:
    """Press "Translate", choose English, and land in the translation."""
    if isinstance(original, GuidePage):
        address = reverse("wagtail_localize:submit_page_translation", args=[original.pk])
    else:
        names = [original._meta.app_label, original._meta.model_name, original.pk]
        address = reverse("wagtail_localize:submit_snippet_translation", args=names)
    assert client.get(address).status_code == 200
    answer = client.post(address, {"locales": locale("en").pk}, follow=True)
    assert answer.status_code == 200
    assert "localize" in answer.content.decode()
    return Translation.objects.get(source__object_id=original.translation_key, target_locale=locale("en"))


def fill(client, translation: Translation, texts: dict[str, str], left_out: tuple[str, ...] = ()) -> None:
    """Write the English beside each text."""
    for segment in StringSegment.objects.filter(source=translation.source).select_related("context"):
        field = segment.context.path.split(".")[-1]
        if field not in left_out:
            send(client, translation, segment, texts.get(field, f"English {field}"))


def send(client, translation: Translation, segment: StringSegment, text: str) -> Any:
    address = reverse("wagtail_localize:edit_string_translation", args=[translation.pk, segment.pk])
    answer = client.put(address, f"value={text}", content_type="application/x-www-form-urlencoded")
    assert answer.status_code in {200, 201}, answer.content
    return answer


def edit_address(item: Any) -> str:
    if isinstance(item, GuidePage):
        return reverse("wagtailadmin_pages:edit", args=[item.pk])
    return reverse(type(item).snippet_viewset.get_url_name("edit"), args=[item.pk])


def publish(client, item: Any, **more: Any) -> Any:
    with TestCase.captureOnCommitCallbacks(execute=True):  # the tool publishes when its transaction is through
        return client.post(edit_address(item), {"action": "publish", **more}, follow=True)


@pytest.fixture
def translated(client, editor, guide) -> GuidePage:
    """The guide in English, live."""
    translation = submit(client, guide)
    fill(client, translation, ENGLISH)
    publish(client, translation.get_target_instance())
    return guide.get_translation(locale("en"))


def html_of(client, page: GuidePage) -> str:
    answer = client.get(GuidePage.objects.get(pk=page.pk).url)
    assert answer.status_code == 200
    return answer.content.decode().replace("\xa0", " ").replace("&nbsp;", " ")


def test_a_guide_in_english_has_its_texts_and_the_swedish_facts(client, translated):
    assert translated.live
    html = html_of(client, translated)
    for text in ("Serving permit", "What it takes to serve alcohol.", "You treat your employees.", "Application"):
        assert text in html
    assert "9 500" in html.replace(",", " ")
    assert "Vad som krävs" not in html


def test_a_fee_that_changes_is_the_same_in_both_languages_at_once(client, guide, translated):
    form = page_form(client, edit_address(guide))
    form["fees-0-amount"] = "12345"
    assert change_page(client, guide, form, publish=True).status_code == 302
    for page in (guide, translated):
        html = html_of(client, page).replace(",", " ")
        assert "12 345" in html
        assert "9 500" not in html


def test_a_new_row_stands_in_swedish_and_says_so_until_it_is_translated(client, guide, translated):
    form = page_form(client, edit_address(guide))
    add_row(form, "fees", label="Kunskapsprov", kind="fixed", need="always", amount="678", note="")
    change_page(client, guide, form, publish=True)
    html = html_of(client, translated)
    assert '<span lang="sv">Kunskapsprov</span>' in html
    assert "678" in html

    source = TranslationSource.objects.get(object_id=guide.translation_key)
    update = reverse("wagtail_localize:update_translations", args=[source.pk])
    assert client.get(update).status_code == 200
    assert client.post(update).status_code == 302
    segment = StringSegment.objects.get(source=source, string__data="Kunskapsprov")
    send(client, source.translations.get(), segment, "Knowledge test")
    publish(client, translated)
    html = html_of(client, translated)
    assert "Knowledge test" in html
    assert "Kunskapsprov" not in html


def test_a_translation_with_texts_missing_is_not_published(client, editor, guide):
    translation = submit(client, guide)
    english = translation.get_target_instance()
    assert not english.live
    fill(client, translation, ENGLISH, left_out=("summary",))
    answer = publish(client, english)
    assert answer.status_code == 200
    assert not GuidePage.objects.get(pk=english.pk).live
    fill(client, translation, ENGLISH)
    publish(client, english)
    assert GuidePage.objects.get(pk=english.pk).live


def test_it_is_not_published_from_a_list_either(client, editor, guide):
    translation = submit(client, guide)
    english = translation.get_target_instance()
    address = (
        reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"]) + f"?id={english.pk}&next=/admin/"
    )
    for left_out, live in ((("summary",), False), ((), True)):
        fill(client, translation, ENGLISH, left_out)
        translation.save_target(user=editor, publish=False)
        answer = client.post(address)
        assert (answer.status_code, answer["Location"]) == (302, "/admin/")
        assert GuidePage.objects.get(pk=english.pk).live is live


def test_new_texts_are_carried_across_but_never_published_as_they_are(client, guide, translated):
    form = page_form(client, edit_address(guide))
    form["summary"] = "En ny svensk ingress."
    change_page(client, guide, form, publish=True)
    source = TranslationSource.objects.get(object_id=guide.translation_key)
    update = reverse("wagtail_localize:update_translations", args=[source.pk])
    assert 'type="checkbox"' not in client.get(update).content.decode()
    client.post(update, {"publish_translations": "on"})
    assert "En ny svensk ingress." not in html_of(client, translated)
    assert GuidePage.objects.get(pk=translated.pk).summary == ENGLISH["summary"]


def test_the_list_says_that_the_text_has_changed_since(client, guide, translated):
    address = reverse("guides:index")
    update = reverse("wagtail_localize:update_translations", args=[TranslationSource.objects.get().pk])
    assert update not in client.get(address).content.decode()
    form = page_form(client, edit_address(guide))
    form["summary"] = "En ny svensk ingress."
    change_page(client, guide, form, publish=True)
    assert update in client.get(address).content.decode()


def test_a_translator_meets_texts_only(client, guide, translated):
    """Neither amounts, dates, choices nor relations are among what the tool lets a translator change."""
    source = TranslationSource.objects.get(object_id=guide.translation_key)
    paths = set(StringSegment.objects.filter(source=source).values_list("context__path", flat=True))
    assert {path.split(".")[-1] for path in paths} <= {
        "title",
        "slug",
        "summary",
        "needed_when",
        "not_needed_when",
        "label",
        "provision",
        "text",
    }
    assert not OverridableSegment.objects.filter(source=source).exists()


def test_what_a_translator_sends_besides_changes_no_fact(client, guide, translated):
    other = GuideFactory().area
    rows = {"fees-TOTAL_FORMS": 1, "fees-INITIAL_FORMS": 0, "fees-0-label": "x", "fees-0-amount": 1}
    publish(client, translated, area=other.pk, **rows)
    english = GuidePage.objects.get(pk=translated.pk)
    assert english.area_id == guide.area_id
    assert "9 500" in html_of(client, english).replace(",", " ")


def test_facts_come_from_the_original_also_when_the_tool_is_left(client, guide, translated):
    """An editor may stop the synchronisation and edit the English page as any other: its facts are not read."""
    translation = Translation.objects.get(source__object_id=guide.translation_key)
    client.post(reverse("wagtail_localize:stop_translation", args=[translation.pk]))
    form = page_form(client, edit_address(translated))
    form["fees-0-amount"] = "1"
    form["title"] = "Permit to serve"
    assert change_page(client, translated, form, publish=True).status_code == 302
    html = html_of(client, translated)
    assert "Permit to serve" in html
    assert "9 500" in html.replace(",", " ")


@pytest.mark.parametrize("relation", ["area", "decider"])
def test_a_register_is_translated_and_shown_on_the_english_page(client, guide, translated, relation):
    record = getattr(guide, relation)
    assert f'<span lang="sv">{record.name}</span>' in html_of(client, translated)
    translation = submit(client, record)
    # The record exists in English from now on, with Swedish words in it, and the page says which they are.
    assert f'<span lang="sv">{record.name}</span>' in html_of(client, translated)
    fill(client, translation, {"name": "The Committee", "description": "Decides."})
    publish(client, translation.get_target_instance())
    html = html_of(client, translated)
    assert "The Committee" in html
    assert record.name not in html


def test_a_translated_register_keeps_its_facts(client, editor):
    unit = Unit.objects.create(name="Miljönämnden", slug="miljo", email="miljo@kommun.example", locale=locale())
    translation = submit(client, unit)
    fill(client, translation, {"name": "Environmental committee"})
    english = translation.get_target_instance()
    publish(client, english, email="other@example.org", slug="other")
    english.refresh_from_db()
    assert (english.name, english.slug, english.email) == ("Environmental committee", "miljo", unit.email)


@pytest.mark.parametrize("traits", [{}, {"coordinator": True}])
def test_others_translate_nothing(client, guide, traits):
    sign_in(client, **traits)
    area: AuthorityArea = guide.area
    for address in (
        reverse("wagtail_localize:submit_page_translation", args=[guide.pk]),
        reverse("wagtail_localize:submit_snippet_translation", args=["guides", "authorityarea", area.pk]),
    ):
        assert client.post(address, {"locales": locale("en").pk}).status_code in {302, 403}
    assert not guide.has_translation(locale("en"))
    assert not area.has_translation(locale("en"))


# --- Questions and rules of the finder ------------------------------------------------------------------------------


@pytest.fixture
def question(client, editor) -> Question:
    """A question with two options that hangs on another one, written in the admin."""
    QuestionFactory(name="Serverar du mat?", slug="mat")
    form = page_form(client, reverse("wagtailsnippets_planning_question:add"))
    form.update({"name": "Ska du servera alkohol?", "slug": "alkohol", "kind": "one", "live": "on"})
    for name in ("Ja", "Nej"):
        add_row(form, "options", name=name, slug="", help_text="", trade="", event="")
    add_row(form, "shown_when", option=option("mat", "ja").pk)
    assert client.post(reverse("wagtailsnippets_planning_question:add"), form).status_code == 302
    return Question.objects.get(slug="alkohol")


def test_a_question_is_translated_with_its_options_and_its_facts_stay_on_the_original(client, question):
    translation = submit(client, question)
    fill(client, translation, {"name": "English"})
    english = translation.get_target_instance()
    publish(client, english)
    english.refresh_from_db()
    assert (english.name, english.slug, english.live) == ("English", "alkohol", True)
    assert [(row.slug, row.name) for row in english.options.all()] == [("ja", "English"), ("nej", "English")]
    assert not english.shown_when.exists()
    assert reverse("wagtailsnippets_planning_question:edit", args=[english.pk]) in listed(client)


def listed(client) -> str:
    return client.get(reverse("wagtailsnippets_planning_question:list")).content.decode()


def test_a_question_that_changes_is_carried_across(client, question):
    translation = submit(client, question)
    fill(client, translation, {"name": "English"})
    publish(client, translation.get_target_instance())
    update = reverse("wagtail_localize:update_translations", args=[translation.source_id])
    assert update not in listed(client)
    form = page_form(client, edit_address(question))
    add_row(form, "options", name="Kanske", slug="", help_text="", trade="", event="")
    form["options-1-DELETE"] = "1"
    assert client.post(edit_address(question), form).status_code == 302
    assert update in listed(client)
    assert client.post(update).status_code == 302
    segment = StringSegment.objects.get(source=translation.source_id, string__data="Kanske")
    send(client, Translation.objects.get(pk=translation.pk), segment, "Maybe")
    publish(client, translation.get_target_instance())
    english = Question.objects.get(pk=translation.get_target_instance().pk)
    assert [(row.slug, row.name) for row in english.options.all()] == [("ja", "English"), ("kanske", "Maybe")]
    # Nothing of the translation keeps an option from being taken away.
    form = page_form(client, edit_address(question))
    form["options-0-DELETE"] = "1"
    assert client.post(edit_address(question), form).status_code == 302


def test_a_rule_is_translated_without_its_conditions(client, question):
    rule = RuleFactory(all_of="alkohol=ja", why="Du ska servera alkohol.")
    translation = submit(client, rule)
    fill(client, translation, {"why": "You will serve alcohol."})
    english = translation.get_target_instance()
    publish(client, english)
    english.refresh_from_db()
    assert (english.why, english.guide_id) == ("You will serve alcohol.", rule.guide_id)
    assert not english.options.exists()
    form = page_form(client, edit_address(rule))
    form["valid_to"] = "2030-12-31"
    assert client.post(edit_address(rule), form).status_code == 302
    publish(client, english)
    english.refresh_from_db()
    assert (english.why, english.options.exists()) == ("You will serve alcohol.", False)
    book = read_book()
    assert [(one.pk, str(one.valid_to)) for one in book.rules] == [(rule.pk, "2030-12-31")]


def test_a_translation_that_left_the_tool_gets_no_conditions_of_its_own(client, question):
    rule = RuleFactory(all_of="alkohol=ja", why="Du ska servera alkohol.")
    translation = submit(client, rule)
    client.post(reverse("wagtail_localize:stop_translation", args=[translation.pk]))
    english = translation.get_target_instance()
    form = page_form(client, edit_address(english))
    form["why"] = "You will serve alcohol."
    assert client.post(edit_address(english), form).status_code == 302
    form = page_form(client, edit_address(english))
    add_row(form, "options", option=option("alkohol", "nej").pk, how="all")
    answer = client.post(edit_address(english), form)
    assert answer.context["form"].formsets["options"].non_form_errors()
    english.refresh_from_db()
    assert (english.why, english.options.exists()) == ("You will serve alcohol.", False)
