"""Whole plans worked out by hand with an almanac, so that a reader can check them with one. ``test_plans`` compares.

Days off from Monday to Friday that the plans meet:

    2026  3 and 6 April (Easter), 1 and 14 May (Ascension), 19 June (midsummer), 24, 25 and 31 December
    2027  1 and 6 January, 26 and 29 March (Easter), 6 May (Ascension), 25 June, 24 and 31 December
    2028  6 January, 14 and 17 April, 1 and 25 May, 6 and 23 June

In the table ``days`` stand, for each application in the order of the plan: the last day to hand in, the same if every
authority takes all the time of the law, the first day possible, the decision, its last day by law, the last day if it is
extended, and how many working days there are to spare. “Eve” is the last working day before the opening, by which
everything is decided. Where nothing else is said, today is Thursday 26 November 2026.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from business.planning.enums import Verdict

__all__ = ["CASES", "Case"]

SAFE, USUAL, TOO_LATE = Verdict.SAFE, Verdict.USUAL, Verdict.TOO_LATE


@dataclass(frozen=True)
class Case:
    """A plan and what it must come to.

    ``tasks`` has a line for each application: “key: usual 6 weeks, limit 10 weeks, needs other + another”. ``fees`` has one
    for each row: “guide | label | how much | when it is paid | from | to”; how much is “9500”, “2 h”, “2–4 h”, “40 each
    metre” or “free”, with “least 1000”, “metre 51–200” (a band) and “some” (only some pay it) after it. ``rates`` are the
    hourly rates of an area with their first and last day. ``money`` has a line for each fee: the day that decides its
    tariff, and the sum. ``papers`` are asked for by guides, at most so old; ``copies`` are what is to be ordered.
    """

    name: str
    tasks: str
    days: str
    first: str
    safe: str
    opening: str | None = "2027-05-01"
    today: str = "2026-11-26"
    verdict: Verdict | None = SAFE
    path: str = ""
    fees: str = ""
    rates: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    included: tuple[str, ...] = ()
    money: str = ""
    once: str = "0"
    yearly: str = "0"
    papers: str = ""
    copies: str = ""


SINGLE = [
    # Eve: Friday 30 April. Six weeks before it 19 March, ten weeks 19 February, both Fridays. By law 19 March + 10 weeks =
    # 28 May, extended + 10 weeks = 6 August. Possible at once: 26 November + 6 weeks = Thursday 7 January, open on the 8th;
    # + 10 weeks = 4 February, open on the 5th. To spare: 16 weeks and a day = 81, less 24, 25, 31 December, 1, 6 January.
    Case(
        "weeks, with an extension",
        tasks="building: usual 6 weeks, limit 10 weeks, extension 10 weeks",
        days="building | 2027-03-19 | 2027-02-19 | 2026-11-26 | 2027-04-30 | 2027-05-28 | 2027-08-06 | 76",
        first="2027-01-08",
        safe="2027-02-05",
        path="building",
    ),
    # Eve: Friday 8 January. 20 days before it is Saturday 19 December, so Friday the 18th, which ends on Thursday 7 January.
    # At once: 26 November + 20 days = 16 December.
    Case(
        "days",
        opening="2027-01-11",
        tasks="notice: usual 20 days",
        days="notice | 2026-12-18 | 2026-12-18 | 2026-11-26 | 2027-01-07 | – | – | 16",
        first="2026-12-17",
        safe="2026-12-17",
        path="notice",
    ),
    # Eve: Monday 31 May. Four months before it is Sunday 31 January, so Friday the 29th; it ends on Saturday 29 May, so on
    # Monday the 31st. At once: 26 March is Good Friday, so Tuesday the 30th. To spare: 9 weeks and a day = 46, less 5.
    Case(
        "months, known only by the law",
        opening="2027-06-01",
        tasks="serving: limit 4 months",
        days="serving | 2027-01-29 | 2027-01-29 | 2026-11-26 | 2027-05-31 | 2027-05-31 | – | 41",
        first="2027-03-31",
        safe="2027-03-31",
        path="serving",
    ),
    # Eve: Wednesday 30 December (the 31st and 1 January are off). Back over 29, 28, 23, 22, 21, 18, 17, 16, 15 to the 14th.
    # At once: 27, 30 November, 1, 2, 3, 4, 7, 8, 9, 10 December.
    Case(
        "working days over Christmas",
        opening="2027-01-04",
        tasks="ground: usual 10 working_days",
        days="ground | 2026-12-14 | 2026-12-14 | 2026-11-26 | 2026-12-30 | – | – | 12",
        first="2026-12-11",
        safe="2026-12-11",
        path="ground",
    ),
    # Eve: Friday 30 April; 14 weeks before it 22 January. By law it should be there on 2 April, but one who counts on that
    # would be wrong: what is safe is no later. At once: 26 November + 14 weeks = 4 March.
    Case(
        "it usually takes longer than the law allows",
        tasks="building: usual 14 weeks, limit 10 weeks",
        days="building | 2027-01-22 | 2027-01-22 | 2026-11-26 | 2027-04-30 | 2027-04-02 | – | 36",
        first="2027-03-05",
        safe="2027-03-05",
        path="building",
    ),
    # Eve: Monday 30 November. 31 October + 1 month is 30 November too, but is a Saturday: Friday the 30th, which also ends on
    # the 30th. At once: 1 November is a Sunday, so Monday the 2nd.
    Case(
        "a month that ends in a shorter month",
        today="2026-10-01",
        opening="2026-12-01",
        tasks="ground: usual 1 months",
        days="ground | 2026-10-30 | 2026-10-30 | 2026-10-01 | 2026-11-30 | – | – | 21",
        first="2026-11-03",
        safe="2026-11-03",
        path="ground",
    ),
    # Eve: Tuesday 29 February. Monday 31 January + 1 month is 29 February: the 29th is there. At once: Friday 4 February.
    Case(
        "31 January and a month in a leap year",
        today="2028-01-04",
        opening="2028-03-01",
        tasks="ground: limit 1 months",
        days="ground | 2028-01-31 | 2028-01-31 | 2028-01-04 | 2028-02-29 | 2028-02-29 | – | 18",
        first="2028-02-05",
        safe="2028-02-05",
        path="ground",
    ),
    # Eve: Monday 28 February, four weeks before it Monday 31 January. Two months: 29 December would end on the 29th, so the
    # 28th. By law from 31 January: 31 March. At once 1 February; by law 4 March, a Saturday, so Monday the 6th.
    Case(
        "open on the leap day",
        today="2028-01-04",
        opening="2028-02-29",
        tasks="serving: usual 4 weeks, limit 2 months",
        days="serving | 2028-01-31 | 2027-12-28 | 2028-01-04 | 2028-02-28 | 2028-03-31 | – | 18",
        first="2028-02-02",
        safe="2028-03-07",
        verdict=USUAL,
        path="serving",
    ),
    # Eve: Wednesday 28 February 2029. A year before it both 28 and 29 February 2028 lead there: Tuesday the 29th is the later
    # one. To spare from Tuesday 1 February: four weeks.
    Case(
        "a year that starts on the leap day",
        today="2028-02-01",
        opening="2029-03-01",
        tasks="permit: limit 1 years",
        days="permit | 2028-02-29 | 2028-02-29 | 2028-02-01 | 2029-02-28 | 2029-02-28 | – | 20",
        first="2029-02-02",
        safe="2029-02-02",
        path="permit",
    ),
]

NOTICES = [
    # 1 February − 6 weeks = Monday 21 December; − 2 weeks = Monday 18 January. At once: 26 November + 6 weeks = 7 January, a
    # Thursday: on that day itself it may open, since six weeks have passed.
    Case(
        "six weeks before, and two",
        opening="2027-02-01",
        tasks="""
            health: notice 6 weeks
            food: notice 2 weeks
        """,
        days="""
            health | 2026-12-21 | 2026-12-21 | 2026-11-26 | – | – | – | 17
            food   | 2027-01-18 | 2027-01-18 | 2026-11-26 | – | – | – | 32
        """,
        first="2027-01-07",
        safe="2027-01-07",
        path="health",
    ),
    # At the latest when it opens: Wednesday 2 June itself. Nothing hinders opening tomorrow.
    Case(
        "no days before",
        today="2027-05-03",
        opening="2027-06-02",
        tasks="tobacco: notice 0 days",
        days="tobacco | 2027-06-02 | 2027-06-02 | 2027-05-03 | – | – | – | 21",
        first="2027-05-04",
        safe="2027-05-04",
    ),
    # The notice: 18 January − 2 weeks = Monday 4 January. The decision would allow Friday 8 January (eve Friday 15 January).
    # At once: decided on 3 December, but the two weeks end on the 10th.
    Case(
        "a notice that also is decided: the earlier day counts",
        opening="2027-01-18",
        tasks="food: usual 1 weeks, notice 2 weeks",
        days="food | 2027-01-04 | 2027-01-04 | 2026-11-26 | 2027-01-11 | – | – | 23",
        first="2026-12-10",
        safe="2026-12-10",
        path="food",
    ),
    # 7 March is a Sunday: eve Friday the 5th, six weeks before it 22 January. 7 March − 2 weeks = Sunday 21 February: the
    # notice must be in by Friday the 19th, for a day off makes that time longer.
    Case(
        "open on a Sunday",
        opening="2027-03-07",
        tasks="""
            building: usual 6 weeks
            food: notice 2 weeks
        """,
        days="""
            building | 2027-01-22 | 2027-01-22 | 2026-11-26 | 2027-03-05 | – | – | 36
            food     | 2027-02-19 | 2027-02-19 | 2026-11-26 | – | – | – | 56
        """,
        first="2027-01-08",
        safe="2027-01-08",
        path="building",
    ),
    # 6 May is Ascension Day: eve Wednesday the 5th, three weeks before it 14 April. “At the latest when you start” is the 5th
    # too. At once: 22 March.
    Case(
        "open on a holiday",
        today="2027-03-01",
        opening="2027-05-06",
        tasks="""
            police: usual 3 weeks
            tobacco: notice 0 days
        """,
        days="""
            police  | 2027-04-14 | 2027-04-14 | 2027-03-01 | 2027-05-05 | – | – | 30
            tobacco | 2027-05-05 | 2027-05-05 | 2027-03-01 | – | – | – | 45
        """,
        first="2027-03-23",
        safe="2027-03-23",
        path="police",
    ),
]

HOLIDAYS = [
    # Eve: Tuesday 30 March (Easter Monday is the 29th). Two weeks before it 16 March. Five working days: 25, 24, 23, 22, 19.
    Case(
        "Easter",
        today="2027-03-01",
        opening="2027-03-31",
        tasks="""
            sign: usual 2 weeks
            ground: usual 5 working_days
        """,
        days="""
            sign   | 2027-03-16 | 2027-03-16 | 2027-03-01 | 2027-03-30 | – | – | 11
            ground | 2027-03-19 | 2027-03-19 | 2027-03-01 | 2027-03-30 | – | – | 14
        """,
        first="2027-03-16",
        safe="2027-03-16",
        path="sign",
    ),
    # 7 May is the Friday after Ascension Day: eve Wednesday the 5th. Four weeks before it 7 April. Ten working days: 4, 3 May,
    # 30, 29, 28, 27, 26, 23, 22, 21 April. At once: 6 April + 4 weeks = 4 May.
    Case(
        "Ascension",
        today="2027-04-06",
        opening="2027-05-07",
        tasks="""
            sign: usual 4 weeks
            ground: usual 10 working_days
        """,
        days="""
            sign   | 2027-04-07 | 2027-04-07 | 2027-04-06 | 2027-05-05 | – | – | 1
            ground | 2027-04-21 | 2027-04-21 | 2027-04-06 | 2027-05-05 | – | – | 11
        """,
        first="2027-05-05",
        safe="2027-05-05",
        path="sign",
    ),
    # An event on midsummer eve, 19 June 2026, when offices are closed: eve Thursday the 18th. 30 days before it 19 May, three
    # weeks 28 May, and the notice at the latest on the 18th. At once: 4 May + 30 days = 3 June. 14 May is off.
    Case(
        "midsummer",
        today="2026-05-04",
        opening="2026-06-19",
        tasks="""
            police: usual 30 days
            alcohol: usual 3 weeks
            tobacco: notice 0 days
        """,
        days="""
            police  | 2026-05-19 | 2026-05-19 | 2026-05-04 | 2026-06-18 | – | – | 10
            alcohol | 2026-05-28 | 2026-05-28 | 2026-05-04 | 2026-06-18 | – | – | 17
            tobacco | 2026-06-18 | 2026-06-18 | 2026-05-04 | – | – | – | 32
        """,
        first="2026-06-04",
        safe="2026-06-04",
        path="police",
    ),
    # Eve: Thursday 7 January (the 6th is Epiphany). Five working days: 5, 4 January, 30, 29, 28 December. 14 days before it is
    # Christmas Eve, so Wednesday the 23rd, which ends on Epiphany, so on the 7th. At once: 21 and 28 December.
    Case(
        "Christmas to Epiphany",
        today="2026-12-14",
        opening="2027-01-08",
        tasks="""
            ground: usual 5 working_days
            sign: usual 14 days
        """,
        days="""
            sign   | 2026-12-23 | 2026-12-23 | 2026-12-14 | 2027-01-07 | – | – | 7
            ground | 2026-12-28 | 2026-12-28 | 2026-12-14 | 2027-01-07 | – | – | 8
        """,
        first="2026-12-29",
        safe="2026-12-29",
        path="sign",
    ),
]

CHAINS = [
    # The notice: 1 May − 2 weeks = Saturday 17 April, so Friday the 16th; the permit is decided by then: − 6 weeks = 5 March,
    # − 10 weeks = 5 February. By law 5 March + 10 weeks = 14 May. At once: 7 January + 2 weeks; by law 4 February + 2 weeks.
    Case(
        "a chain of two",
        tasks="""
            building: usual 6 weeks, limit 10 weeks
            food: notice 2 weeks, needs building
        """,
        days="""
            building | 2027-03-05 | 2027-02-05 | 2026-11-26 | 2027-04-16 | 2027-05-14 | – | 66
            food     | 2027-04-16 | 2027-04-16 | 2027-01-07 | – | – | – | 69
        """,
        first="2027-01-21",
        safe="2027-02-18",
        path="building food",
    ),
    # Serving is decided by 30 April: − 8 weeks = 5 March, by law − 4 months = 30 December. The registration is evidence there
    # and in by the same day. The building permit before it: − 6 weeks = 22 January; by law − 10 weeks = 21 October, which is
    # past. At once: 7 January, + 8 weeks = 4 March. By law: 4 February + 4 months = Friday 4 June.
    # One certificate, at most two months old: for 5 March from 5 January on, and there on 22 January. One copy does.
    Case(
        "a chain of three, the middle one evidence for the last",
        tasks="""
            building: usual 6 weeks, limit 10 weeks, extension 10 weeks
            food: notice 2 weeks, needs building
            serving: usual 8 weeks, limit 4 months, needs food
        """,
        days="""
            building | 2027-01-22 | 2026-10-21 | 2026-11-26 | 2027-03-05 | 2027-04-02 | 2027-06-11 | 36
            food     | 2027-03-05 | 2026-12-30 | 2027-01-07 | – | – | – | 41
            serving  | 2027-03-05 | 2026-12-30 | 2027-01-07 | 2027-04-30 | 2027-07-05 | – | 41
        """,
        first="2027-03-05",
        safe="2027-06-05",
        verdict=USUAL,
        path="building food serving",
        papers="""
            certificate | 2 months | building serving
            drawing | – | building food serving
        """,
        copies="""
            certificate | 2027-01-05 | 2027-01-22 | building serving
            drawing | – | 2027-01-22 | building food serving
        """,
    ),
    # Eve: Friday 2 July. Serving − 8 weeks = 7 May, by law − 4 months = 2 March. Food − 1 week = 30 April, by law 23 February.
    # Premises − 6 weeks = 19 March, by law − 10 weeks = 15 December. Company − 10 days = 9 March, by law 5 December, a
    # Saturday, so the 4th. At once: 21 January, 4 March, 11 March, + 8 weeks = Ascension Day, so 7 May. By law: 21 January,
    # 1 April, 8 April, 8 August, a Sunday, so the 9th.
    Case(
        "a chain of four",
        today="2027-01-11",
        opening="2027-07-05",
        tasks="""
            serving: usual 8 weeks, limit 4 months, needs food
            food: usual 1 weeks, notice 2 weeks, needs premises
            premises: usual 6 weeks, limit 10 weeks, needs company
            company: usual 10 days
        """,
        days="""
            company  | 2027-03-09 | 2026-12-04 | 2027-01-11 | 2027-03-19 | – | – | 41
            premises | 2027-03-19 | 2026-12-15 | 2027-01-21 | 2027-04-30 | 2027-05-28 | – | 41
            food     | 2027-04-30 | 2027-02-23 | 2027-03-04 | 2027-05-07 | – | – | 39
            serving  | 2027-05-07 | 2027-03-02 | 2027-03-11 | 2027-07-02 | 2027-09-07 | – | 38
        """,
        first="2027-05-08",
        safe="2027-08-10",
        verdict=USUAL,
        path="company premises food serving",
    ),
    # Eve: Monday 31 May. Serving − 8 weeks = Monday 5 April, by law Friday 29 January (31 January is a Sunday). Fire − 3 weeks
    # = 15 March, 8 January. Food − 30 days = Saturday 6 March, so the 5th; 30 December. Premises before the earlier of both:
    # 5 March − 4 weeks = 5 February; 30 December − 4 weeks = 2 December. At once: 24 December is off, so Monday the 28th; food
    # 27 January, serving + 8 weeks = 24 March; by law + 4 months = 27 May.
    Case(
        "a diamond",
        opening="2027-06-01",
        tasks="""
            premises: usual 4 weeks
            fire: usual 3 weeks, needs premises
            food: usual 30 days, needs premises
            serving: usual 8 weeks, limit 4 months, needs fire + food
        """,
        days="""
            premises | 2027-02-05 | 2026-12-02 | 2026-11-26 | 2027-03-05 | – | – | 46
            food     | 2027-03-05 | 2026-12-30 | 2026-12-28 | 2027-04-05 | – | – | 46
            fire     | 2027-03-15 | 2027-01-08 | 2026-12-28 | 2027-04-05 | – | – | 52
            serving  | 2027-04-05 | 2027-01-29 | 2027-01-27 | 2027-05-31 | 2027-08-05 | – | 46
        """,
        first="2027-03-25",
        safe="2027-05-28",
        path="premises food serving",
    ),
    # At once, 2 + 4 weeks and 6 weeks both end on 7 January: the chain of two is the critical path. Eve: Friday 29 January.
    # − 4 weeks = New Year's Day, so Wednesday 30 December; − 2 weeks = 16 December. − 6 weeks = 18 December.
    Case(
        "two ways that take equally long",
        opening="2027-02-01",
        tasks="""
            alone: usual 6 weeks
            first: usual 2 weeks
            second: usual 4 weeks, needs first
        """,
        days="""
            first  | 2026-12-16 | 2026-12-16 | 2026-11-26 | 2026-12-30 | – | – | 14
            alone  | 2026-12-18 | 2026-12-18 | 2026-11-26 | 2027-01-29 | – | – | 16
            second | 2026-12-30 | 2026-12-30 | 2026-12-10 | 2027-01-27 | – | – | 12
        """,
        first="2027-01-08",
        safe="2027-01-08",
        path="first second",
    ),
    # What is needed is not in the plan: the days are those of a single permit.
    Case(
        "something needed that is not in the plan",
        opening="2027-02-01",
        tasks="sign: usual 3 weeks, needs elsewhere",
        days="sign | 2027-01-08 | 2027-01-08 | 2026-11-26 | 2027-01-29 | – | – | 26",
        first="2026-12-18",
        safe="2026-12-18",
        path="sign",
    ),
    # Without an opening day the decisions count from the first possible days: 7 January, 4 March; by law 4 February, and
    # 7 January + 4 months = 7 May; extended 4 February + 10 weeks = 15 April.
    Case(
        "no opening day yet",
        opening=None,
        tasks="""
            building: usual 6 weeks, limit 10 weeks, extension 10 weeks
            food: notice 2 weeks, needs building
            serving: usual 8 weeks, limit 4 months, needs food
        """,
        days="""
            building | – | – | 2026-11-26 | 2027-01-07 | 2027-02-04 | 2027-04-15 | –
            food     | – | – | 2027-01-07 | – | – | – | –
            serving  | – | – | 2027-01-07 | 2027-03-04 | 2027-05-07 | – | –
        """,
        first="2027-03-05",
        safe="2027-06-05",
        verdict=None,
        path="building food serving",
    ),
]

TIGHT = [
    # The evening before: what is settled on the day it is handed in may be handed in today, the notice tomorrow too.
    Case(
        "open tomorrow",
        opening="2026-11-27",
        tasks="""
            counter: usual 0 days
            tobacco: notice 0 days
        """,
        days="""
            counter | 2026-11-26 | 2026-11-26 | 2026-11-26 | 2026-11-26 | – | – | 0
            tobacco | 2026-11-27 | 2026-11-27 | 2026-11-26 | – | – | – | 1
        """,
        first="2026-11-27",
        safe="2026-11-27",
        path="counter",
    ),
    # Eve: Thursday 25 March, since Easter is the 26th to the 29th. Two weeks before it is today, the last day.
    Case(
        "the last day is today",
        today="2027-03-11",
        opening="2027-03-30",
        tasks="sign: usual 2 weeks",
        days="sign | 2027-03-11 | 2027-03-11 | 2027-03-11 | 2027-03-25 | – | – | 0",
        first="2027-03-26",
        safe="2027-03-26",
        path="sign",
    ),
    # A day later it ends on Good Friday, so on Tuesday the 30th, and the company opens on the 31st instead.
    Case(
        "too late by one day",
        today="2027-03-12",
        opening="2027-03-30",
        tasks="sign: usual 2 weeks",
        days="sign | 2027-03-11 | 2027-03-11 | 2027-03-12 | 2027-03-25 | – | – | -1",
        first="2027-03-31",
        safe="2027-03-31",
        verdict=TOO_LATE,
        path="sign",
    ),
    # The notice: 1 January − 2 weeks = 18 December; the permit − 6 weeks = 6 November, − 10 weeks = 9 October; by law 6 November
    # + 10 weeks = 15 January. It is 26 November: 14 working days late. Food can be in on 7 January: 9 working days late
    # (21, 22, 23, 28, 29, 30 December, 4, 5, 7 January). It opens on 21 January, or, by law, on 18 February.
    # Fees go by the days that can be kept: 26 November by the old tariff, 7 January by the new one, 21 January for the year.
    # 1 hour × 1 450 = 1 450.
    Case(
        "far too late, with what it costs on the days that can be kept",
        opening="2027-01-01",
        tasks="""
            building: usual 6 weeks, limit 10 weeks
            food: notice 2 weeks, needs building
        """,
        days="""
            building | 2026-11-06 | 2026-10-09 | 2026-11-26 | 2026-12-18 | 2027-01-15 | – | -14
            food     | 2026-12-18 | 2026-12-18 | 2027-01-07 | – | – | – | -9
        """,
        first="2027-01-21",
        safe="2027-02-18",
        verdict=TOO_LATE,
        path="building food",
        fees="""
            building | Lov | 12000 | with_application | – | 2026-12-31
            building | Lov | 13000 | with_application | 2027-01-01 | –
            food | Registrering | 1 h | with_application
            food | Kontroll | 2350 | yearly | – | 2026-12-31
            food | Kontroll | 2450 | yearly | 2027-01-01 | –
        """,
        rates="""
            food | 1390 | – | 2026-12-31
            food | 1450 | 2027-01-01 | –
        """,
        money="""
            building.lov | 2026-11-26 | 12000
            food.registrering | 2027-01-07 | 1450
            food.kontroll | 2027-01-21 | 2450
        """,
        once="13450",
        yearly="2450",
    ),
    Case("nothing is needed", tasks="", days="", first="2026-11-27", safe="2026-11-27"),
]

MONEY = [
    # Eve: Friday 26 February; − 8 weeks = New Year's Day, so Wednesday 30 December, decided on 24 February; by law 30 April.
    # Safe: 26 February − 4 months = 26 October. At once: 21 January; by law 26 March is Good Friday, so the 30th.
    # Handed in this year: the old tariff. Decided next year: the new rate, 2 hours × 1 450 = 2 900.
    Case(
        "a new tariff between the application and the decision",
        opening="2027-03-01",
        tasks="serving: usual 8 weeks, limit 4 months",
        days="serving | 2026-12-30 | 2026-10-26 | 2026-11-26 | 2027-02-24 | 2027-04-30 | – | 22",
        first="2027-01-22",
        safe="2027-03-31",
        verdict=USUAL,
        path="serving",
        fees="""
            serving | Ansökan | 9500 | with_application | – | 2026-12-31
            serving | Ansökan | 9800 | with_application | 2027-01-01 | –
            serving | Prövning | 2 h | after_decision
        """,
        rates="""
            serving | 1390 | – | 2026-12-31
            serving | 1450 | 2027-01-01 | –
        """,
        money="""
            serving.ansokan | 2026-12-30 | 9500
            serving.provning | 2027-02-24 | 2900
        """,
        once="12400",
    ),
    # A week later: eve Monday 8 March, − 8 weeks = Monday 11 January: the new tariff. By New Year's Eve it would cost 9 500.
    # By law 11 May; safe 8 November, a Sunday, so the 6th. 9 800 + 2 900 = 12 700.
    Case(
        "the same a week later, and what an early application saves",
        opening="2027-03-09",
        tasks="serving: usual 8 weeks, limit 4 months",
        days="serving | 2027-01-11 | 2026-11-06 | 2026-11-26 | 2027-03-08 | 2027-05-11 | – | 27",
        first="2027-01-22",
        safe="2027-03-31",
        verdict=USUAL,
        path="serving",
        fees="""
            serving | Ansökan | 9500 | with_application | – | 2026-12-31
            serving | Ansökan | 9800 | with_application | 2027-01-01 | –
            serving | Prövning | 2 h | after_decision
        """,
        rates="""
            serving | 1390 | – | 2026-12-31
            serving | 1450 | 2027-01-01 | –
        """,
        money="""
            serving.ansokan | 2027-01-11 | 9800 | 9500 until 2026-12-31
            serving.provning | 2027-03-08 | 2900
        """,
        once="12700",
    ),
    # Eve: Tuesday 30 March; − 6 weeks = 16 February, − 10 weeks = 19 January; by law 27 April. 120 square metres: the middle band.
    # To spare: 11 weeks = 55, Friday, Monday, Tuesday = 58, less 5.
    Case(
        "bands, with a count",
        opening="2027-03-31",
        tasks="building: usual 6 weeks, limit 10 weeks",
        days="building | 2027-02-16 | 2027-01-19 | 2026-11-26 | 2027-03-30 | 2027-04-27 | – | 53",
        first="2027-01-08",
        safe="2027-02-05",
        path="building",
        fees="""
            building | Lov | 8000 metre –50 | after_decision
            building | Lov | 15000 metre 51–200 | after_decision
            building | Lov | 24000 metre 201– | after_decision
        """,
        counts={"metre": 120},
        money="building.lov | 2027-03-30 | 15000",
        once="15000",
    ),
    # Nobody has said how large it is: from the lowest band to the highest. Without an opening day the decision of 7 January
    # counts, by law that of 4 February.
    Case(
        "bands, without a count and without a day",
        opening=None,
        tasks="building: usual 6 weeks, limit 10 weeks",
        days="building | – | – | 2026-11-26 | 2027-01-07 | 2027-02-04 | – | –",
        first="2027-01-08",
        safe="2027-02-05",
        verdict=None,
        path="building",
        fees="""
            building | Lov | 8000 metre –50 | after_decision
            building | Lov | 15000 metre 51–200 | after_decision
            building | Lov | 24000 metre 201– | after_decision
        """,
        money="building.lov | 2027-01-07 | 8000–24000",
        once="8000–24000",
    ),
    # The notice: 7 January − 2 weeks is Christmas Eve, so 23 December: the old rate, 1 × 1 390. The control after the opening
    # on 7 January: the new rate, 2 × 1 450 = 2 900 to 4 × 1 450 = 5 800. Together 4 290 to 7 190.
    Case(
        "hours from–to, at two rates",
        opening="2027-01-07",
        tasks="food: notice 2 weeks",
        days="food | 2026-12-23 | 2026-12-23 | 2026-11-26 | – | – | – | 19",
        first="2026-12-10",
        safe="2026-12-10",
        path="food",
        fees="""
            food | Registrering | 1 h | with_application
            food | Kontroll | 2–4 h | afterwards
        """,
        rates="""
            food | 1390 | – | 2026-12-31
            food | 1450 | 2027-01-01 | –
        """,
        money="""
            food.registrering | 2026-12-23 | 1390
            food.kontroll | 2027-01-07 | 2900–5800
        """,
        once="4290–7190",
    ),
    # Eve: Friday 29 January; − 3 weeks = 8 January. At once: 17 December. 12 × 40 = 480, but at least 1 000. Half an hour
    # × 1 390 = 695, but at least 1 000.
    Case(
        "at least so much",
        opening="2027-02-01",
        tasks="ground: usual 3 weeks",
        days="ground | 2027-01-08 | 2027-01-08 | 2026-11-26 | 2027-01-29 | – | – | 26",
        first="2026-12-18",
        safe="2026-12-18",
        path="ground",
        fees="""
            ground | Hyra | 40 each metre least 1000 | after_decision
            ground | Handläggning | 0.5 h least 1000 | with_application
        """,
        rates="ground | 1390 | – | –",
        counts={"metre": 12},
        money="""
            ground.hyra | 2027-01-29 | 1000
            ground.handlaggning | 2027-01-08 | 1000
        """,
        once="2000",
    ),
    # 25 × 85.50 = 2 137.50. How many tables nobody has said: no sum for them, and they are not in the total.
    Case(
        "for each unit, with and without a count",
        opening="2027-02-01",
        tasks="ground: usual 3 weeks",
        days="ground | 2027-01-08 | 2027-01-08 | 2026-11-26 | 2027-01-29 | – | – | 26",
        first="2026-12-18",
        safe="2026-12-18",
        path="ground",
        fees="""
            ground | Hyra | 85.50 each metre | after_decision
            ground | Bord | 300 each table | after_decision
        """,
        counts={"metre": 25},
        money="""
            ground.hyra | 2027-01-29 | 2137.50
            ground.bord | 2027-01-29 | count
        """,
        once="2137.50",
    ),
    # Eve: Friday 18 December; − 1 week = the 11th. At once: 3 December. It costs nothing, and that is known.
    Case(
        "free of charge",
        opening="2026-12-21",
        tasks="event: usual 1 weeks",
        days="event | 2026-12-11 | 2026-12-11 | 2026-11-26 | 2026-12-18 | – | – | 11",
        first="2026-12-04",
        safe="2026-12-04",
        path="event",
        fees="event | Anmälan | free | with_application",
        money="event.anmalan | 2026-12-11 | 0",
    ),
    # Eve: Thursday 4 March; − 8 weeks = 7 January; − 4 months = 4 November; by law 7 May. What is paid every year follows the
    # tariff of the opening day and stands apart. Of the two that only some pay, one is counted in: 9 500 + 1 200 = 10 700.
    # The control needs no application and is paid for as of the opening. 2 450 + 1 100 = 3 550 a year.
    Case(
        "every year, and what only some pay",
        opening="2027-03-05",
        tasks="""
            serving: usual 8 weeks, limit 4 months
            control: only afterwards
        """,
        days="serving | 2027-01-07 | 2026-11-04 | 2026-11-26 | 2027-03-04 | 2027-05-07 | – | 25",
        first="2027-01-22",
        safe="2027-03-31",
        verdict=USUAL,
        path="serving",
        fees="""
            serving | Ansökan | 9500 | with_application
            serving | Tillsyn | 2350 | yearly | – | 2026-12-31
            serving | Tillsyn | 2450 | yearly | 2027-01-01 | –
            serving | Kunskapsprov | 1200 some | with_application
            serving | Utökad tid | 3000 some | with_application
            control | Kontroll | 1100 | yearly
        """,
        included=("serving.kunskapsprov",),
        money="""
            serving.ansokan | 2027-01-07 | 9500
            serving.tillsyn | 2027-03-05 | 2450
            serving.kunskapsprov | 2027-01-07 | 1200
            serving.utokad-tid | 2027-01-07 | 3000 | left out
            control.kontroll | 2027-03-05 | 1100
        """,
        once="10700",
        yearly="3550",
    ),
    # A tariff that nobody has decided yet, a rate that is missing: told, and not in the total. A fee that has ended is gone.
    Case(
        "what is not known yet",
        opening="2027-02-01",
        tasks="ground: usual 3 weeks",
        days="ground | 2027-01-08 | 2027-01-08 | 2026-11-26 | 2027-01-29 | – | – | 26",
        first="2026-12-18",
        safe="2026-12-18",
        path="ground",
        fees="""
            ground | Hyra | 500 | after_decision | 2027-06-01 | –
            ground | Handläggning | 2 h | with_application
            ground | Skylt | 900 | with_application | – | 2026-12-31
            ground | Plats | 250 metre –10 | with_application
        """,
        counts={"metre": 25},
        money="""
            ground.hyra | 2027-01-29 | not_yet
            ground.handlaggning | 2027-01-08 | rate
            ground.skylt | 2027-01-08 | not_yet
            ground.plats | 2027-01-08 | band
        """,
    ),
]

WHOLE = [
    # Serving, food and building as in the chain of three. The police permit is evidence for serving outdoors: decided by
    # 5 March − 30 days = 3 February, by law 30 December − 30 days = 30 November. Fire: 31 January + 3 months is 30 April, but
    # a Sunday, so Friday 29 January, which ends on 29 April. Tobacco: 1 May is a Saturday, so 30 April.
    # At once: police 26 December is a Saturday, so the 28th; fire 26 February; serving is the last one.
    # Once: 15 000 + 4 000 + 1 800 (1.5 × 1 200) + 700 + 2 125 (25 × 85) + 1 450 + 9 800 + 725 (0.5 × 1 450) = 35 600, and the
    # control of 2–4 hours, 2 900–5 800. Every year 2 450 + 1 450 (1 × 1 450).
    # The certificate may be one month old: for 5 March from 5 February, too late for 22 January, which wants one from
    # 22 December on. The company's own drawing is of any age.
    Case(
        "a restaurant on 1 May",
        tasks="""
            building: usual 6 weeks, limit 10 weeks, extension 10 weeks
            fire: limit 3 months
            food: notice 2 weeks, needs building
            police: usual 30 days
            serving: usual 8 weeks, limit 4 months, needs food + police
            tobacco: notice 0 days
        """,
        days="""
            building | 2027-01-22 | 2026-10-21 | 2026-11-26 | 2027-03-05 | 2027-04-02 | 2027-06-11 | 36
            fire     | 2027-01-29 | 2027-01-29 | 2026-11-26 | 2027-04-29 | 2027-04-29 | – | 41
            police   | 2027-02-03 | 2026-11-30 | 2026-11-26 | 2027-03-05 | – | – | 44
            food     | 2027-03-05 | 2026-12-30 | 2027-01-07 | – | – | – | 41
            serving  | 2027-03-05 | 2026-12-30 | 2027-01-07 | 2027-04-30 | 2027-07-05 | – | 41
            tobacco  | 2027-04-30 | 2027-04-30 | 2026-11-26 | – | – | – | 104
        """,
        first="2027-03-05",
        safe="2027-06-05",
        verdict=USUAL,
        path="building food serving",
        fees="""
            building | Lov | 8000 metre –50 | after_decision
            building | Lov | 15000 metre 51–200 | after_decision
            building | Startbesked | 4000 | after_decision
            fire | Tillstånd | 1.5 h | with_application
            food | Registrering | 1 h | with_application
            food | Kontroll | 2–4 h | afterwards
            police | Ansökan | 700 | with_application
            police | Markhyra | 85 each outdoors | afterwards
            serving | Ansökan | 9500 | with_application | – | 2026-12-31
            serving | Ansökan | 9800 | with_application | 2027-01-01 | –
            serving | Tillsyn | 2450 | yearly
            tobacco | Anmälan | 0.5 h | with_application
            tobacco | Tillsyn | 1 h | yearly
        """,
        rates="""
            fire | 1200 | – | –
            food | 1390 | – | 2026-12-31
            food | 1450 | 2027-01-01 | –
            tobacco | 1450 | 2027-01-01 | –
        """,
        counts={"metre": 120, "outdoors": 25},
        money="""
            building.lov | 2027-03-05 | 15000
            building.startbesked | 2027-03-05 | 4000
            fire.tillstand | 2027-01-29 | 1800
            food.registrering | 2027-03-05 | 1450
            food.kontroll | 2027-05-01 | 2900–5800
            police.ansokan | 2027-02-03 | 700
            police.markhyra | 2027-05-01 | 2125
            serving.ansokan | 2027-03-05 | 9800
            serving.tillsyn | 2027-05-01 | 2450
            tobacco.anmalan | 2027-04-30 | 725
            tobacco.tillsyn | 2027-05-01 | 1450
        """,
        once="38500–41400",
        yearly="3900",
        papers="""
            certificate | 1 months | building serving
            drawing | – | building fire food police
        """,
        copies="""
            certificate | 2026-12-22 | 2027-01-22 | building
            certificate | 2027-02-05 | 2027-03-05 | serving
            drawing | – | 2027-01-22 | building fire police food
        """,
    ),
]

CASES = [*SINGLE, *NOTICES, *HOLIDAYS, *CHAINS, *TIGHT, *MONEY, *WHOLE]
