"""The writers of the checks: a fact found right, a law that changed, a task done."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Page, Revision

from business.core.translation import source_locale

from .checks import CHECKED_ROWS
from .models import CheckTask, GuidePage, LegalReference

__all__ = ["LAW_FACTS", "confirm_fact", "confirm_guide", "finish_task", "open_tasks"]

CHECK_FIELDS = ("checked_on", "checked_by", "next_check_on")
# What of a law a guide may depend on.
LAW_FACTS = ("name", "number", "kind", "url", "in_force_from", "in_force_to")


def _values(item: Any) -> dict[str, Any]:
    """Return a check as a stored draft holds it."""
    return {
        "checked_on": item.checked_on.isoformat(),
        "checked_by": item.checked_by_id,
        "next_check_on": item.next_check_on.isoformat(),
    }


def _drafts(page: GuidePage) -> Iterable[Revision]:
    """Return the drafts that may still be published: the latest, the live one, and one that waits for its day."""
    kept = {page.latest_revision_id, page.live_revision_id, page.scheduled_revision and page.scheduled_revision.pk}
    return Revision.objects.filter(pk__in=[pk for pk in kept if pk])


def _locked(pk: int) -> GuidePage:
    """Return the original, locked: a check and an editor who publishes take turns."""
    list(Page.objects.select_for_update().filter(pk=pk).values_list("pk"))
    return GuidePage.objects.get(pk=pk, locale=source_locale())


def confirm_fact(page_pk: int, relation: str, row_pk: int, user: Any, on: datetime.date) -> Any:
    """Note that one fact was compared with its source on a day and is right. Returns its row.

    The check is written on what is live and in the drafts, so that publishing a draft does not forget it.

    Raises:
        ObjectDoesNotExist: there is no such row on that guide.
    """
    model: Any = CHECKED_ROWS[relation]
    with transaction.atomic():
        page = _locked(page_pk)
        row = model.objects.get(pk=row_pk, page=page)
        row.note_check(on, page.checked_by_id, page.check_every)
        row.save(update_fields=[*CHECK_FIELDS])
        for revision in _drafts(page):
            for stored in revision.content.get(relation, []):
                if stored.get("translation_key") == str(row.translation_key):
                    stored.update(_values(row))
            revision.save(update_fields=["content"])
        log(instance=page, action="guides.check", user=user, data={"fact": str(row)})
    return row


def confirm_guide(page_pk: int, user: Any, on: datetime.date) -> GuidePage:
    """Note that everything on a guide was compared with its sources on a day and is right; its tasks are done too."""
    with transaction.atomic():
        page = _locked(page_pk)
        page.note_check(on, page.checked_by_id, page.check_every)
        GuidePage.objects.filter(pk=page.pk).update(**{name: getattr(page, name) for name in CHECK_FIELDS})
        for revision in _drafts(page):
            revision.content.update(_values(page))
            revision.save(update_fields=["content"])
        CheckTask.objects.open().filter(page=page).update(done_at=timezone.now(), done_by=user)
        log(instance=page, action="guides.check", user=user, data={"fact": ""})
    return page


def open_tasks(law: LegalReference, changes: list[str], note: str, user: Any) -> int:
    """Ask for a check of every guide that rests on a law, and return how many were asked for.

    A guide that waits for a check of this law already keeps its task, with what is new added.
    """
    with transaction.atomic():
        LegalReference.objects.select_for_update().get(pk=law.pk)
        waiting = {task.page_id: task for task in CheckTask.objects.open().filter(law=law)}
        guides = law.guides_resting_on()
        for guide in guides:
            task = waiting.get(guide.pk) or CheckTask(page=guide, law=law, opened_at=timezone.now(), opened_by=user)
            task.changes = list(dict.fromkeys([*task.changes, *changes]))
            task.note = note or task.note
            task.save()
    return len(guides)


def finish_task(pk: int, user: Any) -> CheckTask:
    """Note that somebody has compared a guide with a law that changed.

    Raises:
        CheckTask.DoesNotExist: there is no such open task.
    """
    with transaction.atomic():
        task = CheckTask.objects.open().select_for_update(of=("self",)).select_related("page", "law").get(pk=pk)
        task.done_at, task.done_by = timezone.now(), user
        task.save(update_fields=["done_at", "done_by"])
        log(instance=task.page, action="guides.check", user=user, data={"fact": str(task.law)})
    return task
