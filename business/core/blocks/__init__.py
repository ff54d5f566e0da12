"""The blocks that running text is built of, by theme."""

from .links import LinkBlock, LinksBlock
from .media import PictureBlock
from .streams import BodyBlock, NewsBodyBlock
from .text import CalloutBlock, DetailsBlock, QuoteBlock, TextBlock

__all__ = [
    "BodyBlock",
    "CalloutBlock",
    "DetailsBlock",
    "LinkBlock",
    "LinksBlock",
    "NewsBodyBlock",
    "PictureBlock",
    "QuoteBlock",
    "TextBlock",
]
