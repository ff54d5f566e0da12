"""Storing what a file changes: all guides in one transaction, or none.

Everything that can be prepared is prepared before the transaction opens, since on SQLite nobody else can write while it is.
What only follows from the change (the index of references, the search) is brought up to date after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page, ReferenceIndex
from wagtail.search.backends import get_search_backends
from wagtail.signal_handlers import disable_reference_index_auto_update

from business.core.models import BasePage

from ..models import GuidePage
from .difference import Changed

__all__ = ["MovedError", "index", "store"]

Report = Callable[[int, int], None]
AT_ONCE = 100
# Where a guide stands in the tree is no fact, and somebody may be moving it.
PLACE = {"path", "depth", "numchild", "slug", "url_path"}


class MovedError(Exception):
    """Somebody changed a guide between the comparison and now; nothing was stored."""


@contextmanager
def _put_off_indexes() -> Iterator[None]:
    """Have neither search nor references brought up to date with each row that is stored.

    Wagtail does both for the whole page at each of its rows, which is most of what publishing costs. It has a switch for
    references, and for the search a setting.
    """
    before = settings.WAGTAILSEARCH_BACKENDS
    settings.WAGTAILSEARCH_BACKENDS = {name: {**params, "AUTO_UPDATE": False} for name, params in before.items()}
    try:
        with disable_reference_index_auto_update():
            yield
    finally:
        settings.WAGTAILSEARCH_BACKENDS = before


def store(found: list[Changed], user: Any, report: Report, finish: Callable[[], bool]) -> None:
    """Publish every changed guide, in one transaction. ``finish`` is called last, inside it: false takes everything back.

    Raises:
        MovedError: a guide has changed since it was compared, or the import was stopped.
    """
    for changed in found:
        _prepare(changed)
    with _put_off_indexes(), transaction.atomic():
        _refuse_moved(found)
        for number, changed in enumerate(found, start=1):
            _publish(changed.page, user)
            report(number, len(found))
        if not finish():
            raise MovedError(_("The import was stopped."))


def _prepare(changed: Changed) -> None:
    """Store no more of the guide than what changed, and do not ask again what the comparison has asked."""
    page = changed.page
    names = [f.name for f in page._meta.concrete_fields if not f.primary_key and f.name not in PLACE]

    def save(clean: bool = True, update_fields: list[str] | None = None, **kwargs: Any) -> None:
        # All checks are made, and the rows of every changed guide are ours until the transaction ends.
        BasePage.save(page, clean=False, update_fields=update_fields or [*names, *sorted(changed.touched)], **kwargs)

    page.save = save


def _refuse_moved(found: list[Changed]) -> None:
    """Hold the guides, and make sure that they are what was compared."""
    pks = [changed.page.pk for changed in found]
    versions: dict[int, Any] = {}
    for start in range(0, len(pks), 500):
        held = Page.objects.select_for_update().filter(pk__in=pks[start : start + 500]).order_by("pk")
        versions.update({pk: rest for pk, *rest in held.values_list("pk", "latest_revision_id", "live")})
    for changed in found:
        page = changed.page
        if versions.get(page.pk) != [page.latest_revision_id, True]:
            raise MovedError(
                _("The guide “%(guide)s” was changed while the file was being applied. Nothing was stored.")
                % {"guide": page.title}
            )


def _publish(page: GuidePage, user: Any) -> None:
    revision = page.save_revision(user=user, clean=False)
    # What is published is the guide that the draft was just made of: to build it again from the draft asks for every
    # record that it refers to.
    revision.as_object = lambda: page
    revision.publish(user=user, skip_permission_checks=True)


def index(pks: list[int], report: Report) -> None:
    """Bring search and references up to date with what was stored."""
    for start in range(0, len(pks), AT_ONCE):
        pages = list(GuidePage.objects.filter(pk__in=pks[start : start + AT_ONCE]))
        for backend in get_search_backends(with_auto_update=True):
            backend.add_bulk(GuidePage, pages)
        with transaction.atomic():
            for page in pages:
                ReferenceIndex.create_or_update_for_object(page)
        report(start + len(pages), len(pks))
