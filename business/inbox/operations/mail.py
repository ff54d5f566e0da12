"""Mail: what waits, what failed, what is held, and what comes in."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Min, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from business.core.models import JobRun, Restore

from ..enums import FLEETING, ON_ITS_WAY, STUCK, IncomingState, MailStatus
from ..models import IncomingMail, OutboxMail
from .parts import Act, Reading, State, age, by_age

__all__ = ["Outbox", "failed", "fetched", "restored", "waiting"]

MINUTES, HOURS = datetime.timedelta(minutes=1), datetime.timedelta(hours=1)


@dataclass(frozen=True)
class Outbox:
    """The outbox in numbers, and the restored database that nobody has looked at."""

    waiting: int
    oldest: datetime.datetime | None
    failed: int
    held: int
    restore: Restore | None

    @classmethod
    def read(cls) -> Outbox:
        is_failed = Q(status=MailStatus.FAILED) & ~Q(purpose__in=FLEETING)
        on_its_way = Q(status__in=ON_ITS_WAY)
        numbers: dict[str, Any] = OutboxMail.objects.filter(status__in=ON_ITS_WAY | STUCK).aggregate(
            waiting=Count("pk", filter=on_its_way),
            oldest=Min(Coalesce("retried_at", "created_at"), filter=on_its_way),
            failed=Count("pk", filter=is_failed),
            held=Count("pk", filter=Q(status=MailStatus.HELD)),
        )
        return cls(**numbers, restore=Restore.objects.filter(seen_at=None).first())


def restored(outbox: Outbox, at: datetime.datetime) -> Reading | None:
    """Tell of a restored database that nobody has looked at, and of what is held; nothing when there is neither."""
    data = {"held": outbox.held, "sending": outbox.restore is None}
    label = _("After a restore")
    held = ngettext(
        "%(count)s mail that was waiting then is held.",
        "%(count)s mails that were waiting then are held.",
        outbox.held,
    ) % {"count": outbox.held}
    if outbox.restore is not None:
        moment = date_format(localtime(outbox.restore.made_at), "j F Y H:i")
        said = _("This database comes from a backup of %(moment)s. No mail is sent.") % {"moment": moment}
        todo = _(
            "Look whether this is the site that companies use, and whether mail may leave it. Decide below about what is"
            " held: it may have been sent after the backup."
        )
        return Reading("restored", label, State.BAD, f"{said} {held}", todo, Act.START, data=data)
    if outbox.held:
        todo = _("Decide below: send it, or say that it is not to be sent.")
        return Reading("restored", label, State.NOTICE, held, todo, data=data)
    return None


def waiting(outbox: Outbox, at: datetime.datetime) -> Reading:
    label = _("Mail that waits to be sent")
    data = {"count": outbox.waiting, "oldest": outbox.oldest.isoformat() if outbox.oldest else None}
    if outbox.oldest is None:
        return Reading("mail-waiting", label, State.GOOD, _("None."), data=data)
    said = ngettext(
        "%(count)s mail. Written %(age)s.", "%(count)s mails. The oldest was written %(age)s.", outbox.waiting
    )
    state = by_age(at, outbox.oldest, 10 * MINUTES, HOURS)
    todo = ""
    if state != State.GOOD:
        todo = _("Look whether the worker runs and the mail server answers; the log says what it said.")
    values = {"count": outbox.waiting, "age": age(at, outbox.oldest)}
    act = Act.SEND if outbox.restore is None else None
    return Reading("mail-waiting", label, state, said % values, todo, act, data=data)


def failed(outbox: Outbox) -> Reading:
    label, data = _("Mail that could not be sent"), {"count": outbox.failed}
    if not outbox.failed:
        return Reading("mail-failed", label, State.GOOD, _("None."), data=data)
    said = ngettext("%(count)s mail.", "%(count)s mails.", outbox.failed) % {"count": outbox.failed}
    todo = _("Open each case: correct the address and send again, or say that it was settled another way.")
    link = f"{reverse('inbox:index')}?attention=failed"
    return Reading("mail-failed", label, State.NOTICE, said, todo, None, link, _("Show these cases"), data)


def fetched(runs: Mapping[str, JobRun], at: datetime.datetime, job: str, is_used: bool) -> Reading:
    """Tell when the mailbox was last read, and what of it is not in a case yet."""
    label = _("Mail that comes in")
    if not is_used:
        return Reading(
            "mail-fetched", label, State.OFF, _("No mailbox is set up: replies go to the office's address.")
        )
    numbers = IncomingMail.objects.filter(state=IncomingState.STORED).aggregate(
        count=Count("pk"), oldest=Min("stored_at")
    )
    run = runs.get(job)
    last = run.done_at if run else None
    data = {"last": last.isoformat() if last else None, "unread": numbers["count"]}
    data["error"] = run.error if run and run.failed_at and (not last or run.failed_at > last) else ""
    state = State.BAD if last is None else by_age(at, last, 5 * MINUTES, HOURS)
    said = _("Last read %(age)s.") % {"age": age(at, last)} if last else _("The mailbox has never been read.")
    if data["error"]:
        said += " " + _("Since then it has failed: %(error)s.") % {"error": data["error"]}
    if numbers["count"]:
        unread = ngettext(
            "%(count)s mail is stored and not in a case yet.",
            "%(count)s mails are stored and not in a case yet.",
            numbers["count"],
        )
        said += " " + unread % {"count": numbers["count"]}
        state = max(state, by_age(at, numbers["oldest"], 10 * MINUTES, HOURS), key=list(State).index)
    if settings.IMAP_HOST:
        said += " " + _("What was read stays in the mailbox: the mail server is to delete it after 28 days.")
    todo = "" if state == State.GOOD else _("Look whether the mail server answers and lets the site in.")
    return Reading("mail-fetched", label, state, said, todo, Act.FETCH, data=data)
