"""The key that a form carries instead of a cookie."""

import datetime

import pytest
from django.core import signing
from django.utils import timezone

from business.contact.keys import MAX_AGE, MIN_AGE, SubmissionKey, new_key, read_key, write_key

NOW = timezone.now()
SECOND = datetime.timedelta(seconds=1)


def test_a_key_says_when_the_form_was_drawn():
    assert read_key(new_key(NOW)).drawn_at == NOW


def test_no_two_forms_have_the_same_key():
    assert read_key(new_key(NOW)).value != read_key(new_key(NOW)).value


@pytest.mark.parametrize(
    ("age", "fast", "old"),
    [
        (MIN_AGE - SECOND, True, False),
        (MIN_AGE, False, False),
        (MAX_AGE, False, False),
        (MAX_AGE + SECOND, False, True),
        (-SECOND, True, False),  # a clock that went back
    ],
)
def test_its_age(age, fast, old):
    key = read_key(new_key(NOW - age))
    assert (key.is_too_fast(NOW), key.is_too_old(NOW)) == (fast, old)


def test_a_key_remembers_that_its_sender_was_stopped_and_never_stops_them_as_too_fast_again():
    key = SubmissionKey("a", NOW, was_stopped=True, trapped=1)
    assert read_key(write_key(key)) == key
    assert not key.is_too_fast(NOW)


@pytest.mark.parametrize(
    "rubbish",
    [
        "",
        "x",
        ":",
        "a:b:c",
        "\x00",
        "å" * 5000,
        new_key(NOW)[:-1],
        signing.dumps({"k": "a", "t": 0}),  # signed by us, for something else
        signing.dumps("text", salt="contact.submission"),
        signing.dumps({"k": "a"}, salt="contact.submission"),
        signing.dumps({"k": "a", "t": "x"}, salt="contact.submission"),
        signing.dumps({"k": "a", "t": 1e300}, salt="contact.submission"),
        signing.dumps({"k": "a", "t": 0, "n": "x"}, salt="contact.submission"),
        signing.dumps(["k", "t"], salt="contact.submission"),
        signing.dumps(None, salt="contact.submission"),
    ],
)
def test_what_is_not_one_of_ours_is_nothing(rubbish):
    assert read_key(rubbish) is None
