"""Two editors at once, on a database where commits are real: together they break no example company."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from business.guides.tests.factories import GuideFactory
from business.guides.tests.test_concurrency import at_once, editors
from business.planning.enums import Effect
from business.planning.models import Rule
from business.planning.tests.factories import PersonaFactory, QuestionFactory, RuleFactory


def test_of_two_who_each_take_away_one_of_two_rules_the_slower_is_told(committed_db):
    QuestionFactory(slug="alkohol")
    guide = GuideFactory(title="Serveringstillstånd")
    rules = [RuleFactory(guide=guide, all_of="alkohol=ja") for _number in range(2)]
    PersonaFactory(name="Baren", chose="alkohol=ja", gets={guide: Effect.NEEDED})
    both = editors(2)

    def take_away(number: int) -> Any:
        return both[number].post(reverse(Rule.snippet_viewset.get_url_name("delete"), args=[rules[number].pk]))

    got = at_once(2, take_away)
    assert not [answer for answer in got if isinstance(answer, Exception)], got
    assert sorted(answer.status_code for answer in got) == [200, 302]
    [refused] = [answer for answer in got if answer.status_code == 200]
    assert "Baren" in refused.content.decode()
    assert Rule.objects.count() == 1
