"""Which blocks stand together."""

from wagtail import blocks

from .links import LinksBlock
from .media import PictureBlock
from .text import CalloutBlock, DetailsBlock, QuoteBlock, TextBlock

__all__ = ["BodyBlock", "NewsBodyBlock"]


class BodyBlock(blocks.StreamBlock):
    """Running text of a page."""

    text = TextBlock()
    callout = CalloutBlock()
    details = DetailsBlock()
    picture = PictureBlock()
    links = LinksBlock()


class NewsBodyBlock(BodyBlock):
    """Running text of a news item: people speak there."""

    quote = QuoteBlock()
