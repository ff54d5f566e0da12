"""The events of a case as sentences."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .enums import (
    AfterSending,
    CaseStatus,
    Channel,
    EventKind,
    Helped,
    MailPurpose,
    QuarantineReason,
    Triage,
    words_for,
)
from .models import Case, Event

__all__ = ["HANDED_OUT", "Entry", "entries", "told"]


@dataclass(frozen=True)
class Entry:
    """One line of the history: what happened, and what there is to add."""

    event: Event
    what: str
    detail: str = ""


def entries(case: Case) -> list[Entry]:
    """Return the case's history, latest first."""
    return [told(event) for event in Event.objects.filter(case_id=case.pk).order_by("-at", "-pk")]


def told(event: Event, receiver: Callable[[str], str] = str) -> Entry:
    """Return an event in words. To whom something was handed out is named as ``receiver`` gives it back."""
    return Entry(event, words_for(event.kind, EventKind), _detail(event, receiver))


class _Data:
    """What an entry holds, read with care: an entry can never be corrected, so whatever stands there is shown as it can be."""

    def __init__(self, data: Any) -> None:
        self._data: dict[str, Any] = data if isinstance(data, dict) else {}

    def text(self, name: str) -> str:
        """Return a plain value as text; nothing if there is none, or something else."""
        value = self._data.get(name)
        return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""

    def count(self, name: str) -> int:
        value = self.text(name)
        return int(value) if value.isdecimal() else 0

    def is_true(self, name: str) -> bool:
        return self._data.get(name) is True

    def texts(self, name: str) -> list[str]:
        value = self._data.get(name)
        return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []

    def label(self, name: str, words: Any) -> str:
        """Return the words for a value of a choice, or the value where there are none any more."""
        value = self.text(name)
        return str(words(value).label) if value in words.values else value

    def day(self, name: str) -> str:
        try:
            return date_format(datetime.date.fromisoformat(self.text(name)), "j F Y")
        except ValueError:
            return ""

    def moment(self, name: str) -> str:
        try:
            moment = datetime.datetime.fromisoformat(self.text(name))
            return date_format(timezone.localtime(moment), "j F Y H:i")
        except (ValueError, OverflowError):  # also a time without a zone
            return ""


def _detail(event: Event, receiver: Callable[[str], str] = str) -> str:
    describe = _DETAILS.get(EventKind(event.kind)) if event.kind in EventKind else None
    data = event.data
    if event.kind == EventKind.HANDED_OUT and (to := _Data(data).text("to")):
        data = {**data, "to": receiver(to)}
    return describe(_Data(data)) if describe else ""


def _fields(names: list[str]) -> str:
    """Name fields of the case as the forms do."""
    known = {field.name: field for field in Case._meta.concrete_fields}
    return ", ".join(str(known[name].verbose_name) if name in known else name for name in names)


def _received(data: _Data) -> str:
    channel, written = data.label("channel", Channel), data.moment("taken_down")
    return _("%(channel)s, written down %(time)s") % {"channel": channel, "time": written} if written else channel


def _added(data: _Data) -> str:
    parts = []
    if other := data.text("other"):
        parts.append(_("In case %(number)s, which is merged with this one.") % {"number": other})
    if changed := data.texts("changed"):
        parts.append(_("New from the sender: %(fields)s.") % {"fields": _fields(changed)})
    if topic := data.text("topic"):
        parts.append(_("The sender now says that it is about: %(topic)s.") % {"topic": topic})
    return " ".join(parts)


def _why_merged(data: _Data) -> str:
    number = data.text("merged")
    return _("Because case %(number)s was merged with this one.") % {"number": number} if number else ""


def _assigned(data: _Data) -> str:
    receivers = [name for name in (data.text("owner"), data.text("unit")) if name]
    values = {"former": data.text("former_owner"), "receiver": ", ".join(receivers)}
    if not receivers:
        return ""
    said = _("From %(former)s to %(receiver)s.") if values["former"] else _("To %(receiver)s.")
    sentence = said % values
    if away := data.text("instead_of"):
        sentence += " " + _("%(user)s is away.") % {"user": away}
    return f"{sentence} {_why_merged(data)}".strip()


def _rerouted(data: _Data) -> str:
    sentences = []
    for name, words in (
        ("topic", _("About %(now)s instead of %(former)s.")),
        ("unit", _("With %(now)s instead of %(former)s.")),
    ):
        if now := data.text(name):
            sentences.append(words % {"now": now, "former": data.text(f"former_{name}")})
    return " ".join(sentences)


def _not_closed(data: _Data) -> str:
    numbers = ", ".join(data.texts("waiting"))
    return _("Without an answer: %(numbers)s.") % {"numbers": numbers} if numbers else ""


def _released(data: _Data) -> str:
    former = data.text("former_owner")
    return _("%(owner)s had it") % {"owner": former} if former else ""


def _mail(data: _Data) -> str:
    purpose = data.label("purpose", MailPurpose)
    if data.texts("changed"):
        return _("%(mail)s, to a corrected address") % {"mail": purpose}
    return ". ".join(part for part in (purpose, data.text("error")) if part)


def _queued(data: _Data) -> str:
    if data.text("after") in ("", AfterSending.ANSWERED):
        return ""
    return _("When it has been sent: %(what)s") % {"what": data.label("after", AfterSending)}


def _delayed(data: _Data) -> str:
    until, former = data.moment("until"), data.moment("former")
    if not (until and former):
        return until
    return _("New time: %(until)s. Promised before: %(former)s.") % {"until": until, "former": former}


