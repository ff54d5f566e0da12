"""The statistics of a period as tables and charts, with what each figure means."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from business.core.working_time import STOCKHOLM

from .. import promise
from ..enums import EventKind
from ..models import Case, CaseQuerySet
from .charts import Chart, Line, bars, columns, lines
from .figures import Figures, Tally, count
from .form import StatisticsForm
from .office import OfficeClock
from .period import Period, Step
from .rated import rating_chart, rating_definition, rating_summary, rating_table
from .ratings import Said
from .tables import Cell, Kind, Row, Table, minutes_in_words

__all__ = ["COMPARABLE_SHARE", "COMPARABLE_SOURCE", "Report", "make_report"]

# Share of e-mails that Swedish municipalities answered within a day, and where the figure stands.
COMPARABLE_SHARE, COMPARABLE_SOURCE = 0.84, "KKiK 2019"
DAYS = (1, 2)


@dataclass(frozen=True)
class Report:
    """Everything that is shown about a period."""

    period: Period
    narrowed_to: dict[str, str]
    made_at: datetime.datetime
    day_minutes: int  # how long a working day is
    summary: Table
    happened: Table
    steps: Table
    topics: Table
    units: Table
    channels: Table
    ratings: Table
    ratings_steps: Table
    ratings_topics: Table
    ratings_units: Table
    charts: dict[str, Chart]

    @property
    def tables(self) -> tuple[Table, ...]:
        counted = self.summary, self.happened, self.steps, self.topics, self.units, self.channels
        return *counted, self.ratings, self.ratings_steps, self.ratings_topics, self.ratings_units

    @property
    def days(self) -> str:
        """The period in words."""
        return f"{date_format(self.period.first, 'j F Y')} – {date_format(self.period.last, 'j F Y')}"

    @property
    def day_in_words(self) -> str:
        return minutes_in_words(self.day_minutes)

    @property
    def definitions(self) -> list[tuple[str, str]]:
        return definitions(self.day_in_words)

    @property
    def is_empty(self) -> bool:
        return not any(cell.value for table in self.tables for row in table.rows for cell in row.cells)


def make_report(form: StatisticsForm, cases: CaseQuerySet, now: datetime.datetime) -> Report:
    """Count what a valid form asks for, among these cases, as of ``now``."""
    period, today = form.chosen_period, now.astimezone(STOCKHOLM).date()
    office = promise.office_hours()
    clock = OfficeClock(office, _first_day(period), today)
    figures = count(cases.filter(**form.conditions), period, clock, now)
    names, day = form.names, office.day_length
    steps = period.steps_until(today)
    by_topic = _named(figures.topics, names["topic"])
    return Report(
        period,
        form.narrowed_to,
        now,
        day,
        summary=_summary(figures.total, day),
        happened=_happened(figures),
        steps=_steps(figures, steps, period, day),
        topics=_groups("topics", _("By topic"), _("Topic"), by_topic, day),
        units=_groups("units", _("By unit"), _("Unit"), _named(figures.units, names["unit"]), day),
        channels=_groups("channels", _("By channel"), _("Channel"), _named(figures.channels, names["channel"]), day),
        **_ratings(figures, steps, period, names),
        charts=_charts(figures, steps, period, by_topic, day),
    )


def _first_day(period: Period) -> datetime.date:
    """Return the first day of the period on which anything can have come: the days before it need not be added up."""
    first = Case.objects.order_by("received_at").values_list("received_at", flat=True).first()
    return max(period.first, first.astimezone(STOCKHOLM).date()) if first else period.first


Counted = TypeVar("Counted", Tally, Said)


def _named(counted: Mapping[str, Counted], names: Mapping[str, Any]) -> list[tuple[str, str, Counted]]:
    """Return key, name and figures in the order in which the register lists them."""
    known = [(key, str(name), counted[key]) for key, name in names.items() if key in counted]
    return known + [(key, key, each) for key, each in counted.items() if key not in names]


def _ratings(
    figures: Figures, steps: Iterable[Step], period: Period, names: Mapping[str, Mapping[str, Any]]
) -> dict[str, Table]:
    said = figures.ratings
    by_step = [(step.first.isoformat(), _step_name(step, period), said.steps.get(step.key, Said())) for step in steps]
    of_step = _("Week") if period.in_weeks else _("Month")
    by_topic, by_unit = _named(said.topics, names["topic"]), _named(said.units, names["unit"])
    return {
        "ratings": rating_summary(said.total),
        "ratings_steps": rating_table("ratings_steps", _("What senders said, by time"), of_step, by_step),
        "ratings_topics": rating_table("ratings_topics", _("What senders said, by topic"), _("Topic"), by_topic),
        "ratings_units": rating_table("ratings_units", _("What senders said, by unit"), _("Unit"), by_unit),
    }


def _number(key: str, name: str, value: int, note: str = "") -> Row:
    return Row(key, name, (Cell(value),), note)


def _summary(total: Tally, day: int) -> Table:
    rows = [
        _number("received", _("Requests received"), total.received),
        _number("answered", _("of them answered"), total.answered),
        _number("waiting", _("of them waiting for a first answer"), total.waiting),
        _number("unanswered", _("of them closed without an answer, with a reason"), total.unanswered),
        _number("closed", _("of them closed by now"), total.closed),
        _number("open", _("of them open now"), total.open, _("Somebody has something to do.")),
        Row(
            "median_minutes",
            _("First answer: half came within"),
            (Cell(total.percentile(0.5), Kind.MINUTES),),
            _("The median, in working time."),
        ),
        Row(
            "p90_minutes",
            _("First answer: nine of ten came within"),
            (Cell(total.percentile(0.9), Kind.MINUTES),),
            _("The 90th percentile, in working time."),
        ),
    ]
    for days in DAYS:
        rows += _within_rows(total, days, day)
    return Table(
        "summary",
        _("In short"),
        pgettext("statistics", "Figure"),
        ("value",),
        (pgettext("statistics", "Value"),),
        tuple(rows),
    )


def _within_rows(total: Tally, days: int, day: int) -> Iterable[Row]:
    within = total.within(days * day)
    words = {"met": within.met, "counted": within.counted}
    one = days == 1
    yield Row(
        f"within_{days}_share",
        _("Answered within one working day") if one else _("Answered within two working days"),
        (Cell(within.share, Kind.SHARE),),
        _("%(met)s of %(counted)s.") % words,
    )
    yield _number(
        f"within_{days}_pending",
        _("Not answered yet, still within one working day")
        if one
        else _("Not answered yet, still within two working days"),
        within.pending,
        _("Not in the share."),
    )


def _happened(figures: Figures) -> Table:
    happened = figures.happened
    rows = (
        _number("reopened", _("Times a case was opened again"), happened[EventKind.REOPENED]),
        _number("delayed", _("Delay notices"), happened[EventKind.DELAYED]),
        _number("mail_failed", _("Mails that could not be sent"), happened[EventKind.MAIL_FAILED]),
        _number("quarantined", _("Received, and put in quarantine"), figures.quarantined, _("Not counted above.")),
        _number(
            "merged",
            _("Received, and merged with another case"),
            figures.merged,
            _("Not counted above: answered in the other case."),
        ),
    )
    return Table(
        "happened",
        _("What else happened"),
        pgettext("statistics", "Figure"),
        ("value",),
        (pgettext("statistics", "Number"),),
        rows,
    )


def _cells(tally: Tally, day: int) -> tuple[Cell, ...]:
    return (
        Cell(tally.received),
        Cell(tally.answered),
        Cell(tally.waiting),
        Cell(tally.unanswered),
        *(Cell(tally.within(days * day).share, Kind.SHARE) for days in DAYS),
        Cell(tally.percentile(0.5), Kind.MINUTES),
        Cell(tally.percentile(0.9), Kind.MINUTES),
    )


KEYS = (
    "received",
    "answered",
    "waiting",
    "unanswered",
    "within_1_share",
    "within_2_share",
    "median_minutes",
    "p90_minutes",
)


def _headings() -> tuple[str, ...]:
    return (
        pgettext("statistics", "Received"),
        pgettext("statistics", "Answered"),
        pgettext("statistics", "Waiting"),
        pgettext("statistics", "Without an answer"),
        _("Within one day"),
        _("Within two days"),
        _("Half within"),
        _("Nine of ten within"),
    )


def _groups(key: str, title: str, of: str, tallies: Iterable[tuple[str, str, Tally]], day: int) -> Table:
    rows = tuple(Row(identity, name, _cells(tally, day)) for identity, name, tally in tallies)
    return Table(key, title, of, KEYS, _headings(), rows)


def _steps(figures: Figures, steps: Iterable[Step], period: Period, day: int) -> Table:
    rows = tuple(
        Row(
            step.first.isoformat(),
            _step_name(step, period),
            (*_cells(figures.steps.get(step.key, Tally()), day), Cell(figures.backlog[step.key])),
        )
        for step in steps
    )
    return Table(
        "steps",
        _("Week by week") if period.in_weeks else _("Month by month"),
        _("Week") if period.in_weeks else _("Month"),
        (*KEYS, "backlog"),
        (*_headings(), _("Waiting at its end")),
        rows,
    )


def _step_name(step: Step, period: Period) -> str:
    if period.in_weeks:
        week = step.key.isocalendar().week
        short = pgettext("format of a day without its year", "j M")
        days = f"{date_format(step.first, short)} – {date_format(step.last, short)}"
        return _("week %(number)s, %(days)s") % {"number": week, "days": days}
    return date_format(step.key, "F Y")


def _step_label(step: Step, period: Period) -> str:
    if period.in_weeks:
        return pgettext("week, on a chart", "w. %(number)s") % {"number": step.key.isocalendar().week}
    return date_format(step.key, pgettext("format of a month on a chart", "M Y"))


def _charts(
    figures: Figures,
    steps: tuple[Step, ...],
    period: Period,
    topics: list[tuple[str, str, Tally]],
    day: int,
) -> dict[str, Chart]:
    labels = [_step_label(step, period) for step in steps]
    tallies = [figures.steps.get(step.key, Tally()) for step in steps]
    shares = [[tally.within(days * day).share for tally in tallies] for days in DAYS]
    return {
        "received": columns(_("Requests received"), labels, [tally.received for tally in tallies]),
        "backlog": lines(
            _("Waiting for a first answer at the end"),
            labels,
            [Line(pgettext("statistics", "Waiting"), [figures.backlog[step.key] for step in steps])],
        ),
        "shares": lines(
            _("Share answered in time"),
            labels,
            [
                Line(_("Within one working day"), shares[0]),
                Line(_("Within two working days"), shares[1]),
                Line(
                    _("Swedish municipalities, e-mail within a day (%(source)s)") % {"source": COMPARABLE_SOURCE},
                    [COMPARABLE_SHARE] * len(steps),
                ),
            ],
            Kind.SHARE,
        ),
        "helped": rating_chart(labels, [figures.ratings.steps.get(step.key, Said()) for step in steps]),
        "topics": bars(_("Requests by topic"), [(name, tally.received) for _key, name, tally in topics]),
    }


def definitions(day: str) -> list[tuple[str, str]]:
    """Return what the figures mean, in words; ``day`` is how long a working day is."""
    return [
        (
            _("Which requests are counted"),
            _(
                "Those received in the period, wherever they stand today. What has been merged with another case and "
                "what is in quarantine, or was closed from there, is left out."
            ),
        ),
        (
            _("Working time"),
            _(
                "The time in which the office is open: its ordinary hours, without public holidays and closed days, "
                "and with the hours of short days. It counts from when the request came in until the mail server had "
                "accepted the first answer, or until the sender was answered by telephone or in person. While a case "
                "waits for its sender no time is counted. Times are rounded to the minute. A receipt is no answer."
            ),
        ),
        (
            _("Within one or two working days"),
            _(
                "One working day is %(day)s of working time; when it is full at closing time, an answer in the evening "
                "comes too late. Counted of those that were answered, and those that were not "
                "though the time has passed. Whoever still waits within the time is told apart. What was closed "
                "without an answer, with a reason, is not in the share. A delay notice changes nothing here. Shares "
                "on this page are rounded down."
            )
            % {"day": day},
        ),
        (
            _("Half, and nine of ten"),
            _(
                "The shortest time within which half of the first answers came (the median), and nine of ten of them "
                "(the 90th percentile). Only what has been answered has such a time."
            ),
        ),
        (
            _("Waiting at the end of a week or month"),
            _(
                "Requests, also from before the period, that at that moment had neither had a first answer nor been "
                "closed. For the week or month that is not over yet: now."
            ),
        ),
        (
            _("What else happened"),
            _(
                "Openings, delay notices and failed mails are counted on the day on which they happened, whenever the "
                "request came in. Notices to our own officers and codes for the sender's page are left out."
            ),
        ),
        rating_definition(),
        (
            _("To compare with"),
            _(
                "Swedish municipalities answered %(share)s %% of e-mails within a day (%(source)s). That is measured in "
                "another way than here: the figure tells roughly where we stand, not exactly."
            )
            % {"share": int(COMPARABLE_SHARE * 100), "source": COMPARABLE_SOURCE},
        ),
    ]
