"""Says in plain words why something cannot be deleted.

Cases are left out of Wagtail's reference index, so its own delete pages do not know that a topic, a unit or a user is
held by one, and would fail with an error page instead of a sentence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db import models
from django.db.models.deletion import Collector, ProtectedError, RestrictedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import AdminURLFinder

from .models import Case, Message

__all__ = ["refuse_if_held"]


def holders(item: models.Model) -> Counter[type[models.Model]]:
    """Count what keeps the item from being deleted, by model; messages count as their cases."""
    collector = Collector(using=item._state.db or "default")
    try:
        collector.collect([item])
    except ProtectedError as error:
        found = error.protected_objects
    except RestrictedError as error:
        found = error.restricted_objects
    else:
        return Counter()
    cases = {one.case_id if isinstance(one, Message) else one.pk for one in found if isinstance(one, Case | Message)}
    counts = Counter(type(one) for one in found if not isinstance(one, Case | Message))
    if cases:
        counts[Case] = len(cases)
    return counts


def refuse_if_held(request: HttpRequest, items: Iterable[models.Model]) -> HttpResponse | None:
    """Lead back with a message when one of the items is held by something else; nothing when all can be deleted."""
    for item in items:
        if not (counts := holders(item)):
            continue
        held_by = ", ".join(
            f"{count} {model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural}"
            for model, count in counts.items()
        )
        text = _("“%(item)s” cannot be deleted: it is used by %(holders)s.") % {"item": item, "holders": held_by}
        messages.error(request, f"{text} {_advice(item)}".strip())
        return redirect(AdminURLFinder(request.user).get_edit_url(item) or "wagtailadmin_home")
    return None


def _advice(item: models.Model) -> str:
    names = {field.name for field in item._meta.get_fields()}
    if "in_use" in names:
        return _("Take it out of use instead: then nobody can choose it any more.")
    if "is_active" in names:
        return _("Make the account inactive instead.")
    return ""
