"""A disposal before it is carried out: proposed, looked through, approved by somebody else, sent back or withdrawn."""

from __future__ import annotations

import datetime
import hashlib
from typing import Any

from django.db import transaction
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from ..enums import DisposalState, ItemState
from ..flow import NotAllowedError
from ..models import Attachment, Case, CaseQuerySet, Disposal, DisposalItem, DisposalRule, Message, OutboxMail
from .holds import condition_of, running
from .rules import as_data, disposable

__all__ = [
    "ListChangedError",
    "approve",
    "found_by",
    "print_of",
    "propose",
    "propose_again",
    "put_back",
    "send_back",
    "take_out",
    "withdraw",
]

# Heads in one proposal: as many as somebody can answer for. The rest comes with the next.
MOST = 5_000
OPEN_ITEMS = (ItemState.WAITING, ItemState.REMOVING)
UNDECIDED = (DisposalState.PROPOSED, DisposalState.SENT_BACK)


class ListChangedError(NotAllowedError):
    """The list is not the one that somebody looked through."""


def print_of(disposal: Disposal) -> str:
    """Return the fingerprint of the cases that would go as a disposal stands now."""
    waiting = disposal.items.filter(state=ItemState.WAITING).order_by("pk").values_list("pk", flat=True)
    return hashlib.sha256(" ".join(map(str, waiting)).encode()).hexdigest()


def found_by(rule: DisposalRule, cases: CaseQuerySet, today: datetime.date) -> CaseQuerySet:
    """Return the cases that a proposal by this rule would hold, without those merged with them.

    Not among them is what stands in another disposal or is stopped, itself or through one that is merged with it.
    """
    found = disposable(rule, cases, today)
    elsewhere = DisposalItem.objects.filter(state__in=OPEN_ITEMS).values("case")
    merged = Case.objects.filter(merged_into__isnull=False)
    found = found.exclude(pk__in=elsewhere).exclude(pk__in=merged.filter(pk__in=elsewhere).values("merged_into"))
    for hold in running(today):
        stopped = condition_of(hold)
        found = found.exclude(stopped).exclude(pk__in=merged.filter(stopped).values("merged_into"))
    return found


@transaction.atomic
def propose(rule: DisposalRule, user: Any, today: datetime.date) -> Disposal:
    """Write down which cases may go by a rule, among those that the user may see, with what is merged with them.

    Raises:
        NotAllowedError: the rule does not hold today, or there are none.
    """
    if not DisposalRule.objects.on(today).filter(pk=rule.pk).exists():
        raise NotAllowedError(_("The rule does not apply today."))
    found = found_by(rule, Case.objects.for_user(user), today).order_by("closed_at", "pk")
    heads = list(found.values_list("pk", flat=True)[:MOST])
    if not heads:
        raise NotAllowedError(_("No case can be disposed of by this rule today."))
    disposal = Disposal.objects.create(
        rule=rule,
        rule_text=as_data(rule),
        as_of=today,
        proposed_by_id=user.pk,
        proposed_by_name=str(user)[:160],
        proposed_at=timezone.now(),
    )
    cases = _counted(Case.objects.filter(Q(pk__in=heads) | Q(merged_into__in=heads)))
    rows = [_item(disposal, case) for case in cases.order_by("received_at", "pk").iterator()]
    DisposalItem.objects.bulk_create(rows, batch_size=500)
    return disposal


def _counted(cases: QuerySet[Case]) -> QuerySet[Case]:
    def number(rows: QuerySet[Any], path: str) -> Coalesce:
        counts = rows.filter(**{path: OuterRef("pk")}).order_by().values(path).annotate(number=Count("pk"))
        return Coalesce(Subquery(counts.values("number")), 0, output_field=IntegerField())

    return cases.select_related("topic").annotate(
        message_count=number(Message.objects.all(), "case"),
        mail_count=number(OutboxMail.objects.all(), "case"),
        file_count=number(Attachment.objects.all(), "message__case"),
    )


def _item(disposal: Disposal, case: Any) -> DisposalItem:
    return DisposalItem(
        disposal=disposal,
        case=case,
        number=case.number,
        topic=case.topic.name,
        channel=case.channel,
        received_at=case.received_at,
        closed_at=case.closed_at,
        triage=case.triage,
        registered_number=case.registered_number,
        messages=case.message_count,
        mails=case.mail_count,
        files=case.file_count,
    )


def _locked(disposal: Disposal, *states: DisposalState) -> Disposal:
    """Return the disposal fresh and locked, if it is in one of these states.

    Raises:
        NotAllowedError: it is in another; somebody was quicker.
    """
    found = Disposal.objects.select_for_update(of=("self",)).get(pk=disposal.pk)
    if found.state not in states:
        raise NotAllowedError(
            _("This disposal is “%(state)s” now, so that cannot be done.") % {"state": found.get_state_display()}
        )
    return found


