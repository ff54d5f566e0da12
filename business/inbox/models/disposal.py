"""Disposal: by which rule, what stops it, what was decided, and what went."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from business.core.panels import RegisterSelect

from ..enums import Channel, DisposalState, ItemState, KeepUnit, SkipReason, Triage
from .kept import Kept, KeptQuerySet

__all__ = [
    "Disposal",
    "DisposalHold",
    "DisposalItem",
    "DisposalProtocol",
    "DisposalRule",
    "HoldQuerySet",
    "RuleQuerySet",
]

OPEN_ITEMS = (ItemState.WAITING, ItemState.REMOVING)


class RuleQuerySet(KeptQuerySet):
    """Rules, by day."""

    def on(self, day: datetime.date) -> RuleQuerySet:
        ended = models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=day)
        return self.filter(ended, valid_from__lte=day)


class DisposalRule(Kept):
    """For how long which cases are kept. A disposal copies its rule's words, so a rule can be corrected later."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    decision_number = models.CharField(
        _("number of the decision"), max_length=60, help_text=_("As it stands in the diary, for example KS 2026/118.")
    )
    decision_date = models.DateField(_("date of the decision"))
    ground = models.TextField(
        _("legal ground"),
        max_length=600,
        help_text=_("The law, the regulations and the plan that the decision rests on."),
    )
    triage = models.CharField(_("how it is kept"), max_length=15, choices=Triage.choices[1:], blank=True)
    topic = models.ForeignKey(
        "inbox.Topic",
        verbose_name=_("topic"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="disposal_rules",
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, blank=True)
    quarantine = models.BooleanField(
        _("only what was in quarantine"), default=False, help_text=_("Messages that a robot seems to have sent.")
    )
    keep = models.PositiveSmallIntegerField(
        pgettext_lazy("disposal", "kept for"), validators=[MinValueValidator(1), MaxValueValidator(600)]
    )
    keep_unit = models.CharField(
        pgettext_lazy("disposal", "counted in"), max_length=6, choices=KeepUnit.choices, default=KeepUnit.YEARS
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(
        _("valid to"), null=True, blank=True, help_text=_("The last day. Empty: until further notice.")
    )

    objects = RuleQuerySet.as_manager()
    wagtail_reference_index_ignore = True
    panels = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("decision_number"), FieldPanel("decision_date")]),
        FieldPanel("ground"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("triage"), RegisterSelect("topic")]),
                FieldRowPanel([FieldPanel("channel"), FieldPanel("quarantine")]),
            ],
            heading=_("Which cases"),
            help_text=_("A case must fit everything that is chosen here. Choose at least one thing."),
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("keep"), FieldPanel("keep_unit")])],
            heading=_("How long after it was closed"),
            help_text=_("Where several rules fit a case, the one that keeps it longest decides."),
        ),
        FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_to")]),
    ]

    class Meta:
        default_permissions = ()
        verbose_name = _("disposal rule")
        verbose_name_plural = _("disposal rules")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if not (self.triage or self.topic_id or self.channel or self.quarantine):
            # Beside the first of them: what speaks of no field has Wagtail tell all other errors once more above the form.
            raise ValidationError({"triage": _("Say which cases the rule is about: choose at least one thing.")})
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": _("The last day cannot come before the first.")})

    @property
    def months(self) -> int:
        """For how many months a case is kept after it was closed."""
        return self.keep * (12 if self.keep_unit == KeepUnit.YEARS else 1)

    @property
    def keep_in_words(self) -> str:
        return keep_in_words(self.keep, self.keep_unit)


def keep_in_words(keep: int, unit: str) -> str:
    """Return a time as it is said."""
    if unit == KeepUnit.YEARS:
        return ngettext("%(count)d year", "%(count)d years", keep) % {"count": keep}
    return ngettext("%(count)d month", "%(count)d months", keep) % {"count": keep}


class HoldQuerySet(KeptQuerySet):
    """Holds, by day."""

    def on(self, day: datetime.date) -> HoldQuerySet:
        """Those that stop disposal on a day."""
        return self.filter(models.Q(until__isnull=True) | models.Q(until__gte=day), released_at=None)


