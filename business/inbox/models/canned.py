"""Answers that are written once and used often."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from business.core.panels import RegisterSelect
from business.core.sorting import swedish_sort_key

from ..variables import complaints

__all__ = ["CannedReply"]


class CannedReply(models.Model):
    """A text for the composer, in one language. Its variables are words in braces (see ``variables.py``)."""

    name = models.CharField(_("name"), max_length=80)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="sv")
    topic = models.ForeignKey(
        "inbox.Topic",
        verbose_name=_("only for the topic"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="canned_replies",
    )
    text = models.TextField(_("text"), max_length=10_000)
    in_use = models.BooleanField(_("can be chosen"), default=True)
    sort_key = models.CharField(max_length=140, editable=False, blank=True)

    wagtail_reference_index_ignore = True
    panels = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("language"), RegisterSelect("topic")]),
        FieldPanel("text"),
        FieldPanel("in_use"),
    ]

    class Meta:
        verbose_name = _("canned reply")
        verbose_name_plural = _("canned replies")
        ordering = ["sort_key", "pk"]
        constraints = [models.UniqueConstraint(fields=["name", "language"], name="unique_canned_reply")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_key = swedish_sort_key(self.name)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        # Some keyboards write å as a and a ring: the words in braces are compared as they stand.
        self.text = unicodedata.normalize("NFC", self.text)
        if wrong := list(complaints(self.text)):
            raise ValidationError({"text": wrong})
