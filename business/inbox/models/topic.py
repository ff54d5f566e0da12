"""What a request is about."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from business.core.models import Register
from business.core.translation import facts

__all__ = ["Topic"]


class Topic(Register):
    """What the sender chooses in the form; it routes the request to a unit."""

    unit = models.ForeignKey(
        "organisation.Unit", verbose_name=_("goes to"), on_delete=models.PROTECT, related_name="topics"
    )
    order = models.PositiveSmallIntegerField(_("order in the form"), default=0)
    in_use = models.BooleanField(_("can be chosen"), default=True)

    panels = [*Register.panels, FieldPanel("unit"), FieldPanel("order"), FieldPanel("in_use")]
    translatable_fields = [*Register.translatable_fields, *facts("unit", "order", "in_use")]

    class Meta(Register.Meta):
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["order", "sort_key", "pk"]
        constraints = [models.UniqueConstraint(fields=["slug", "locale"], name="unique_topic_slug")]
