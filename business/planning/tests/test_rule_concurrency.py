"""Two editors at once, on a database where commits are real: together they break no example company."""

from __future__ import annotations

from threading import Thread
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.publish_page_revision import PublishPageRevisionAction

from business.core.tests.admin import change_page, page_form
from business.guides.models import GuidePage
from business.guides.tests.factories import FeeFactory, GuideFactory
from business.guides.tests.test_concurrency import at_once, editors
from business.planning.enums import Effect
from business.planning.examples.guard import ExamplesBrokenError, guarded, read_misses
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


def test_a_rule_that_is_written_while_its_guide_is_published_waits_and_is_checked(committed_db, monkeypatch):
    """Each alone breaks nothing: the rule speaks of a draft, and of the guide there is no rule yet."""
    QuestionFactory(slug="alkohol")
    draft = GuideFactory(title="Folköl", ready=True)
    FeeFactory(page=draft)
    GuidePage.objects.filter(pk=draft.pk).update(live=False)
    PersonaFactory(name="Baren", chose="alkohol=ja", gets={draft: Effect.NOT_NEEDED})
    [editor] = editors(1)
    refused: list[Exception] = []

    def write_a_rule() -> None:
        try:
            with guarded(timezone.localdate()):
                RuleFactory(guide=draft, all_of="alkohol=ja")
        except Exception as error:
            refused.append(error)
        finally:
            connection.close()

    colleague = Thread(target=write_a_rule)
    publish = PublishPageRevisionAction.execute

    def after_a_colleague(action: Any, *args: Any, **kwargs: Any) -> None:
        """The check is done: who does not wait for the publishing has all the time to be through before it."""
        colleague.start()
        colleague.join(timeout=2)
        publish(action, *args, **kwargs)

    monkeypatch.setattr(PublishPageRevisionAction, "execute", after_a_colleague)
    data = page_form(editor, reverse("wagtailadmin_pages:edit", args=[draft.pk]))
    assert change_page(editor, draft, data, publish=True).status_code == 302
    colleague.join()
    assert [type(error) for error in refused] == [ExamplesBrokenError]
    draft.refresh_from_db()
    assert draft.live
    assert not any(read_misses(timezone.localdate()).values())
