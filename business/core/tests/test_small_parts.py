"""Small pure parts of the foundation: order, contrast, working days, periods."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from business.core.contrast import ACCENT, ACCENT_DARK, DARK_BACKGROUND, LIGHT_BACKGROUND, contrast
from business.core.models import SiteSettings
from business.core.sorting import fold, swedish_sort_key
from business.core.working_days import add_working_days, is_working_day
from business.guides.models import HourlyRate

pytestmark = pytest.mark.one_database


def d(text):
    return datetime.date.fromisoformat(text)


def test_swedish_order():
    words = ["Örebro", "Ängelholm", "Åmål", "Zinkgruvan", "Arboga", "éclair", "Eskilstuna"]
    assert sorted(words, key=swedish_sort_key) == [
        "Arboga",
        "éclair",
        "Eskilstuna",
        "Zinkgruvan",
        "Åmål",
        "Ängelholm",
        "Örebro",
    ]


def test_folding_knows_swedish_letters_however_they_are_composed():
    assert fold("ÅNGSTRÖM") == fold("a\u030angstro\u0308m") == "ångström"


def test_contrast_as_wcag_counts_it():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_the_sites_own_colours_are_readable():
    assert contrast(ACCENT, LIGHT_BACKGROUND) >= 4.5
    assert contrast(ACCENT_DARK, DARK_BACKGROUND) >= 4.5


def test_an_unreadable_accent_is_refused_at_its_field():
    with pytest.raises(ValidationError) as refused:
        SiteSettings(accent="#FFD0C0", accent_dark="#301010").clean()
    assert set(refused.value.message_dict) == {"accent", "accent_dark"}


@pytest.mark.parametrize("day", ["2026-06-19", "2026-12-24", "2026-12-31", "2026-05-14", "2026-06-06", "2026-11-22"])
def test_days_off(day):
    assert not is_working_day(d(day))


@pytest.mark.parametrize("day", ["2026-06-18", "2026-12-23", "2026-05-15", "2026-11-23"])
def test_working_days(day):
    assert is_working_day(d(day))


def test_a_request_before_christmas_is_promised_for_after_it():
    assert add_working_days(d("2026-12-23"), 2) == d("2026-12-29")


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        (("2026-01-01", "2026-12-31"), ("2027-01-01", None), False),
        (("2026-01-01", "2026-12-31"), ("2026-12-31", None), True),
        ((None, None), ("2027-01-01", "2027-01-02"), True),
        ((None, "2025-12-31"), ("2026-01-01", None), False),
    ],
)
def test_periods_share_a_day_or_not(one, other, overlap):
    first, second = (HourlyRate(valid_from=start and d(start), valid_to=end and d(end)) for start, end in (one, other))
    assert first.overlaps(second) is second.overlaps(first) is overlap


def test_a_period_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValidationError) as refused:
        HourlyRate(valid_from=d("2027-01-01"), valid_to=d("2026-12-31")).clean()
    assert list(refused.value.message_dict) == ["valid_to"]
