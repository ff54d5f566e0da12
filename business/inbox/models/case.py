"""What the coordinator works on. One contact request makes one case."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Left
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from business.core.organisation_number import masked

from ..enums import OPEN, PARKED, PAUSED, SPOKEN, CaseStatus, Channel, Direction, NoticeTold, PreferredChannel, Triage
from ..rights import CASE_RIGHTS
from ..searching import containing
from . import visibility
from .kept import Kept, KeptQuerySet
from .message import Message
from .outbox import OutboxMail

__all__ = ["Case", "CaseQuerySet", "CaseSequence", "NoticeVersion"]


# The clock runs: somebody is promised an answer, and it is not the sender's turn.
RUNNING = Q(status__in=OPEN - PAUSED, answered_at__isnull=True)


# The database itself keeps how much a case presses, since lists are sorted by it: 0 while the clock runs, 1 while
# somebody has something to do besides, 2 when it is done.
STATES_OPEN, STATES_RUNNING = sorted(one.value for one in OPEN), sorted(one.value for one in OPEN - PAUSED)
URGENCY = models.Case(
    models.When(status__in=STATES_RUNNING, answered_at__isnull=True, then=0),
    models.When(status__in=STATES_OPEN, then=1),
    default=2,
)
ANSWER_BEFORE = models.Case(models.When(status__in=STATES_OPEN, then="limit_at"))


def _late(at: datetime.datetime) -> Q:
    return RUNNING & Q(limit_at__lt=at)


def _due(at: datetime.datetime) -> Q:
    """To answer before the day is over, and not late yet."""
    tomorrow = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0) + datetime.timedelta(days=1)
    return RUNNING & Q(due_at__lt=tomorrow, limit_at__gte=at)


def _to_resume(at: datetime.datetime) -> Q:
    has_come = Q(resume_on__lte=timezone.localdate(at)) | Q(meeting_at__lte=at)
    return Q(status__in=PARKED) & has_come


class CaseSequence(Kept):
    """The last running number of a year. Its row is the lock that keeps the numbers without gaps."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    objects = KeptQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = ()
        verbose_name = _("running number")
        verbose_name_plural = _("running numbers")

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class NoticeVersion(Kept):
    """The notice on personal data as it stood when somebody sent a request."""

    digest = models.CharField(max_length=64, unique=True)
    text = models.TextField()
    first_used_at = models.DateTimeField(default=timezone.now)

    objects = KeptQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = ()
        verbose_name = _("version of the notice")
        verbose_name_plural = _("versions of the notice")

    def __str__(self) -> str:
        return f"{self.first_used_at:%Y-%m-%d} {self.digest[:8]}"


