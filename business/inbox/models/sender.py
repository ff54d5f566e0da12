"""What the sender's own page needs: its address, the codes that let somebody act there, times to meet, and a rating."""

from __future__ import annotations

import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..enums import Helped, TimeState
from .kept import Kept, KeptQuerySet

__all__ = ["CaseLink", "MeetingTime", "Rating", "SenderCode"]


class CaseLink(models.Model):
    """An address of a case's page for its sender.

    The token in the address follows from ``nonce`` and the site's secret key (`sender_links.py`); the table holds only
    its SHA-256, so that whoever reads the database, or a backup of it, opens no page.
    """

    case = models.ForeignKey("inbox.Case", on_delete=models.PROTECT, related_name="links")
    nonce = models.CharField(max_length=64, unique=True, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    # When another took its place: it may have been mailed to a stranger.
    ended_at = models.DateTimeField(null=True, editable=False)

    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = ()
        ordering = ["pk"]
        verbose_name = _("link to the sender's page")
        verbose_name_plural = _("links to the sender's page")

    def __str__(self) -> str:
        return f"{self.case_id} {self.created_at:%Y-%m-%d}"


class SenderCode(models.Model):
    """Six digits that were mailed to a case's own address. They follow from ``nonce`` and the site's secret key."""

    case = models.ForeignKey("inbox.Case", on_delete=models.PROTECT, related_name="codes")
    mail = models.OneToOneField(
        "inbox.OutboxMail", null=True, on_delete=models.PROTECT, related_name="code", editable=False
    )
    nonce = models.CharField(max_length=64, unique=True, editable=False)
    # A keyed hash of the range of addresses that asked: which one it was cannot be read from it.
    source = models.CharField(max_length=32, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, editable=False)
    # What it was used for: the same form, sent twice, is let through twice.
    used_for = models.CharField(max_length=64, blank=True, editable=False)

    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = ()
        ordering = ["pk"]
        verbose_name = _("code for the sender's page")
        verbose_name_plural = _("codes for the sender's page")
        indexes = [models.Index(fields=["case", "created_at"], name="sender_code_case")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.created_at:%Y-%m-%d %H:%M}"


class MeetingTime(models.Model):
    """A time to meet that was proposed to the sender in a message; at most one of them is chosen."""

    case = models.ForeignKey("inbox.Case", on_delete=models.PROTECT, related_name="meeting_times")
    message = models.ForeignKey("inbox.Message", on_delete=models.PROTECT, related_name="meeting_times")
    starts_at = models.DateTimeField(_("begins"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    place = models.CharField(_("place or link"), max_length=300)
    state = models.CharField(_("state"), max_length=10, choices=TimeState.choices, default=TimeState.PROPOSED)
    settled_at = models.DateTimeField(null=True, editable=False)

    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = ()
        ordering = ["starts_at", "pk"]
        verbose_name = _("proposed time")
        verbose_name_plural = _("proposed times")

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M} {self.place}"

    @property
    def ends_at(self) -> datetime.datetime:
        return self.starts_at + datetime.timedelta(minutes=self.minutes)


class Rating(Kept):
    """What the sender said when the case was closed: whether they were helped. One for each closing."""

    case = models.ForeignKey("inbox.Case", on_delete=models.PROTECT, related_name="ratings")
    closed_at = models.DateTimeField(_("closed"))  # which closing it is about
    helped = models.CharField(_("helped"), max_length=10, choices=Helped.choices)
    words = models.TextField(_("in the sender's own words"), blank=True)
    created_at = models.DateTimeField(_("given"), default=timezone.now)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)

    objects = KeptQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = ()
        ordering = ["created_at", "pk"]
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        constraints = [models.UniqueConstraint(fields=["case", "closed_at"], name="one_rating_a_closing")]
        indexes = [models.Index(fields=["closed_at", "helped"], name="rating_closed")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.get_helped_display()}"
