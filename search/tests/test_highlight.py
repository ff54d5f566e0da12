"""The words that a reader looked for stand out, and nothing else in the text means anything."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.highlight import LENGTH, Highlighter

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("words", "text", "marked"),
    [
        (["servering"], "Serveringstillstånd söks", "<mark>Serveringstillstånd</mark> söks"),
        (["öl"], "Öl, ölprovning och möl", "<mark>Öl</mark>, <mark>ölprovning</mark> och möl"),
        (["cafe"], "Café <b>", "<mark>Café</mark> &lt;b&gt;"),
        (["e", "cigaretter"], "e-cigaretter eller ej", "<mark>e</mark>-<mark>cigaretter</mark> eller ej"),
        (["2010:1622"], "Lag (2010:1622)", "Lag (<mark>2010</mark>:<mark>1622</mark>)"),
        ([], "Ingenting", "Ingenting"),
    ],
)
def test_marks(words, text, marked):
    assert Highlighter(words).mark(text) == marked


@given(st.lists(st.text(max_size=8), max_size=4), st.text(max_size=200))
def test_whatever_the_text_holds_only_marks_are_markup(words, text):
    marked = str(Highlighter(words).mark(text))
    assert not re.search(r"[<>]", marked.replace("<mark>", "").replace("</mark>", ""))


def test_an_excerpt_shows_the_words_around_the_first_one():
    text = "Inledning. " * 30 + "Här finns gasol i mängd. " + "Avslutning. " * 60
    excerpt = Highlighter(["gasol"]).excerpt(text)
    assert "Här finns <mark>gasol</mark> i mängd." in excerpt
    assert excerpt.startswith("… ")
    assert excerpt.endswith(" …")
    assert len(excerpt) < LENGTH + 40


def test_an_excerpt_of_a_short_text_is_the_text():
    assert Highlighter(["gasol"]).excerpt("Om  gasol\n& annat") == "Om <mark>gasol</mark> &amp; annat"


def test_no_excerpt_without_a_word():
    assert not Highlighter(["gasol"]).excerpt("Om tobak")


@given(st.text(max_size=400), st.text(min_size=1, max_size=5))
def test_an_excerpt_comes_of_any_text(text, word):
    Highlighter([word]).excerpt(text)