class CaseQuerySet(KeptQuerySet):
    """Cases, by what a person may see and by what waits."""

    def for_user(self, user: Any) -> CaseQuerySet:
        """The cases that this user may read (`visibility.opened`): what every page, file and package goes through."""
        return self._within(visibility.opened(user, timezone.localdate()))

    def listed_for(self, user: Any) -> CaseQuerySet:
        """Those and, to be shown as a number and a state alone, the cases under secrecy that would else be there."""
        return self._within(visibility.listed(user, timezone.localdate()))

    def counted_for(self, user: Any) -> CaseQuerySet:
        """The cases that are counted in the user's statistics, which show none of them."""
        return self._within(visibility.counted(user, timezone.localdate()))

    def _within(self, condition: Q | None) -> CaseQuerySet:
        return self.none() if condition is None else self.filter(condition)

    def open(self) -> CaseQuerySet:
        """Those that somebody still has to do something about."""
        return self.filter(status__in=OPEN)

    def late(self, at: datetime.datetime) -> CaseQuerySet:
        """Those whose promised time has passed without an answer."""
        return self.filter(_late(at))

    def due(self, at: datetime.datetime) -> CaseQuerySet:
        """Those to answer before the day of ``at`` is over, and not late yet."""
        return self.filter(_due(at))

    def clock_open(self) -> CaseQuerySet:
        """Those that are promised an answer, whether the clock runs or stands still."""
        return self.filter(status__in=OPEN | {CaseStatus.QUARANTINED}, answered_at__isnull=True)

    def to_resume(self, at: datetime.datetime) -> CaseQuerySet:
        """Those put aside until a day that has come, or for a meeting that has been."""
        return self.filter(_to_resume(at))

    def untriaged(self) -> CaseQuerySet:
        """Those whose record nobody has decided how to keep. A merged one is kept with the case that it is merged into."""
        return self.filter(triage=Triage.UNDECIDED).exclude(status=CaseStatus.MERGED)

    def with_failed_mail(self) -> CaseQuerySet:
        return self.filter(pk__in=OutboxMail.objects.failed().values("case"))

    def with_held_mail(self) -> CaseQuerySet:
        return self.filter(pk__in=OutboxMail.objects.held().values("case"))

    def containing(self, words: str) -> CaseQuerySet:
        """Those that hold every one of the words, in capitals or not: in number, sender or text."""
        return self.filter(containing(words))

    def for_listing(self) -> CaseQuerySet:
        """With what a row of a listing shows: how the first message begins, if a plan came, and whether mail has failed or is held."""
        first = Message.objects.filter(case=OuterRef("pk"), direction=Direction.INCOMING).order_by("created_at", "pk")
        planned = Message.objects.filter(case=OuterRef("pk"), plan__isnull=False)
        failed = OutboxMail.objects.failed().filter(case=OuterRef("pk"))
        held = OutboxMail.objects.held().filter(case=OuterRef("pk"))
        return self.select_related("topic", "owner").annotate(
            excerpt=Subquery(first.values(start=Left("text", 160))[:1]),
            has_plan=Exists(planned),
            mail_failed=Exists(failed),
            mail_held=Exists(held),
        )

    def told_to(self, user: Any) -> CaseQuerySet:
        """With ``is_withheld``: the case is under secrecy and not for this user, who sees its number and state alone."""
        return self.annotate(is_withheld=visibility.withheld(user, timezone.localdate()))

    def most_pressing(self) -> CaseQuerySet:
        """Open ones in the order to take them: the unanswered by their time, then the rest."""
        return self.open().order_by("urgency", "answer_before", "-received_at", "-pk")

    def summary(self, at: datetime.datetime, owners: Collection[int]) -> dict[str, int]:
        """Count what waits for somebody, what is due, late or to be looked at again, what the owners have, and so on."""
        is_open = Q(status__in=OPEN)
        counts = self.filter(status__in=OPEN | {CaseStatus.QUARANTINED}).aggregate(
            waiting=Count("pk", filter=is_open & Q(owner__isnull=True)),
            due=Count("pk", filter=_due(at)),
            late=Count("pk", filter=_late(at)),
            mine=Count("pk", filter=is_open & Q(owner__in=owners)),
            resume=Count("pk", filter=_to_resume(at)),
            quarantine=Count("pk", filter=Q(status=CaseStatus.QUARANTINED)),
        )
        failed, held = (
            Q(pk__in=mails.values("case")) for mails in (OutboxMail.objects.failed(), OutboxMail.objects.held())
        )
        # Found from the few mails; one condition or the other would be asked of every case there is.
        stuck = self.filter(pk__in=OutboxMail.objects.stuck().values("case"))
        return {**counts, **stuck.aggregate(failed=Count("pk", filter=failed), held=Count("pk", filter=held))}

    def pressing(self, at: datetime.datetime) -> dict[str, int]:
        """Count what nobody has, what is late and where mail has failed: what every page of the admin tells."""
        counts = self.open().aggregate(
            waiting=Count("pk", filter=Q(owner__isnull=True)), late=Count("pk", filter=_late(at))
        )
        return {**counts, "failed": self.with_failed_mail().count()}


