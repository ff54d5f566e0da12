"""A plan goes with the form, from the planner's link to the case, and never gets in the way of a question."""

from __future__ import annotations

import datetime
import gzip
import html
import json
import re
from importlib import import_module
from urllib.parse import parse_qs, urlsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from wagtail.models import Revision

from business.contact.keys import new_key
from business.contact.models import ContactPage
from business.core.sent_plan import LONGEST_TOKEN, pack, unpack
from business.core.tests.factories import translate
from business.core.tests.test_sent_plan import a_matter, a_plan
from business.inbox.models import Case, Message, OutboxMail
from business.inbox.tests.factories import TopicFactory

from .factories import ContactPageFactory, filled_in, ripe_key

pytestmark = pytest.mark.one_database

ADDRESS = "/sv/kontakt/"
FOLLOWS = "Planen följer med din fråga"
BROKEN = "Din plan kunde inte följa med"


@pytest.fixture
def page(db):
    return ContactPageFactory()


@pytest.fixture
def topic(page):
    return TopicFactory(name="Tillstånd")


@pytest.fixture
def token():
    return pack(a_plan())


def text(answer):
    return " ".join(html.unescape(answer.content.decode()).replace("\xa0", " ").split())


def carried(answer):
    """Return the token that the form carries."""
    found = re.search(r'<input type="hidden" name="plan"( value="([^"]*)")?', answer.content.decode())
    return html.unescape(found[2] or "")


# --- The form


def test_the_form_shows_what_comes_along(client, topic, token):
    answer = client.get(ADDRESS, {"plan": token})
    assert carried(answer) == token
    words = text(answer)
    for part in (
        FOLLOWS,
        '<a href="/sv/oppningsplan/?bransch=restaurang&day=2027-05-01&fee=a%C3%A5">Öppna restaurang</a>',
        "1 maj 2027: i tid, om det tar så lång tid som det brukar",
        "9 513,50–12 000 kr",
        "och 1 avgift som saknar belopp",
        "Anmälan nummer 7919 om livsmedelsverksamhet",
        "Lämna in senast 29 november 2026.",
        "Säker dag: 28 november 2026.",
        "Kan behövas.",
        "1 037–2 061 kr",
        "Hur många platser?",
        "Antal platser",
        '<span lang="en">Do you serve alcohol?</span>',
        "Skicka min fråga utan planen",
    ):
        assert part in words, part


def test_the_form_says_when_what_is_too_late_or_has_no_last_day_can_be_handed_in(client, topic):
    day = datetime.date(2027, 1, 7)
    late = a_matter(hand_in=datetime.date(2026, 12, 1), earliest=day)
    plan = a_plan(matters=(late, a_matter(2, hand_in=None, safe_day=None, earliest=day)))
    words = text(client.get(ADDRESS, {"plan": pack(plan)}))
    assert "För sent för öppningsdagen: kan lämnas in tidigast 7 januari 2027." in words
    assert "Kan lämnas in tidigast 7 januari 2027." in words
    assert "Säker dag" not in words
    hurried = a_matter(hand_in=day, safe_day=datetime.date(2026, 12, 1), earliest=datetime.date(2026, 12, 2))
    words = text(client.get(ADDRESS, {"plan": pack(a_plan(matters=(hurried,)))}))
    assert "Säker dag: 1 december 2026 (för sent)." in words


def test_a_plan_says_how_old_it_is_and_leads_to_a_new_one(client, topic):
    today = timezone.localdate()
    again = "Räkna ut planen igen"
    old = text(client.get(ADDRESS, {"plan": pack(a_plan(made_on=datetime.date(2025, 1, 2)))}))
    assert "<dt>Gjord</dt> <dd> 2 januari 2025 </dd>" in old
    assert f'<a href="/sv/oppningsplan/?bransch=restaurang&day=2027-05-01&fee=a%C3%A5">{again}</a>' in old
    assert again not in text(client.get(ADDRESS, {"plan": pack(a_plan(made_on=today))}))


