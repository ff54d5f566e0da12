"""Adds cases in bulk, for load tests: with messages, mail and history, numbered without gaps."""

from __future__ import annotations

import datetime
import hashlib
import random
from collections import Counter
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils import timezone

from business.inbox import promise
from business.inbox.enums import CaseStatus, Channel, Direction, EventKind, MailPurpose, MailStatus, Triage
from business.inbox.models import Case, CaseSequence, Event, Message, OutboxMail, Participant, Pause, Topic
from business.inbox.searching import search_text

__all__ = ["ask", "load"]

FIRST = [
    "Anna",
    "Erik",
    "Fatima",
    "Göran",
    "Helena",
    "Ibrahim",
    "Johanna",
    "Karl",
    "Leila",
    "Mats",
    "Nora",
    "Olof",
    "Petra",
    "Rashid",
    "Sara",
    "Tomas",
    "Ulla",
    "Viktor",
    "Åsa",
    "Örjan",
]
LAST = [
    "Andersson",
    "Berg",
    "Chaudhry",
    "Dahl",
    "Ek",
    "Fransson",
    "Gren",
    "Holm",
    "Isaksson",
    "Jonsson",
    "Kaya",
    "Lind",
    "Moberg",
    "Nilsson",
    "Öberg",
    "Persson",
    "Ström",
    "Åkesson",
]
WORDS = [
    "Mälar",
    "Sten",
    "Lilla",
    "Norra",
    "Gröna",
    "Röda",
    "Hamn",
    "Torg",
    "Ång",
    "Skog",
    "Sjö",
    "Kvarn",
    "Berg",
    "Ljus",
    "Eke",
]
KINDS = ["kök", "bageri", "bygg", "salong", "verkstad", "café", "handel", "event", "gård", "konsult"]
ASKS = [
    ("Jag vill öppna {what} i {where} och undrar vilka tillstånd jag behöver.", "Vill öppna {what} i {where}"),
    ("Vi ska bygga om lokalen i {where}. Räcker en anmälan, eller behövs bygglov?", "Ombyggnad av lokal i {where}"),
    (
        "Hur lång tid tar det att få besked om {what}? Vi skickade in allt i {where} förra veckan.",
        "Frågar om handläggningstid",
    ),
    ("Vi tar över {what} i {where} vid månadsskiftet. Vad måste vi göra på nytt?", "Övertagande i {where}"),
    ("Kan vi få träffa alla som berörs samtidigt? Det gäller {what} i {where}.", "Önskar Dukat bord om {what}"),
    ("Vad kostar det att ha {what} i {where} nästa säsong?", "Frågar om avgift"),
]
WHERE = ["Strängnäs", "Mariefred", "Åkers styckebruk", "Stallarholmen", "Härad", "Länna"]
WHAT = [
    "en uteservering",
    "ett kafé",
    "en matvagn",
    "en frisersalong",
    "en verkstad",
    "ett bageri",
    "en butik",
    "en scen",
]
# What people add, so that a text is as long as theirs are.
MORE = [
    "Lokalen är på ungefär {number} kvadratmeter och har stått tom sedan i våras.",
    "Vi är {number} personer i dag och räknar med att bli fler under året.",
    "Hyresvärden säger att avloppet räcker, men vi vet inte vem som kontrollerar det.",
    "Vi har redan pratat med räddningstjänsten, som hänvisade till er.",
    "Det står olika saker på olika sidor, så vi vill vara säkra innan vi skriver på.",
    "Grannen ovanpå är orolig för ljud och matos efter klockan {number}.",
    "Öppettiderna skulle vara onsdag till söndag, med servering fram till kvällen.",
    "Vi skickar gärna ritningar och en kort beskrivning av verksamheten.",
    "Räcker det att en av oss har kunskapsprov, eller måste alla ansvariga ha det?",
    "Ring mig helst före lunch, annars går det bra att svara på det här mejlet.",
    "Leverantören kan leverera först om {number} veckor, så vi har tid att komplettera.",
    "Enligt vår beräkning blir det {number} sittplatser inne och lika många ute.",
]
ANSWER = (
    "Hej! Tack för din fråga. Du behöver göra en anmälan till miljöenheten senast sex veckor innan ni öppnar, och en "
    "anmälan till byggenheten om lokalens användning ändras. Räddningstjänsten vill se en ritning med utrymningsvägar. "
    "Hör av dig om något är oklart, så bokar vi ett gemensamt möte."
)


