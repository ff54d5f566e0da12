"""Office time: tables worked out by hand with a calendar, and a naive minute-by-minute model beside them."""

import datetime
import pickle
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from business.core import working_time
from business.core.working_days import is_working_day
from business.core.working_time import NoOfficeTimeError, OfficeHours, add_working_time, working_time_between

pytestmark = pytest.mark.one_database

DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)
STOCKHOLM = ZoneInfo("Europe/Stockholm")


def d(text):
    return datetime.date.fromisoformat(text)


def t(text):
    return datetime.time.fromisoformat(text)


def local(text):
    """Return the moment at which clocks in Sweden show this."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


def exact(text):
    """Return the moment, written with its distance from UTC."""
    return datetime.datetime.fromisoformat(text)


def closed(first, last):
    """Return exceptions that close every day from the first to the last."""
    return {d(first) + count * DAY: None for count in range((d(last) - d(first)).days + 1)}


OFFICE = OfficeHours.alike(t("08:00"), t("16:30"))  # 510 minutes a day
LATER = OfficeHours.alike(t("08:00"), t("17:00"))  # 540 minutes a day
UNUSUAL = OfficeHours.alike(
    t("08:00"),
    t("16:30"),
    {
        d("2026-05-15"): None,  # the Friday after Ascension Day
        **{d(f"2026-07-{day:02}"): (t("08:00"), t("15:00")) for day in range(6, 11)},  # summer hours, Monday to Friday
        d("2026-09-10"): (t("08:00"), t("18:00")),  # a Thursday with a long evening
        d("2026-10-30"): (t("08:00"), t("12:00")),  # the Friday before All Saints' Day
        d("2026-11-28"): (t("10:00"), t("14:00")),  # a Saturday
        d("2026-12-23"): (t("08:00"), t("12:00")),
        d("2027-03-25"): (t("08:00"), t("12:00")),  # skärtorsdagen
        d("2027-05-06"): (t("09:00"), t("11:00")),  # Ascension Day
    },
)
WEEK = OfficeHours(  # a long Thursday, a short Friday, no Wednesday
    ((t("08:00"), t("16:30")), (t("08:00"), t("16:30")), None, (t("08:00"), t("18:00")), (t("08:00"), t("15:00"))),
    {d("2026-12-02"): (t("09:00"), t("12:00"))},  # a Wednesday all the same
)
NIGHT = OfficeHours.alike(
    t("08:00"),
    t("16:30"),
    # the Sundays on which clocks go from 02:00 to 03:00, and from 03:00 to 02:00
    {d("2026-03-29"): (t("01:00"), t("04:00")), d("2026-10-25"): (t("01:00"), t("04:00"))},
)

ADD = [
    # office, start, minutes, end (all wall time in Sweden), why
    (OFFICE, "2026-11-23 09:00", 60, "2026-11-23 10:00", "within a day"),
    (OFFICE, "2026-11-23 08:00", 30, "2026-11-23 08:30", "at opening exactly"),
    (OFFICE, "2026-11-23 06:15", 30, "2026-11-23 08:30", "before opening"),
    (OFFICE, "2026-11-23 07:59", 1, "2026-11-23 08:01", "a minute before opening"),
    (OFFICE, "2026-11-23 00:00", 1, "2026-11-23 08:01", "from midnight"),
    (OFFICE, "2026-11-23 18:00", 30, "2026-11-24 08:30", "after closing"),
    (OFFICE, "2026-11-23 23:59", 1, "2026-11-24 08:01", "just before midnight"),
    (OFFICE, "2026-11-23 16:30", 1, "2026-11-24 08:01", "at closing exactly"),
    (OFFICE, "2026-11-23 16:29", 1, "2026-11-23 16:30", "the last minute of a day"),
    (OFFICE, "2026-11-23 16:29", 2, "2026-11-24 08:01", "the last minute and one more"),
    (OFFICE, "2026-11-23 13:00", 210, "2026-11-23 16:30", "exactly a remainder ends at closing"),
    (OFFICE, "2026-11-23 13:00", 211, "2026-11-24 08:01", "a remainder and one more"),
    (OFFICE, "2026-11-23 08:00", 510, "2026-11-23 16:30", "a whole day's minutes"),
    (OFFICE, "2026-11-23 07:00", 510, "2026-11-23 16:30", "a whole day from before opening"),
    (OFFICE, "2026-11-23 16:30", 510, "2026-11-24 16:30", "a whole day from closing"),
    (OFFICE, "2026-11-23 08:00", 511, "2026-11-24 08:01", "a whole day and a minute"),
    (OFFICE, "2026-11-23 10:00", 510, "2026-11-24 10:00", "a day's minutes from the middle of a day"),
    (OFFICE, "2026-11-23 08:00", 1020, "2026-11-24 16:30", "two whole days"),
    (OFFICE, "2026-11-26 10:00", 1020, "2026-11-30 10:00", "two days from Thursday: Friday, weekend, Monday"),
    (OFFICE, "2026-11-23 08:00", 5100, "2026-12-04 16:30", "ten whole days, a weekend between"),
    # zero minutes
    (OFFICE, "2026-11-23 10:00", 0, "2026-11-23 10:00", "nothing within hours stays"),
    (OFFICE, "2026-11-23 08:00", 0, "2026-11-23 08:00", "nothing at opening stays"),
    (OFFICE, "2026-11-23 16:29", 0, "2026-11-23 16:29", "nothing in the last minute stays"),
    (OFFICE, "2026-11-23 16:30", 0, "2026-11-24 08:00", "nothing at closing goes to the next opening"),
    (OFFICE, "2026-11-23 07:00", 0, "2026-11-23 08:00", "nothing before opening goes to it"),
    (OFFICE, "2026-11-21 12:00", 0, "2026-11-23 08:00", "nothing on a Saturday goes to Monday"),
    (OFFICE, "2026-11-20 16:30", 0, "2026-11-23 08:00", "nothing at Friday's closing goes to Monday"),
    (OFFICE, "2026-12-31 09:00", 0, "2027-01-04 08:00", "nothing on nyårsafton goes to January"),
    # weekends
    (OFFICE, "2026-11-20 16:00", 60, "2026-11-23 08:30", "Friday afternoon into Monday"),
    (OFFICE, "2026-11-20 16:00", 30, "2026-11-20 16:30", "Friday's remainder stays on Friday"),
    (OFFICE, "2026-11-20 17:00", 60, "2026-11-23 09:00", "Friday evening"),
    (OFFICE, "2026-11-21 11:00", 15, "2026-11-23 08:15", "Saturday"),
    (OFFICE, "2026-11-22 23:59", 510, "2026-11-23 16:30", "late on Sunday, all of Monday"),
    # holidays
    (OFFICE, "2026-06-18 15:30", 120, "2026-06-22 09:00", "midsummer is no work on Friday"),
    (OFFICE, "2026-06-19 10:00", 60, "2026-06-22 09:00", "from midsommarafton"),
    (OFFICE, "2027-06-24 16:00", 60, "2027-06-28 08:30", "midsummer 2027"),
    (OFFICE, "2026-12-23 16:00", 60, "2026-12-28 08:30", "Christmas: julafton, a Friday, a weekend"),
    (OFFICE, "2026-12-23 08:00", 2040, "2026-12-30 16:30", "four days over Christmas end before nyårsafton"),
    (OFFICE, "2026-12-23 08:00", 2041, "2027-01-04 08:01", "one minute more goes past New Year's weekend"),
    (OFFICE, "2026-12-30 16:00", 60, "2027-01-04 08:30", "New Year"),
    (OFFICE, "2026-12-23 08:00", 3060, "2027-01-05 16:30", "six days from Christmas to the eve of Epiphany"),
    (OFFICE, "2026-12-23 08:00", 3061, "2027-01-07 08:01", "Epiphany, a Wednesday"),
    (OFFICE, "2027-01-06 12:00", 10, "2027-01-07 08:10", "from Epiphany"),
    (OFFICE, "2027-03-25 16:00", 60, "2027-03-30 08:30", "Easter 2027: Good Friday to Easter Monday"),
    (OFFICE, "2027-03-26 09:00", 510, "2027-03-30 16:30", "from Good Friday, all of Tuesday"),
    (OFFICE, "2026-04-30 16:00", 60, "2026-05-04 08:30", "1 May on a Friday"),
    (OFFICE, "2027-04-30 16:00", 60, "2027-05-03 08:30", "1 May on a Saturday gives no day in return"),
    (OFFICE, "2026-05-13 16:00", 60, "2026-05-15 08:30", "Ascension Day, and the Friday after is work"),
    (OFFICE, "2026-06-05 16:00", 60, "2026-06-08 08:30", "National Day on a Saturday: Friday is whole"),
    (OFFICE, "2025-06-05 16:00", 60, "2025-06-09 08:30", "National Day on a Friday"),
    (OFFICE, "2026-10-30 16:00", 60, "2026-11-02 08:30", "All Saints' Day on a Saturday: Friday is whole"),
    (OFFICE, "2028-02-28 16:00", 60, "2028-02-29 08:30", "into the leap day"),
    (OFFICE, "2028-02-29 16:00", 60, "2028-03-01 08:30", "out of the leap day"),
    (OFFICE, "2027-02-26 16:00", 60, "2027-03-01 08:30", "no leap day in 2027"),
    # seconds
    (OFFICE, "2026-11-23 09:00:30", 60, "2026-11-23 10:00:30", "seconds are kept"),
    (OFFICE, "2026-11-20 16:00:30", 60, "2026-11-23 08:30:30", "seconds are kept over a weekend"),
    (OFFICE, "2026-11-23 16:29:59", 1, "2026-11-24 08:00:59", "one second today, the rest tomorrow"),
    (OFFICE, "2026-11-23 07:59:59", 1, "2026-11-23 08:01:00", "seconds before opening are no office time"),
    (OFFICE, "2026-11-23 16:30:01", 1, "2026-11-24 08:01:00", "seconds after closing are no office time"),
    (OFFICE, "2026-11-23 09:00:00.250", 1, "2026-11-23 09:01:00.250", "so are fractions of a second"),
    # the other office
    (LATER, "2026-11-23 08:00", 510, "2026-11-23 16:30", "the other office is still open then"),
    (LATER, "2026-11-23 08:00", 540, "2026-11-23 17:00", "its whole day"),
    (LATER, "2026-11-23 08:00", 1080, "2026-11-24 17:00", "its two whole days"),
    (LATER, "2026-11-23 08:00", 5400, "2026-12-04 17:00", "its ten whole days"),
    (LATER, "2026-11-23 16:30", 30, "2026-11-23 17:00", "its last half hour"),
    (LATER, "2026-11-23 16:45", 30, "2026-11-24 08:15", "into its next day"),
    (LATER, "2026-11-23 17:00", 1, "2026-11-24 08:01", "at its closing exactly"),
    (LATER, "2026-11-20 16:30", 60, "2026-11-23 08:30", "its Friday afternoon"),
    (LATER, "2026-12-23 16:00", 120, "2026-12-28 09:00", "its Christmas"),
    (LATER, "2027-03-25 16:30", 60, "2027-03-30 08:30", "its Easter"),
    # a week whose days are not alike
    (WEEK, "2026-11-20 14:00", 60, "2026-11-20 15:00", "Friday's last hour"),
    (WEEK, "2026-11-20 14:00", 61, "2026-11-23 08:01", "after Friday's closing comes Monday"),
    (WEEK, "2026-11-20 15:30", 10, "2026-11-23 08:10", "at half past three on a Friday nobody works"),
    (WEEK, "2026-11-24 16:00", 60, "2026-11-26 08:30", "Wednesday is skipped"),
    (WEEK, "2026-11-26 16:00", 120, "2026-11-26 18:00", "the evening of Thursday"),
    (WEEK, "2026-11-26 10:00", 510, "2026-11-27 08:30", "a day's minutes from the long Thursday"),
    (WEEK, "2026-11-27 10:00", 510, "2026-11-30 11:30", "and over the short Friday"),
    (WEEK, "2026-12-01 16:00", 60, "2026-12-02 09:30", "a Wednesday that is open for once"),
    (WEEK, "2026-12-24 12:00", 30, "2026-12-28 08:30", "julafton, a Thursday, is off all the same"),
    # days that differ
    (UNUSUAL, "2026-10-29 16:00", 270, "2026-10-30 12:00", "a half day's remainder ends at noon"),
    (UNUSUAL, "2026-10-29 16:00", 271, "2026-11-02 08:01", "past a half day and the weekend"),
    (UNUSUAL, "2026-10-30 13:00", 10, "2026-11-02 08:10", "the afternoon of a half day is closed"),
    (UNUSUAL, "2026-10-30 12:00", 0, "2026-11-02 08:00", "noon of a half day is closed"),
    (UNUSUAL, "2026-12-23 11:00", 90, "2026-12-28 08:30", "a half day before Christmas"),
    (UNUSUAL, "2027-03-25 11:30", 60, "2027-03-30 08:30", "skärtorsdagen closed at noon"),
    (UNUSUAL, "2026-11-27 16:00", 60, "2026-11-28 10:30", "Friday into an open Saturday"),
    (UNUSUAL, "2026-11-28 09:00", 240, "2026-11-28 14:00", "all of an open Saturday"),
    (UNUSUAL, "2026-11-27 16:00", 271, "2026-11-30 08:01", "past an open Saturday"),
    (UNUSUAL, "2026-11-28 15:00", 1, "2026-11-30 08:01", "the afternoon of an open Saturday"),
    (UNUSUAL, "2026-05-13 16:00", 60, "2026-05-18 08:30", "a closed Friday after Ascension Day"),
    (UNUSUAL, "2026-07-03 16:00", 60, "2026-07-06 08:30", "into summer hours"),
    (UNUSUAL, "2026-07-06 14:00", 120, "2026-07-07 09:00", "summer hours close at three"),
    (UNUSUAL, "2026-07-06 08:00", 2100, "2026-07-10 15:00", "a week of summer hours"),
    (UNUSUAL, "2026-07-10 14:30", 60, "2026-07-13 08:30", "out of summer hours"),
    (UNUSUAL, "2026-09-10 16:00", 120, "2026-09-10 18:00", "a long evening"),
    (UNUSUAL, "2027-05-05 16:00", 60, "2027-05-06 09:30", "a holiday that is open"),
    (UNUSUAL, "2027-05-05 16:00", 151, "2027-05-07 08:01", "past a holiday that is open"),
]

ADD_AT_CLOCK_CHANGES = [
    # office, start, minutes, end: with their distance from UTC; +01:00 in winter, +02:00 in summer
    (OFFICE, "2026-03-27T16:00+01:00", 60, "2026-03-30T06:30Z", "March 2026: Monday's 08:30 is 06:30"),
    (OFFICE, "2026-10-23T16:00+02:00", 60, "2026-10-26T07:30Z", "October 2026: Monday's 08:30 is 07:30"),
    (OFFICE, "2027-03-25T16:00+01:00", 60, "2027-03-30T06:30Z", "March 2027: the change is on Easter Day"),
    (OFFICE, "2027-10-29T16:00+02:00", 60, "2027-11-01T07:30Z", "October 2027"),
    (OFFICE, "2026-03-27T08:00+01:00", 1020, "2026-03-30T14:30Z", "Friday and Monday are both 510 minutes in March"),
    (OFFICE, "2026-10-23T08:00+02:00", 1020, "2026-10-26T15:30Z", "Friday and Monday are both 510 minutes in October"),
    (OFFICE, "2026-03-29T01:59+01:00", 0, "2026-03-30T06:00Z", "just before the skipped hour"),
    (OFFICE, "2026-10-25T02:30+02:00", 0, "2026-10-26T07:00Z", "the first 02:30"),
    (OFFICE, "2026-10-25T02:30+01:00", 0, "2026-10-26T07:00Z", "the second 02:30"),
    (NIGHT, "2026-03-29T01:00+01:00", 120, "2026-03-29T02:00Z", "01:00 to 04:00 is two hours in March"),
    (NIGHT, "2026-03-29T01:00+01:00", 60, "2026-03-29T01:00Z", "an hour after 01:00 it is 03:00"),
    (NIGHT, "2026-03-29T01:00+01:00", 121, "2026-03-30T06:01Z", "past the short night"),
    (NIGHT, "2026-10-25T01:00+02:00", 240, "2026-10-25T03:00Z", "01:00 to 04:00 is four hours in October"),
    (NIGHT, "2026-10-25T01:00+02:00", 120, "2026-10-25T01:00Z", "two hours after 01:00 it is 02:00 again"),
    (NIGHT, "2026-10-25T02:30+01:00", 60, "2026-10-25T02:30Z", "from the second 02:30"),
    (NIGHT, "2026-10-25T01:00+02:00", 241, "2026-10-26T07:01Z", "past the long night"),
    # the start's own zone does not matter, the office's does
    (OFFICE, "2026-11-23T03:00-05:00", 60, "2026-11-23T09:00Z", "a start told in New York's time"),
    (OFFICE, "2026-11-24T00:00+09:00", 60, "2026-11-24T07:30Z", "Tuesday in Tokyo is Monday's last half hour here"),
    (OFFICE, "2026-11-22T23:30Z", 1, "2026-11-23T07:01Z", "Sunday in UTC is Monday here"),
]

BETWEEN = [
    (OFFICE, "2026-11-23 09:00", "2026-11-23 10:00", 60, "within a day"),
    (OFFICE, "2026-11-23 09:00", "2026-11-23 09:00", 0, "no time at all"),
    (OFFICE, "2026-11-23 10:00", "2026-11-23 09:00", 0, "an end before the start"),
    (OFFICE, "2026-11-24 10:00", "2026-11-23 09:00", 0, "an end days before the start"),
    (OFFICE, "2026-11-23 00:00", "2026-11-24 00:00", 510, "a whole day"),
    (LATER, "2026-11-23 00:00", "2026-11-24 00:00", 540, "the other office's whole day"),
    (OFFICE, "2026-11-23 08:00", "2026-11-23 16:30", 510, "opening to closing"),
    (OFFICE, "2026-11-23 16:30", "2026-11-24 08:00", 0, "closing to opening"),
    (OFFICE, "2026-11-23 16:29", "2026-11-24 08:01", 2, "last minute to first"),
    (OFFICE, "2026-11-23 05:00", "2026-11-23 07:00", 0, "before opening"),
    (OFFICE, "2026-11-23 17:00", "2026-11-23 19:00", 0, "after closing"),
    (OFFICE, "2026-11-23 07:00", "2026-11-23 08:15", 15, "from before opening"),
    (OFFICE, "2026-11-23 16:15", "2026-11-23 20:00", 15, "to after closing"),
    (OFFICE, "2026-11-20 16:00", "2026-11-23 08:30", 60, "a weekend"),
    (OFFICE, "2026-11-21 00:00", "2026-11-22 23:59", 0, "nothing but weekend"),
    (OFFICE, "2026-11-01 00:00", "2026-12-01 00:00", 10710, "November 2026: 21 days of 510"),
    (OFFICE, "2026-12-23 16:00", "2027-01-07 08:30", 2610, "Christmas to Epiphany: 30 + 5 × 510 + 30"),
    (OFFICE, "2027-03-25 16:00", "2027-03-30 08:30", 60, "Easter 2027"),
    (OFFICE, "2028-02-28 16:00", "2028-03-01 08:30", 570, "the leap day is a day's work"),
    (OFFICE, "2026-11-23 09:00:30", "2026-11-23 09:01:29", 0, "59 seconds are no minute"),
    (OFFICE, "2026-11-23 09:00:30", "2026-11-23 09:01:30", 1, "60 seconds are one"),
    (OFFICE, "2026-11-23 16:29:30", "2026-11-24 08:00:30", 1, "half a minute on either day is one"),
    (UNUSUAL, "2026-10-30 08:00", "2026-11-02 08:00", 240, "a half day"),
    (UNUSUAL, "2026-11-27 16:00", "2026-11-30 08:30", 300, "an open Saturday"),
    (UNUSUAL, "2026-05-13 16:00", "2026-05-18 08:30", 60, "a closed Friday"),
    (UNUSUAL, "2026-07-06 00:00", "2026-07-11 00:00", 2100, "a week of summer hours"),
]

BETWEEN_AT_CLOCK_CHANGES = [
    (OFFICE, "2026-03-27T16:00+01:00", "2026-03-30T08:30+02:00", 60, "March"),
    (OFFICE, "2026-10-23T16:00+02:00", "2026-10-26T08:30+01:00", 60, "October"),
    (NIGHT, "2026-03-29T00:00+01:00", "2026-03-29T12:00+02:00", 120, "the short night"),
    (NIGHT, "2026-10-25T00:00+02:00", "2026-10-25T12:00+01:00", 240, "the long night"),
]


def named(rows):
    """Return the rows as cases whose names are the reasons."""
    return [pytest.param(*row[:-1], id=row[-1]) for row in rows]


@pytest.mark.parametrize(("office", "start", "minutes", "end"), named(ADD))
def test_office_time_ends_where_the_calendar_says(office, start, minutes, end):
    assert add_working_time(local(start), minutes, office) == local(end)


@pytest.mark.parametrize(("office", "start", "minutes", "end"), named(ADD_AT_CLOCK_CHANGES))
def test_office_hours_follow_the_clock_on_the_wall(office, start, minutes, end):
    assert add_working_time(exact(start), minutes, office) == exact(end)


@pytest.mark.parametrize(("office", "start", "end", "minutes"), named(BETWEEN))
def test_office_time_between_two_moments(office, start, end, minutes):
    assert working_time_between(local(start), local(end), office) == minutes


@pytest.mark.parametrize(("office", "start", "end", "minutes"), named(BETWEEN_AT_CLOCK_CHANGES))
def test_office_time_between_two_moments_while_clocks_change(office, start, end, minutes):
    assert working_time_between(exact(start), exact(end), office) == minutes


def test_the_repeated_hour_is_an_hour():
    """02:15 the second time is 45 minutes after 02:30 the first time, although the wall says that it is earlier."""
    first, second = local("2026-10-25 02:30"), local("2026-10-25 02:15").replace(fold=1)
    assert working_time_between(first, second, NIGHT) == 45
    assert working_time_between(second, first, NIGHT) == 0


def test_a_time_that_clocks_show_twice_means_the_first():
    day = d("2026-10-25")
    for fold in (1, 0):
        office = OfficeHours.alike(t("08:00"), t("16:30"), {day: (t("01:00"), t("02:30").replace(fold=fold))})
        assert working_time_between(exact("2026-10-24T22:00Z"), exact("2026-10-25T12:00Z"), office) == 90


def test_hours_that_clocks_skip_are_no_time():
    """Taken an hour later, 02:30 is 03:30: hours from 02:30 to 03:00 would end before they begin."""
    for hours in [(t("02:30"), t("03:00")), (t("02:30"), t("03:15"))]:
        office = OfficeHours.alike(t("08:00"), t("16:30"), {d("2026-03-29"): hours})
        assert working_time_between(local("2026-03-28 12:00"), local("2026-03-29 12:00"), office) == 0
        assert add_working_time(local("2026-03-28 12:00"), 1, office) == local("2026-03-30 08:01")


def test_the_office_keeps_the_time_of_its_own_zone():
    helsinki = OfficeHours.alike(t("08:00"), t("16:30"), zone=ZoneInfo("Europe/Helsinki"))
    assert add_working_time(exact("2026-11-23T00:00Z"), 30, helsinki) == exact("2026-11-23T06:30Z")


def test_the_day_is_the_office_s_day():
    """In New York it is still Monday evening, while UTC says Tuesday."""
    new_york = OfficeHours.alike(t("08:00"), t("22:00"), zone=ZoneInfo("America/New_York"))
    start, end = exact("2026-11-24T01:00Z"), exact("2026-11-24T02:00Z")
    assert add_working_time(start, 60, new_york) == end
    assert working_time_between(start, end, new_york) == 60


@pytest.mark.parametrize("minutes", [0, 30, 510, 511])
def test_the_moment_is_told_in_utc(minutes):
    assert add_working_time(local("2026-11-23 08:00"), minutes, OFFICE).tzinfo is datetime.UTC


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        ("2026-11-23", ("08:00", "16:30")),
        ("2026-11-21", None),
        ("2026-12-24", None),
        ("2026-05-15", None),
        ("2026-10-30", ("08:00", "12:00")),
        ("2026-11-28", ("10:00", "14:00")),
    ],
    ids=["ordinary", "Saturday", "julafton", "closed by exception", "half day", "opened by exception"],
)
def test_hours_on_a_day(day, hours):
    assert UNUSUAL.hours_on(d(day)) == (hours and tuple(t(time) for time in hours))


@pytest.mark.parametrize(("office", "minutes"), [(OFFICE, 510), (LATER, 540), (UNUSUAL, 510), (WEEK, 510)])
def test_the_length_of_an_ordinary_day(office, minutes):
    assert office.day_length == minutes


@pytest.mark.parametrize(
    ("hours", "minutes"),
    [
        ("8-16 8-16 8-16 8-18 8-15", 480),
        ("8-18 8-18 8-16 8-16 -", 600),  # as common: the longer
        ("8-12 - - - -", 240),
        ("- 8-16 - 9-18 10-20", 600),
    ],
)
def test_an_ordinary_day_is_as_long_as_most_are(hours, minutes):
    pairs = [
        None if part == "-" else tuple(datetime.time(int(hour)) for hour in part.split("-")) for part in hours.split()
    ]
    assert OfficeHours(tuple(pairs)).day_length == minutes


@pytest.mark.parametrize("week", [(), ((t("08:00"), t("16:30")),) * 7, (None,) * 5])
def test_a_week_has_five_days_and_a_day_that_is_open(week):
    with pytest.raises(ValueError, match="five days"):
        OfficeHours(week)


@pytest.mark.parametrize(
    ("opens", "closes", "exceptions"),
    [
        ("16:30", "08:00", {}),
        ("08:00", "08:00", {}),
        ("08:00", "16:30", {d("2026-11-23"): (t("12:00"), t("08:00"))}),
        ("08:00", "16:30", {d("2026-11-23"): (t("12:00"), t("12:00"))}),
    ],
    ids=["backwards", "no time", "a day backwards", "a day without time"],
)
def test_hours_that_do_not_end_after_they_begin_are_refused(opens, closes, exceptions):
    with pytest.raises(ValueError, match="closes later than it opens"):
        OfficeHours.alike(t(opens), t(closes), exceptions)


@pytest.mark.parametrize(("opens", "closes"), [("08:00Z", "16:30"), ("08:00", "16:30Z")])
def test_hours_with_a_zone_of_their_own_are_refused(opens, closes):
    with pytest.raises(ValueError, match="wall time"):
        OfficeHours.alike(t(opens), t(closes))


def test_an_office_is_a_value():
    """It does not follow the mapping it was made of, can be kept in a set, and survives a cache."""
    exceptions = {d("2026-11-23"): None}
    office = OfficeHours.alike(t("08:00"), t("16:30"), exceptions)
    same = pickle.loads(pickle.dumps(office))
    exceptions.clear()
    assert office.hours_on(d("2026-11-23")) is None
    assert office != OFFICE
    assert {office, same, OFFICE} == {office, OFFICE}


def test_a_moment_without_a_time_zone_is_refused():
    naive, aware = datetime.datetime(2026, 11, 23, 9), local("2026-11-23 09:00")  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        add_working_time(naive, 1, OFFICE)
    with pytest.raises(ValueError, match="time zone"):
        working_time_between(naive, aware, OFFICE)
    with pytest.raises(ValueError, match="time zone"):
        working_time_between(aware, naive, OFFICE)


def test_negative_time_is_refused():
    with pytest.raises(ValueError, match="negative"):
        add_working_time(local("2026-11-23 09:00"), -1, OFFICE)


@pytest.mark.parametrize("minutes", [0, 1])
def test_an_office_closed_for_good_says_so(minutes):
    office = OfficeHours.alike(t("08:00"), t("16:30"), closed("2026-01-01", "2030-12-31"))
    with pytest.raises(NoOfficeTimeError, match="closed for more than"):
        add_working_time(local("2026-11-23 09:00"), minutes, office)
    assert working_time_between(local("2026-01-01 00:00"), local("2030-12-31 00:00"), office) == 0


def test_an_office_that_closes_for_good_halfway_says_so():
    office = OfficeHours.alike(t("08:00"), t("16:30"), closed("2026-11-25", "2030-12-31"))
    assert add_working_time(local("2026-11-23 08:00"), 1020, office) == local("2026-11-24 16:30")
    with pytest.raises(NoOfficeTimeError):
        add_working_time(local("2026-11-23 08:00"), 1021, office)


def test_two_years_closed_are_waited_for():
    """Closed in 2027 and in 2028, a leap year; whether New Year's Day after them is open is the whole difference."""
    office = OfficeHours.alike(t("08:00"), t("16:30"), closed("2027-01-01", "2028-12-31"))
    reopened = OfficeHours.alike(
        t("08:00"), t("16:30"), {**office.exceptions, d("2029-01-01"): (t("08:00"), t("16:30"))}
    )
    assert add_working_time(local("2027-01-01 09:00"), 1, reopened) == local("2029-01-01 08:01")
    with pytest.raises(NoOfficeTimeError):
        add_working_time(local("2027-01-01 09:00"), 1, office)
    assert working_time_between(local("2026-12-30 16:00"), local("2029-01-02 08:30"), office) == 60


