"""What the form takes, what it points out, and that nobody is stuck."""

import datetime

import pytest
from django.http import QueryDict
from django.utils import timezone, translation

from business.contact.forms import ContactForm
from business.contact.keys import MAX_AGE, read_key
from business.core.tests.factories import translate_record
from business.inbox.tests.factories import TopicFactory

from .factories import filled_in, ripe_key

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def topic():
    return TopicFactory(name="Tillstånd")


def sent(fields):
    """The form as the server gets it."""
    query = QueryDict(mutable=True)
    query.update(fields)
    query._mutable = False
    return ContactForm(query)


def errors(form):
    return {name: " ".join(found) for name, found in form.errors.items()}


def shown(form):
    """What the form holds when it is shown again."""
    # A browser never fills in a field for files again, and does not send a box without its tick.
    return {field.name: field.value() or "" for field in form if field.name not in ("files", "without_plan")}


def shown_again(fields):
    """What the form holds after something in it was refused."""
    form = sent(fields)
    assert not form.is_valid()
    return shown(form)


def test_a_form_that_is_filled_in_is_taken(topic):
    form = sent(filled_in(topic))
    assert form.is_valid(), form.errors
    assert form.cleaned_data["message"] == "Hej!\n\nVi vill ställa ut åtta bord."
    assert form.cleaned_data["topic"] == topic


# --- What is pointed out


@pytest.mark.parametrize("field", ["topic", "message", "name", "email", "preferred"])
def test_what_is_missing_is_said_at_its_field(topic, field):
    assert errors(sent(filled_in(topic, **{field: ""}))).keys() == {field}
    assert errors(sent(filled_in(topic, **{field: None}))).keys() == {field}


@pytest.mark.parametrize("field", ["phone", "company", "organisation_number", "website", "source"])
def test_the_rest_can_be_left_out(topic, field):
    assert sent(filled_in(topic, **{field: None})).is_valid()


def test_blanks_are_no_question(topic):
    assert errors(sent(filled_in(topic, message=" \r\n\t "))) == {"message": "Write your question."}


def test_nothing_at_all_is_answered_with_everything_that_is_missing():
    assert {"topic", "message", "name", "email", "preferred"} <= errors(sent({})).keys()


@pytest.mark.parametrize(
    "email", ["elsa", "elsa@", "a@b", "a b@example.se", "a@example.se\nBcc: b@example.se", "a,b@c.se"]
)
def test_an_address_that_is_none(topic, email):
    assert errors(sent(filled_in(topic, email=email))).keys() == {"email"}


def test_a_call_takes_a_number(topic):
    assert errors(sent(filled_in(topic, preferred="phone"))).keys() == {"phone"}
    assert sent(filled_in(topic, preferred="phone", phone="070-174 06 13")).is_valid()


@pytest.mark.parametrize(
    "phone", ["+46 70 174 06 13", "(0152) 291 00", "0152\u00a0291\u202f00", "070\u2011174\u201306 13"]
)
def test_telephone_numbers_as_people_write_and_paste_them(topic, phone):
    form = sent(filled_in(topic, phone=phone))
    assert form.is_valid(), form.errors
    assert form.cleaned_data["phone"].isascii()


@pytest.mark.parametrize("number", ["5599870010", "559987 0010", "16559987-0010", " 559987-0010 "])
def test_organisation_numbers_are_written_in_one_way(topic, number):
    form = sent(filled_in(topic, organisation_number=number))
    assert form.is_valid(), form.errors
    assert form.cleaned_data["organisation_number"] == "559987-0010"


@pytest.mark.parametrize("number", ["559987-0011", "000000-0000", "x", "55998700100"])
def test_an_organisation_number_that_is_none(topic, number):
    assert errors(sent(filled_in(topic, organisation_number=number))).keys() == {"organisation_number"}


@pytest.mark.parametrize("choice", ["finns-inte", "'; --", "x" * 5000, "\x00"])
def test_a_topic_that_is_none(topic, choice):
    assert errors(sent(filled_in(topic, topic=choice))).keys() == {"topic"}


def test_a_topic_out_of_use_cannot_be_chosen(topic):
    topic.in_use = False
    topic.save()
    assert errors(sent(filled_in(topic))).keys() == {"topic"}


def test_a_topic_that_is_chosen_in_english_is_the_same_topic(topic):
    translate_record(topic, name="Permits")
    form = sent(filled_in(topic))
    assert ("tillstand", "Permits") in [tuple(map(str, choice)) for choice in form.fields["topic"].choices]
    assert form.is_valid()
    assert form.cleaned_data["topic"] == topic


# --- Length


def test_ten_thousand_characters_count_a_line_end_as_one(topic):
    text = ("x" * 99 + "\r\n") * 100
    assert len(text) == 10_100
    assert sent(filled_in(topic, message=text)).is_valid()
    assert "10001" in errors(sent(filled_in(topic, message=text + "x")))["message"]


def test_a_line_that_is_too_long_is_said_with_both_numbers_and_kept(topic):
    long = {"name": "x" * 121, "company": "y" * 161, "email": f"anna@{'b' * 250}.se"}
    form = sent(filled_in(topic, **long))
    said = {"name": ("120", "121"), "company": ("160", "161"), "email": ("254", "258")}
    assert errors(form).keys() == said.keys()
    for field, (limit, length) in said.items():
        assert f"There is room for {limit} characters here; you wrote {length}." in errors(form)[field]
        assert shown(form)[field] == long[field]


