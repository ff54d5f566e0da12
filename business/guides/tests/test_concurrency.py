"""Two at once with the same facts, on a database where commits are real."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from business.core.tests.admin import add_row, change_page, drawn_form, sign_in
from business.guides import services
from business.guides.dependencies import circle_with
from business.guides.models import CheckTask, GuidePage, HourlyRate, LegalReference
from business.guides.rules import refuse_overlapping_rows
from business.guides.tests.factories import (
    AreaFactory,
    DependencyFactory,
    FeeFactory,
    GuideFactory,
    HourlyRateFactory,
    LawFactory,
)
from business.inbox.tests.factories import UserFactory

OLD_DAY, LAST_DAY, FIRST_DAY = datetime.date(2026, 1, 1), datetime.date(2026, 12, 31), datetime.date(2027, 1, 1)
ADD_RATE = "wagtailsnippets_guides_hourlyrate:add"


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """Have so many threads do it at the same moment; return what each got, an exception included."""
    start = Barrier(count)

    def run(number: int) -> Any:
        try:
            start.wait(timeout=30)
            return act(number)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


def editors(count: int) -> list[Client]:
    """Return the browsers of so many editors who have signed in."""
    clients = [Client() for _number in range(count)]
    for client in clients:
        sign_in(client, editor=True)
    return clients


def rates() -> list[tuple[datetime.date | None, datetime.date | None]]:
    return list(HourlyRate.objects.order_by("valid_from").values_list("valid_from", "valid_to"))


# --- Hourly rates ---------------------------------------------------------------------------------------------------


def test_ten_rates_for_the_same_days_at_once_one_is_stored(committed_db):
    area = AreaFactory()
    HourlyRateFactory(area=area, valid_from=OLD_DAY)
    got = at_once(
        10,
        lambda number: HourlyRate.objects.create(area_id=area.pk, amount=Decimal(1400 + number), valid_from=FIRST_DAY),
    )
    refused = [one for one in got if isinstance(one, Exception)]
    assert [type(one) for one in refused] == [ValidationError] * 9
    assert rates() == [(OLD_DAY, LAST_DAY), (FIRST_DAY, None)]


def test_two_editors_who_confirm_a_rate_for_the_same_days_at_once_one_wins(committed_db):
    area = AreaFactory()
    FeeFactory(page=GuideFactory(area=area), hourly=True)
    HourlyRateFactory(area=area, valid_from=OLD_DAY)
    both, sent = editors(2), []
    for number, client in enumerate(both):
        data = {"area": area.pk, "amount": str(1400 + number), "valid_from": "2027-01-01", "valid_to": ""}
        sent.append({**data, "shown": client.post(reverse(ADD_RATE), data).context["shown"]})
    got = at_once(2, lambda number: both[number].post(reverse(ADD_RATE), sent[number]))
    assert not [answer for answer in got if isinstance(answer, Exception)]
    refused, _stored = sorted(got, key=lambda answer: answer.status_code)
    assert [answer.status_code for answer in got if answer is not refused] == [302]
    assert list(refused.context["form"].errors) == ["valid_from"]
    assert rates() == [(OLD_DAY, LAST_DAY), (FIRST_DAY, None)]


def test_rates_of_different_areas_do_not_wait_for_each_other_in_vain(committed_db):
    areas = AreaFactory.create_batch(5)
    got = at_once(
        5, lambda number: HourlyRate.objects.create(area_id=areas[number].pk, amount=Decimal(1), valid_from=FIRST_DAY)
    )
    assert not [one for one in got if isinstance(one, Exception)]
    assert HourlyRate.objects.count() == 5


# --- Guides ---------------------------------------------------------------------------------------------------------


def live_guide(title: str = "Servering") -> GuidePage:
    page = GuideFactory(title=title, ready=True)
    FeeFactory(page=page, label="Ansökan", amount=Decimal(9500), valid_from=OLD_DAY, valid_to=LAST_DAY)
    page = GuidePage.objects.get(pk=page.pk)
    page.save_revision().publish()
    return page


def test_two_editors_who_publish_overlapping_fees_at_once_leave_none_that_overlap(committed_db):
    guide = live_guide()
    both, sent = editors(2), []
    for number, client in enumerate(both):
        form = drawn_form(client, reverse("wagtailadmin_pages:edit", args=[guide.pk]))
        start = ["2027-01-01", "2027-03-01"][number]
        values = {"label": "Ansökan", "kind": "fixed", "amount": str(9900 + number), "need": "always", "note": ""}
        add_row(form, "fees", **values, valid_from=start)
        sent.append(form)
    got = at_once(2, lambda number: change_page(both[number], guide, sent[number], publish=True, drawn=True))
    assert 302 in [getattr(answer, "status_code", answer) for answer in got]
    stored = GuidePage.objects.get(pk=guide.pk)
    refuse_overlapping_rows(stored)
    assert stored.fees.count() == 2
    assert stored.facts(datetime.date(2027, 6, 1)).fees[0].amount in {9900, 9901}


def test_five_drafts_that_are_published_at_once_leave_no_fees_that_overlap(committed_db):
    guide = live_guide()
    drafts = []
    for number in range(5):
        draft = GuidePage.objects.get(pk=guide.pk)
        start = FIRST_DAY + datetime.timedelta(days=number)
        draft.fees.add(FeeFactory.build(page=None, locale=draft.locale, label="Ansökan", valid_from=start))
        drafts.append(draft.save_revision())
    got = at_once(5, lambda number: drafts[number].publish())
    assert any(not isinstance(one, Exception) for one in got)
    stored = GuidePage.objects.get(pk=guide.pk)
    refuse_overlapping_rows(stored)
    assert stored.fees.count() == 2


def test_ten_checks_of_one_guide_at_once_are_all_kept(committed_db):
    guide, user, today = live_guide(), UserFactory(editor=True), timezone.localdate()
    fees = FeeFactory.create_batch(10, page=guide)
    page = GuidePage.objects.get(pk=guide.pk)
    page.save_revision().publish()
    got = at_once(10, lambda number: services.confirm_fact(guide.pk, "fees", fees[number].pk, user, today))
    assert not [one for one in got if isinstance(one, Exception)]
    GuidePage.objects.get(pk=guide.pk).get_latest_revision().publish()
    checked = GuidePage.objects.get(pk=guide.pk).fees.filter(checked_on=today)
    assert checked.count() == 10


def test_of_guides_that_would_wait_for_each_other_published_at_once_one_is_refused(committed_db):
    guides = [live_guide(f"Guide {number}") for number in range(4)]
    drafts = []
    for page, other in zip(guides, [*guides[1:], guides[0]], strict=True):
        draft = GuidePage.objects.get(pk=page.pk)
        draft.dependencies.add(DependencyFactory.build(page=None, locale=draft.locale, guide=other))
        drafts.append(draft.save_revision())
    got = at_once(4, lambda number: drafts[number].publish())
    assert [type(one) for one in got if isinstance(one, Exception)] == [ValidationError]
    assert circle_with(GuidePage.objects.filter(pk__in=[page.pk for page in guides])) == ()


# --- Laws -----------------------------------------------------------------------------------------------------------


def test_five_changes_of_a_law_at_once_are_one_task_that_tells_them_all(committed_db):
    guide, user = live_guide(), UserFactory(editor=True)
    law, facts = guide.laws.get().law, ["name", "number", "url", "in_force_from", "in_force_to"]
    got = at_once(5, lambda number: services.open_tasks(law, [facts[number]], "", user))
    assert got == [1] * 5
    assert sorted(CheckTask.objects.get().changes) == sorted(facts)


def test_five_laws_with_one_number_at_once_one_is_stored(committed_db):
    got = at_once(5, lambda number: LawFactory(number="2010:1622"))
    assert sum(isinstance(one, ValidationError) for one in got) == 4
    assert LegalReference.objects.count() == 1


def test_two_who_finish_a_task_at_once_one_has_done_it(committed_db):
    guide, both = live_guide(), UserFactory.create_batch(2, editor=True)
    task = CheckTask.objects.create(page=guide, law=LawFactory(), opened_at=timezone.now())
    got = at_once(2, lambda number: services.finish_task(task.pk, both[number]))
    assert sum(isinstance(one, CheckTask.DoesNotExist) for one in got) == 1
