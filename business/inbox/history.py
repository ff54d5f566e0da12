"""The events of a case as sentences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from .enums import Channel, EventKind, MailPurpose, QuarantineReason, Triage
from .models import Case, Event

__all__ = ["Entry", "entries"]


@dataclass(frozen=True)
class Entry:
    """One line of the history: what happened, and what there is to add."""

    event: Event
    what: str
    detail: str = ""


def entries(case: Case) -> list[Entry]:
    """Return the case's history, latest first."""
    events = Event.objects.filter(case_id=case.pk).order_by("-at", "-pk")
    return [Entry(event, event.get_kind_display(), _detail(event)) for event in events]


def _detail(event: Event) -> str:
    describe = _DETAILS.get(EventKind(event.kind)) if event.kind in EventKind else None
    return describe(event.data) if describe else ""


def _label(words: Any, value: str) -> str:
    return str(words(value).label) if value in words.values else value


def _fields(names: list[str]) -> str:
    """Name fields of the case as the forms do."""
    return ", ".join(str(Case._meta.get_field(name).verbose_name) for name in names)


def _added(data: dict[str, Any]) -> str:
    parts = []
    if changed := data.get("changed"):
        parts.append(_("New from the sender: %(fields)s.") % {"fields": _fields(changed)})
    if topic := data.get("topic"):
        parts.append(_("The sender now says that it is about: %(topic)s.") % {"topic": topic})
    return " ".join(parts)


def _mail(data: dict[str, Any]) -> str:
    purpose = _label(MailPurpose, data.get("purpose", ""))
    if data.get("changed"):
        return _("%(mail)s, to a corrected address") % {"mail": purpose}
    return f"{purpose}. {data['error']}" if data.get("error") else purpose


def _triaged(data: dict[str, Any]) -> str:
    words = _label(Triage, data.get("triage", ""))
    return f"{words}: {data['number']}" if data.get("number") else words


_DETAILS: dict[EventKind, Callable[[dict[str, Any]], str]] = {
    EventKind.RECEIVED: lambda data: _label(Channel, data.get("channel", "")),
    EventKind.ADDED: _added,
    EventKind.RELEASED: lambda data: _("%(owner)s had it") % {"owner": data["former_owner"]},
    EventKind.DESCRIBED: lambda data: data.get("after") or _("Emptied"),
    EventKind.MAIL_SENT: _mail,
    EventKind.MAIL_FAILED: _mail,
    EventKind.MAIL_RETRIED: _mail,
    EventKind.CLOSED: lambda data: data.get("reason", ""),
    EventKind.QUARANTINED: lambda data: _label(QuarantineReason, data.get("reason", "")),
    EventKind.TRIAGED: _triaged,
    EventKind.FILE_LOCKED: lambda data: f"{data['file']}: {data['finding']}",
}
