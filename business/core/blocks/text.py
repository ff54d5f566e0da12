"""Blocks of words."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from business.core.rich_text import INLINE, RUNNING

__all__ = ["CalloutBlock", "DetailsBlock", "QuoteBlock", "TextBlock"]

WORDS = _("Words")


class TextBlock(blocks.RichTextBlock):
    """Running text with headings and lists."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(features=RUNNING, **kwargs)

    def deconstruct(self) -> tuple[str, Any, Any]:
        """For migrations it is Wagtail's own: they must not depend on where our classes stand."""
        _path, args, kwargs = super().deconstruct()
        return "wagtail.blocks.RichTextBlock", args, kwargs

    class Meta:
        label = _("Text")
        icon = "pilcrow"
        group = WORDS
        template = "blocks/text.html"
        preview_value = (
            "<h2>Rubrik</h2><p>En kort text med en <a href='#'>länk</a>.</p><ul><li>Först</li><li>Sedan</li></ul>"
        )
        description = _("Running text with headings, lists and links.")


class CalloutBlock(blocks.StructBlock):
    """Something the reader must not miss."""

    tone = blocks.ChoiceBlock(
        choices=[("info", _("Good to know")), ("warning", _("Important")), ("tip", _("Tip"))],
        default="info",
        label=_("kind"),
    )
    title = blocks.CharBlock(max_length=100, label=_("heading"))
    text = blocks.RichTextBlock(features=INLINE, label=_("text"))

    class Meta:
        label = _("Callout")
        icon = "info-circle"
        group = WORDS
        template = "blocks/callout.html"
        preview_value = {
            "tone": "warning",
            "title": "Sök i god tid",
            "text": "<p>Handläggningen tar upp till åtta veckor.</p>",
        }
        description = _("A framed note: good to know, important, or a tip.")


class DetailsBlock(blocks.StructBlock):
    """A question whose answer unfolds."""

    title = blocks.CharBlock(max_length=140, label=_("question or heading"))
    text = blocks.RichTextBlock(features=INLINE, label=_("text"))

    class Meta:
        label = _("Unfolding answer")
        icon = "collapse-down"
        group = WORDS
        template = "blocks/details.html"
        preview_value = {
            "title": "Kan jag öppna medan ni handlägger?",
            "text": "<p>Nej, du behöver beslutet först.</p>",
        }
        description = _("A question; the answer shows when the reader opens it.")


class QuoteBlock(blocks.StructBlock):
    """What somebody said. Name and title are kept as they were then: who has the office today does not change it."""

    text = blocks.TextBlock(label=_("quote"), help_text=_("Without quotation marks; the page sets them."))
    name = blocks.CharBlock(max_length=100, label=_("name"))
    title = blocks.CharBlock(
        max_length=120, required=False, label=_("title"), help_text=_("The title that the person had when saying it.")
    )

    class Meta:
        label = _("Quote")
        icon = "openquote"
        group = WORDS
        template = "blocks/quote.html"
        preview_value = {
            "text": "Företagen ska mötas av en kommun, inte av sju kontor.",
            "name": "Kim Lind",
            "title": "näringslivssamordnare",
        }
        description = _("A quotation with name and title, frozen as published.")