def load(count: int, chance: random.Random) -> int:
    """Add ``count`` cases over the last three years and return how many."""
    now = timezone.now()
    span = 3 * 365 * 24 * 60
    moments = sorted(now - datetime.timedelta(minutes=chance.randrange(60, span)) for _number in range(count))
    topics = list(Topic.objects.filter(locale__language_code=settings.LANGUAGE_CODE))
    owners = list(get_user_model().objects.filter(groups__permissions__codename="change_case").distinct())
    years = Counter(timezone.localdate(moment).year for moment in moments)
    running = {}
    for year, added in years.items():
        sequence, _created = CaseSequence.objects.select_for_update().get_or_create(year=year)
        running[year] = sequence.last
        sequence.last += added
        sequence.save()
    rules = promise.rules()
    office = promise.office_hours(rules)
    drafts = [
        _draft(moment, chance, topics, owners, running, now, promise.limits(moment, rules, office))
        for moment in moments
    ]
    pauses = [_pause(case) for case, _text in drafts if case.first_answer_at and chance.random() < 0.1]
    for pause in pauses:
        case, waited = pause.case, [(pause.started_at, pause.ended_at)]
        case.due_at, case.limit_at = promise.limits(case.received_at, rules, office, waited)
    Case.objects.bulk_create([case for case, _text in drafts], batch_size=300)
    Pause.objects.bulk_create(pauses, batch_size=500)
    parts = [Participant(case=case, user=case.owner, since=case.received_at) for case, _text in drafts if case.owner]
    Participant.objects.bulk_create(parts, batch_size=500)  # as whoever is given a case keeps it in sight
    messages, answers = [], []
    for case, text in drafts:
        messages.append(_message(case, Direction.INCOMING, text, case.name, case.received_at))
        if case.first_answer_at:
            answer = _message(case, Direction.OUTGOING, ANSWER, str(case.owner), case.first_answer_at)
            answer.author = case.owner
            answers.append(answer)
    Message.objects.bulk_create([*messages, *answers], batch_size=500)
    OutboxMail.objects.bulk_create(
        [_mail(message.case, MailPurpose.RECEIPT, None, message.created_at) for message in messages]
        + [_mail(message.case, MailPurpose.ANSWER, message, message.created_at) for message in answers],
        batch_size=500,
    )
    Event.objects.bulk_create([event for case, _text in drafts for event in _events(case)], batch_size=500)
    return count


def _draft(
    moment: datetime.datetime,
    chance: random.Random,
    topics: list,
    owners: list,
    running: dict,
    now: datetime.datetime,
    limits: tuple[datetime.datetime, datetime.datetime],
) -> tuple[Case, str]:
    due, limit = limits
    day = timezone.localdate(moment)
    running[day.year] += 1
    number = f"{settings.CASE_NUMBER_PREFIX}-{day.year}-{running[day.year]:05d}"
    sender = _sender(chance, running[day.year])
    text, short = ask(chance)
    topic = chance.choice(topics)
    status, answered = _status(moment, chance, now, bool(owners))
    owner = chance.choice(owners) if owners and status != CaseStatus.NEW else None
    short = short if owner else ""
    return Case(
        number=number,
        year=day.year,
        running=running[day.year],
        status=status,
        topic=topic,
        unit_id=topic.unit_id,
        owner=owner,
        language="sv",
        received_at=moment,
        updated_at=answered or moment,
        clock_from=moment,
        due_at=due,
        limit_at=limit,
        answered_at=answered,
        first_answer_at=answered,
        closed_at=answered if status == CaseStatus.CLOSED else None,
        triage=Triage.KEPT if status == CaseStatus.CLOSED else Triage.UNDECIDED,
        **sender,
        short_content=short,
        search_text=search_text(number, *sender.values(), text, short, ANSWER if answered else ""),
    ), text


