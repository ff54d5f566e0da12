"""The demo's cases are written when it is loaded: what stands in them belongs to that day."""

from __future__ import annotations

import pytest
from django.utils import timezone

from business.inbox.enums import Direction
from business.inbox.incoming import quotes
from business.inbox.models import Case
from business.inbox.tests.factories import TopicFactory, UserFactory
from home.demo import cases
from home.demo.content_files import read


@pytest.mark.django_db
def test_what_a_sender_repeats_was_written_when_they_were_answered(monkeypatch):
    replied = [row for row in read("cases")["cases"] if row.get("replies")]
    monkeypatch.setattr(cases, "read", lambda _name: {"cases": replied})
    for row in replied:
        TopicFactory(slug=row["topic"])
    users = {name: UserFactory(**{name: True}) for name in ("coordinator", "registrar")}
    assert cases.load(users) == Case.objects.count() == len(replied) > 0
    for case in Case.objects.all():
        answer = case.messages.filter(direction=Direction.OUTGOING).earliest("pk")
        reply = case.messages.filter(direction=Direction.INCOMING).latest("pk")
        said, repeated = quotes.split(reply.text)
        day = timezone.localtime(answer.created_at)
        assert said.strip().endswith("/Lova")
        assert repeated.strip().startswith(f"Den {day.day} ")
        assert f" {day.year} kl. {day:%H:%M} skrev Kim Lindqvist:" in repeated