def test_an_office_that_opens_now_and_then_is_not_closed_for_good():
    """Two closures of more than a year each, with one Tuesday between them."""
    rarely = {**closed("2026-11-24", "2028-01-31"), **closed("2028-02-02", "2029-07-01")}
    office = OfficeHours.alike(t("08:00"), t("16:30"), rarely)
    assert add_working_time(local("2026-11-23 08:00"), 1021, office) == local("2029-07-02 08:01")


def test_it_is_days_that_are_walked_not_minutes(monkeypatch):
    asked = []
    monkeypatch.setattr(working_time, "is_working_day", lambda day: asked.append(day) or is_working_day(day))
    start, end = local("2026-11-23 08:00"), local("2026-12-04 16:30")
    assert add_working_time(start, 5100, OFFICE) == end
    assert working_time_between(start, end, OFFICE) == 5100
    assert len(asked) == 2 * 12


# --- Against a naive model: minute by minute, what does the clock on the wall show? ---

FIRST, LAST = datetime.date(2024, 1, 1), datetime.date(2032, 12, 25)


def last_sunday(year, month):
    """Return the day on which the clocks are changed."""
    day = datetime.date(year, month, 31)
    return day - (day.weekday() + 1) % 7 * DAY


CLOCK_CHANGES = [last_sunday(year, month) for year in range(2024, 2033) for month in (3, 10)]
FEASTS = [datetime.date(year, month, day) for year in range(2024, 2032) for month, day in [(12, 23), (4, 30), (6, 5)]]
DAYS = st.one_of(
    st.dates(FIRST, LAST),
    st.sampled_from(CLOCK_CHANGES).flatmap(lambda day: st.sampled_from([day - 2 * DAY, day - DAY, day])),
    st.sampled_from(FEASTS),
)
# Not between 02:00 and 03:00: what an office means that opens or closes then is told above.
NIGHT_HOURS = st.tuples(st.integers(0, 120), st.integers(180, 360))
DAY_HOURS = st.tuples(st.integers(6 * 60, 11 * 60), st.integers(12 * 60, 19 * 60))


