"""Blocks of links."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

__all__ = ["LinkBlock", "LinksBlock"]


class LinkValue(blocks.StructValue):
    """A link that knows its address and its words.

    A page of ours is written by its number, like links in running text: :mod:`business.core.links` puts in address and
    title for the reader's language, for all links of the answer at once, and takes out the link when the page is gone.
    """

    @property
    def _number(self) -> int | None:
        page = self.get("page")
        return page.pk if page else None

    @property
    def opening(self) -> SafeString:
        return format_html("<!--page:{}-->", self._number) if self._number else mark_safe("")

    @property
    def closing(self) -> SafeString:
        return mark_safe("<!--/page-->" if self._number else "")

    @property
    def url(self) -> str:
        return f"page:{self._number}" if self._number else self.get("address") or ""

    @property
    def label(self) -> str:
        own = self.get("text")
        return own or (mark_safe("<!--title-->") if self._number else self.get("address") or "")

    @property
    def is_external(self) -> bool:
        return not self._number


class LinkBlock(blocks.StructBlock):
    """A page of ours, or an address elsewhere."""

    page = blocks.PageChooserBlock(required=False, label=_("page"))
    address = blocks.URLBlock(required=False, label=_("or an address elsewhere"))
    text = blocks.CharBlock(
        max_length=100,
        required=False,
        label=_("link text"),
        help_text=_("Needed for an address elsewhere; a page of ours lends its own title."),
    )

    class Meta:
        label = _("Link")
        icon = "link"
        value_class = LinkValue

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        errors = {}
        if bool(value.get("page")) == bool(value.get("address")):
            errors["page"] = ValidationError(_("Choose a page or write an address, one of the two."))
        elif value.get("address") and not value.get("text"):
            errors["text"] = ValidationError(_("Say where the link leads."))
        if errors:
            raise StructBlockValidationError(errors)
        return value


class LinksBlock(blocks.StructBlock):
    """A short list of links under a heading."""

    title = blocks.CharBlock(max_length=100, label=_("heading"))
    links = blocks.ListBlock(LinkBlock(), min_num=1, max_num=12, label=_("links"))

    class Meta:
        label = _("Links")
        icon = "list-ul"
        group = _("Links")
        template = "blocks/links.html"
        preview_value = {
            "title": "Läs mer",
            "links": [{"address": "https://www.verksamt.se", "text": "Starta företag på verksamt.se"}],
        }
        description = _("Links to pages of ours or elsewhere.")
