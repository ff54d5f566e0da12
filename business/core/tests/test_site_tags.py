"""Tests of what templates write."""

import json
from decimal import Decimal

import pytest
from django.utils import translation

from business.core.templatetags.site_tags import (
    breakable,
    demoted,
    json_ld,
    kronor,
    line_per_sentence,
    marked,
    masked_email,
    quoted,
    word_class,
)
from business.core.translation import Text

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("amount", "swedish", "english"),
    [
        (Decimal(0), "0 kr", "SEK 0"),
        (Decimal("9500.00"), "9 500 kr", "SEK 9,500"),
        (Decimal("1234567.50"), "1 234 567,50 kr", "SEK 1,234,567.50"),
        (None, "", ""),
    ],
)
def test_sums_are_written_as_the_language_writes_them_and_never_break(amount, swedish, english):
    with translation.override("sv"):
        assert kronor(amount) == swedish.replace(" ", "\u00a0")
    with translation.override("en"):
        assert kronor(amount) == english.replace(" ", "\u00a0")


def test_a_text_in_another_language_says_which():
    assert marked(Text("Avgift <a>", "sv")) == '<span lang="sv">Avgift &lt;a&gt;</span>'
    assert marked(Text("Fee & more")) == "Fee &amp; more"


def test_data_for_machines_cannot_end_its_script():
    script = json_ld([{"name": "</script><script>alert(1)</script> & co"}])
    assert script.count("<") == 2  # the element's own two tags
    content = script.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert json.loads(content) == {"name": "</script><script>alert(1)</script> & co"}
    assert json_ld([]) == ""


def test_a_quoted_text_is_marked_on_every_line():
    assert quoted("Hej\n\ndå") == "> Hej\n>\n> då"


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Kontakta oss", ""),
        ("Serveringstillstånd för alkohol", "long-word"),
        ("Tillgänglighetsredogörelse", "longest-word"),
        ("Livsmedels- och dricksvattenregler", ""),
        ("", ""),
    ],
)
def test_a_heading_with_a_long_word_is_told_apart(heading, expected):
    assert word_class(heading) == expected


def test_a_heading_breaks_after_each_sentence_and_stays_escaped():
    assert line_per_sentence("You run it. We <lay> it.") == "You run it. <br>We &lt;lay&gt; it."


def test_an_address_breaks_after_the_at_sign_and_before_dots():
    assert breakable("a.b@example.se") == "a<wbr>.b@<wbr>example<wbr>.se"


@pytest.mark.parametrize(("address", "shown"), [("anna@example.se", "a•••@example.se"), ("", ""), ("odd", "")])
def test_an_address_is_known_to_its_owner_alone(address, shown):
    assert masked_email(address) == shown


def test_headings_move_one_level_down_and_nothing_else_does():
    html = '<h2 id="a">A</h2><h3>B</h3><hr><p>h2</p>'
    assert demoted(html) == '<h3 id="a">A</h3><h4>B</h4><hr><p>h2</p>'
