"""The plan as a calendar file, and as a file for a spreadsheet: what another program reads of it."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import re
from dataclasses import replace

import icalendar
import pytest
from django.utils import timezone, translation

from business.core.tests.factories import translate
from business.guides.enums import TimeUnit
from business.guides.models import GuidePage
from business.guides.tests.factories import EvidenceFactory, EvidenceTypeFactory, TimeRuleFactory
from business.planning.planner.calendars import CalendarFrame, write_calendar
from business.planning.planner.spreadsheet import write_spreadsheet
from business.planning.tests.factories import JourneyFactory, PlannerPageFactory
from business.planning.tests.restaurants import TODAY, plan_of, restaurant, timed

pytestmark = pytest.mark.django_db

FRAME = CalendarFrame(
    name="Så öppnar du restaurang: öppningsplan",
    site="https://dukatbord.example",
    host="dukatbord.example",
    address="https://dukatbord.example/sv/oppningsplan/?journey=resa&day=2027-05-01",
    identity="journey=resa",
    language="sv",
    made_at=datetime.datetime(2026, 11, 26, 12, 0, tzinfo=datetime.UTC),
)


@pytest.fixture
def journey():
    return JourneyFactory(slug="resa", guides=restaurant().guides)


def written(query: str = "journey=resa&day=2027-05-01", frame: CalendarFrame = FRAME) -> bytes:
    view = plan_of(query, language=frame.language)
    with translation.override(frame.language):
        return write_calendar(view.plan, frame)


def events(query: str = "journey=resa&day=2027-05-01", frame: CalendarFrame = FRAME) -> dict[str, icalendar.Event]:
    """Return the events by what they say, as a calendar program reads them."""
    calendar = icalendar.Calendar.from_ical(written(query, frame))
    return {str(event["SUMMARY"]): event for event in calendar.walk("VEVENT")}


def day_of(event: icalendar.Event) -> datetime.date:
    return event["DTSTART"].dt


class TestCalendar:
    def test_every_day_of_the_plan_is_an_event(self, journey):
        found = events()
        plan = plan_of("journey=resa&day=2027-05-01").plan
        for matter in plan.matters:
            title = matter.guide.title
            assert day_of(found[f"Lämna in senast: {title}"]) == matter.planned.hand_in
            assert day_of(found[f"Beslut väntas: {title}"]) == matter.planned.decided
        assert day_of(found["Öppningsdag"]) == datetime.date(2027, 5, 1)
        assert day_of(found["Skaffa: Registreringsbevis"]) == datetime.date(2026, 12, 5)

    def test_events_last_a_whole_day_and_leave_nobody_busy(self, journey):
        for event in events().values():
            assert type(day_of(event)) is datetime.date
            assert event["DTEND"].dt - event["DTSTART"].dt == datetime.timedelta(days=1)
            assert event["TRANSP"] == "TRANSPARENT"

    def test_a_paper_for_the_safe_day_is_an_event_of_its_own_where_the_other_comes_too_late(self):
        guide = timed("Servering", 8)
        TimeRuleFactory(page=guide, legal_limit=True, amount=4, unit=TimeUnit.MONTHS)
        for name, age in (("Färskt", 1), ("Gammalt", 12)):
            paper = EvidenceTypeFactory(name=name, slug=name.lower(), max_age=age, max_age_unit=TimeUnit.MONTHS)
            EvidenceFactory(page=guide, evidence_type=paper)
        query = f"with={guide.slug}&day=2027-05-01"
        plan = plan_of(query).plan
        found, safe = events(query), plan.matters[0].safe_day
        assert safe == datetime.date(2026, 12, 30)
        assert day_of(found["Skaffa: Färskt"]) == datetime.date(2027, 2, 5)
        assert day_of(found["Skaffa till den säkra dagen: Färskt"]) == datetime.date(2026, 11, 30)
        assert "30 december 2026" in found["Skaffa till den säkra dagen: Färskt"]["DESCRIPTION"]
        assert "Skaffa till den säkra dagen: Gammalt" not in found
        with translation.override("sv"):
            sheet = write_spreadsheet(plan).decode("utf-8-sig")
        [row] = [line for line in sheet.splitlines() if "Färskt (till den säkra dagen)" in line]
        assert "2026-11-30" in row
        # Too late for the safe day, it is not spoken of.
        assert plan_of(query, today=datetime.date(2027, 1, 7)).plan.papers[0].safe_copies == ()

    def test_two_plans_of_single_matters_share_no_event_and_the_same_plan_for_another_day_shares_all(self, client):
        page, one, other = PlannerPageFactory(), timed("Skylt", 4), timed("Uteservering", 4)

        def uids(query: str, days: int) -> set[str]:
            day = timezone.localdate() + datetime.timedelta(days)
            calendar = icalendar.Calendar.from_ical(client.get(f"{page.get_url()}?{query}&day={day}&as=ics").content)
            return {str(event["UID"]) for event in calendar.walk("VEVENT")}

        both = f"with={one.slug}&with={other.slug}"
        assert uids(f"with={one.slug}", 300)
        assert not uids(f"with={one.slug}", 300) & uids(f"with={other.slug}", 300)
        assert not uids(f"with={one.slug}", 300) & uids(both, 300)
        assert uids(both, 300) == uids(f"with={other.slug}&with={one.slug}", 400)
        # What is in people's calendars already keeps its name, and moves instead of doubling.
        JourneyFactory(slug="ny", guides=[one])
        known = hashlib.sha256(f"journey=ny|hand-in.{one.slug}".encode()).hexdigest()[:32]
        assert f"{known}@testserver" in uids(f"journey=ny&with={other.slug}", 300)

    def test_a_week_before_the_last_day_it_reminds(self, journey):
        (alarm,) = events()["Lämna in senast: Servering"].walk("VALARM")
        assert alarm["ACTION"] == "DISPLAY"
        assert alarm["TRIGGER"].dt == datetime.timedelta(weeks=-1)
        assert "Servering" in alarm["DESCRIPTION"]

    def test_an_event_says_to_whom_with_what_and_where(self, journey):
        event = events()["Lämna in senast: Servering"]
        guide = GuidePage.objects.get(title="Servering")
        assert guide.decider.name in event["DESCRIPTION"]
        assert guide.contact_unit.phone in event["DESCRIPTION"]
        assert "Registreringsbevis" in event["DESCRIPTION"]
        assert "https://e-tjanst.example/ansok" in event["DESCRIPTION"]
        assert FRAME.address in event["DESCRIPTION"]
        assert event["URL"] == f"https://dukatbord.example{guide.get_url()}"

    def test_a_safe_day_stands_where_it_can_be_kept(self, journey):
        assert not any(name.startswith("Säker dag") for name in events())
        found = events("journey=resa&day=2028-05-02")
        plan = plan_of("journey=resa&day=2028-05-02").plan
        assert day_of(found["Säker dag att lämna in: Servering"]) == plan.matters[3].planned.hand_in_safe
        told = {
            title: str(found[f"Säker dag att lämna in: {title}"]["DESCRIPTION"]) for title in ("Servering", "Bygglov")
        }
        assert all("den ordinarie tid som lagen ger" in text for text in told.values())
        extended = "Myndigheten får förlänga tiden i lagen"
        assert [extended in told[title] for title in ("Servering", "Bygglov")] == [False, True]
        company = str(found["Säker dag att lämna in: Starta företag"]["DESCRIPTION"])
        assert "Ingen lag säger hur lång tid det får ta" in company

    def test_without_an_opening_day_the_first_possible_days_stand(self, journey):
        found = events("journey=resa")
        assert day_of(found["Kan lämnas in: Starta företag"]) == TODAY
        assert "Öppningsdag" not in found

    def test_too_late_nothing_is_to_be_done_in_the_past(self, journey):
        found = events("journey=resa&day=2027-02-01")
        assert all(day_of(event) >= TODAY for event in found.values())
        assert "Öppningsdag" not in found

    def test_the_same_plan_for_another_day_has_the_same_events(self, journey):
        one, other = events(), events("journey=resa&day=2027-06-01")
        assert one["Lämna in senast: Servering"]["UID"] == other["Lämna in senast: Servering"]["UID"]
        assert len({event["UID"] for event in one.values()}) == len(one)
        assert all(event["UID"].endswith("@dukatbord.example") for event in one.values())

    def test_another_plan_has_other_events(self, journey):
        other = events(frame=replace(FRAME, identity="journey=annan"))
        assert {event["UID"] for event in events().values()}.isdisjoint(event["UID"] for event in other.values())

    def test_it_speaks_the_language_of_the_reader(self, journey):
        translate(GuidePage.objects.get(title="Servering"), title="Serving permit")
        event = events(frame=replace(FRAME, language="en"))["Hand in at the latest: Serving permit"]
        assert event["SUMMARY"].params["LANGUAGE"] == "en"

    def test_the_file_keeps_the_rules_of_its_kind(self, journey):
        """RFC 5545: lines end with CRLF and hold 75 bytes at most; what must be there is there."""
        GuidePage.objects.filter(title="Servering").update(title="Öl, vin; sprit\\och\nannat " + "långt " * 20)
        text = written()
        lines = text.split(b"\r\n")
        assert lines[-1] == b""
        assert b"\n" not in text.replace(b"\r\n", b"")
        assert all(len(line) <= 75 for line in lines)
        assert all(not re.search(rb"[\x00-\x08\x0b-\x1f]", line) for line in lines)
        calendar = icalendar.Calendar.from_ical(text)
        assert calendar["VERSION"] == "2.0"
        assert calendar["METHOD"] == "PUBLISH"
        assert calendar["PRODID"] == "-//Dukat bord//dukatbord.example//SV"
        assert not calendar.errors
        for event in calendar.walk("VEVENT"):
            assert not event.errors
            assert event["DTSTAMP"].dt == FRAME.made_at
        assert any("Öl, vin; sprit\\och" in str(event["SUMMARY"]) for event in calendar.walk("VEVENT"))

    def test_a_plan_without_days_is_an_empty_calendar(self, journey):
        control = timed("Kontroll", kind="supervision")
        calendar = icalendar.Calendar.from_ical(written(f"with={control.slug}"))
        assert calendar.walk("VEVENT") == []


class TestSpreadsheet:
    def rows(self, query: str = "journey=resa&day=2027-05-01", language: str = "sv") -> list[list[str]]:
        view = plan_of(query, language=language)
        with translation.override(language):
            text = write_spreadsheet(view.plan).decode()
        assert text.startswith("\ufeff")
        return list(csv.reader(io.StringIO(text[1:]), delimiter=";"))

    def test_every_row_has_the_columns_of_the_heading(self, journey):
        heading, *rows = self.rows()
        assert {len(row) for row in rows} == {len(heading)}

    def test_days_stand_as_data(self, journey):
        heading, *rows = self.rows()
        serving = next(row for row in rows if row[:2] == ["Ansökan", "Servering"])
        planned = plan_of("journey=resa&day=2027-05-01").plan.matters[3].planned
        assert serving[heading.index("Lämna in senast")] == planned.hand_in.isoformat()
        assert serving[heading.index("Beslut senast enligt lag")] == planned.decided_latest.isoformat()
        assert serving[heading.index("Marginal, arbetsdagar")] == str(planned.slack)

    def test_amounts_stand_from_and_to(self, journey):
        heading, *rows = self.rows()
        permit = next(row for row in rows if row[:2] == ["Avgift", "Lov"])
        assert permit[heading.index("Minst, kr")] == "15300"
        assert permit[heading.index("Högst, kr")] == "22000"

    def test_a_paper_says_when_to_order_it(self, journey):
        heading, *rows = self.rows()
        proof = next(row for row in rows if row[1] == "Registreringsbevis")
        assert proof[heading.index("Skaffa från")] == "2026-12-05"
        assert proof[heading.index("För")] == "Bygglov, Servering"

    def test_too_late_says_so_in_numbers_and_has_no_decision_from_the_past(self, journey):
        heading, *rows = self.rows("journey=resa&day=2027-02-01")
        matters = plan_of("journey=resa&day=2027-02-01").plan.matters
        applications = [row for row in rows if row[0] == "Ansökan"]
        assert [matter.is_late for matter in matters] == [True] * 4
        assert [int(row[heading.index("Marginal, arbetsdagar")]) for row in applications] == [
            matter.planned.slack for matter in matters
        ]
        assert [row[heading.index("Beslut väntas")] for row in applications] == [
            matter.decided.isoformat() for matter in matters
        ]
        assert {row[heading.index("Beslut senast enligt lag")] for row in applications} == {""}

    def test_nothing_is_a_formula(self, journey):
        GuidePage.objects.filter(title="Servering").update(title="=1+1")
        assert any(row[1] == "'=1+1" for row in self.rows())

    def test_a_plan_without_days_has_its_fees(self, journey):
        assert any(row[0] == "Fee" for row in self.rows("journey=resa", language="en"))
