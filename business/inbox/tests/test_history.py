"""The events of a case as sentences, in both languages, whatever stands in an entry."""

import datetime
import json

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from business.inbox import services
from business.inbox.enums import CaseStatus, EventKind
from business.inbox.history import _DETAILS, Entry, _detail, entries
from business.inbox.models import Event
from business.organisation.tests.factories import UnitFactory

from .factories import AbsenceFactory, CaseFactory, UserFactory

pytestmark = pytest.mark.one_database

UNTIL = "2026-12-03T14:00:00+00:00"
SAMPLES = [
    (EventKind.RECEIVED, {"channel": "phone"}, "Telephone"),
    (EventKind.RECEIVED, {"channel": "pigeon"}, "pigeon"),
    (EventKind.ADDED, {"changed": ["email", "phone"]}, "New from the sender: e-mail, telephone."),
    (EventKind.ADDED, {"changed": ["gone"]}, "New from the sender: gone."),
    (EventKind.ADDED, {"topic": "Skyltar"}, "The sender now says that it is about: Skyltar."),
    (
        EventKind.ADDED,
        {"other": "DB-2026-00007"},
        "In case DB-2026-00007, which is merged with this one.",
    ),
    (EventKind.TAKEN, {}, ""),
    (EventKind.ASSIGNED, {"owner": "Sam Holm", "former_owner": "Kim Lindqvist"}, "From Kim Lindqvist to Sam Holm."),
    (EventKind.ASSIGNED, {"unit": "Bygglov", "owner": "", "former_owner": ""}, "To Bygglov."),
    (EventKind.ASSIGNED, {"owner": "Sam Holm", "instead_of": "Bo Ek"}, "To Sam Holm. Bo Ek is away."),
    (EventKind.RELEASED, {"former_owner": "Kim Lindqvist"}, "Kim Lindqvist had it"),
    (EventKind.DESCRIBED, {"before": "", "after": "Skylt"}, "Skylt"),
    (EventKind.DESCRIBED, {"before": "Skylt", "after": ""}, "Emptied"),
    (EventKind.NOTED, {"message": 7}, ""),
    (EventKind.ANSWER_QUEUED, {"message": 7, "after": "answered"}, ""),
    (EventKind.ANSWER_QUEUED, {"message": 7, "after": "hand_over"}, "When it has been sent: Hand over the case"),
    (EventKind.MAIL_SENT, {"mail": 7, "purpose": "answer"}, "Answer"),
    (EventKind.MAIL_FAILED, {"purpose": "receipt", "error": "SMTPDataError 552"}, "Receipt. SMTPDataError 552"),
    (EventKind.MAIL_RETRIED, {"purpose": "answer", "changed": ["email"]}, "Answer, to a corrected address"),
    (EventKind.MAIL_SETTLED, {"mail": 7, "purpose": "answer"}, "Answer"),
    (EventKind.MAIL_HELD, {"mail": 7, "purpose": "answer"}, "Answer"),
    (EventKind.AUTO_REPLIED, {"mail": 7}, ""),
    (EventKind.HELD, {"hold": 7}, ""),
    (EventKind.FREED, {"hold": 7}, ""),
    (EventKind.DISPOSED, {"disposal": 7, "decision": "KS 2026/12"}, "KS 2026/12"),
    (EventKind.SECRECY_SET, {"law": "OSL 30:23"}, "OSL 30:23"),
    (EventKind.SECRECY_SET, {"law": "OSL 31:16", "words": "bud på mark"}, "OSL 31:16: bud på mark"),
    (EventKind.SECRECY_LIFTED, {}, ""),
    (EventKind.INVITED, {"colleague": "Sam Holm"}, "Sam Holm"),
    (EventKind.NOT_HANDED_OVER, {"why": "Sam Holm may not work with cases."}, "Sam Holm may not work with cases."),
    (EventKind.NOT_CLOSED, {"waiting": ["DB-2026-00008"]}, "Without an answer: DB-2026-00008."),
    (
        EventKind.REROUTED,
        {"topic": "Food", "former_topic": "Building", "unit": "Miljö", "former_unit": "Bygg"},
        "About Food instead of Building. With Miljö instead of Bygg.",
    ),
    (EventKind.REROUTED, {"unit": "Miljö", "former_unit": "Bygg"}, "With Miljö instead of Bygg."),
    (
        EventKind.ASSIGNED,
        {"owner": "Sam Holm", "merged": "DB-2026-00008"},
        "To Sam Holm. Because case DB-2026-00008 was merged with this one.",
    ),
    (
        EventKind.MOVED,
        {"status": "in_progress", "merged": "DB-2026-00008"},
        "In progress. Because case DB-2026-00008 was merged with this one.",
    ),
    (
        EventKind.REOPENED,
        {"merged": "DB-2026-00008"},
        "Because case DB-2026-00008 was merged with this one.",
    ),
    (
        EventKind.UNMERGED,
        {"other": "DB-2026-00008", "status": "closed"},
        "Case DB-2026-00008 is no longer part of this one. This one is “Closed” again.",
    ),
    (EventKind.WITHDRAWN, {"message": 7}, "Its text is a draft again."),
    (EventKind.SPOKEN, {"channel": "phone", "message": 7}, "Telephone"),
    (
        EventKind.DELAYED,
        {"until": UNTIL, "former": "2026-11-27T10:00:00+00:00"},
        "New time: 3 December 2026 15:00. Promised before: 27 November 2026 11:00.",
    ),
    (
        EventKind.FORWARDED,
        {"mail": 7, "authority": "Polisen", "messages": 2, "files": 1, "in_full": True},
        "Polisen, 2 messages, 1 file, personal identity numbers in full",
    ),
    (EventKind.MOVED, {"status": "in_progress"}, "In progress"),
    (
        EventKind.MOVED,
        {"status": "waiting_sender", "resume_on": "2026-12-03", "meeting_at": ""},
        "Waiting for the sender, follow up on 3 December 2026",
    ),
    (
        EventKind.MOVED,
        {"status": "meeting_booked", "resume_on": "", "meeting_at": UNTIL},
        "Meeting booked, 3 December 2026 15:00",
    ),
    (EventKind.TIMES_PROPOSED, {"message": 7, "times": 3}, "3 times"),
    (EventKind.TIME_CHOSEN, {"time": 7, "meeting_at": UNTIL}, "3 December 2026 15:00"),
    (EventKind.RATED, {"helped": "partly"}, "Partly"),
    (EventKind.LINK_RENEWED, {}, ""),
    (EventKind.LINK_SENT, {"mail": 7}, ""),
    (EventKind.ANSWERED, {"mail": 7, "purpose": "answer"}, ""),
    (EventKind.CLOSED, {"reason": "Löstes på telefon."}, "Löstes på telefon."),
    (EventKind.REOPENED, {}, ""),
    (EventKind.REOPENED, {"mail": 7, "purpose": "answer"}, "Since a mail could not be sent: Answer"),
    (EventKind.MERGED, {"into": "DB-2026-00007"}, "It is answered in case DB-2026-00007."),
    (EventKind.MERGED, {"other": "DB-2026-00008"}, "Case DB-2026-00008 is answered here."),
    (EventKind.UNMERGED, {"into": "DB-2026-00007"}, "It is no longer part of case DB-2026-00007."),
    (EventKind.UNMERGED, {"other": "DB-2026-00008"}, "Case DB-2026-00008 is no longer part of this one."),
    (EventKind.QUARANTINED, {"reason": "links"}, "Many links"),
    (EventKind.UNQUARANTINED, {}, ""),
    (EventKind.FILE_LOCKED, {"file": "cv.pdf", "finding": "Eicar-Test"}, "cv.pdf: Eicar-Test"),
    (EventKind.TRIAGED, {"triage": "registered", "number": "KS 2026/1"}, "Entered in the register: KS 2026/1"),
    (EventKind.TRIAGED, {"triage": "kept", "number": ""}, "Kept in order here"),
    (
        EventKind.TRIAGED,
        {"triage": "kept", "number": "", "former": "registered", "former_number": "KS 2026/1"},
        "Kept in order here. Before: Entered in the register: KS 2026/1",
    ),
    (EventKind.REVEALED, {"message": 7}, ""),
    (
        EventKind.HANDED_OUT,
        {"options": ["masked", "files"], "to": "Lokaltidningen", "files": 1, "digest": "ab12"},
        "With parts left out, with files. To: Lokaltidningen. Files: 1. SHA-256 ab12",
    ),
]


