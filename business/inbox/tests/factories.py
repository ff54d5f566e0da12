"""Cases, what was said in them, their mail, and the people who work with them."""

from __future__ import annotations

import datetime
from typing import Any

import factory
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone

from business.core.tests.factories import RegisterFactory
from business.inbox.enums import CaseStatus, Channel, Direction, MailPurpose, MailStatus
from business.inbox.models import Absence, CannedReply, Case, Message, OfficeDay, OutboxMail, Topic
from business.inbox.permissions import COORDINATOR_GROUP, OFFICER_GROUP
from business.inbox.services import ContactRequest
from business.organisation.tests.factories import UnitFactory

__all__ = [
    "AbsenceFactory",
    "CannedReplyFactory",
    "CaseFactory",
    "ContactRequestFactory",
    "MessageFactory",
    "OfficeDayFactory",
    "OutboxMailFactory",
    "TopicFactory",
    "UserFactory",
]


class UserFactory(factory.django.DjangoModelFactory):
    """Somebody who can sign in, and who may do nothing unless a trait says so."""

    username = factory.Sequence(lambda number: f"user{number}")
    first_name = "Annika"
    last_name = factory.Sequence(lambda number: f"Ek{number}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@kommun.example")
    group = ""

    class Meta:
        model = get_user_model()

    class Params:
        coordinator = factory.Trait(group=COORDINATOR_GROUP)
        officer = factory.Trait(group=OFFICER_GROUP)  # of no unit until a `Membership` says so
        registrar = factory.Trait(group="Registrator")
        archivist = factory.Trait(group="Arkivansvarig")
        head = factory.Trait(group="Chef")
        editor = factory.Trait(group="Redaktörer")
        administrator = factory.Trait(is_superuser=True)

    @classmethod
    def _create(cls, model_class: type, *args: Any, group: str, **values: Any) -> Any:
        user = super()._create(model_class, *args, **values)
        if group:
            user.groups.add(Group.objects.get(name=group))
        return user


class TopicFactory(RegisterFactory):
    name = factory.Sequence(lambda number: f"Ämne {number}")
    unit = factory.SubFactory(UnitFactory)

    class Meta:
        model = Topic


class CannedReplyFactory(factory.django.DjangoModelFactory):
    """A reply in Swedish for every topic."""

    name = factory.Sequence(lambda number: f"Svar {number}")
    text = "Hej {namn}!"

    class Meta:
        model = CannedReply


class OfficeDayFactory(factory.django.DjangoModelFactory):
    """A day on which the office is closed."""

    day = factory.Sequence(lambda number: datetime.date(2027, 3, 1) + datetime.timedelta(days=number))
    reason = "Planeringsdag"

    class Meta:
        model = OfficeDay


class AbsenceFactory(factory.django.DjangoModelFactory):
    """Somebody is away today and for the week to come."""

    user = factory.SubFactory(UserFactory, coordinator=True)
    substitute = factory.SubFactory(UserFactory, coordinator=True)
    first_day = factory.LazyFunction(timezone.localdate)
    last_day = factory.LazyAttribute(lambda absence: absence.first_day + datetime.timedelta(days=6))

    class Meta:
        model = Absence


class ContactRequestFactory(factory.Factory):
    """What a visitor sends, for ``services.receive``."""

    topic = factory.SubFactory(TopicFactory)
    text = "Hej!\n\nVi vill ställa ut åtta bord på trottoaren. Hur mycket måste lämnas fritt?"
    name = "Elsa Norrby"
    email = "elsa.norrby@example.se"
    company = "Kafé Sjöboden AB"
    organisation_number = "559987-0010"

    class Meta:
        model = ContactRequest


