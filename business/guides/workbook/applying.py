"""Storing what a file changes: all guides in one transaction, or none.

Publishing a thousand guides one by one takes a quarter of an hour, in which nobody else could write to a SQLite database:
Wagtail brings references and search up to date at every row, and asks again for everything that was just checked. So
everything is prepared before the transaction opens (:func:`prepare`), the transaction only writes (:func:`store`), and what
follows from it comes after (:func:`tell`). What is stored is what ``save_revision`` and ``publish`` would store: a test
compares the two.
"""

from __future__ import annotations

import datetime
import json
import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page, PageLogEntry, ReferenceIndex, Revision
from wagtail.signal_handlers import disable_reference_index_auto_update
from wagtail.signals import page_published, published

from ..dependencies import circle_message, circle_with, hold_ties
from ..models import GuideDependency, GuidePage
from .difference import Changed
from .loading import load
from .progress import Report
from .registers import Registers

__all__ = ["MovedError", "Prepared", "prepare", "store", "tell"]

log = logging.getLogger(__name__)

AT_ONCE = 50


class MovedError(Exception):
    """Somebody changed a guide between the comparison and now, or stopped the import; nothing was stored."""


@dataclass
class Prepared:
    """A guide ready to be stored: its draft as text, and no more of its rows than those that changed."""

    page: GuidePage
    draft: str
    own: dict[str, Any]
    rows: list[Any]
    removed: list[Any]


def prepare(changed: Changed) -> Prepared:
    """Make a changed guide ready to be stored, and forget the rest of it."""
    page = changed.page
    page.note_text_change()
    draft = json.dumps(page.serializable_data(), cls=DjangoJSONEncoder)
    own = {name: getattr(page, name) for name in (*changed.fields, "text_digest", "text_changed_at")}
    page.__dict__.pop("_cluster_related_objects")
    return Prepared(page, draft, own, list(changed.saved.values()), changed.removed)


def store(prepared: list[Prepared], user: Any, report: Report, finish: Callable[[], bool]) -> None:
    """Publish every guide, in one transaction. ``finish`` is called last, inside it: false takes everything back.

    Raises:
        MovedError: a guide has changed since it was compared, others were published that now wait for each other with
            one of these, or the import was stopped.
    """
    now, act = timezone.now(), uuid.uuid4()
    # References are brought up to date once a guide, afterwards.
    with disable_reference_index_auto_update(), transaction.atomic():
        _refuse_moved(prepared)
        for start in range(0, len(prepared), AT_ONCE):
            some = prepared[start : start + AT_ONCE]
            _publish(some, _save_revisions(some, user, now), user, now, act)
            report(start + len(some), len(prepared))
        _refuse_circle(prepared)
        if not finish():
            raise MovedError(_("The import was stopped."))


def _refuse_moved(prepared: list[Prepared]) -> None:
    """Hold the guides until the transaction ends, and make sure that they are what was compared."""
    pks = [item.page.pk for item in prepared]
    versions: dict[int, tuple[Any, ...]] = {}
    for start in range(0, len(pks), 500):
        held = Page.objects.select_for_update().filter(pk__in=pks[start : start + 500]).order_by("pk")
        for pk, *state in held.values_list("pk", "latest_revision_id", "live", "has_unpublished_changes"):
            versions[pk] = tuple(state)
    for item in prepared:
        if versions.get(item.page.pk) != (item.page.latest_revision_id, True, False):
            raise MovedError(
                _("The guide “%(guide)s” was changed while the file was being applied. Nothing was stored.")
                % {"guide": item.page.title}
            )


def _refuse_circle(prepared: list[Prepared]) -> None:
    """Make sure that no guide published since the comparison has closed a circle with what is stored."""
    tied = [item.page for item in prepared if any(isinstance(row, GuideDependency) for row in item.rows)]
    if tied:
        hold_ties()
        if circle := circle_with(tied):
            raise MovedError(circle_message(circle))


def _save_revisions(some: list[Prepared], user: Any, now: datetime.datetime) -> list[Revision]:
    return Revision.objects.bulk_create(
        [
            Revision(
                content_type=ContentType.objects.get_for_model(GuidePage),
                base_content_type=ContentType.objects.get_for_model(Page),
                object_id=str(item.page.pk),
                created_at=now,
                user=user,
                object_str=str(item.page),
                content=json.loads(item.draft),
            )
            for item in some
        ]
    )


def _publish(
    some: list[Prepared], revisions: list[Revision], user: Any, now: datetime.datetime, act: uuid.UUID
) -> None:
    """Make the revisions live: the page, its rows, and the entry in its history."""
    entries = []
    for item, revision in zip(some, revisions, strict=True):
        page = item.page
        Page.objects.filter(pk=page.pk).update(
            latest_revision=revision,
            live_revision=revision,
            latest_revision_created_at=now,
            last_published_at=now,
            first_published_at=Coalesce("first_published_at", Value(now)),
            draft_title=page.title,
        )
        GuidePage.objects.filter(pk=page.pk).update(**item.own)
        for row in item.removed:
            row.delete()
        for row in item.rows:
            row.save()
        entries.append(
            PageLogEntry(
                page=page,
                content_type=revision.content_type,
                label=page.get_admin_display_title(),
                action="wagtail.publish",
                timestamp=now,
                uuid=act,
                user=user,
                revision=revision,
                content_changed=True,
                data={},
            )
        )
    PageLogEntry.objects.bulk_create(entries)


def tell(pks: list[int], registers: Registers, report: Report) -> None:
    """Let everybody know that the guides were published, as Wagtail does: the search, and whoever else listens.

    One that cannot be told of stops no other: the guides are stored.
    """
    with_copies = set(Page.objects.filter(alias_of__in=pks).values_list("alias_of", flat=True))
    revisions = dict(Page.objects.filter(pk__in=pks).values_list("pk", "live_revision"))
    for number, page in enumerate(load(pks, registers), start=1):
        try:
            revision = Revision.objects.get(pk=revisions[page.pk])
            page_published.send(sender=GuidePage, instance=page, revision=revision)
            published.send(sender=GuidePage, instance=page, revision=revision)
            if page.pk in with_copies:
                page.update_aliases(revision=revision, _content=revision.content)
            with transaction.atomic():
                ReferenceIndex.create_or_update_for_object(page)
        except Exception:
            log.exception("What follows from publishing guide %s could not be done", page.pk)
        report(number, len(pks))
