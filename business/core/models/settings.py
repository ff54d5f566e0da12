"""What the municipality sets about its own site, in the admin."""

from __future__ import annotations

import hashlib

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from business.core.contrast import ACCENT, ACCENT_DARK, DARK_BACKGROUND, LIGHT_BACKGROUND, contrast

__all__ = ["SiteSettings"]

hex_colour = RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Write the colour as # and six characters, like #A8321E."))


@register_setting(icon="site", order=100)
class SiteSettings(BaseSiteSetting):
    """Name, mark, colour and contact details. Short texts stand in both languages, since a setting has no translation."""

    site_name = models.CharField(_("the site's name"), max_length=60, default="Dukat bord")
    municipality_name_sv = models.CharField(_("municipality's name in Swedish"), max_length=80, default="Kommunen")
    municipality_name_en = models.CharField(_("municipality's name in English"), max_length=80, default="Municipality")
    municipality_url = models.URLField(_("municipality's own site"), blank=True)
    logo = models.ForeignKey(
        "media.CustomImage",
        verbose_name=_("logo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_(
            "Shown at the top of every page beside the site's name. Without one, the site's own mark is shown."
        ),
    )
    accent = models.CharField(
        _("accent colour"),
        max_length=7,
        default=ACCENT,
        validators=[hex_colour],
        help_text=_("For links and buttons. It must be readable on the light background (contrast 4.5 : 1)."),
    )
    accent_dark = models.CharField(
        _("accent colour on dark"),
        max_length=7,
        default=ACCENT_DARK,
        validators=[hex_colour],
        help_text=_("The same in dark mode. It must be readable on the dark background (contrast 4.5 : 1)."),
    )
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    opening_hours_sv = models.CharField(_("opening hours in Swedish"), max_length=200, blank=True)
    opening_hours_en = models.CharField(_("opening hours in English"), max_length=200, blank=True)
    about_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("page about the site"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    accessibility_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("accessibility statement"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The law asks for a link to it on every page."),
    )
    privacy_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("page on personal data"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    contact_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("contact page"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    accessibility_authority = models.CharField(
        _("supervising authority for accessibility"),
        max_length=120,
        blank=True,
        default="Myndigheten för digital förvaltning (Digg)",
    )
    accessibility_authority_url = models.URLField(
        _("supervising authority's reporting form"), blank=True, default="https://www.digg.se/tdosanmalan"
    )

    select_related = ["about_page", "accessibility_page", "privacy_page", "contact_page", "logo"]

    panels = [
        MultiFieldPanel(
            [
                FieldPanel("site_name"),
                FieldRowPanel([FieldPanel("municipality_name_sv"), FieldPanel("municipality_name_en")]),
                FieldPanel("municipality_url"),
                FieldPanel("logo"),
                FieldRowPanel([FieldPanel("accent"), FieldPanel("accent_dark")]),
            ],
            heading=_("Name and look"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("phone"), FieldPanel("email")]),
                FieldPanel("address"),
                FieldRowPanel([FieldPanel("opening_hours_sv"), FieldPanel("opening_hours_en")]),
            ],
            heading=_("Contact details"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("contact_page"),
                FieldPanel("about_page"),
                FieldPanel("accessibility_page"),
                FieldPanel("privacy_page"),
                FieldPanel("accessibility_authority"),
                FieldPanel("accessibility_authority_url"),
            ],
            heading=_("Pages linked from every page"),
        ),
    ]

    class Meta:
        verbose_name = _("the site and the municipality")

    def clean(self) -> None:
        """Refuse a colour that people with low vision could not read as text."""
        super().clean()
        errors = {}
        for field, background in (("accent", LIGHT_BACKGROUND), ("accent_dark", DARK_BACKGROUND)):
            try:
                hex_colour(getattr(self, field))
            except ValidationError:
                continue  # the field's own validator has said so
            ratio = contrast(getattr(self, field), background)
            if ratio < 4.5:
                errors[field] = _(
                    "This colour is hard to read: contrast %(ratio)s : 1, and it must be at least 4.5 : 1."
                ) % {"ratio": f"{ratio:.1f}"}
        if errors:
            raise ValidationError(errors)

    def _in_language(self, name: str) -> str:
        english = (get_language() or "sv").startswith("en")
        first, second = ("en", "sv") if english else ("sv", "en")
        return getattr(self, f"{name}_{first}") or getattr(self, f"{name}_{second}")

    @property
    def municipality_name(self) -> str:
        return self._in_language("municipality_name")

    @property
    def opening_hours(self) -> str:
        return self._in_language("opening_hours")

    @property
    def has_own_accent(self) -> bool:
        """Whether the colours differ from those that the stylesheet already has."""
        return (self.accent.upper(), self.accent_dark.upper()) != (ACCENT, ACCENT_DARK)

    @cached_property
    def accent_version(self) -> str:
        """Changes when the colours do, so that the stylesheet's address can be cached for good."""
        return hashlib.sha256(f"{self.accent}{self.accent_dark}".lower().encode()).hexdigest()[:8]