def test_a_form_without_a_plan_says_nothing_of_plans(client, topic):
    words = text(client.get(ADDRESS))
    assert FOLLOWS not in words
    assert "Skicka min fråga utan planen" not in words


def test_the_page_stays_small_with_thirty_matters(client, topic):
    plan = a_plan(matters=tuple(a_matter(n) for n in range(1, 31)))
    assert len(gzip.compress(client.get(ADDRESS, {"plan": pack(plan)}).content)) < 20_000


def test_a_short_plan_says_that_it_is(client, topic):
    words = text(client.get(ADDRESS, {"plan": pack(a_plan().shortened())}))
    assert "Planen är för lång för att skickas hel." in words
    assert "Se vad vi får" not in words


def test_a_plan_brings_the_pages_topic_unless_the_address_names_another(client, page, topic, token):
    def chosen(address=ADDRESS, **query):
        found = re.findall(r'<option value="([^"]*)" selected', client.get(address, query).content.decode())
        return [value for value in found if value]

    # Without one on the page, whatever it may be called, the visitor chooses.
    start = TopicFactory(name="Starta företag", slug="starta")
    assert chosen(plan=token) == []
    translate(page, title="Contact us", slug="contact")
    page.refresh_from_db()
    page.topic_of_plans = start
    page.save_revision().publish()
    # Read from the original: the English page has not heard of it.
    for address in (ADDRESS, "/en/contact/"):
        assert chosen(address, plan=token) == [start.slug]
        assert chosen(address, plan=token, topic=topic.slug) == [topic.slug]
        assert chosen(address) == []
    start.in_use = False
    start.save()
    assert chosen(plan=token) == []


def test_what_the_code_named_before_is_chosen_on_the_page_and_in_its_drafts(page):
    choose = import_module("business.contact.migrations.0003_topic_of_plans").choose
    choose(apps, None)  # a site without that topic
    assert ContactPage.objects.get().topic_of_plans is None
    start = TopicFactory(slug="starta")
    page.save_revision()
    content = page.latest_revision.content
    del content["topic_of_plans"]
    page.latest_revision.save()
    choose(apps, None)
    assert ContactPage.objects.get().topic_of_plans == start
    Revision.page_revisions.get().publish()
    assert ContactPage.objects.get().topic_of_plans == start


@pytest.mark.parametrize("token", ["rubbish", "x" * (LONGEST_TOKEN + 1), "a:b", "\u202e"])
def test_a_broken_link_is_told_and_the_form_works_without_it(client, topic, token):
    answer = client.get(ADDRESS, {"plan": token})
    assert answer.status_code == 200
    assert BROKEN in text(answer)
    assert FOLLOWS not in text(answer)
    assert carried(answer) == ""


def test_the_other_language_keeps_the_plan(client, page, topic, token):
    translate(page, title="Contact us", slug="contact")
    answer = client.get(ADDRESS, {"plan": token, "topic": topic.slug})
    link = html.unescape(re.search(r'class="languages__link"\s+href="([^"]*)"', answer.content.decode())[1])
    assert parse_qs(urlsplit(link).query) == {"plan": [token], "topic": [topic.slug]}

    english = client.get(link)
    assert carried(english) == token
    words = text(english)
    assert "Your plan comes with your question" in words
    assert '<span lang="sv">Öppna restaurang</span>' in words
    assert "Do you serve alcohol?" in words
    assert '<span lang="en">' not in words


# --- Sending


def test_the_plan_comes_to_the_case(client, topic, token):
    answer = client.post(ADDRESS, filled_in(topic, plan=token))
    assert answer.status_code == 303
    message = Message.objects.get()
    assert message.sent_plan == a_plan()
    assert "Din öppningsplan följde med." in text(client.get(answer["Location"]))
    assert "Din öppningsplan följde med." in OutboxMail.objects.get().body


def test_what_arrived_is_kept_as_it_arrived(client, topic, token):
    client.post(ADDRESS, filled_in(topic, plan=token))
    original = json.loads(bytes(Message.objects.get().original))
    assert unpack(original["plan"][0]) == a_plan()