class Case(Kept):
    """A request and everything done about it. Nothing of it hangs on a page, and nothing of it is ever deleted."""

    number = models.CharField(_("number"), max_length=20, unique=True, editable=False)
    year = models.PositiveSmallIntegerField(editable=False)
    running = models.PositiveIntegerField(editable=False)
    status = models.CharField(_("state"), max_length=20, choices=CaseStatus.choices, default=CaseStatus.NEW)
    topic = models.ForeignKey("inbox.Topic", verbose_name=_("topic"), on_delete=models.PROTECT, related_name="cases")
    unit = models.ForeignKey(
        "organisation.Unit", verbose_name=_("unit"), on_delete=models.PROTECT, related_name="cases"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who has it"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cases",
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, default=Channel.WEB)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="sv")

    received_at = models.DateTimeField(_("received"), editable=False)
    # The promise: `promise.py` counts it in office time, and again when closed days or hours change.
    clock_from = models.DateTimeField(_("counted from"), editable=False)
    due_at = models.DateTimeField(_("answer due"), help_text=_("The time we aim for."))
    limit_at = models.DateTimeField(_("latest time"), help_text=_("The time we promise."))
    # A promise that was taken over from a merged case: when that one's clock stood still, and from when on this one's
    # own pauses count for it.
    pauses_before = models.JSONField(default=list, editable=False)
    pauses_from = models.DateTimeField(null=True, editable=False)
    promised_at = models.DateTimeField(_("new time, told in a delay notice"), null=True, editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    first_answer_at = models.DateTimeField(_("first answered"), null=True, editable=False)
    resume_on = models.DateField(_("follow up on"), null=True, blank=True)
    meeting_at = models.DateTimeField(_("meeting"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    closing_reason = models.CharField(_("why closed without an answer"), max_length=300, blank=True)

    # Who wrote. Plain text, so that it outlives every page, user and register.
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"), blank=True)  # who calls may have none
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    company = models.CharField(_("company"), max_length=160, blank=True)
    organisation_number = models.CharField(_("organisation number"), max_length=11, blank=True)
    preferred = models.CharField(
        _("would like to be reached by"),
        max_length=10,
        choices=PreferredChannel.choices,
        default=PreferredChannel.EMAIL,
    )
    source_title = models.CharField(_("sent from the page"), max_length=255, blank=True)
    source_url = models.CharField(_("address of that page"), max_length=500, blank=True)
    notice = models.ForeignKey(
        NoticeVersion,
        verbose_name=_("notice on personal data"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # How the sender came by the notice: at the form, by telephone, in the receipt, or not at all.
    notice_told = models.CharField(
        _("told about personal data"), max_length=10, choices=NoticeTold.choices, blank=True, editable=False
    )

    # The register of public records: date and sender stand above; content and number are the officer's.
    short_content = models.CharField(
        _("short content"),
        max_length=160,
        blank=True,
        help_text=_("What the matter is about, in your own words. Never copy the sender's text: this is public."),
    )
    triage = models.CharField(
        _("how it is kept"), max_length=15, choices=Triage.choices, default=Triage.UNDECIDED, blank=True
    )
    registered_number = models.CharField(_("registration number"), max_length=40, blank=True)
    # The same number however it was typed (`numbers.normalised`): two cases may be entered under one.
    registered_key = models.CharField(max_length=40, blank=True, db_index=True, editable=False)
    triaged_at = models.DateTimeField(_("decided how it is kept"), null=True, editable=False)
    triaged_by = models.CharField(_("decided by"), max_length=160, blank=True, editable=False)
    secrecy_ground = models.CharField(_("ground for secrecy"), max_length=200, blank=True)
    secrecy_set_at = models.DateTimeField(null=True, editable=False)
    secrecy_set_by = models.CharField(max_length=160, blank=True, editable=False)

    merged_into = models.ForeignKey(
        "self", verbose_name=_("merged with"), null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    status_before = models.CharField(max_length=20, blank=True, editable=False)
    # Of a case with others merged into it: what it was before the first (`services.merging`).
    before_merging = models.JSONField(null=True, editable=False)
    quarantine_reason = models.CharField(_("why in quarantine"), max_length=20, blank=True, editable=False)

    # Null, not empty, where there is none: each is unique.
    submission_key = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001
    token_hash = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001
    # When its persons and texts went, and by which decision (`disposal/`).
    disposed_at = models.DateTimeField(_("disposed of"), null=True, editable=False)
    disposed_by = models.CharField(_("decision on disposal"), max_length=60, blank=True, editable=False)
    search_text = models.TextField(editable=False, blank=True)
    updated_at = models.DateTimeField(_("last event"), editable=False)
    urgency = models.GeneratedField(
        expression=URGENCY, output_field=models.PositiveSmallIntegerField(), db_persist=True
    )
    answer_before = models.GeneratedField(
        expression=ANSWER_BEFORE, output_field=models.DateTimeField(), db_persist=True
    )

    objects = CaseQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        default_permissions = ("view", "change", "export")
        permissions = CASE_RIGHTS
        ordering = ["-received_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["year", "running"], name="unique_case_number")]
        indexes = [
            models.Index(fields=["status", "-received_at"], name="case_status"),
            # With what else decides whose a case is: who has one that somebody sees is found without reading a row.
            models.Index(fields=["owner", "status", "unit", "merged_into", "id"], name="case_owner"),
            # With the state, so that a page far down the list is found in the index alone.
            models.Index(fields=["-received_at", "-id", "status"], name="case_received"),
            models.Index(fields=["limit_at", "id", "status"], name="case_limit"),
            models.Index(fields=["urgency", "answer_before", "-received_at", "-id", "status"], name="case_pressing"),
            models.Index(fields=["email"], name="case_email"),
            # The few that are counted above every list, without reading the others.
            models.Index(fields=["status"], condition=Q(triage=Triage.UNDECIDED), name="case_undecided"),
            # All that the statistics count, and what decides whose a case is: they read no row (ADR 49).
            models.Index(
                fields=[
                    "received_at",
                    "status",
                    "quarantine_reason",
                    "topic",
                    "unit",
                    "channel",
                    "owner",
                    "merged_into",
                    "first_answer_at",
                    "closed_at",
                    "id",
                ],
                name="case_statistics",
            ),
            models.Index(fields=["organisation_number"], name="case_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse: a case is a public record. Disposal is a decision of its own, never a delete."""
        raise models.ProtectedError(str(_("A case is a public record and cannot be deleted.")), {self})

    @property
    def described(self) -> str:
        """The officer's short content or, until there is one, the subject of the mail that it came in; else nothing.

        The subject is known where cases are read with it (`incoming.about.with_subjects`). That of a secret case is kept.
        """
        return self.short_content or ("" if self.is_secret else getattr(self, "mailed_subject", None) or "")

    @property
    def subject(self) -> str:
        """What it is described by, or its topic."""
        return self.described or self.topic.name

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_taken_down(self) -> bool:
        """Whether an officer wrote down what the sender said."""
        return self.channel in SPOKEN

    @property
    def is_secret(self) -> bool:
        return bool(self.secrecy_ground)

    @property
    def is_secret_to_sender(self) -> bool:
        """Whether the sender's page shows nothing: the case, or the one that it is merged with, is under secrecy."""
        return self.is_secret or (self.merged_into is not None and self.merged_into.is_secret)

    @property
    def shown_organisation_number(self) -> str:
        """The number as it may be shown: a sole trader's is a personal number and masked."""
        return masked(self.organisation_number) if self.organisation_number else ""

    @property
    def due_on(self) -> datetime.date:
        """The day we aim for, as the municipality counts days."""
        return timezone.localdate(self.due_at, timezone.get_default_timezone())

    @property
    def limit_on(self) -> datetime.date:
        """The day we promise."""
        return timezone.localdate(self.limit_at, timezone.get_default_timezone())

    @property
    def clock_runs(self) -> bool:
        """Whether an answer is promised and it is not the sender's turn."""
        return self.status in OPEN - PAUSED and self.answered_at is None

    def is_late(self, at: datetime.datetime) -> bool:
        return self.clock_runs and self.limit_at < at
