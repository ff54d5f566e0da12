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
from business.inbox.models import Case, Disposal, DisposalItem, DisposalProtocol, Message
from business.inbox.tests.disposals import a_rule, a_whole_case, files_in_store, files_that_rows_name
from business.inbox.tests.factories import UserFactory

from .conftest import Report
from .gates import Gate, closed
from .running import Site, wait_until
from .scale import SCALE

STAYING = 5  # cases that no rule is about
# In the order in which a disposal comes by. Before the items are done the files are gone; after it, all is but told.
PLACES = (
    Gate("a draft's file goes", "inbox_attachment", "DELETE"),
    Gate("codes go", "inbox_sendercode", "DELETE"),
    Gate("messages are emptied", "inbox_message"),
    Gate("mails are emptied", "inbox_outboxmail"),
    Gate("mails that came are emptied", "inbox_incomingmail"),
    Gate("the history is emptied", "inbox_event"),
    Gate("the case itself is emptied", "inbox_case", when="NEW.disposed_at IS NOT NULL"),
    Gate("that it was disposed of is written", "inbox_event", "INSERT"),
    Gate("all is emptied, nothing committed", "inbox_disposalitem", when="NEW.state = 'removing'"),
    Gate("the files are gone, and it is not noted", "inbox_disposalitem", when="NEW.state = 'done'"),
    Gate("the protocol is written", "inbox_disposalprotocol", "INSERT"),
    Gate("the disposal is done", "inbox_disposal", when="NEW.state = 'done'"),
)


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
        if Disposal.objects.get(pk=disposal.pk).state == DisposalState.DONE:
            break  # on a busy machine the last kill may come too late
        kills += 1
        between += disposal.items.filter(state=ItemState.REMOVING).exists()
    assert kills
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


def whole_or_gone(went: dict[str, str]) -> int:
    """Each case is as it was, or emptied with an item that says so; return how many are gone."""
    gone = 0
    for case in Case.objects.filter(number__in=went):
        item = DisposalItem.objects.get(case=case)
        if case.disposed_at is None:
            assert emptying.read(case).digest == went[case.number], "half a case"
            assert item.state == ItemState.WAITING
        else:
            gone += 1
            assert item.digest == went[case.number]
            assert item.state in (ItemState.REMOVING, ItemState.DONE)
            assert not case.messages.exclude(text="").exists()
    return gone


def test_killed_at_every_place(site: Site, stored: object, report: Report) -> None:
    """Wherever the kill falls, a case is whole or gone, and the protocol in the end tells what went."""
    site.kill_worker()
    cases = [a_whole_case() for _place in PLACES]
    went = {case.number: emptying.read(case).digest for case in cases}
    mine = {path for case in cases for path in emptying.read(case).paths}
    others = files_in_store() - mine
    disposal = deciding.propose(a_rule(), UserFactory(registrar=True), timezone.localdate())
    assert set(disposal.items.values_list("number", flat=True)) == went.keys()
    deciding.approve(disposal, UserFactory(archivist=True))
    for place in PLACES:
        with closed(place, site.start_worker):
            site.kill_worker()
        gone = whole_or_gone(went)
        assert_nothing_is_lost_or_left(site)
        ended = place.table in ("inbox_disposalprotocol", "inbox_disposal")
        assert gone == len(cases) if ended else gone < len(cases), place.what
        assert Disposal.objects.get(pk=disposal.pk).state == DisposalState.APPROVED
        assert not DisposalProtocol.objects.filter(disposal=disposal).exists()
    site.start_worker()
    done = Disposal.objects.filter(pk=disposal.pk, state=DisposalState.DONE)
    wait_until(done.exists, "the disposal is done")
    told, _digest = protocol.parse(protocol.as_json(done.get().protocol))
    assert {row["number"]: row["sha256"] for row in told["cases"]} == went
    assert files_in_store() == others
    report("disposal killed at every place", f"{len(PLACES)} places, {len(cases)} cases: each whole or gone, all told")