def _forwarded(data: _Data) -> str:
    parts = [data.text("authority")]
    if number := data.count("messages"):
        parts.append(ngettext("%(count)d message", "%(count)d messages", number) % {"count": number})
    if number := data.count("files"):
        parts.append(ngettext("%(count)d file", "%(count)d files", number) % {"count": number})
    if data.is_true("in_full"):
        parts.append(_("personal identity numbers in full"))
    return ", ".join(part for part in parts if part)


def _moved(data: _Data) -> str:
    status = data.label("status", CaseStatus)
    if meeting := data.moment("meeting_at"):
        return f"{status}, {meeting}"
    if day := data.day("resume_on"):
        return _("%(state)s, follow up on %(day)s") % {"state": status, "day": day}
    return ". ".join(part for part in (status, _why_merged(data)) if part)


def _reopened(data: _Data) -> str:
    # The officer's own reopening holds nothing of a mail or another case.
    if data.text("mail"):
        return _("Since a mail could not be sent: %(mail)s") % {"mail": _mail(data)}
    return _why_merged(data)


def _merged(data: _Data) -> str:
    if into := data.text("into"):
        return _("It is answered in case %(number)s.") % {"number": into}
    other = data.text("other")
    return _("Case %(number)s is answered here.") % {"number": other} if other else ""


def _unmerged(data: _Data) -> str:
    if into := data.text("into"):
        return _("It is no longer part of case %(number)s.") % {"number": into}
    other = data.text("other")
    sentence = _("Case %(number)s is no longer part of this one.") % {"number": other} if other else ""
    if status := data.label("status", CaseStatus):
        sentence += " " + _("This one is “%(state)s” again.") % {"state": status}
    return sentence.strip()


def _triaged(data: _Data) -> str:
    now = ": ".join(part for part in (data.label("triage", Triage), data.text("number")) if part)
    if not data.text("former"):
        return now
    before = ": ".join(part for part in (data.label("former", Triage), data.text("former_number")) if part)
    return now if before == now else _("%(now)s. Before: %(before)s") % {"now": now, "before": before}


def _rated(data: _Data) -> str:
    now, before = data.label("helped", Helped), data.label("former", Helped)
    return _("%(now)s. Before: %(before)s") % {"now": now, "before": before} if before else now


# What was chosen when documents were handed out (`records.package.Options.named`).
HANDED_OUT = {
    "complete": gettext_lazy("complete"),
    "masked": gettext_lazy("with parts left out"),
    "notes": gettext_lazy("with notes"),
    "history": gettext_lazy("with history"),
    "files": gettext_lazy("with files"),
    "originals": gettext_lazy("with originals"),
    "person": gettext_lazy("what we hold about a person"),
    "period": gettext_lazy("with others of a period"),
}


def _handed_out(data: _Data) -> str:
    chosen = ", ".join(str(HANDED_OUT[name]) for name in data.texts("options") if name in HANDED_OUT)
    to, files, digest = data.text("to"), data.text("files"), data.text("digest")
    parts = [
        chosen[:1].upper() + chosen[1:],
        _("To: %(to)s") % {"to": to} if to else "",
        _("Files: %(files)s") % {"files": files} if files else "",
        f"SHA-256 {digest}" if digest else "",
    ]
    return ". ".join(part for part in parts if part)


def _locked(data: _Data) -> str:
    return ": ".join(part for part in (data.text("file"), data.text("finding")) if part)


def _proposed(data: _Data) -> str:
    number = data.text("times")
    if not number.isdecimal():
        return ""
    return ngettext("%(count)d time", "%(count)d times", int(number)) % {"count": int(number)}


# A kind that is not here has nothing to add to its name.
_DETAILS: dict[EventKind, Callable[[_Data], str]] = {
    EventKind.RECEIVED: _received,
    EventKind.ADDED: _added,
    EventKind.ASSIGNED: _assigned,
    EventKind.REROUTED: _rerouted,
    EventKind.RELEASED: _released,
    EventKind.DESCRIBED: lambda data: data.text("after") or _("Emptied"),
    EventKind.ANSWER_QUEUED: _queued,
    EventKind.MAIL_SENT: _mail,
    EventKind.MAIL_FAILED: _mail,
    EventKind.MAIL_RETRIED: _mail,
    EventKind.MAIL_SETTLED: _mail,
    EventKind.MAIL_HELD: _mail,
    EventKind.WITHDRAWN: lambda _data: _("Its text is a draft again."),
    EventKind.DELAYED: _delayed,
    EventKind.FORWARDED: _forwarded,
    EventKind.NOT_CLOSED: _not_closed,
    EventKind.NOT_HANDED_OVER: lambda data: data.text("why"),
    EventKind.MOVED: _moved,
    EventKind.SPOKEN: lambda data: data.label("channel", Channel),
    EventKind.CLOSED: lambda data: data.text("reason"),
    EventKind.REOPENED: _reopened,
    EventKind.MERGED: _merged,
    EventKind.UNMERGED: _unmerged,
    EventKind.QUARANTINED: lambda data: data.label("reason", QuarantineReason),
    EventKind.TRIAGED: _triaged,
    EventKind.TIMES_PROPOSED: _proposed,
    EventKind.TIME_CHOSEN: lambda data: data.moment("meeting_at"),
    EventKind.RATED: _rated,
    EventKind.HANDED_OUT: _handed_out,
    EventKind.FILE_LOCKED: _locked,
    EventKind.DISPOSED: lambda data: data.text("decision"),
    EventKind.INVITED: lambda data: data.text("colleague"),
    EventKind.SECRECY_SET: lambda data: ": ".join(part for part in (data.text("law"), data.text("words")) if part),
}
