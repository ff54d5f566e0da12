"""Blocks of links."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

__all__ = ["LinkBlock", "LinksBlock"]


class LinkValue(blocks.StructValue):
    """A link that knows its address and its words."""

    @cached_property
    def page(self) -> Any:
        """The linked page in the reader's language, or nothing when it is gone or not public."""
        page = self.get("page")
        page = page.localized if page else None
        return page if page and page.live else None

    @property
    def url(self) -> str:
        return self.page.url if self.page else self.get("address") or ""

    @property
    def label(self) -> str:
        return self.get("text") or (self.page.title if self.page else self.get("address") or "")

    @property
    def is_external(self) -> bool:
        return not self.page


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
