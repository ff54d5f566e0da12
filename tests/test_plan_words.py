"""A sent plan says what the planner found in the planner's own words, though neither may import the other."""

import pytest

from business.core.sent_plan import PlanEffect, PlanVerdict
from business.planning.enums import Effect, Verdict

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(("sent", "planned"), [(PlanVerdict, Verdict), (PlanEffect, Effect)])
def test_both_have_the_same_words(sent: type, planned: type) -> None:
    assert sent.choices == planned.choices