@pytest.mark.parametrize(("kind", "data", "words"), SAMPLES)
def test_what_there_is_to_add(kind, data, words):
    with translation.override("en"):
        assert _detail(Event(kind=kind, data=data)) == words


def test_every_kind_is_tried_here():
    assert {kind for kind, _data, _words in SAMPLES} == set(EventKind)


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize(("kind", "data", "_words"), SAMPLES)
def test_every_kind_has_words_in_both_languages(language, kind, data, _words):
    with translation.override(language):
        event = Event(kind=kind, data=data)
        assert str(event.get_kind_display())
        assert isinstance(_detail(event), str)


NAMES = sorted({name for _kind, data, _words in SAMPLES for name in data})
PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12)
RUBBISH = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner))


@given(
    st.sampled_from([*EventKind.values, "gone"]),
    st.dictionaries(st.sampled_from(NAMES), RUBBISH | st.just("9999-12-31T23:59:59+00:00")) | RUBBISH,
)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_rubbish_never_breaks_the_page(kind, data):
    event = Event(kind=kind, data=json.loads(json.dumps(data)))
    assert isinstance(_detail(event), str)


@pytest.mark.parametrize("kind", _DETAILS)
@pytest.mark.parametrize("data", [None, [], "text", 7, {}, {"until": "2026-12-03T14:00:00", "former": UNTIL}])
def test_what_lacks_everything_is_still_shown(kind, data):
    assert isinstance(_detail(Event(kind=kind, data=data)), str)


