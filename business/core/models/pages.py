"""The page that every page of ours is, and the plain one."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PageViewRestriction
from wagtail.search import index
from wagtail_localize.fields import TranslatableField, get_translatable_fields

from business.core.blocks import BodyBlock
from business.core.completeness import PageForm, refuse_incomplete
from business.core.models.settings import SiteSettings
from business.core.preview import TranslatedPreviewMixin
from business.core.references import references_at_once
from business.core.sorting import swedish_sort_key
from business.core.translation import PAGE_TEXTS, facts, locales_by_id, texts

__all__ = ["BasePage", "StandardPage"]


# Translated, but not what a reader reads.
NOT_READ = {"slug", "seo_title", "search_description", "search_terms"}


def _readable(model: type[models.Model], data: dict[str, Any]) -> dict[str, Any]:
    """Return what a reader reads as text of a page's or row's data: everything that is translated."""
    found: dict[str, Any] = {}
    for field in get_translatable_fields(model):
        if not isinstance(field, TranslatableField) or field.field_name in NOT_READ:
            continue
        value, definition = data.get(field.field_name), field.get_field(model)
        if definition.one_to_many:
            value = [texts for row in value or [] if (texts := _readable(definition.related_model, row))]
        found[field.field_name] = value
    return found


class BasePage(TranslatedPreviewMixin, Page):
    """What all our pages share: a summary, a picture for sharing, and the day that the text last changed.

    "Text changed" is not "published": it moves only when a reader would read something else, on the page or in its rows.
    """

    summary = models.TextField(
        _("summary"),
        max_length=300,
        help_text=_(
            "One or two sentences that say what the reader finds here. Shown first on the page, in lists, in search results and when the page is shared."
        ),
    )
    share_picture = models.ForeignKey(
        "media.CustomImage",
        verbose_name=_("picture when shared"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Shown when somebody shares the page. Without one, the page's own picture or the site's is used."),
    )
    text_changed_at = models.DateTimeField(_("text changed"), null=True, editable=False)
    text_digest = models.CharField(max_length=64, editable=False, blank=True)
    sort_key = models.CharField(max_length=140, editable=False, db_index=True, default="")

    content_panels = [*Page.content_panels, FieldPanel("summary")]
    promote_panels = [*Page.promote_panels, MultiFieldPanel([FieldPanel("share_picture")], heading=_("Sharing"))]
    search_fields = [
        *Page.search_fields,
        index.SearchField("summary", boost=2),
        index.AutocompleteField("summary"),
    ]
    translatable_fields = [*PAGE_TEXTS, *texts("summary"), *facts("share_picture")]
    schema_type = "WebPage"
    base_form_class = PageForm

    class Meta:
        abstract = True

    def with_content_json(self, content: dict[str, Any]) -> Page:
        """Keep what the site itself noted when a draft is made live: a draft does not carry it."""
        page = super().with_content_json(content)
        page.text_changed_at, page.text_digest = self.text_changed_at, self.text_digest
        return page

    def missing(self) -> dict[str, Any]:
        """Return what the page lacks before it can go live: see :mod:`business.core.completeness`."""
        return {}

    @classmethod
    def conflict_among(cls, drafts: list[Any]) -> str:  # noqa: ARG003
        """Return why these drafts could not all be published, though each could alone."""
        return ""

    def save(self, clean: bool = True, **kwargs: Any) -> None:
        self.sort_key = swedish_sort_key(self.title)
        if clean and self.live:
            refuse_incomplete(self)
        with references_at_once(self):
            super().save(clean=clean, **kwargs)

    @classmethod
    def readable_names(cls) -> list[str]:
        """Return the fields of the page itself that a reader reads as text."""
        return [
            field.field_name
            for field in get_translatable_fields(cls)
            if isinstance(field, TranslatableField)
            and field.field_name not in NOT_READ
            and not field.get_field(cls).one_to_many
        ]

    def current_text_digest(self) -> str:
        """Return a fingerprint of everything on the page that a reader reads as text."""
        readable = _readable(type(self), self.serializable_data())
        return hashlib.sha256(json.dumps(readable, sort_keys=True, default=str).encode()).hexdigest()

    def note_text_change(self) -> bool:
        """Move the date if the text differs from last time; tell whether it did."""
        digest = self.current_text_digest()
        if digest == self.text_digest:
            return False
        self.text_digest, self.text_changed_at = digest, timezone.now()
        return True

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """Refuse a page in another language than the page above it: its address would say one and its text the other."""
        # A page that is not stored yet may have no language: it gets its parent's.
        parent = self.get_parent() if self.path and self.locale_id else None
        if parent is not None and parent.depth > 1 and parent.locale_id != self.locale_id:
            raise ValidationError(_("The page and the page above it must be in the same language."))
        super().full_clean(*args, **kwargs)

    def get_view_restrictions(self) -> QuerySet:
        """The restrictions on this page and above it, by tree path: one query instead of one a level."""
        if self.alias_of_id:
            return super().get_view_restrictions()
        paths = [self.path[:end] for end in range(self.steplen, len(self.path) + 1, self.steplen)]
        return PageViewRestriction.objects.filter(page__path__in=paths)

    @property
    def share_image(self) -> Any:
        """The picture to show when the page is shared, or nothing."""
        return self.share_picture or getattr(self, "picture", None)

    def structured_data(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Return the page as schema.org data; a subclass adds to the first item."""
        own = {
            "@context": "https://schema.org",
            "@type": self.schema_type,
            "name": self.title,
            "description": self.search_description or self.summary,
            "url": self.get_full_url(request),
            "inLanguage": locales_by_id()[self.locale_id].language_code,
        }
        if self.text_changed_at:
            own["dateModified"] = timezone.localtime(self.text_changed_at).isoformat()
        return [own]


class StandardPage(BasePage):
    """A page of running text: about, accessibility, personal data."""

    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("body")]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    translatable_fields = [*BasePage.translatable_fields, *texts("body")]
    template = "core/standard_page.html"
    parent_page_types = ["home.HomePage", "core.StandardPage"]
    subpage_types = ["core.StandardPage"]
    page_description = _("Running text: about the site, accessibility, personal data.")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """On the accessibility statement, name the supervising authority, which is a setting: it changes."""
        chosen = SiteSettings.for_request(request)
        statement = chosen.accessibility_page
        is_statement = statement is not None and statement.translation_key == self.translation_key
        return {
            **super().get_context(request, *args, **kwargs),
            "supervision": chosen if is_statement and chosen.accessibility_authority else None,
        }

    class Meta:
        verbose_name = _("standard page")
        verbose_name_plural = _("standard pages")
