"""Cases whose sender has a page, and what the attacks on that page ask of them."""

from __future__ import annotations

import html

from business.inbox import services
from business.inbox.models import Case, Topic
from business.inbox.sender_links import code_of, current_link, token_of
from business.inbox.tests.factories import ContactRequestFactory

from .browser import Answer, Sender
from .running import Site

SAID = "Vi vill ställa ut åtta bord på Strandgatan."
TYPED = "Lång text som är dyr att skriva om."


def a_case(site: Site, **values: object) -> Case:
    topic = Topic.objects.get(slug=site.topic)
    return services.receive(ContactRequestFactory(**{"topic": topic, "text": SAID, **values}))


def path_of(case: Case) -> str:
    link = current_link(case)
    assert link is not None
    return f"/sv/arende/{token_of(link)}/"


def sender_of(site: Site, case: Case, seen_as: str = "192.0.2.7") -> Sender:
    return Sender(site.address, path_of(case), seen_as)


def latest_code(case: Case) -> str:
    return code_of(case.codes.latest("pk"))


def replies(case: Case) -> int:
    """Return how many messages have come in after the first."""
    return case.messages.count() - 1


def nothing_told(answer: Answer, case: Case) -> bool:
    page = html.unescape(answer.text)
    return not any(told in page for told in (case.number, case.name, case.email, SAID))
