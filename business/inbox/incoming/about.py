"""What a case's page tells of mail besides its messages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, Subquery

from ..enums import CaseStatus, Direction
from ..models import Case, CaseQuerySet, IncomingMail, Message

__all__ = ["about", "mail_of", "with_subjects"]

MOST_CLAIMING = 5


def mail_of(message: Message) -> IncomingMail | None:
    """Return the mail that a message came in, read with it (``select_related("incoming")``); nothing if it came otherwise."""
    try:
        return message.incoming
    except IncomingMail.DoesNotExist:
        return None


def with_subjects(cases: CaseQuerySet) -> CaseQuerySet:
    """Read cases with the subject of the mail that each came in, which describes it until an officer does."""
    first = Message.objects.filter(case=OuterRef("pk"), direction=Direction.INCOMING).order_by("created_at", "pk")
    return cases.annotate(mailed_subject=Subquery(first.values("incoming__subject")[:1]))


def about(case: Case, thread: Iterable[Message], user: Any) -> dict[str, Any]:
    """Return the mails that are noted in the case's history alone, and who says that they belong to whom. Three queries.

    noted: bounces and automatic replies, latest first.
    claims: the number of the case that this one, in quarantine or let out, says it belongs to.
    claimed: that case, if there is one and the user sees it.
    claiming: cases in quarantine that say so of this one, latest first; claiming_more: whether there are others.
    """
    mails = [mail for message in thread if message.case_id == case.pk and (mail := mail_of(message))]
    claims = next((mail.claims for mail in mails if mail.claims and mail.claims != case.number), "")
    seen = Case.objects.for_user(user)
    # No join: a case whose mails say so twice is named once.
    theirs = IncomingMail.objects.filter(claims=case.number).values("case")
    waiting = seen.filter(status=CaseStatus.QUARANTINED, pk__in=theirs)
    claiming = list(waiting.order_by("-pk")[: MOST_CLAIMING + 1])
    return {
        "noted": list(case.incoming_mails.filter(message=None).order_by("-received_at", "-pk")),
        "claims": claims,
        "claimed": seen.filter(number=claims).first() if claims else None,
        "claiming": claiming[:MOST_CLAIMING],
        "claiming_more": len(claiming) > MOST_CLAIMING,
    }