def _pause(case: Case) -> Pause:
    """Return the quarter of the time to its answer in which the case waited for its sender."""
    quarter = (case.first_answer_at - case.received_at) / 4
    return Pause(case=case, started_at=case.received_at + quarter, ended_at=case.received_at + 2 * quarter)


def _sender(chance: random.Random, running: int) -> dict[str, str]:
    name = f"{chance.choice(FIRST)} {chance.choice(LAST)}"
    company = f"{chance.choice(WORDS)}{chance.choice(KINDS)} AB" if chance.random() < 0.8 else ""
    email = f"{name.split(maxsplit=1)[0].lower()}.{running}@example.se".translate(str.maketrans("åäö", "aao"))
    return {
        "name": name,
        "email": email,
        "company": company,
        "phone": f"070-{chance.randrange(100, 1000)} {chance.randrange(10, 100)} {chance.randrange(10, 100)}",
        "organisation_number": f"559{chance.randrange(900, 1000)}-{chance.randrange(10_000):04d}" if company else "",
    }


def ask(chance: random.Random) -> tuple[str, str]:
    """Return a question, and what an officer would write about it."""
    ask, short = chance.choice(ASKS)
    filled = {"what": chance.choice(WHAT), "where": chance.choice(WHERE)}
    more = [line.format(number=chance.randrange(3, 90)) for line in chance.sample(MORE, chance.randrange(2, 9))]
    return " ".join([ask.format(**filled), *more]), short.format(**filled)


def _status(
    moment: datetime.datetime, chance: random.Random, now: datetime.datetime, staffed: bool
) -> tuple[CaseStatus, datetime.datetime | None]:
    """Return where a case of that age stands, and when it was answered if it was."""
    answered = moment + datetime.timedelta(hours=chance.randrange(1, 40))
    if now - moment > datetime.timedelta(days=14):
        status = CaseStatus.CLOSED if chance.random() < 0.97 else CaseStatus.ANSWERED
    else:
        status = chance.choice([CaseStatus.NEW, CaseStatus.IN_PROGRESS, CaseStatus.ANSWERED, CaseStatus.CLOSED])
    if status not in (CaseStatus.ANSWERED, CaseStatus.CLOSED):
        return status, None
    return (status, answered) if answered < now and staffed else (CaseStatus.NEW, None)


def _message(case: Case, direction: str, text: str, author: str, at: datetime.datetime) -> Message:
    incoming = direction == Direction.INCOMING
    return Message(
        case=case,
        direction=direction,
        channel=Channel.WEB if incoming else Channel.EMAIL,
        text=text,
        author_name=author,
        created_at=at,
        original=text.encode() if incoming else None,
    )


def _mail(case: Case, purpose: str, message: Message | None, at: datetime.datetime) -> OutboxMail:
    return OutboxMail(
        case=case,
        message=message,
        purpose=purpose,
        to=case.email,
        subject=f"{purpose} {case.number}",
        body=message.text if message else case.number,
        message_id_header=f"<{_digest(case.number + purpose)}@demo.example>",
        status=MailStatus.SENT,
        attempts=1,
        created_at=at,
        next_attempt_at=at,
        sent_at=at,
    )


def _digest(words: str) -> str:
    return hashlib.md5(words.encode(), usedforsecurity=False).hexdigest()


def _events(case: Case) -> list[Event]:
    steps: list[tuple[Any, Any, Any]] = [(EventKind.RECEIVED, case.received_at, None)]
    if case.owner:
        steps.append((EventKind.TAKEN, case.updated_at, case.owner))
    if case.first_answer_at:
        steps.append((EventKind.ANSWERED, case.first_answer_at, None))
    if case.closed_at:
        steps.append((EventKind.CLOSED, case.closed_at, case.owner))
    return [
        Event(
            case_id=case.pk,
            case_number=case.number,
            kind=kind,
            at=at,
            actor_id=actor.pk if actor else None,
            actor_name=str(actor) if actor else "",
        )
        for kind, at, actor in steps
    ]
