"""What was said in a case."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from business.core.sent_plan import PlanError, SentPlan, from_json

from ..enums import Channel, Direction
from .kept import Kept, KeptQuerySet

__all__ = ["Message"]


class Message(Kept):
    """One message or note. An incoming one keeps the bytes that arrived; nothing in it is changed afterwards."""

    case = models.ForeignKey("inbox.Case", on_delete=models.PROTECT, related_name="messages")
    direction = models.CharField(_("direction"), max_length=10, choices=Direction.choices)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, default=Channel.WEB)
    text = models.TextField(_("text"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    author_name = models.CharField(_("written by"), max_length=160)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    original = models.BinaryField(_("as it arrived"), null=True, editable=False)
    plan = models.JSONField(_("plan"), null=True, editable=False)
    digest = models.CharField(max_length=64, editable=False, blank=True)

    objects = KeptQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = ()
        ordering = ["created_at", "pk"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "digest"], condition=~models.Q(digest=""), name="unique_message_content"
            )
        ]
        indexes = [
            # All that a person has written in, without reading a text.
            models.Index(
                fields=["author", "case"], condition=models.Q(author__isnull=False), name="message_author_cases"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_direction_display()} {self.created_at:%Y-%m-%d %H:%M}"

    @cached_property
    def sent_plan(self) -> SentPlan | None:
        """The plan that came with the message; nothing if none did, or if it is one that we cannot read any more."""
        try:
            return from_json(self.plan) if self.plan is not None else None
        except PlanError:
            return None
