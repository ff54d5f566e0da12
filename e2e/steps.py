"""What every journey does, without a race: a click returns while the page that it leads to is not there yet."""

from __future__ import annotations

import datetime
import re

from playwright.sync_api import Locator, Page, expect

from business.core.working_time import STOCKHOLM

__all__ = ["NUMBER", "case_number", "onward", "today"]

NUMBER = re.compile(r"DB-\d{4}-\d{5}")


def onward(page: Page, control: Locator) -> None:
    """Click, and be on the next page with all that is on it: only then can something be counted or read."""
    with page.expect_navigation():
        control.click()


def case_number(page: Page, within: str = "main") -> str:
    """Return the number of the case that a receipt shows, or the part of another page with this selector."""
    shows = page.locator(within)
    expect(shows).to_contain_text(NUMBER)
    found = NUMBER.search(shows.inner_text())
    assert found
    return found[0]


def today() -> datetime.date:
    """Return the day as the site has it: at night the machine of the tests may still be in yesterday."""
    return datetime.datetime.now(STOCKHOLM).date()
