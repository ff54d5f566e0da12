"""What may follow what: every pair of states, and the diagram in the documentation."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from business.inbox import flow, services
from business.inbox.enums import ANSWERABLE, OPEN, PARKED, PAUSED, TRANSITIONS, CaseStatus
from business.inbox.flow import NotAllowedError
from business.inbox.models import Case, Pause

from .factories import CaseFactory, UserFactory

PAIRS = [(now, then) for now in CaseStatus for then in CaseStatus if now != then]


@pytest.mark.django_db
@pytest.mark.parametrize(("now", "then"), PAIRS)
def test_an_arrow_is_taken_or_refused_as_the_table_says(now, then):
    case = CaseFactory(status=now)
    allowed = then in TRANSITIONS[now]
    assert flow.may_become(case, then) is allowed
    if not allowed:
        with pytest.raises(NotAllowedError):
            flow.move(case, then)
        assert case.status == now
        return
    flow.move(case, then)
    flow.store(case)
    case.refresh_from_db()
    assert case.status == then
    # Only what waits for the sender has a clock that stands still.
    assert Pause.objects.filter(case=case, ended_at=None).exists() is (then in PAUSED)


@pytest.mark.django_db
@pytest.mark.parametrize("status", CaseStatus)
def test_staying_is_no_move(status):
    case = CaseFactory(status=status)
    flow.move(case, status)
    assert not Pause.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("then", CaseStatus)
def test_what_is_merged_goes_nowhere_by_itself(then):
    case = CaseFactory(status=CaseStatus.MERGED, merged_into=CaseFactory())
    assert not flow.may_become(case, then)


@pytest.mark.django_db
@pytest.mark.parametrize("then", sorted(TRANSITIONS[CaseStatus.WAITING_OTHER] - PARKED - {CaseStatus.MERGED}))
def test_what_was_put_aside_until_a_day_is_no_longer(then):
    case = CaseFactory(status=CaseStatus.WAITING_OTHER, resume_on=timezone.localdate(), meeting_at=timezone.now())
    flow.move(case, then)
    assert (case.resume_on, case.meeting_at) == (None, None)


def test_the_sets_hold_together():
    assert set(TRANSITIONS) == set(CaseStatus)
    assert PAUSED < PARKED < OPEN < ANSWERABLE
    assert all(status not in TRANSITIONS[status] for status in (CaseStatus.CLOSED, CaseStatus.QUARANTINED))


# --- Every act, tried on a case in every state

ACTS = {
    "take": (services.take, ANSWERABLE),
    "assign": (lambda case, kim: services.assign(case, kim, user=kim), ANSWERABLE),
    "park": (lambda case, kim: services.park(case, kim, CaseStatus.WAITING_OTHER), ANSWERABLE),
    "resume": (services.resume, PARKED),
    "answer": (lambda case, kim: services.answer(case, kim, "Hej!"), ANSWERABLE),
    "close": (
        lambda case, kim: services.close(case, kim, "kept", reason="På telefon."),
        ANSWERABLE | {CaseStatus.QUARANTINED},
    ),
    "reopen": (services.reopen, {CaseStatus.ANSWERED, CaseStatus.CLOSED}),
    "merge": (lambda case, kim: services.merge(case, CaseFactory(), kim), ANSWERABLE),
    "unmerge": (services.unmerge, {CaseStatus.MERGED}),
    "quarantine": (services.quarantine, {CaseStatus.NEW, CaseStatus.ASSIGNED}),
    "let out": (services.release_from_quarantine, {CaseStatus.QUARANTINED}),
}


@pytest.mark.django_db
@pytest.mark.parametrize("status", CaseStatus)
@pytest.mark.parametrize("name", ACTS)
def test_an_act_is_done_or_refused_and_leaves_nothing_half_done(name, status):
    act, allowed = ACTS[name]
    kim = UserFactory(coordinator=True)
    merged = {"merged_into": CaseFactory(), "status_before": CaseStatus.NEW} if status == CaseStatus.MERGED else {}
    case = CaseFactory(status=status, **merged)
    before = Case.objects.filter(pk=case.pk).values().get()
    if status in allowed:
        act(case, kim)
        return
    with pytest.raises(NotAllowedError) as refused:
        act(case, kim)
    assert str(refused.value)
    assert Case.objects.filter(pk=case.pk).values().get() == before
    assert not case.mails.exists()


# --- The diagram


def drawn():
    """Read the diagram of docs/features/inbox.md: arrows by state. What is drawn at a group holds for each in it."""
    text = (Path(settings.BASE_DIR) / "docs/features/inbox.md").read_text()
    diagram = re.search(r"```mermaid\nstateDiagram-v2\n(.*?)```", text, re.DOTALL).group(1)
    groups = {
        name: re.findall(r"^\s+([A-Za-z]+)$", inside, re.MULTILINE)
        for name, inside in re.findall(r"state (\w+) \{\n(.*?)\}", diagram, re.DOTALL)
    }
    arrows = {}
    for members in groups.values():  # any may follow any other
        for one in members:
            arrows[one] = set(members)
    for start, end in re.findall(r"^\s*(\w+) --> (\w+)", diagram, re.MULTILINE):
        for one in groups.get(start, [start]):
            arrows.setdefault(one, set()).update(groups.get(end, [end]))
    return {status(one): frozenset(map(status, ends)) - {status(one)} for one, ends in arrows.items()}


def status(name):
    """``WaitingSender`` in the diagram is ``waiting_sender``."""
    return CaseStatus(re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower())


def test_the_diagram_shows_the_table():
    assert drawn() == {state: frozenset(ends) - {state} for state, ends in TRANSITIONS.items()}