class DisposalHold(Kept):
    """Stops disposal, of one case or of all that fit. Who decided it is a plain value, as in the history."""

    case = models.ForeignKey(
        "inbox.Case",
        verbose_name=_("case"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="disposal_holds",
    )
    topic = models.ForeignKey(
        "inbox.Topic", verbose_name=_("topic"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    unit = models.ForeignKey(
        "organisation.Unit", verbose_name=_("unit"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    received_from = models.DateField(_("received from"), null=True, blank=True)
    received_to = models.DateField(_("received to"), null=True, blank=True)
    why = models.CharField(_("why"), max_length=300)
    until = models.DateField(
        pgettext_lazy("disposal", "until"),
        null=True,
        blank=True,
        help_text=_("The last day. Empty: until it is lifted."),
    )
    placed_by_id = models.BigIntegerField(editable=False)
    placed_by_name = models.CharField(max_length=160, editable=False)
    placed_at = models.DateTimeField(default=timezone.now, editable=False)
    released_by_id = models.BigIntegerField(null=True, editable=False)
    released_by_name = models.CharField(max_length=160, blank=True, editable=False)
    released_at = models.DateTimeField(null=True, editable=False)
    released_why = models.CharField(_("why it is lifted"), max_length=300, blank=True, editable=False)

    objects = HoldQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = ()
        verbose_name = _("stop of disposal")
        verbose_name_plural = _("stops of disposal")
        ordering = ["-placed_at", "-pk"]

    def __str__(self) -> str:
        return self.why

    def stops_on(self, day: datetime.date) -> bool:
        return self.released_at is None and (self.until is None or self.until >= day)


class Disposal(Kept):
    """One decision to dispose of some cases: proposed by one person, approved by another, carried out by the worker."""

    rule = models.ForeignKey(
        DisposalRule, verbose_name=_("rule"), null=True, on_delete=models.PROTECT, related_name="disposals"
    )
    # The rule as it was when the disposal was proposed (`disposal.rules.as_data`).
    rule_text = models.JSONField(default=dict, editable=False)
    as_of = models.DateField(_("as of"))
    state = models.CharField(
        _("state"), max_length=10, choices=DisposalState.choices, default=DisposalState.PROPOSED, editable=False
    )
    proposed_by_id = models.BigIntegerField(null=True, editable=False)
    proposed_by_name = models.CharField(_("proposed by"), max_length=160, blank=True, editable=False)
    proposed_at = models.DateTimeField(_("proposed"), default=timezone.now, editable=False)
    decided_by_id = models.BigIntegerField(null=True, editable=False)
    decided_by_name = models.CharField(_("decided by"), max_length=160, blank=True, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    words = models.CharField(_("why it is sent back"), max_length=600, blank=True, editable=False)
    finished_at = models.DateTimeField(_("carried out"), null=True, editable=False)
    # Of a disposal that is done again after a restore: the fingerprint of its protocol.
    repeats = models.CharField(max_length=64, blank=True, editable=False)

    objects = KeptQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = ()
        verbose_name = pgettext_lazy("disposal", "disposal")
        verbose_name_plural = pgettext_lazy("disposal", "disposals")
        ordering = ["-proposed_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.pk}: {self.rule_text.get('name', '')}"

    @property
    def decision_number(self) -> str:
        return str(self.rule_text.get("decision_number", ""))


class DisposalItem(Kept):
    """One case of a disposal. When it is done, it tells what went, with nothing of whom it was about."""

    disposal = models.ForeignKey(Disposal, on_delete=models.PROTECT, related_name="items")
    case = models.ForeignKey("inbox.Case", on_delete=models.PROTECT, related_name="disposal_items")
    number = models.CharField(_("number"), max_length=20)
    topic = models.CharField(_("topic"), max_length=255)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    received_at = models.DateTimeField(_("received"))
    closed_at = models.DateTimeField(_("closed"), null=True)
    triage = models.CharField(_("how it is kept"), max_length=15, choices=Triage.choices, blank=True)
    registered_number = models.CharField(_("registration number"), max_length=40, blank=True)
    messages = models.PositiveIntegerField(_("messages"), default=0)
    mails = models.PositiveIntegerField(_("mail"), default=0)
    files = models.PositiveIntegerField(_("files"), default=0)
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of what went (`disposal.emptying`)
    # What is to be removed from the store; empty when it has been.
    paths = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=10, choices=ItemState.choices, default=ItemState.WAITING)
    reason = models.CharField(_("why not"), max_length=12, choices=SkipReason.choices, blank=True)
    why = models.CharField(_("why"), max_length=300, blank=True)  # of what was taken out, in an officer's words
    changed_by_name = models.CharField(max_length=160, blank=True)
    done_at = models.DateTimeField(_("disposed of"), null=True)

    objects = KeptQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = ()
        verbose_name = _("case in a disposal")
        verbose_name_plural = _("cases in a disposal")
        ordering = ["received_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["disposal", "case"], name="disposal_item_once"),
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(state__in=OPEN_ITEMS), name="disposal_item_open"
            ),
        ]
        indexes = [models.Index(fields=["disposal", "state", "received_at"], name="disposal_item_state")]

    def __str__(self) -> str:
        return f"{self.number}: {self.get_state_display()}"

    @property
    def reason_words(self) -> str:
        """Why it was not disposed of. News is also that the case is kept in another way, or by another rule."""
        if self.reason == SkipReason.NEWS:
            return gettext("Something was written in it after the proposal, or the rule no longer fits it")
        return self.get_reason_display()


class DisposalProtocol(Kept):
    """What was disposed of, as it was written down when all was done. It is never changed."""

    disposal = models.OneToOneField(Disposal, on_delete=models.PROTECT, related_name="protocol")
    text = models.TextField()  # JSON, in the one form that the fingerprint is made of
    digest = models.CharField(max_length=64)  # SHA-256 of the text
    made_at = models.DateTimeField(default=timezone.now)

    objects = KeptQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = ()
        verbose_name = _("protocol")
        verbose_name_plural = _("protocols")

    def __str__(self) -> str:
        return f"{self.disposal_id}: {self.digest[:8]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new protocol; one that is there is never changed."""
        if self.pk:
            raise TypeError("A protocol is never changed.")
        super().save(*args, **kwargs)
