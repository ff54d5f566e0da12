"""Publishing many pages at once asks the same of each as publishing one.

Wagtail's own act on a list publishes drafts as they are; one that lacks something it must have would end in an error page.
"""

from __future__ import annotations

from collections import defaultdict
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


def _is_ready(draft: Page) -> bool:
    """Tell whether a page's latest draft could be published from its own form."""
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
    """Name the pages that are not ready, or say why they cannot be published together, and publish none."""
    if action_type != "publish":
        return None
    pages = [item for item in items if isinstance(item, Page)]
    wanted = _to_publish(pages, "include_descendants" in request.POST)
    drafts = [page.specific.get_latest_revision_as_object() for page in wanted]
    if unready := [draft for draft in drafts if not _is_ready(draft)]:
        names = ", ".join(f"“{draft.get_admin_display_title()}”" for draft in unready)
        messages.error(
            request, _("Nothing was published. First complete, or translate, %(pages)s.") % {"pages": names}
        )
    elif conflict := _conflict_among(drafts):
        messages.error(request, _("Nothing was published. %(why)s") % {"why": conflict})
    else:
        return None
    return redirect(action.next_url)


def _conflict_among(drafts: list[Any]) -> str:
    """Return why drafts could not all be published, of the first kind of page for which that is so."""
    kinds: dict[type[Any], list[Any]] = defaultdict(list)
    for draft in drafts:
        kinds[type(draft)].append(draft)
    found = (kind.conflict_among(some) for kind, some in kinds.items() if hasattr(kind, "conflict_among"))
    return next((conflict for conflict in found if conflict), "")
