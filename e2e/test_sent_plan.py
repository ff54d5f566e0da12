"""A company sends its plan with a question, and the coordinator reads it as the company saw it."""

import datetime
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from business.core.sent_plan import PlanVerdict, SentMatter, SentPlan, pack
from business.core.translation import Text
from config.settings.dev import SECRET_KEY

from .conftest import Mailbox
from .steps import case_number
from .test_accessibility import LOOKS, violations
from .test_requests import fill_in

PLAN = SentPlan(
    title=Text("Öppna restaurang i hamnmagasinet"),
    language="sv",
    address="/sv/oppningsplan/?day=2027-05-01",
    made_on=datetime.date(2026, 11, 26),
    opening=datetime.date(2027, 5, 1),
    verdict=PlanVerdict.USUAL,
    earliest=datetime.date(2027, 3, 1),
    earliest_safe=datetime.date(2027, 6, 10),
    answers=((Text("Hur många platser har lokalen?"), Text("60")),),
    matters=(
        SentMatter(
            Text("Serveringstillstånd för alkohol"),
            "/sv/tillstand/serveringstillstand/",
            decider=Text("Socialnämnden"),
            hand_in=datetime.date(2027, 3, 3),
            safe_day=datetime.date(2026, 12, 21),
            decision=datetime.date(2027, 4, 14),
            cost=(Decimal(9513), Decimal(12_000)),
        ),
    ),
    once=(Decimal(9513), Decimal(12_000)),
)


@pytest.fixture
def token(settings: Any) -> str:
    """The plan as the site itself signs it."""
    settings.SECRET_KEY = SECRET_KEY
    return pack(PLAN)


def test_a_plan_goes_with_a_question_and_stands_in_the_inbox(
    visit: Callable[..., Page], staff: Callable[[str], Page], mailbox: Mailbox, token: str
):
    page = visit(refusal=422)
    page.goto(f"/sv/kontakt/?plan={token}")
    plan = page.get_by_role("region", name="Planen följer med din fråga")
    plan.get_by_text("Se vad vi får").click()
    expect(plan).to_contain_text("Lämna in senast 3 mars 2027.")
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    # A mistake loses nothing.
    fill_in(page, email="bo@")
    page.get_by_role("button", name="Skicka").click()
    page.locator("[data-error-summary]").wait_for()
    expect(plan).to_contain_text("Öppna restaurang i hamnmagasinet")
    page.locator("[name=email]").fill("bo@hamnmagasinet.example")
    page.get_by_role("button", name="Skicka").click()
    expect(page).to_have_url(re.compile(r"/sv/kvitto/[0-9a-f]{64}/$"))
    expect(page.locator("main")).to_contain_text("Din öppningsplan följde med.")
    number = case_number(page)
    letter = mailbox.wait_for("bo@hamnmagasinet.example", number)
    assert "Din öppningsplan följde med." in letter.get_content()
    assert "hamnmagasinet i" not in letter.get_content()

    # The coordinator finds the case by the plan's words and reads its days.
    desk = staff("coordinator")
    desk.goto("/admin/inbox/?q=HAMNMAGASINET+serveringstillstånd")
    expect(desk.locator("tr", has_text=number)).to_contain_text("Öppningsplan")
    desk.get_by_role("link", name=number).first.click()
    card = desk.get_by_role("region", name="Öppningsplan: Öppna restaurang i hamnmagasinet")
    expect(card).to_contain_text("1 maj 2027")
    expect(card).to_contain_text(re.compile(r"2027-03-03\s+2026-12-21\s+2027-04-14"))
    expect(card).to_contain_text(re.compile(r"9\s513–12\s000\skr"))
    assert card.get_by_role("link", name="Öppna planen").get_attribute("href") == PLAN.address
    with desk.context.expect_page() as opened:
        card.get_by_role("link", name="Serveringstillstånd för alkohol").click()
    expect(opened.value).to_have_url(re.compile(r"/sv/tillstand/serveringstillstand/$"))


def test_whoever_changes_language_keeps_the_plan_and_can_leave_it_out_without_javascript(
    visit: Callable[..., Page], staff: Callable[[str], Page], token: str
):
    page = visit(java_script_enabled=False, viewport={"width": 390, "height": 900})
    page.goto(f"/sv/kontakt/?plan={token}")
    page.locator("summary", has_text="Meny").click()
    page.locator(".languages__link:visible").first.click()
    plan = page.get_by_role("region", name="Your plan comes with your question")
    expect(plan.locator("[lang=sv]").first).to_have_text("Öppna restaurang i hamnmagasinet")
    fill_in(page, message="Do I need a licence?", email="ida@magasin.example")
    plan.get_by_label("Send my question without the plan").check()
    page.get_by_role("button", name="Send").click()
    expect(page).to_have_url(re.compile(r"/en/receipt/[0-9a-f]{64}/$"))
    number = case_number(page)
    expect(page.locator("main")).not_to_contain_text("plan came")

    desk = staff("coordinator")
    desk.goto(f"/admin/inbox/?q={number}")
    desk.get_by_role("link", name=number).first.click()
    expect(desk.locator("main")).to_contain_text("Do I need a licence?")
    expect(desk.locator(".inbox-plan")).to_have_count(0)


def test_a_link_that_was_cut_off_is_told_and_the_question_can_be_sent(visit: Callable[..., Page], token: str):
    page = visit()
    page.goto(f"/sv/kontakt/?plan={token[:-30]}")
    expect(page.locator("p.status")).to_contain_text("Din plan kunde inte följa med")
    fill_in(page, email="eva@hamn.example")
    page.get_by_role("button", name="Skicka").click()
    expect(page).to_have_url(re.compile(r"/sv/kvitto/[0-9a-f]{64}/$"))
    case_number(page)
    expect(page.locator("main")).not_to_contain_text("öppningsplan")