class CaseFactory(factory.django.DjangoModelFactory):
    """A new case that nobody has, with its first message; received now, due tomorrow, promised the day after."""

    running = factory.Sequence(lambda number: 1000 + number)
    year = factory.LazyAttribute(lambda case: case.received_at.year)
    number = factory.LazyAttribute(lambda case: f"{settings.CASE_NUMBER_PREFIX}-{case.year}-{case.running:05d}")
    topic = factory.SubFactory(TopicFactory)
    unit = factory.SelfAttribute("topic.unit")
    received_at = factory.LazyFunction(timezone.now)
    updated_at = factory.SelfAttribute("received_at")
    clock_from = factory.SelfAttribute("received_at")
    due_at = factory.LazyFunction(lambda: timezone.now() + datetime.timedelta(days=1))
    limit_at = factory.LazyFunction(lambda: timezone.now() + datetime.timedelta(days=2))
    name = factory.Sequence(lambda number: f"Elsa Norrby {number}")
    email = factory.Sequence(lambda number: f"elsa{number}@example.se")
    company = factory.Sequence(lambda number: f"Kafé Sjöboden {number} AB")
    search_text = factory.LazyAttribute(
        lambda case: f"{case.number} {case.name} {case.email} {case.company}".casefold()
    )

    class Meta:
        model = Case
        skip_postgeneration_save = True

    class Params:
        taken = factory.Trait(status=CaseStatus.IN_PROGRESS, owner=factory.SubFactory(UserFactory, coordinator=True))
        answered = factory.Trait(
            status=CaseStatus.ANSWERED,
            first_answer_at=factory.LazyFunction(timezone.now),
            answered_at=factory.SelfAttribute("first_answer_at"),
        )
        closed = factory.Trait(
            status=CaseStatus.CLOSED,
            triage="kept",
            first_answer_at=factory.LazyFunction(timezone.now),
            answered_at=factory.SelfAttribute("first_answer_at"),
            closed_at=factory.LazyFunction(timezone.now),
        )
        late = factory.Trait(
            due_at=factory.LazyFunction(lambda: timezone.now() - datetime.timedelta(days=3)),
            limit_at=factory.LazyFunction(lambda: timezone.now() - datetime.timedelta(days=2)),
        )
        due_today = factory.Trait(
            due_at=factory.LazyFunction(timezone.now),
            limit_at=factory.LazyFunction(lambda: timezone.now() + datetime.timedelta(hours=30)),
        )
        sole_trader = factory.Trait(organisation_number="811228-9874", company="")

    @factory.post_generation
    def text(self, create: bool, text: str | None, **kwargs: Any) -> None:
        if create:
            MessageFactory(case=self, text=text or "Hej! Vi vill ställa ut åtta bord.", author_name=self.name)

    @factory.post_generation
    def failed(self, create: bool, failed: bool | None, **kwargs: Any) -> None:
        if create and failed:
            OutboxMailFactory(case=self, failed=True)


class MessageFactory(factory.django.DjangoModelFactory):
    """A message from the sender."""

    case = factory.SubFactory(CaseFactory)
    direction = Direction.INCOMING
    channel = Channel.WEB
    text = "Hej!"
    author_name = "Elsa Norrby"

    class Meta:
        model = Message

    class Params:
        outgoing = factory.Trait(
            direction=Direction.OUTGOING,
            channel=Channel.EMAIL,
            author=factory.SubFactory(UserFactory, coordinator=True),
        )
        note = factory.Trait(direction=Direction.NOTE, author=factory.SubFactory(UserFactory, coordinator=True))


class OutboxMailFactory(factory.django.DjangoModelFactory):
    """A receipt that waits to be sent."""

    case = factory.SubFactory(CaseFactory)
    purpose = MailPurpose.RECEIPT
    to = factory.SelfAttribute("case.email")
    subject = "Vi har fått din fråga"
    body = "Hej!\n"
    message_id_header = factory.Sequence(lambda number: f"<{number}@kommun.example>")

    class Meta:
        model = OutboxMail

    class Params:
        sent = factory.Trait(status=MailStatus.SENT, sent_at=factory.LazyFunction(timezone.now), attempts=1)
        failed = factory.Trait(status=MailStatus.FAILED, attempts=1, last_error="SMTPRecipientsRefused: 550 unknown")
