"""How what a reader types is cut into words."""

import unicodedata

import pytest

from search.query import MAX_LENGTH, parse
from search.words import MAX_WORD_LENGTH, MAX_WORDS

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("serveringstillstånd", ("serveringstillstånd",)),
        ("  vad   kostar\tbygglov? ", ("vad", "kostar", "bygglov")),
        ("e-cigaretter", ("e", "cigaretter")),
        ("alkohollag 2010:1622", ("alkohollag", "2010:1622")),
        ("EG 852/2004.", ("EG", "852/2004")),
        ('"öl" AND (vin OR "sprit")*', ("öl", "AND", "vin", "OR", "sprit")),
        ("gasol gasol", ("gasol",)),
        ("under_score", ("under", "score")),
        ("?!… “” -- ' %", ()),
        ("🍕🍺", ()),
        ("", ()),
    ],
)
def test_words(typed, words):
    assert parse(typed).words == words


def test_a_letter_and_its_mark_typed_apart_are_one_letter():
    assert parse(unicodedata.normalize("NFD", "återvinning")).words == ("återvinning",)


def test_a_long_query_is_cut_and_says_so():
    query = parse(" ".join(f"ord{number}" for number in range(MAX_WORDS + 1)))
    assert len(query.words) == MAX_WORDS
    assert query.clipped
    assert parse("x" * (MAX_LENGTH + 1)).words == ("x" * MAX_WORD_LENGTH,)


def test_an_ordinary_query_is_whole():
    assert not parse("vad kostar det att öppna restaurang").clipped
