"""Publishing many pages at once asks the same of each as publishing one.

Wagtail's own act on a list publishes drafts as they are; one that lacks something it must have would end in an error page.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import Page

from business.core.completeness import refuse_incomplete
from business.core.translating import untranslated_texts

__all__ = ["refuse_unready"]


def _is_ready(page: Page) -> bool:
    """Tell whether the page's latest draft could be published from its own form."""
    draft = page.specific.get_latest_revision_as_object()
    try:
        draft.full_clean()
        refuse_incomplete(draft)
        for rows in draft.__dict__.get("_cluster_related_objects", {}).values():
            for row in rows:
                row.clean_fields(exclude=["page", "locale"])
    except ValidationError:
        return False
    return not untranslated_texts(draft)


def _to_publish(pages: Iterable[Page], with_descendants: bool) -> list[Page]:
    found = list(pages)
    if with_descendants:
        found += [below for page in pages for below in page.get_descendants().not_live()]
    return found


def refuse_unready(request: HttpRequest, action_type: str, items: list[Any], action: Any) -> HttpResponse | None:
    """Name the pages that are not ready, and publish none."""
    if action_type != "publish":
        return None
    pages = [item for item in items if isinstance(item, Page)]
    unready = [page for page in _to_publish(pages, "include_descendants" in request.POST) if not _is_ready(page)]
    if not unready:
        return None
    names = ", ".join(f"“{page.get_admin_display_title()}”" for page in unready)
    messages.error(request, _("Nothing was published. First complete, or translate, %(pages)s.") % {"pages": names})
    return redirect(action.next_url)