def _family(item: DisposalItem) -> QuerySet[DisposalItem]:
    """Return the item with those of the disposal that are merged with its case, or that it is merged with."""
    head = item.case.merged_into_id or item.case_id
    return DisposalItem.objects.filter(Q(case=head) | Q(case__merged_into=head), disposal=item.disposal_id)


@transaction.atomic
def take_out(item: DisposalItem, user: Any, why: str) -> int:
    """Take a case, and what is merged with it, out of a disposal that is not decided; return how many these are."""
    _locked(item.disposal, *UNDECIDED)
    return (
        _family(item)
        .filter(state=ItemState.WAITING)
        .update(state=ItemState.OUT, why=why, changed_by_name=str(user)[:160])
    )


@transaction.atomic
def put_back(item: DisposalItem, user: Any) -> int:
    """Put back what was taken out. Why and by whom it had been taken out stays to be read, and so does who put it back.

    Raises:
        NotAllowedError: it stands in another disposal meanwhile, or went by one.
    """
    _locked(item.disposal, *UNDECIDED)
    family = list(_family(item).filter(state=ItemState.OUT))
    if Case.objects.filter(pk__in=[one.case_id for one in family], disposed_at__isnull=False).exists():
        raise NotAllowedError(_("The case has been disposed of already."))
    elsewhere = DisposalItem.objects.filter(state__in=OPEN_ITEMS, case__in=[one.case_id for one in family])
    if elsewhere.exists():
        raise NotAllowedError(_("The case stands in another disposal now."))
    longest = DisposalItem._meta.get_field("why").max_length or 0
    for one in family:
        by = f" ({one.changed_by_name})"
        one.why = one.why[: longest - len(by)] + by
        one.state, one.changed_by_name = ItemState.WAITING, str(user)[:160]
        one.save(update_fields=["state", "why", "changed_by_name"])
    return len(family)


@transaction.atomic
def approve(disposal: Disposal, user: Any, seen: str | None = None) -> Disposal:
    """Decide that the cases may go. From now on the worker empties them.

    ``seen`` is the fingerprint of the list that the user looked through (`print_of`).

    Raises:
        ListChangedError: cases have been taken out or put back since.
        NotAllowedError: whoever proposed it cannot approve it too; or nothing is left in it.
    """
    disposal = _locked(disposal, DisposalState.PROPOSED)
    if disposal.proposed_by_id == user.pk:
        raise NotAllowedError(_("You proposed this disposal yourself. Somebody else must approve it."))
    if not disposal.items.filter(state=ItemState.WAITING).exists():
        raise NotAllowedError(_("All cases have been taken out: there is nothing to approve."))
    if seen is not None and seen != print_of(disposal):
        raise ListChangedError(
            _("Cases have been taken out or put back since you looked. Look the list through once more.")
        )
    return _decide(disposal, user, DisposalState.APPROVED)


@transaction.atomic
def send_back(disposal: Disposal, user: Any, words: str) -> Disposal:
    """Do not approve it as it is, and say why. Its cases can be taken out, and it can be proposed again."""
    return _decide(_locked(disposal, DisposalState.PROPOSED), user, DisposalState.SENT_BACK, words)


def _decide(disposal: Disposal, user: Any, state: DisposalState, words: str = "") -> Disposal:
    disposal.state, disposal.words = state, words
    disposal.decided_by_id, disposal.decided_by_name, disposal.decided_at = user.pk, str(user)[:160], timezone.now()
    disposal.save(update_fields=["state", "words", "decided_by_id", "decided_by_name", "decided_at"])
    return disposal


@transaction.atomic
def propose_again(disposal: Disposal, user: Any) -> Disposal:
    """Put a disposal that was sent back before the archivist once more.

    What has happened in its cases since it was first proposed still counts: such a case is not disposed of.
    """
    disposal = _locked(disposal, DisposalState.SENT_BACK)
    disposal.state = DisposalState.PROPOSED
    disposal.proposed_by_id, disposal.proposed_by_name = user.pk, str(user)[:160]
    disposal.save(update_fields=["state", "proposed_by_id", "proposed_by_name"])
    return disposal


@transaction.atomic
def withdraw(disposal: Disposal) -> Disposal:
    """Let a proposal that is not approved go; its cases can stand in another."""
    disposal = _locked(disposal, *UNDECIDED)
    disposal.items.filter(state=ItemState.WAITING).update(state=ItemState.DROPPED)
    disposal.state = DisposalState.WITHDRAWN
    disposal.save(update_fields=["state"])
    return disposal
