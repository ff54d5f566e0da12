"""What each role is there for, done as they do it: registrar, archivist, head, and an officer of a unit."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import sqlite3
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from business.core.working_days import is_working_day
from business.core.working_time import STOCKHOLM
from tests.processes import run

from .conftest import PATIENCE, Mailbox, Office
from .mail_programs import new_mail
from .steps import NUMBER, case_number, onward, today
from .test_dialogue import appears, open_case

PERSONAL_NUMBER = "811218-9876"  # the one that everybody makes up


def registered_by(desk: Page, topic: str, message: str, name: str, **fields: str) -> str:
    """Take a call down, as a coordinator, and return the case's number."""
    desk.goto("/admin/inbox/register/")
    desk.locator("main [name=topic]").select_option(topic)
    for field, value in {"message": message, "name": name, **fields}.items():
        desk.locator(f"main [name={field}]").fill(value)
    onward(desk, desk.locator("main form button[type=submit]").first)
    expect(desk.locator(".inbox-head")).to_be_visible()
    return case_number(desk, "h1")


def number_of(mailbox: Mailbox, to: str) -> str:
    """Return the number in the receipt that somebody has had."""
    return NUMBER.search(mailbox.wait_for(to, "DB-")["Subject"])[0]


# --- The registrar


def test_the_registrar_hands_out_a_case_without_who_wrote_it(
    staff: Callable[..., Page], mailbox: Mailbox, office: Office
):
    who, phone = "sigrid.almqvist@hyllan.example", "070-174 06 41"
    said = f"Hej! Jag, Sigrid Almqvist, {PERSONAL_NUMBER}, vill sälja sylt på torget. Ring {phone} eller mejla {who}."
    letter = new_mail(who, "Sigrid Almqvist", office.address, "Sylt på torget", said)
    letter.add_attachment("Äppelsylt 40 kr\n", filename="Prislista Sigrid Almqvist.txt")
    office.gets(letter)
    number = number_of(mailbox, who)

    # It stands in the list of these days (not of this month, which may have turned), and leads to the case.
    desk = staff("registrar")
    these_days = f"/admin/reports/case-register/?period=dates&first={today() - timedelta(days=2)}&last={today()}"
    desk.goto(these_days)
    row = desk.locator("tr", has=desk.get_by_role("link", name=number))
    expect(row).to_contain_text("Sigrid Almqvist")
    expect(row).to_contain_text("Inte bestämt än")
    onward(desk, row.get_by_role("link", name=number))
    expect(desk.locator(".inbox-thread")).to_contain_text("sälja sylt")
    expect(desk.locator(".inbox-thread")).not_to_contain_text(PERSONAL_NUMBER)
    assert desk.locator("form[data-answer]").count() == 0

    # Its package, with names left out, holds nothing of who wrote it: in no file, and no file's name.
    desk.get_by_role("link", name="Lämna ut ärendet").click()
    desk.locator("[name=ground]").fill("OSL 21 kap. 7 §")
    desk.locator("[name=to]").fill("Strengnäs Tidning")
    desk.get_by_role("button", name="Visa vad som lämnas ut").click()
    paper = desk.locator(".records__paper")
    expect(paper).to_contain_text("sälja sylt")
    expect(paper).to_contain_text("▮▮▮")
    with desk.expect_download() as download:
        desk.get_by_role("button", name="Ladda ner och notera utlämnandet").click()
    with zipfile.ZipFile(download.value.path()) as package:
        files = {name: package.read(name) for name in package.namelist()}
    everything = "\n".join([*files, *(data.decode("utf-8") for data in files.values())]).casefold()
    assert "sälja sylt" in everything
    assert "osl 21 kap. 7 §" in everything
    personal = ("sigrid", "almqvist", "hyllan.example", "174 06 41", "1740641", "811218", "-9876")
    assert [word for word in personal if word in everything] == []
    sums = files[f"{number}/kontrollsummor.txt"].decode()
    of_the_case = {name: data for name, data in files.items() if name.startswith(f"{number}/")}
    told = {f"{number}/{name}": digest for digest, name in (line.split(maxsplit=1) for line in sums.splitlines())}
    assert len(told) == len(of_the_case) - 1 >= 2
    assert told == {name: hashlib.sha256(of_the_case[name]).hexdigest() for name in told}
    open_case(desk, number)
    expect(desk.locator(".inbox-thread")).to_contain_text("Strengnäs Tidning")

    # The period's list, without names, goes out as a file.
    desk.goto(these_days)
    desk.get_by_label("Utelämna namn").check()
    desk.get_by_role("button", name="Visa", exact=True).click()
    expect(desk.locator("main")).to_contain_text("Namn är utelämnade")
    with desk.expect_download() as download:
        desk.get_by_role("link", name="Ladda ner CSV").click()
    listed_cases = Path(download.value.path()).read_text(encoding="utf-8-sig")
    rows = {row["Ärendenummer"]: row for row in csv.DictReader(listed_cases.splitlines(), delimiter=";")}
    assert rows[number]["Från"] == "Utelämnat"
    assert "Almqvist" not in listed_cases