@pytest.mark.django_db
def test_what_services_write_is_read(count_queries):
    """The names that the services write are those that are read here."""
    kim, sam, bo = (
        UserFactory(coordinator=True, first_name=first, last_name=last)
        for first, last in (("Kim", "Lindqvist"), ("Sam", "Holm"), ("Bo", "Ek"))
    )
    case, other, unit = CaseFactory(), CaseFactory(), UnitFactory(name="Bygglov")
    AbsenceFactory(user=bo, substitute=sam)
    services.take(case, kim)
    services.assign(case, kim, user=bo)
    services.assign(case, kim, unit=unit)
    services.park(case, kim, CaseStatus.WAITING_OTHER, resume_on=datetime.date(2030, 1, 2))
    services.merge(other, case, kim)
    services.unmerge(other, kim)
    case.refresh_from_db()
    services.delay(case, kim, "Vi behöver mer tid.", datetime.datetime(2030, 1, 2, 14, 0, tzinfo=datetime.UTC))
    with translation.override("en"), count_queries() as queries:
        said = [entry.detail for entry in entries(case)]
    assert len(queries) == 1
    delayed, parted, merged, parked, to_unit, to_person = (detail for detail in said if detail)
    assert delayed.startswith("New time: 2 January 2030 15:00.")
    assert (parted, merged) == (
        f"Case {other.number} is no longer part of this one.",
        f"Case {other.number} is answered here.",
    )
    assert parked == "Waiting for someone else, follow up on 2 January 2030"
    assert to_unit == "From Sam Holm to Bygglov."
    assert to_person == "From Kim Lindqvist to Sam Holm. Bo Ek is away."


@pytest.mark.django_db
def test_entries_tell_what_and_who():
    kim = UserFactory(coordinator=True, first_name="Kim", last_name="Lindqvist")
    case = services.take(CaseFactory(), kim)
    (entry,) = entries(case)
    assert entry == Entry(Event.objects.get(), str(EventKind.TAKEN.label), "")
    assert entry.event.actor_name == "Kim Lindqvist"
