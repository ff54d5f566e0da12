"""Personal numbers in what people write: found and hidden, and nothing else taken for one."""

import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from stdnum import luhn

from business.core.personal_number import (
    HIDDEN,
    Sureness,
    find_personal_numbers,
    is_personal_number,
    mask_personal_numbers,
    seems_to_hold_personal_number,
)

pytestmark = pytest.mark.one_database
TODAY = datetime.date(2026, 11, 26)
CERTAIN, LIKELY, POSSIBLE = Sureness.CERTAIN, Sureness.LIKELY, Sureness.POSSIBLE


def found(text):
    return [(one.number, one.sureness) for one in find_personal_numbers(text, TODAY)]


@st.composite
def numbers(draw):
    """Somebody born in the last hundred years, or the holder of a coordination number: date and four digits."""
    born = draw(st.dates(datetime.date(1927, 1, 1), TODAY))
    day = born.day + draw(st.sampled_from([0, 60]))
    digits = f"{born:%y%m}{day:02d}{draw(st.integers(1, 999)):03d}"
    return f"{born:%Y%m}{day:02d}", digits[6:] + luhn.calc_check_digit(digits)


@given(
    number=numbers(),
    sign=st.sampled_from(["", "-", "+", " ", "–", " - "]),
    with_century=st.booleans(),
    before=st.text("abcåäö, .\n", max_size=12),
    after=st.text("abcåäö, .\n", max_size=12),
)
def test_every_way_to_write_one_is_found_and_only_its_last_four_digits_are_hidden(
    number, sign, with_century, before, after
):
    date, serial = number
    shown = (date if with_century else date[2:]) + sign
    text = f"{before} {shown}{serial} {after}"
    (one,) = find_personal_numbers(text, TODAY)
    assert one.number == f"{date[2:]}-{serial}"
    assert text[one.start : one.end] == shown + serial
    assert one.is_coordination == (int(date[6:]) > 60)
    assert mask_personal_numbers(text, POSSIBLE) == f"{before} {shown}{HIDDEN} {after}"
    assert not list(find_personal_numbers(mask_personal_numbers(text, POSSIBLE)))


@given(st.integers(2, 9), st.integers(0, 9), st.integers(10**6, 10**7 - 1), st.sampled_from(["", "-", " "]))
def test_an_organisations_number_is_never_taken_for_a_persons(third, first, rest, sign):
    digits = f"{first}0{third}{rest:07d}"[:9]
    digits += luhn.calc_check_digit(digits)
    for text in (f"{digits[:6]}{sign}{digits[6:]}", f"16{digits[:6]}{sign}{digits[6:]}"):
        assert found(text) == []


@given(st.text("0123456789-+ ./abSE\n–", max_size=60))
@example("8112289874-1")
def test_nothing_outside_a_number_is_changed(text):
    """Whatever digits stand in a text: what is hidden is four digits of what was found, and the rest stays."""
    masked = mask_personal_numbers(text, POSSIBLE)
    place, rest = 0, []
    for one in find_personal_numbers(text):
        assert text[one.serial : one.end].isdigit()
        assert one.end - one.serial == 4
        rest += [text[place : one.serial], HIDDEN]
        place = one.end
    assert masked == "".join([*rest, text[place:]])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Skatteverket's test numbers, and the one that every form shows.
        ("Tolvan är 19121212-1212.", [("121212-1212", CERTAIN)]),
        ("189001019802, 200001012384", [("900101-9802", LIKELY), ("000101-2384", LIKELY)]),
        ("19811228 9874", [("811228-9874", LIKELY)]),
        ("8112289874", [("811228-9874", LIKELY)]),
        ("121212+1212", [("121212-1212", CERTAIN)]),
        ("1981-12-28-9874", [("811228-9874", CERTAIN)]),
        ("Momsnummer SE811228987401", [("811228-9874", CERTAIN)]),
        ("pnr8112289874", [("811228-9874", CERTAIN)]),
        ("samordningsnummer 701063-2391", [("701063-2391", CERTAIN)]),
        # What the words around it say is something else.
        ("Ordernummer 8112289874", [("811228-9874", POSSIBLE)]),
        ("Ring 0812289876", []),
        ("Faktura 19811228-9874", [("811228-9874", LIKELY)]),
        ("Kl. 1981-12-28 9874", [("811228-9874", POSSIBLE)]),
        # Not a day, not the check digit, no such person, part of something longer, a person to come.
        ("811332-9874", []),
        ("811228-9875", []),
        ("811228-0003", []),
        ("5811228-9874", []),
        ("811228-98741", []),
        ("IBAN SE35 5000 0000 0549 1000 0003", []),
        ("811228987401", []),
        ("20271228-9876", []),
    ],
)
def test_what_is_one_and_how_sure_it_is(text, expected):
    assert found(text) == expected


def test_a_visitor_is_only_told_of_what_is_likely_one():
    assert seems_to_hold_personal_number("Jag heter Elsa, 811228-9874")
    assert not seems_to_hold_personal_number("Ordernummer 8112289874, tel. 0701234567, org.nr 559987-0010")


def test_a_phone_stays_readable_and_what_stands_instead_can_be_chosen():
    text = "811228-9874, mobil 0701231237"
    assert mask_personal_numbers(text) == f"811228-{HIDDEN}, mobil 0701231237"
    assert mask_personal_numbers(text, hide=lambda one, shown: f"[{shown[:2]}]") == "[81], mobil 0701231237"


def test_a_number_alone_is_read_with_or_without_century_and_hyphen():
    for written in ("811228-9874", "8112289874", "19811228-9874", "198112289874", " 811228+9874 "):
        assert is_personal_number(written, TODAY)
    for written in ("556036-0793", "811228-9875", "", "SE811228987401", "x811228-9874"):
        assert not is_personal_number(written, TODAY)