# --- The archivist


@pytest.fixture
def old_case(site: str, loaded: Path) -> str:
    """The number of a case that was closed three years ago."""
    told = run(
        *("-m", "e2e.past", "Torsten Gammelgård", "torsten@gammelgard.example", "1100"),
        DJANGO_SETTINGS_MODULE="e2e.settings",
        VAR_DIR=str(loaded),
        BASE_URL=site,
    )
    assert told.returncode == 0, told.stderr
    return NUMBER.search(told.stdout)[0]


def test_the_archivist_decides_on_disposal(staff: Callable[..., Page], old_case: str):
    # She writes the rule of the decision, and the registrar proposes what it allows.
    archivist = staff("archivist")
    archivist.goto("/admin/reports/disposal/")
    archivist.get_by_role("link", name="Gallringsregler").click()
    onward(archivist, archivist.locator("header").get_by_role("link", name="Lägg till"))
    for name, value in {
        "name": "Brandfrågor av ringa betydelse",
        "decision_number": "KS 2023/77",
        "decision_date": "2023-02-03",
        "ground": "Arkivlagen (1990:782) 10 §, dokumenthanteringsplan 2023",
        "keep": "2",
        "valid_from": "2023-03-01",
    }.items():
        archivist.locator(f"form [name={name}]").fill(value)
    archivist.locator("form [name=triage]").select_option("insignificant")
    archivist.locator("form [name=keep_unit]").select_option("years")
    # With a key: the calendar of the last field may still lie over the button.
    archivist.locator("form button[type=submit]", has_text="Spara").first.press("Enter")
    expect(archivist.locator("main")).to_contain_text("Brandfrågor av ringa betydelse")

    proposer = staff("registrar")
    proposer.goto("/admin/reports/disposal/")
    rule = proposer.locator("main li", has_text="Brandfrågor av ringa betydelse")
    expect(rule).to_contain_text("1 ärende kan gallras")
    onward(proposer, rule.get_by_role("button", name="Föreslå gallring"))
    expect(proposer.locator("main table")).to_contain_text(old_case)
    assert proposer.get_by_role("button", name="Godkänn gallringen").count() == 0

    # She sees the case's page, and approves.
    open_case(archivist, old_case)
    expect(archivist.locator(".inbox-sender")).to_contain_text("t•••@gammelgard.example")
    case_url = archivist.url
    archivist.goto(proposer.url)
    expect(archivist.locator("main")).not_to_contain_text("Gammelgård")
    onward(archivist, archivist.get_by_role("button", name="Godkänn gallringen"))
    appears(archivist, "Genomförd", within="main p strong")

    # The protocol tells what went, by whose decision, and of nobody.
    archivist.get_by_role("link", name="Protokoll").click()
    main = archivist.locator("main")
    expect(main).to_contain_text(old_case)
    expect(main).to_contain_text("KS 2023/77")
    expect(main).not_to_contain_text("Gammelgård")
    with archivist.expect_download() as download:
        archivist.get_by_role("link", name="Ladda ner JSON").click()
    protocol = Path(download.value.path()).read_text(encoding="utf-8")
    assert old_case in protocol
    assert "Gammelgård" not in json.dumps(json.loads(protocol), ensure_ascii=False)

    # The case keeps its number and says that it is gone; a search for its sender finds nothing.
    archivist.goto(case_url.partition("?")[0])
    expect(main).to_contain_text("Gallrat den")
    expect(main).to_contain_text("beslut KS 2023/77")
    expect(main).not_to_contain_text("Gammelgård")
    expect(main).not_to_contain_text("brandsläckare")
    archivist.goto("/admin/inbox/?q=Gammelgård")
    expect(archivist.locator("td.title")).to_have_count(0)


# --- The head of the office


@pytest.fixture
def rows_of(loaded: Path) -> Callable[..., list[sqlite3.Row]]:
    """Ask the site's database."""

    def ask(sql: str, *values: object) -> list[sqlite3.Row]:
        with closing(sqlite3.connect(loaded / "database.sqlite3", timeout=20)) as database:
            database.row_factory = sqlite3.Row
            return database.execute(sql, values).fetchall()

    return ask


