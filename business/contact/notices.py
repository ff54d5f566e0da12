"""The notice on personal data that stands at the form now, for what comes in by another door."""

from __future__ import annotations

from business.inbox.records.notices import CurrentNotice

from .models import ContactPage

__all__ = ["notice_at_the_form"]


def notice_at_the_form(language: str) -> CurrentNotice | None:
    """Return the notice of the contact page in a language, and the page's address; nothing without such a page."""
    page = ContactPage.objects.live().filter(locale__language_code=language).first()
    return CurrentNotice(page.notice, page.full_url or "") if page and page.notice else None
