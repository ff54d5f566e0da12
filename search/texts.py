"""What a page says to its readers, as plain text."""

from __future__ import annotations

from wagtail.models import Page

from business.core.models import BasePage

__all__ = ["readable_text"]


def readable_text(page: Page) -> str:
    """Return the running text of a page, without title and summary.

    Read from the fields that the page itself calls text, and not from the search index, which also holds words that
    are searched but never shown.
    """
    pieces: list[str] = []
    for name in page.readable_names() if isinstance(page, BasePage) else ():
        if name in {"title", "summary"}:
            continue
        field, value = page._meta.get_field(name), getattr(page, name)
        # Rich text and streams know how to leave their markup out.
        plain = field.get_searchable_content(value) if hasattr(field, "get_searchable_content") else value
        pieces += plain if isinstance(plain, list) else [str(plain)]
    return " ".join(pieces)
