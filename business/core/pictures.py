"""A page's own picture."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from business.core.translation import facts, texts

__all__ = ["PictureMixin"]


class PictureMixin(models.Model):
    """A picture and what it shows, told in the page's language."""

    picture = models.ForeignKey(
        "media.CustomImage",
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    picture_alt = models.CharField(
        _("alternative text"),
        max_length=200,
        blank=True,
        help_text=_("Say in one sentence what the picture shows, for those who cannot see it."),
    )

    picture_panels = [MultiFieldPanel([FieldPanel("picture"), FieldPanel("picture_alt")], heading=_("Picture"))]
    picture_translation = [*texts("picture_alt"), *facts("picture")]

    class Meta:
        abstract = True

    def missing(self) -> dict[str, Any]:
        if self.picture_id and not self.picture_alt.strip():
            return {"picture_alt": _("Say what the picture shows, for those who cannot see it.")}
        return {}