def test_the_browser_does_not_cut_off_what_is_pasted():
    assert "maxlength" not in str(ContactForm()["message"])


# --- Characters


@pytest.mark.parametrize("bad", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\u202e", "\uffff"])
@pytest.mark.parametrize("field", ["message", "name", "company"])
def test_a_character_that_cannot_be_read_is_said_at_its_field_and_nothing_is_lost(topic, field, bad):
    text = f"Kafé Sjöboden{bad}AB"
    form = sent(filled_in(topic, **{field: text}))
    assert errors(form).keys() == {field}
    assert "“Kafé Sjöboden”" in errors(form)[field]
    assert shown(form)[field] == text


@pytest.mark.parametrize("bad", ["\n", "\r\n", "\t", "\u2028", "\u2066", "\u202a"])
def test_a_name_stands_on_one_line(topic, bad):
    assert errors(sent(filled_in(topic, name=f"Elsa{bad}Bcc: alla@example.se"))).keys() == {"name"}


@pytest.mark.parametrize(
    "text", ["Tab\there", "🍽 Dukat bord", "שלום", "\u200fمرحبا", "e\u0301", "“citat”", "  indraget"]
)
def test_what_people_really_write_is_taken_as_it_is(topic, text):
    form = sent(filled_in(topic, message=text))
    assert form.is_valid(), form.errors
    assert form.cleaned_data["message"] == text


# --- Personal numbers


@pytest.mark.parametrize("number", ["811228-9874", "8112289874", "19811228-9874", "198112289874", "811228 9874"])
def test_a_personal_number_is_pointed_out_once_and_can_still_be_sent(topic, number):
    fields = filled_in(topic, message=f"Jag heter Elsa, {number}, och undrar.")
    form = sent(fields)
    assert errors(form).keys() == {"message"}
    assert "personal identity number" in errors(form)["message"]
    again = sent(shown(form))
    assert again.is_valid(), again.errors
    assert number in again.cleaned_data["message"]


@pytest.mark.parametrize(
    "text", ["559987-0010", "0701740613", "2026-11-23", "1234567890", "811228-9875", "KS 2026/1234567890"]
)
def test_other_digits_are_left_alone(topic, text):
    assert sent(filled_in(topic, message=text)).is_valid()


# --- Robots, and people who are taken for one


def test_a_form_that_was_open_too_long_can_be_sent_at_once_again(topic):
    fields = filled_in(topic, key=ripe_key(MAX_AGE + datetime.timedelta(hours=1)))
    form = sent(fields)
    assert errors(form).keys() == {"__all__"}
    again = shown(form)
    assert again["key"] != fields["key"]
    assert {k: v for k, v in again.items() if k != "key"} == {k: v for k, v in fields.items() if k != "key"}
    assert sent(again).is_valid()


@pytest.mark.parametrize("key", ["", None, "x", "a:b:c", "\x00", "å" * 9000])
def test_a_key_that_is_none_is_replaced_and_the_form_can_be_sent_at_once_again(topic, key):
    form = sent(filled_in(topic, key=key))
    assert errors(form).keys() == {"__all__"}
    assert sent(shown(form)).is_valid()


def test_a_form_that_came_too_fast_can_be_sent_again_at_once_as_the_same_request(topic):
    fields = filled_in(topic, key=ripe_key(datetime.timedelta(0)))
    form = sent(fields)
    assert errors(form).keys() == {"__all__"}
    again = sent(shown(form))
    assert again.is_valid()
    assert again.submission_key.value == read_key(fields["key"]).value


def test_whoever_is_caught_by_the_hidden_field_sees_it_empty_and_gets_through(topic):
    form = sent(filled_in(topic, website="https://example.se"))
    assert errors(form).keys() == {"__all__"}
    assert form.is_trapped
    again = shown(form)
    assert again["website"] == ""
    assert sent(again).is_valid()


def test_whoever_is_caught_twice_is_not_stopped_again_but_remembered(topic):
    filled = {"website": "https://example.se"}
    once = {**shown_again(filled_in(topic, **filled)), **filled}
    twice = sent(once)
    assert twice.is_valid(), twice.errors
    assert twice.submission_key.trapped == 2
    assert twice.submission_key.value == read_key(once["key"]).value


def test_after_another_mistake_the_hidden_field_can_still_be_seen(topic):
    caught = shown_again(filled_in(topic, website="https://example.se"))
    form = sent({**caught, "email": "elsa@"})
    assert errors(form).keys() == {"email"}
    assert form.is_trapped


def test_whoever_was_stopped_has_had_the_form_open_since_it_was_drawn(topic):
    fields = filled_in(topic, key=ripe_key(datetime.timedelta(minutes=5)), website="https://example.se")
    again = sent(shown_again(fields))
    assert again.is_valid()
    assert again.submission_key.drawn_at == read_key(fields["key"]).drawn_at
    assert again.submission_key.trapped == 1


def test_whoever_had_it_open_for_days_was_in_no_hurry(topic):
    again = sent(shown_again(filled_in(topic, key=ripe_key(MAX_AGE * 2))))
    assert again.is_valid()
    assert timezone.now() - again.submission_key.drawn_at > datetime.timedelta(hours=1)


def test_an_unsent_form_is_no_trap():
    assert not ContactForm().is_trapped


@pytest.mark.parametrize("source", ["x" * 3000, "\x00", "\u202e", "//evil.example/", "javascript:alert(1)"])
def test_rubbish_in_a_hidden_field_never_stops_a_person(topic, source):
    assert sent(filled_in(topic, source=source)).is_valid()
