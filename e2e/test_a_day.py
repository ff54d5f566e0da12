"""A coordinator's day, by keyboard alone: twenty requests of every kind, while mail server and worker fail."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

from playwright.sync_api import APIRequestContext, Page, expect

from business.inbox.tests.samples import EICAR

from .conftest import PATIENCE, Mailbox
from .steps import NUMBER

ORDINARY = 14
RECEIPT = "Vi upprepar det inte här"
SPAM = "Cheap ranking! " + " ".join(f"https://{letter}.example/buy" for letter in "abcdefgh")


# --- Those who ask


class Asker:
    """Somebody with the contact form before them. All forms are fetched first: each must be open for a while."""

    def __init__(self, web: APIRequestContext, number: int, **fields: str) -> None:
        self.web = web
        self.email = fields.pop("email", f"fragare{number}@foretag{number}.example")
        self.fields = {
            "topic": "alkohol-tobak",
            "message": f"Fråga nummer {number}: hur lång tid tar det att få svar om gata {number}, och vad kostar det?",
            "name": f"Frågare {number}",
            "email": self.email,
            "preferred": "email",
            **fields,
        }
        form = web.get("/sv/kontakt/").text()
        self.fields["key"] = re.search(r'name="key" value="([^"]+)"', form)[1]
        self.number = ""

    def send(self, **files: dict) -> str:
        """Send the form and return the case's number from the receipt."""
        answer = self.web.post("/sv/kontakt/", multipart={**self.fields, **files})
        assert answer.status == 200, answer.status
        assert "/kvitto/" in answer.url
        self.number = NUMBER.search(answer.text())[0]
        return self.number


def letters_to(mailbox: Mailbox, address: str, word: str = "") -> list[EmailMessage]:
    """Return the letters to an address, each once: a mail that is sent twice carries the same number."""
    found = {letter["Message-ID"]: letter for letter in mailbox.letters if letter["To"] == address}
    return [letter for letter in found.values() if word in " ".join(letter.get_content().split())]