def test_whoever_leaves_the_plan_out_sends_none_of_it(client, topic, token):
    answer = client.post(ADDRESS, filled_in(topic, plan=token, without_plan="on"))
    message = Message.objects.get()
    assert message.plan is None
    assert "plan" not in json.loads(bytes(message.original))
    assert "öppningsplan" not in text(client.get(answer["Location"])).lower()
    assert "öppningsplan" not in OutboxMail.objects.get().body


def test_a_mistake_loses_neither_plan_nor_the_box(client, topic, token):
    answer = client.post(ADDRESS, filled_in(topic, plan=token, email="fel", without_plan="on"))
    assert answer.status_code == 422
    assert carried(answer) == token
    assert FOLLOWS in text(answer)
    assert re.search(r'<input type="checkbox" name="without_plan"[^>]*checked', answer.content.decode())


def test_plan_and_files_survive_a_mistake_together(client, topic, token):
    key = ripe_key()
    file = SimpleUploadedFile("meny.txt", b"Soppa", "text/plain")
    answer = client.post(ADDRESS, filled_in(topic, plan=token, key=key, name="", files=file))
    assert carried(answer) == token
    client.post(ADDRESS, filled_in(topic, plan=token, key=key))
    message = Message.objects.get()
    assert message.sent_plan == a_plan()
    assert [one.name for one in message.attachments.all()] == ["meny.txt"]


@pytest.mark.parametrize("broken", ["rubbish", "x" * (LONGEST_TOKEN + 1), "\u202e"])
def test_a_plan_that_was_broken_on_the_way_is_told_once_and_nothing_typed_is_lost(client, topic, broken):
    key = ripe_key()
    answer = client.post(ADDRESS, filled_in(topic, plan=broken, key=key))
    assert answer.status_code == 422
    assert BROKEN in text(answer)
    assert "åtta bord" in text(answer)
    assert carried(answer) == ""
    assert not Case.objects.exists()

    assert client.post(ADDRESS, filled_in(topic, plan=carried(answer), key=key)).status_code == 303
    assert Message.objects.get().plan is None


def test_a_robot_that_is_stopped_keeps_the_plan(client, topic, token):
    answer = client.post(ADDRESS, filled_in(topic, plan=token, key=new_key()))
    assert answer.status_code == 422
    assert carried(answer) == token


def test_sent_again_with_a_plan_it_becomes_a_further_message(client, topic, token):
    key = ripe_key()
    for plan in ("", token, token):
        client.post(ADDRESS, filled_in(topic, plan=plan, key=key))
    assert [bool(one.plan) for one in Case.objects.get().messages.all()] == [False, True]


def test_the_page_for_our_own_faults_sends_the_plan_again(client, topic, token, monkeypatch):
    monkeypatch.setattr("business.contact.models.receive", lambda *args, **kwargs: 1 / 0)
    client.raise_request_exception = False
    answer = client.post(ADDRESS, filled_in(topic, plan=token))
    assert answer.status_code == 500
    assert carried(answer) == token


def test_a_plan_from_before_the_secret_was_changed_still_comes(client, topic, token, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret"
    client.post(ADDRESS, filled_in(topic, plan=token))
    assert Message.objects.get().sent_plan == a_plan()


def test_the_plan_costs_the_form_no_query(client, topic, token, count_queries):
    client.get(ADDRESS)
    with count_queries() as without:
        client.get(ADDRESS)
    with count_queries() as with_plan:
        client.get(ADDRESS, {"plan": token})
    assert len(with_plan) == len(without)


def test_the_address_with_the_longest_plan_fits_the_servers_line():
    # gunicorn takes 4,094 characters with method and version.
    longest = max(len(f"GET /{code}/kontakta-naringslivsservice/?plan=") for code, _name in settings.LANGUAGES)
    assert longest + LONGEST_TOKEN + len("&topic=") + 60 + len(" HTTP/1.1") < 4094
