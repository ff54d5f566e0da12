"""Swedish organisation numbers, as domain law writes them and as people do."""

import pytest
from django.core.exceptions import ValidationError

from business.core.organisation_number import is_personal_number, masked, normalise

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("556036-0793", "556036-0793"),
        ("5560360793", "556036-0793"),
        ("165560360793", "556036-0793"),
        ("16556036-0793", "556036-0793"),
        (" 556036 0793 ", "556036-0793"),
        ("556036–0793", "556036-0793"),
        ("811228-9874", "811228-9874"),
        ("19811228-9874", "811228-9874"),
        ("701063-2391", "701063-2391"),  # a coordination number
    ],
)
def test_is_stored_in_one_form(typed, stored):
    assert normalise(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "556036-0794",  # check digit
        "000000-0000",  # passes Luhn, is nobody
        "811332-9874",  # no such day
        "5560360",
        "55603607931",
        "19556036-0793",  # an organisation has no century
        "16811228-9874",  # and a person no prefix 16
        "SE556036079301",
        "",
        "٥٥٦٠٣٦٠٧٩٣",  # digits, but not the ones that anybody can type here
    ],
)
def test_anything_else_is_refused_with_a_hint(typed):
    with pytest.raises(ValidationError) as refused:
        normalise(typed)
    assert "556123-4567" in refused.value.messages[0]


def test_a_sole_traders_number_is_masked():
    assert is_personal_number("811228-9874")
    assert masked("811228-9874") == "811228-••••"


def test_an_organisations_number_is_shown():
    assert not is_personal_number("556036-0793")
    assert masked("556036-0793") == "556036-0793"