class HandCount:
    """A month's requests counted as with pen and paper: day by day, from when each mail came and went.

    The month is named (``2026-11``), not read from the clock: it may turn while a journey is under way.
    """

    def __init__(self, rows_of: Callable[..., list[sqlite3.Row]], month: str) -> None:
        self.rows_of, self.now = rows_of, datetime.now(UTC)
        self.hours = rows_of("SELECT * FROM inbox_inboxsettings")[0]
        self.days = {row["day"]: (row["opens"], row["closes"]) for row in rows_of("SELECT * FROM inbox_officeday")}
        self.received = self.answered = self.met = self.passed = 0
        for case in rows_of("SELECT * FROM inbox_case WHERE status NOT IN ('merged', 'quarantined')"):
            came = self.moment(case["received_at"])
            if self.month_of(case) == month and not case["quarantine_reason"]:
                self.count(case, came)

    @staticmethod
    def moment(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    @classmethod
    def month_of(cls, case: sqlite3.Row) -> str:
        return f"{cls.moment(case['received_at']).astimezone(STOCKHOLM):%Y-%m}"

    def count(self, case: sqlite3.Row, came: datetime) -> None:
        self.received += 1
        sent = self.rows_of(
            "SELECT sent_at AS at FROM inbox_outboxmail WHERE case_id = ? AND purpose = 'answer' AND status = 'sent'"
            " UNION SELECT at FROM inbox_event WHERE case_id = ? AND kind = 'spoken' ORDER BY at",
            *(case["id"], case["id"]),
        )
        if sent:
            self.answered += 1
            self.met += self.is_within_a_day(case, came, self.moment(sent[0]["at"]))
        elif case["status"] != "closed":
            self.passed += not self.is_within_a_day(case, came, self.now)

    def is_within_a_day(self, case: sqlite3.Row, came: datetime, until: datetime) -> bool:
        spent = self.open_time(came, until)
        for pause in self.rows_of("SELECT * FROM inbox_pause WHERE case_id = ?", case["id"]):
            began = self.moment(pause["started_at"])
            ended = self.moment(pause["ended_at"]) if pause["ended_at"] else until
            spent -= self.open_time(max(began, came), min(ended, until))
        day = timedelta(hours=8, minutes=30)  # as most days of the demo's office are
        # What was full when the office closed is too late in the evening.
        return spent < day or (spent == day and self.open_time(until, until + timedelta(minutes=1)) > timedelta(0))

    def open_time(self, first: datetime, last: datetime) -> timedelta:
        return sum(
            (max(min(last, closes) - max(first, opens), timedelta(0)) for opens, closes in self.open(first, last)),
            timedelta(0),
        )

    def open(self, first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime]]:
        day = first.astimezone(STOCKHOLM).date()
        while day <= last.astimezone(STOCKHOLM).date():
            name = ("monday", "tuesday", "wednesday", "thursday", "friday", "", "")[day.weekday()]
            hours = (
                (self.hours[f"{name}_opens"], self.hours[f"{name}_closes"])
                if name and is_working_day(day)
                else ("", "")
            )
            opens, closes = self.days.get(day.isoformat(), hours)
            if opens and closes:
                yield tuple(datetime.fromisoformat(f"{day} {at}").replace(tzinfo=STOCKHOLM) for at in (opens, closes))
            day += timedelta(days=1)

    @property
    def told(self) -> tuple[str, ...]:
        """What the page should say: received, answered, and how many within a day of how many."""
        return str(self.received), str(self.answered), f"{self.met} av {self.answered + self.passed}."


