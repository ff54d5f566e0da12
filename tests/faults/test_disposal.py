"""A disposal is killed again and again: it goes on, the protocol tells what went, and the store holds what is known."""

from __future__ import annotations

import random
import time

import pytest
from django.conf import settings
from django.test import override_settings
from django.utils import timezone

from business.inbox.disposal import deciding, emptying, protocol
from business.inbox.enums import DisposalState, ItemState
from business.inbox.models import Case, Disposal, DisposalItem, Message
from business.inbox.tests.disposals import a_rule, a_whole_case, files_in_store, files_that_rows_name
from business.inbox.tests.factories import UserFactory

from .conftest import Report
from .running import Site, wait_until
from .scale import SCALE

STAYING = 5  # cases that no rule is about


def to_remove() -> set[str]:
    return {path for paths in DisposalItem.objects.values_list("paths", flat=True) for path in paths}


def assert_nothing_is_lost_or_left(site: Site) -> None:
    """The worker is dead: each row's file is there, and each file is a row's or is told to be removed."""
    files = files_in_store()
    assert files_that_rows_name() <= files, "a row claims a file that is gone"
    assert files <= files_that_rows_name() | to_remove(), "a file that nobody knows of"


def kill_on_the_way(site: Site, disposal: Disposal, target: int) -> None:
    """Kill the worker while it is at it: at some moment after so many cases."""
    left = disposal.items.filter(state=ItemState.WAITING)
    wait_until(lambda: left.count() <= target, f"{target} cases are left")
    time.sleep(random.random() * 0.02)
    site.kill_worker()


@pytest.fixture
def stored(site: Site):
    with override_settings(INBOX_FILES_ROOT=site.folder / "inbox-files"):
        yield settings.INBOX_FILES_ROOT


def test_killed_half_way(site: Site, stored: object, report: Report) -> None:
    site.kill_worker()
    cases = [a_whole_case() for _number in range(SCALE.disposed)]
    kept = [a_whole_case(triage="registered", registered_number="KS 2023/1") for _number in range(STAYING)]
    went = {case.number: emptying.read(case).digest for case in cases}
    mine = {path for case in cases for path in emptying.read(case).paths}
    others = files_in_store() - mine
    said = list(Message.objects.filter(case__in=kept).order_by("pk").values_list("text", flat=True))
    registrar, archivist = UserFactory(registrar=True), UserFactory(archivist=True)
    disposal = deciding.propose(a_rule(), registrar, timezone.localdate())
    assert disposal.items.count() == len(cases)
    deciding.approve(disposal, archivist)

    kills, between = 0, 0
    for number in range(SCALE.disposal_kills):
        site.start_worker()
        kill_on_the_way(site, disposal, len(cases) * (SCALE.disposal_kills - number) // (SCALE.disposal_kills + 1))
        assert_nothing_is_lost_or_left(site)
        kills += 1
        between += disposal.items.filter(state=ItemState.REMOVING).exists()
    assert Disposal.objects.get(pk=disposal.pk).state == DisposalState.APPROVED
    begun = time.monotonic()
    site.start_worker()
    done = Disposal.objects.filter(pk=disposal.pk, state=DisposalState.DONE)
    wait_until(done.exists, "the disposal is done")

    told, _digest = protocol.parse(protocol.as_json(done.get().protocol))
    assert {row["number"]: row["sha256"] for row in told["cases"]} == went
    assert told["not_disposed_of"] == []
    assert set(Case.objects.filter(disposed_at__isnull=False).values_list("number", flat=True)) == went.keys()
    assert not Message.objects.filter(case__in=cases).exclude(text="").exists()
    assert files_in_store() == others
    assert list(Message.objects.filter(case__in=kept).order_by("pk").values_list("text", flat=True)) == said
    assert_nothing_is_lost_or_left(site)
    report(
        "disposal killed half-way",
        f"{kills} times, {between} of them between a case and its files; {len(cases)} cases in the protocol, "
        f"{len(mine)} files gone, {len(others)} kept; the rest in {time.monotonic() - begun:.1f} s",
    )