def as_hours(pair):
    """Return the two minutes of a day as times."""
    return tuple(datetime.time(minute // 60, minute % 60) for minute in pair)


@st.composite
def offices(draw, day):
    """Draw an office which on some of the days around this one does something else."""
    kinds = st.none() | DAY_HOURS.map(as_hours) | NIGHT_HOURS.map(as_hours)
    offsets = draw(st.dictionaries(st.integers(-1, 6), kinds, max_size=4))
    usual = draw(st.sampled_from([(t("08:00"), t("16:30")), (t("08:00"), t("17:00"))]) | DAY_HOURS.map(as_hours))
    others = draw(st.dictionaries(st.integers(1, 4), st.none() | DAY_HOURS.map(as_hours), max_size=3))
    return OfficeHours(
        tuple(others.get(number, usual) for number in range(5)),
        {day + offset * DAY: hours for offset, hours in offsets.items()},
    )


@st.composite
def situations(draw, smallest=MINUTE):
    """Draw an office and a start, with seconds if the smallest step is less than a minute."""
    day = draw(DAYS)
    steps = draw(st.integers(0, DAY // smallest - 1))
    start = datetime.datetime.combine(day, t("00:00"), tzinfo=STOCKHOLM).astimezone(datetime.UTC) + steps * smallest
    return draw(offices(day)), start


SECOND = datetime.timedelta(seconds=1)
WITH_SECONDS = situations(smallest=SECOND)
MINUTES = st.integers(0, 1600)
# Without a deadline: a first look at a year's holidays takes its time.
modest = settings(max_examples=60, deadline=None)


def is_open(office, moment):
    """Tell from the clock and the calendar on the office's wall whether it is open."""
    wall = moment.astimezone(STOCKHOLM)
    ordinary = office.week[wall.weekday()] if is_working_day(wall.date()) else None
    hours = office.exceptions.get(wall.date(), ordinary)
    return hours is not None and hours[0] <= wall.time() < hours[1]


def naive_add(start, minutes, office):
    """Walk minute by minute and count those in which the office is open."""
    moment = start
    while not is_open(office, moment):
        moment += MINUTE
    while minutes:
        minutes -= is_open(office, moment)
        moment += MINUTE
    return moment


def naive_between(start, end, office):
    """Count the minutes in which the office is open."""
    return sum(is_open(office, start + count * MINUTE) for count in range((end - start) // MINUTE))


@given(situations(), MINUTES)
@modest
def test_adding_agrees_with_walking_minute_by_minute(situation, minutes):
    office, start = situation
    assert add_working_time(start, minutes, office) == naive_add(start, minutes, office)


@given(situations(), st.integers(-60, 4 * 24 * 60))
@modest
def test_counting_agrees_with_walking_minute_by_minute(situation, later):
    office, start = situation
    end = start + later * MINUTE
    assert working_time_between(start, end, office) == naive_between(start, end, office)


@given(WITH_SECONDS, MINUTES)
@modest
def test_what_is_added_lies_between(situation, minutes):
    office, start = situation
    end = add_working_time(start, minutes, office)
    assert working_time_between(start, end, office) == minutes
    # And no second sooner; only nothing at all may have to wait for the next opening.
    assert not minutes or working_time_between(start, end - SECOND, office) == minutes - 1


@given(WITH_SECONDS, MINUTES, MINUTES)
@modest
def test_more_time_ends_later(situation, one, other):
    office, start = situation
    less, more = sorted((one, other))
    earlier, later = add_working_time(start, less, office), add_working_time(start, more, office)
    assert earlier <= later
    assert less == more or earlier < later


@given(WITH_SECONDS, MINUTES, st.integers(0, 3 * 24 * 60 * 60))
@modest
def test_a_later_start_never_ends_earlier(situation, minutes, seconds):
    office, start = situation
    later = start + seconds * SECOND
    assert add_working_time(start, minutes, office) <= add_working_time(later, minutes, office)


@given(WITH_SECONDS, MINUTES, st.integers(1, 1600))
@modest
def test_time_added_in_two_steps_is_the_same_time(situation, first, then):
    office, start = situation
    halfway = add_working_time(start, first, office)
    assert add_working_time(halfway, then, office) == add_working_time(start, first + then, office)


@given(situations(), st.integers(0, 5 * 24 * 60), st.integers(0, 5 * 24 * 60))
@modest
def test_time_counted_in_two_parts_is_the_same_time(situation, first, then):
    office, start = situation
    halfway, end = start + first * MINUTE, start + (first + then) * MINUTE
    parts = working_time_between(start, halfway, office) + working_time_between(halfway, end, office)
    assert parts == working_time_between(start, end, office)


@given(WITH_SECONDS, MINUTES)
@modest
def test_office_time_ends_in_office_hours(situation, minutes):
    """Nobody is promised an answer at a moment when nobody has been at work just before."""
    office, start = situation
    end = add_working_time(start, minutes, office)
    assert is_open(office, end - SECOND if minutes else end)