def test_the_head_reads_what_a_count_by_hand_says(
    staff: Callable[..., Page], mailbox: Mailbox, rows_of: Callable[..., list[sqlite3.Row]]
):
    # One request more, answered at once; then the month in which it came is counted by hand.
    desk = staff("coordinator")
    number = registered_by(desk, "starta", "Får jag ha öppet på söndagar?", "Rut Ek", email="rut@ek.example")
    month = HandCount.month_of(rows_of("SELECT received_at FROM inbox_case WHERE number = ?", number)[0])
    before = HandCount(rows_of, month)
    desk.locator("form[data-answer] textarea").fill("Hej! Ja, utan särskilt tillstånd.")
    onward(desk, desk.locator("form[data-answer] button[type=submit]:not([formaction])"))
    mailbox.wait_for("rut@ek.example", number, "utan särskilt tillstånd")
    appears(desk, "Besvarat", within=".inbox-head__state")

    head = staff("head")
    first_day = datetime.fromisoformat(f"{month}-01")
    last_day = (first_day + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    days = f"period=dates&first={first_day:%Y-%m-%d}&last={last_day:%Y-%m-%d}"

    def shown() -> tuple[str, ...]:
        head.goto(f"/admin/reports/case-statistics/?{days}")
        rows = [head.locator("tr", has=head.get_by_role("rowheader", name=name)).first for name in ROWS]
        within = rows[2].locator(".case-statistics__note").inner_text()
        return rows[0].locator("td").inner_text(), rows[1].locator("td").inner_text(), within

    # Mail of other journeys may still leave while the page is drawn: the two are compared when nothing moved.
    deadline = time.monotonic() + PATIENCE
    while True:
        first, page, last = HandCount(rows_of, month), shown(), HandCount(rows_of, month)
        if first.told == last.told:
            break
        assert time.monotonic() < deadline, "the figures never stand still"
    assert page == last.told
    assert (last.answered, last.met) > (before.answered, before.met)
    share = head.locator("tr", has=head.get_by_role("rowheader", name=ROWS[2])).first.locator("td")
    expect(share).to_have_text(re.compile(rf"^{100 * last.met // (last.answered + last.passed)}\s%$"))

    # She reads no case.
    assert head.locator("a[href='/admin/inbox/']").count() == 0
    assert number not in head.request.get("/admin/inbox/").text()


ROWS = ("Inkomna ärenden", "varav besvarade", "Besvarade inom en arbetsdag")


# --- An officer of a unit


def test_an_officer_sees_the_cases_of_the_unit_and_leaves_a_trace(staff: Callable[..., Page]):
    desk = staff("coordinator")
    said = f"Vi bygger om. Jag är {PERSONAL_NUMBER} och vill ha besked."
    own = registered_by(desk, "lokal-bygglov", said, "Enar Byggare", email="enar@bygg.example", phone="070-174 06 13")
    own_url = desk.url.partition("?")[0]
    others = registered_by(desk, "brandskydd", "Gasol på balkongen?", "Brita Eld", email="brita@eld.example")
    others_url = desk.url.partition("?")[0]
    secret = registered_by(desk, "lokal-bygglov", "Hotad granne.", "Hemlige Harald", email="harald@x.example")
    secret_url = desk.url.partition("?")[0]
    desk.locator("#secrecy > summary").click()
    desk.locator("#secrecy [name=ground]").select_option(index=1)
    onward(desk, desk.locator("#secrecy form button[type=submit]"))
    expect(desk.locator("main")).to_contain_text("Sekretess")

    # Her list has her unit's cases; of the secret one that it is there; of another unit's nothing.
    officer = staff("officer", refusal=404)
    officer.goto(f"/admin/inbox/?q={others}")
    expect(officer.locator("td.title")).to_have_count(0)
    officer.goto(f"/admin/inbox/?q={secret}")
    expect(officer.locator("tr", has_text=secret)).to_contain_text("Sekretess")
    expect(officer.locator("main")).not_to_contain_text("Harald")
    for url, word in ((others_url, "Brita"), (secret_url, "Harald")):
        assert officer.goto(url).status == 404
        expect(officer.locator("body")).not_to_contain_text(word)
    open_case(officer, own)
    thread = officer.locator(".inbox-thread")
    expect(thread).to_contain_text("811218-••••")
    expect(thread).not_to_contain_text(PERSONAL_NUMBER)
    expect(officer.locator(".inbox-sender")).to_contain_text("enar@bygg.example")
    officer.get_by_role("button", name="Visa hela personnumret").click()
    expect(thread).to_contain_text(PERSONAL_NUMBER)

    # Who may not see contact details, sees them masked in the same case.
    archivist = staff("archivist")
    archivist.goto(own_url)
    expect(archivist.locator(".inbox-sender")).to_contain_text("e•••@bygg.example")
    expect(archivist.locator(".inbox-sender")).not_to_contain_text("174 06 13")
    assert archivist.get_by_role("button", name="Visa hela personnumret").count() == 0

    # All of that stands in the log, which whoever answers for the inbox reads and an officer does not.
    desk.goto(f"/admin/reports/case-accesses/?case={own}")
    log = desk.locator(".inbox-access")
    for what in ("Ärendet", "Kontaktuppgifter", "Ett helt personnummer"):  # twice, if a new hour began meanwhile
        expect(log.locator("tr", has_text="Noor Haddad").filter(has_text=what)).not_to_have_count(0)
    expect(log.locator("tr", has_text="Vera Holmgren")).to_have_count(1)
    officer.goto(own_url)
    assert officer.get_by_role("link", name="Vem som har tittat på ärendet").count() == 0
    assert "Vera Holmgren" not in officer.request.get(f"{own_url}seen-by/").text()