def wait_until(happened: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


def kill_worker(port: int) -> None:
    """Kill the worker of this run's site, which starts another."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_text()
            parent = re.search(r"\) \S (\d+)", (folder / "stat").read_text())[1]
            of_this_run = f"--port\0{port}\0" in (Path("/proc") / parent / "cmdline").read_text()
        except (FileNotFoundError, ProcessLookupError, PermissionError, TypeError):
            continue
        if "run_worker" in command and of_this_run:
            os.kill(int(folder.name), signal.SIGKILL)
            return
    raise AssertionError("no worker runs")


# --- The one who answers, with ten fingers and no mouse


class Desk:
    """The coordinator's browser. Everything is done with keys."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tab_to(self, selector: str) -> None:
        """Press Tab until the focus is on what the selector names."""
        for _press in range(150):
            if self.page.evaluate("selector => document.activeElement?.matches(selector)", selector):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{selector} cannot be reached")

    def press(self, selector: str) -> None:
        self.tab_to(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def open(self, number: str) -> None:
        """Find a case with the search and open it."""
        self.page.goto("/admin/inbox/")
        self.page.keyboard.press("/")
        with self.page.expect_response(re.compile("/admin/inbox/results/")):
            self.page.keyboard.type(number)
        expect(self.page.locator("td.title")).to_have_count(1)
        self.page.keyboard.press("Escape")
        self.page.evaluate("document.activeElement.blur()")
        self.page.keyboard.press("j")
        self.page.keyboard.press("o")
        expect(self.page.locator("h1")).to_contain_text(number)
        self.page.wait_for_load_state()  # its keys are there now

    def write(self, text: str) -> None:
        self.page.keyboard.press("r")
        expect(self.page.locator("#answer textarea[name=text]")).to_be_focused()
        self.page.keyboard.insert_text(text)

    def send(self) -> None:
        self.press("#answer button[type=submit]:not([formaction])")

    def unfold(self, name: str) -> None:
        self.tab_to(f"#{name} > summary")
        self.page.keyboard.press("Enter")

    def says(self, *words: str) -> None:
        for word in words:
            expect(self.page.locator("main")).to_contain_text(word)


def test_a_day(visit: Callable[..., Page], staff: Callable[..., Page], mailbox: Mailbox, port: int):
    web = visit().context.request
    ordinary = [Asker(web, number) for number in range(6)]
    alike = [
        Asker(web, number, message=f"Fråga {number} i samlingen: behöver butiken på nummer {number} något tillstånd?")
        for number in range(6, ORDINARY)
    ]
    trees = "Vi vill sälja julgranar på torget i december. Vad kostar det?"
    same = Asker(web, 50, email="dubbel@nord.example", message=trees)
    again = Asker(web, 51, email="dubbel@nord.example", message=f"Hej igen! {trees}")
    twice, robot, sick = Asker(web, 52), Asker(web, 53, message=SPAM), Asker(web, 54)
    time.sleep(3.5)

    # --- In the morning the mail server is down, and the worker dies. Every request gets its number all the same.
    mailbox.down()
    for asker in (*ordinary, *alike, same, again, robot):
        asker.send()
        if asker is ordinary[5]:
            kill_worker(port)
    first = twice.send()
    assert twice.send() == first
    sick.send(files={"name": "meny.txt", "mimeType": "text/plain", "buffer": EICAR})
    mailbox.up()

    # --- The coordinator takes the first ones and answers.
    desk = Desk(staff("coordinator", refusal=409))
    for asker in ordinary[:3]:
        desk.open(asker.number)
        with desk.page.expect_navigation():
            desk.page.keyboard.press("a")
        expect(desk.page.locator(".inbox-head")).to_contain_text("Kim Lindqvist (du)")
        desk.write(f"Hej! Svaret till {asker.number} kommer här.")
        desk.send()
        desk.says(f"Svaret till {asker.number}")
    kill_worker(port)  # just when the answers are to leave

    # --- One is handed over, one waits, one is closed with its answer.
    handed, waits, closes = ordinary[3], ordinary[4], twice
    desk.open(handed.number)
    desk.unfold("assign")
    desk.tab_to("#assign select[name=to]")
    desk.page.keyboard.type("Noor")
    desk.tab_to("#assign textarea")
    desk.page.keyboard.insert_text("Den här är din.")
    desk.press("#assign button[type=submit]")
    desk.says("Noor Haddad", "Den här är din.")

    desk.open(waits.number)
    desk.unfold("park")
    desk.press("#park button[type=submit]")
    desk.says("väntar på avsändaren")

    desk.open(closes.number)
    desk.write("Hej! Det behövs inget tillstånd.")
    desk.tab_to("#answer input[name=after]:checked")
    desk.page.keyboard.press("ArrowDown")
    desk.send()

    # --- Two requests are one matter: the hint leads to merging them.
    desk.open(again.number)
    desk.press(f".inbox-hints form:has(input[value='{same.number}']) button")
    desk.says(again.number, "Hej igen!")
    desk.write("Hej! Platsen kostar 450 kronor om dagen.")
    desk.send()

    # --- The robot waits in quarantine, the virus is locked.
    desk.open(robot.number)
    desk.says("karantän")
    desk.open(sick.number)
    wait_until(lambda: desk.page.reload() and "Skadlig" in desk.page.content(), "the scanner has said nothing")

    # --- Somebody calls.
    desk.page.goto("/admin/inbox/")
    desk.press("a[href$='/inbox/register/']")
    for name, value in (
        ("topic", "Brand"),
        ("message", "Undrar om gasflaskor."),
        ("name", "Göran Ståhl"),
        ("phone", "070-174 06 28"),
    ):
        desk.tab_to(f"main [name={name}]")
        desk.page.keyboard.type(value)
    desk.press("main form button[type=submit]")
    desk.says("Göran Ståhl", "Undrar om gasflaskor.")

    # --- Many that are alike are answered together.
    desk.page.goto("/admin/inbox/?q=samlingen")
    expect(desk.page.locator("td.title")).to_have_count(len(alike))
    desk.tab_to("thead [data-bulk-action-select-all-checkbox]")
    desk.page.keyboard.press("Space")
    desk.press("a[href*='/inbox/case/reply/']")
    desk.tab_to("select[name=reply]")
    desk.page.keyboard.type("Du behöver inget")
    desk.press("main button[type=submit]")
    expect(desk.page.locator("[data-first-mail]")).to_contain_text("inget tillstånd")
    desk.press("main button[type=submit]")
    desk.says(str(len(alike)))

    # --- Two officers write in one case: one wins, the other loses no word.
    case = ordinary[5]
    colleague = Desk(staff("officer"))
    for one in (desk, colleague):
        one.open(case.number)
    colleague.write("Hej! Noor svarar.")
    desk.write("Hej! Kim svarar.")
    colleague.send()
    desk.send()
    desk.says("Noor svarar.")
    assert desk.page.locator("#answer textarea[name=text]").input_value() == "Hej! Kim svarar."

    # --- Nothing is lost: one receipt each, one answer each, none for the robot.
    for asker in (*ordinary, *alike, twice, sick):
        arrives(mailbox, asker, RECEIPT)
    assert letters_to(mailbox, robot.email) == []
    for asker in ordinary[:3]:
        arrives(mailbox, asker, f"Svaret till {asker.number}")
    for asker in alike:
        arrives(mailbox, asker, "inget tillstånd")
    arrives(mailbox, same, "450 kronor")
    arrives(mailbox, case, "Noor svarar.")
    assert letters_to(mailbox, case.email, "Kim svarar.") == []
    desk.open(closes.number)
    wait_until(lambda: desk.page.reload() and "STÄNGT" in head(desk.page), "it is not closed")


def arrives(mailbox: Mailbox, asker: Asker, words: str) -> None:
    wait_until(lambda: letters_to(mailbox, asker.email, words), f"no mail to {asker.email} with {words}")
    assert len(letters_to(mailbox, asker.email, words)) == 1


def head(page: Page) -> str:
    return page.locator(".inbox-head").inner_text().upper()
