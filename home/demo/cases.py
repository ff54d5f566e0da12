"""Loads the demo's cases through the inbox's own services, then moves them back in time."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterable, Iterator
from typing import Any
from unittest import mock

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from wagtail.models import Page

from business.contact.models import ContactPage
from business.core.working_days import is_working_day, next_working_day
from business.inbox import files, outbox, services
from business.inbox.disposal import deciding
from business.inbox.enums import AfterSending, CaseStatus, Channel, Direction, Helped, MailPurpose, Triage
from business.inbox.flow import NotAllowedError
from business.inbox.meeting_words import ProposedTime
from business.inbox.models import Attachment, Case, Disposal, DisposalRule, Message, Topic
from business.inbox.secrecy import LAW, Ground
from business.inbox.sender_links import current_link, token_of

from .content_files import key_for, read

__all__ = ["load", "senders_page"]

SHOWN = "times-proposed"


def _moment(days_ago: int, hour: int) -> datetime.datetime:
    """Return a working hour so many days ago, never in the future."""
    day = timezone.localdate() - datetime.timedelta(days=days_ago)
    while not is_working_day(day):
        day -= datetime.timedelta(days=1)
    moment = datetime.datetime.combine(day, datetime.time(hour, 12), timezone.get_current_timezone())
    return min(moment, timezone.now())


class _Clock:
    """Turns time back while services act: the history can be written, and never changed."""

    def __init__(self, start: datetime.datetime) -> None:
        self.now = start

    @contextlib.contextmanager
    def after(self, case: Case, hours: float) -> Iterator[None]:
        """Have what is done here be done so many hours after the last act, on a working day, never in the future."""
        moment = self.now + datetime.timedelta(hours=hours)
        while not is_working_day(timezone.localdate(moment)):
            moment += datetime.timedelta(days=1)
        self.now = min(moment, timezone.now())
        with mock.patch.object(timezone, "now", return_value=self.now):
            yield
        # What takes its time from a column's default knows nothing of this.
        case.messages.filter(created_at__gt=self.now).update(created_at=self.now)
        case.mails.filter(created_at__gt=self.now).update(created_at=self.now)
        case.mails.filter(next_attempt_at__gt=self.now).update(next_attempt_at=self.now)


def load(users: dict[str, Any]) -> int:
    """Create the cases that are not there yet; return how many there were to create."""
    created, unnamed = 0, 0
    for data in sorted(read("cases")["cases"], key=lambda row: (-row["days_ago"], row["hour"])):
        submission_key = _key(data.get("key", unnamed))
        unnamed += "key" not in data
        if not Case.objects.filter(submission_key=submission_key).exists():
            _load_one(data, submission_key, users)
            created += 1
    _propose_disposal(users["registrar"])
    return created


def senders_page() -> str:
    """Return the path of the sender's page on which most is to be seen; nothing where the demo is not loaded.

    The database holds its hash alone: the token follows from the site's secret key, as in a mail.
    """
    case = Case.objects.filter(submission_key=_key(SHOWN)).first()
    link = current_link(case) if case else None
    if case is None or link is None:
        return ""
    with translation.override(case.language):
        return reverse("sender_page", args=[token_of(link)])


def _propose_disposal(registrar: Any) -> None:
    """Let the registrar propose what may go, so that the archivist has something to decide about."""
    if Disposal.objects.exists():
        return
    for rule in DisposalRule.objects.order_by("pk"):
        with contextlib.suppress(NotAllowedError):  # nothing is old enough by this one
            deciding.propose(rule, registrar, timezone.localdate())


def _key(name: str | int) -> str:
    return key_for("case", name).hex


def _load_one(data: dict[str, Any], submission_key: str, users: dict[str, Any]) -> None:
    start = _moment(data["days_ago"], data["hour"])
    case, clock = services.receive(_request(data, submission_key), at=start), _Clock(start)
    # The demo's senders are invented: their mail counts as sent.
    with clock.after(case, 0):
        _send(case, clock)
    _work(case, data, submission_key, clock, users["coordinator"])
    _talk_on(case, data, clock, users["coordinator"])
    _end(case, data, clock, users["coordinator"])
    _put_aside(case, data, clock, users)


def _request(data: dict[str, Any], submission_key: str) -> services.ContactRequest:
    page = Page.objects.filter(
        translation_key=key_for("page", data.get("source_page", "")), locale__language_code=data["language"]
    ).first()
    contact = ContactPage.objects.filter(locale__language_code=data["language"]).first()
    return services.ContactRequest(
        topic=Topic.objects.select_related("unit").get(
            slug=data["topic"], locale__language_code=settings.LANGUAGE_CODE
        ),
        text=data["message"].strip(),
        **services.sender_in(data),
        language=data["language"],
        source_title=page.title if page else "",
        source_url=page.full_url if page else "",
        notice_text=contact.notice if contact else "",
        channel=data.get("channel", Channel.WEB),
        suspicion=data.get("suspicion", ""),
        submission_key=submission_key,
        attachments=_files(data.get("files", ()), submission_key),
    )


def _files(rows: Iterable[dict[str, str]], key: str) -> tuple[Attachment, ...]:
    uploads = [SimpleUploadedFile(one["name"], one["text"].encode()) for one in rows]
    if uploads:
        files.hold(uploads, held_key=key)
    return files.sendable(key)


def _work(case: Case, data: dict[str, Any], key: str, clock: _Clock, coordinator: Any) -> None:
    """Let the coordinator take the case, write about it and answer, as far as the demo says."""
    if data["owner"]:
        with clock.after(case, 1.5):
            services.take(case, coordinator)
    if data["subject"]:
        with clock.after(case, 0.1):
            services.describe(case, coordinator, data["subject"])
    for text in data["notes"]:
        with clock.after(case, 0.5):
            services.note(case, coordinator, text)
    if data["answer"]:
        after = AfterSending(data.get("after", AfterSending.ANSWERED))
        with clock.after(case, 2):
            enclosed = _files(data.get("answer_files", ()), f"{key}-answer")
            services.answer(case, coordinator, data["answer"].strip(), after=after, attachments=enclosed)
        _send(case, clock)


def _talk_on(case: Case, data: dict[str, Any], clock: _Clock, coordinator: Any) -> None:
    """Let the sender write again, from their mail program, and the coordinator propose times, as far as the demo says."""
    for reply in data.get("replies", ()):
        with clock.after(case, 16):
            text = reply["text"].strip().replace("{answered}", _answered(case))
            services.add_message(case, text, name=case.name, channel=Channel.EMAIL, at=clock.now)
        _send(case, clock)
    if proposed := data.get("propose"):
        zone, length, place = timezone.get_current_timezone(), proposed["minutes"], proposed["place"]
        times = [
            ProposedTime(
                datetime.datetime.combine(_working_day(one["in"]), datetime.time(one["hour"]), zone), length, place
            )
            for one in proposed["times"]
        ]
        with clock.after(case, 3):
            services.propose_times(case, coordinator, proposed["text"].strip(), times)
        _send(case, clock)


def _answered(case: Case) -> str:
    """Return when the sender was answered last, as a Swedish mail program writes it above what it repeats."""
    answers = case.messages.filter(direction=Direction.OUTGOING)
    moment = answers.order_by("pk").values_list("created_at", flat=True).last()
    with translation.override("sv"):
        return date_format(timezone.localtime(moment), r"j F Y \k\l. H:i") if moment else ""


def _end(case: Case, data: dict[str, Any], clock: _Clock, coordinator: Any) -> None:
    """Close the case, and let its sender say whether they were helped, as far as the demo says. A no opens it again."""
    if data["status"] in ("closed", "reopened"):
        triage, number = data.get("triage", Triage.KEPT), data.get("registered_number", "")
        with clock.after(case, 20):
            services.close(case, coordinator, triage, registered_number=number, reason=data.get("reason", ""))
    if rating := data.get("rating"):
        with clock.after(case, 6):
            services.rate(case, Helped(rating["helped"]), rating["words"], at=clock.now)
        _send(case, clock)
    for text in data.get("notes_after", ()):
        with clock.after(case, 2):
            services.note(case, coordinator, text)


def _put_aside(case: Case, data: dict[str, Any], clock: _Clock, users: dict[str, Any]) -> None:
    """Let the case wait, be handed over or be merged, as far as the demo says."""
    coordinator = users["coordinator"]
    if days := data.get("look_again_in"):
        Case.objects.filter(pk=case.pk).update(resume_on=_working_day(days))
    if days := data.get("meeting_in"):
        meeting = datetime.datetime.combine(_working_day(days), datetime.time(10), timezone.get_current_timezone())
        with clock.after(case, 1):
            services.park(case, coordinator, CaseStatus.MEETING_BOOKED, meeting_at=meeting)
    if text := data.get("hand_over"):
        with clock.after(case, 0.5):
            services.assign(case, coordinator, user=users["officer"], text=text)
    if ground := data.get("secrecy"):
        with clock.after(case, 0.5):
            services.mark_secret(case, coordinator, f"{LAW} {Ground(ground)}", data["secrecy_words"])
    if key := data.get("merge_with"):
        with clock.after(case, 1):
            services.merge(case, Case.objects.get(submission_key=_key(key)), coordinator)
    _send(case, clock)


def _working_day(days: int) -> datetime.date:
    return next_working_day(timezone.localdate() + datetime.timedelta(days=days))


def _send(case: Case, clock: _Clock) -> None:
    for mail in case.mails.filter(sent_at=None):
        outbox.count_as_sent(mail, clock.now)
        if mail.purpose == MailPurpose.ANSWER:
            Message.objects.filter(pk=mail.message_id).update(created_at=clock.now)
