"""Keeping the index up with what is published."""

from typing import Any

from wagtail.models import Page
from wagtail.search import index

__all__ = ["index_rows"]


def index_rows(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """Index a published page once more, when its rows are stored too.

    The search indexes a page in ``post_save``, but a page stores its rows after that: what is new in them would be
    found only from the next time on.
    """
    index.insert_or_update_object(instance)
