"""The plan as a calendar file (RFC 5545) that any calendar opens. Pure: a plan comes in, bytes come out.

An event is known by its matter, its kind and the address of the plan: whoever fetches the same plan again gets the same
events, with new days where they have moved.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from icalendar import Alarm, Calendar, Event

from .plan import CopyToOrder, Matter, PaperToGet, Plan

__all__ = ["CalendarFrame", "write_calendar"]

DAY = datetime.timedelta(days=1)
WEEK = datetime.timedelta(weeks=1)
PRODID = "-//Dukat bord//{host}//{language}"


@dataclass(frozen=True)
class CalendarFrame:
    """What surrounds the events. ``site`` is scheme and host, ``address`` the plan's full address, ``identity`` what the
    plan is made of apart from its day, ``made_at`` now, in UTC."""

    name: str
    site: str
    host: str
    address: str
    identity: str
    language: str
    made_at: datetime.datetime


def write_calendar(plan: Plan, frame: CalendarFrame) -> bytes:
    """Return the plan's days as all-day events, in the language that is active."""
    calendar = Calendar()
    calendar.add("prodid", PRODID.format(host=frame.host, language=frame.language.upper()))
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", frame.name)
    for event in _events(plan, frame):
        calendar.add_component(event)
    return calendar.to_ical()


def _events(plan: Plan, frame: CalendarFrame) -> Iterable[Event]:
    for matter in plan.matters:
        yield from _matter_events(plan, matter, frame)
    for paper in plan.papers:
        yield from _paper_events(plan, paper, frame)
    if plan.opening and not plan.is_too_late:
        text = _("Your opening day. Everything in the plan is to be decided by the working day before it.")
        yield _event(frame, "opening", plan.opening, _("Opening day"), [text], frame.address)


def _matter_events(plan: Plan, matter: Matter, frame: CalendarFrame) -> Iterable[Event]:
    if matter.planned is None or matter.day is None:
        return
    key, title, url = matter.guide.slug, matter.guide.title, f"{frame.site}{matter.guide.url}"
    yield _event(
        frame,
        f"hand-in.{key}",
        matter.day,
        _hand_in_summary(plan, matter) % {"title": title},
        _hand_in_text(matter),
        url,
        alarm=_("Hand in within a week: %(title)s") % {"title": title},
    )
    safe = matter.planned.hand_in_safe
    if safe and matter.planned.earliest <= safe < matter.day:
        summary = _("Safe day to hand in: %(title)s") % {"title": title}
        yield _event(frame, f"safe.{key}", safe, summary, _safe_text(matter), url)
    if matter.decided and matter.decided > matter.day:
        summary = _("Decision expected: %(title)s") % {"title": title}
        text = _("If it takes as long as it usually does and was handed in by the last day.")
        yield _event(frame, f"decision.{key}", matter.decided, summary, [text], url)


def _hand_in_summary(plan: Plan, matter: Matter) -> str:
    if plan.opening is None or matter.is_late:
        return pgettext("in a calendar", "Can be handed in: %(title)s")
    return pgettext("in a calendar", "Hand in at the latest: %(title)s")


def _safe_text(matter: Matter) -> list[str]:
    """Return what the day promises, and what it does not."""
    told = [
        _(
            "Handed in by this day it is decided in time even if the authorities take all the ordinary time of the law, "
            "for this and for what waits for it."
        )
    ]
    if matter.guide.times.extension:
        told.append(_("The authority may extend the time of the law. That is not counted with."))
    if matter.guide.times.is_unlimited:
        told.append(_("No law limits how long it may take: the usual time is counted."))
    return told


def _hand_in_text(matter: Matter) -> list[str]:
    """Return what an officer would say on the telephone: to whom, where, and what to bring."""
    told = []
    if matter.guide.decider:
        told.append(_("Decided by: %(name)s.") % {"name": matter.guide.decider.name})
    if matter.from_complete:
        told.append(f"{_('The time counts')} {matter.from_complete.counted_from_label}.")
    papers = [str(paper.name) for paper in matter.guide.papers if paper.always]
    if papers:
        told.append(_("To hand in: %(papers)s.") % {"papers": ", ".join(papers)})
    if contact := matter.guide.contact:
        known = [str(part) for part in (contact.name, contact.phone, contact.email) if part]
        told.append(_("Questions: %(who)s.") % {"who": ", ".join(known)})
    if matter.guide.e_service:
        told.append(_("E-service: %(url)s") % {"url": matter.guide.e_service.url})
    return told


def _paper_events(plan: Plan, paper: PaperToGet, frame: CalendarFrame) -> Iterable[Event]:
    """Yield when to get what may not be too old; what the plan's own matters give comes by itself, if it stays young enough."""
    if not paper.always:
        return
    to_get = pgettext("in a calendar", "Get: %(paper)s")
    yield from _copy_events(plan, paper, paper.too_old if paper.giver else paper.copies, ("paper", to_get), frame)
    for_safe = pgettext("in a calendar", "Get for the safe day: %(paper)s")
    yield from _copy_events(plan, paper, paper.safe_copies, ("paper-safe", for_safe), frame)


def _copy_events(
    plan: Plan, paper: PaperToGet, copies: Iterable[CopyToOrder], kind: tuple[str, str], frame: CalendarFrame
) -> Iterable[Event]:
    """Yield when to get each copy. ``kind`` is what its events are known by, and what they say."""
    for number, copy in enumerate(copies, start=1):
        if copy.not_before is None or copy.needed is None:
            continue
        titles = ", ".join(str(guide.title) for guide in copy.guides)
        told = [
            _("From this day on it is young enough. It must be there by %(day)s.")
            % {"day": date_format(copy.needed, "DATE_FORMAT")},
            _("For: %(titles)s.") % {"titles": titles},
        ]
        if paper.text.issuer:
            told.append(_("Provided by: %(name)s.") % {"name": paper.text.issuer})
        summary = kind[1] % {"paper": paper.text.name}
        start = max(copy.not_before, plan.today)
        key = f"{kind[0]}.{paper.text.key}.{number}"
        yield _event(frame, key, min(start, copy.needed), summary, told, paper.text.url or frame.address)


def _event(
    frame: CalendarFrame,
    key: str,
    day: datetime.date,
    summary: str,
    told: list[str],
    url: str,
    alarm: str = "",
) -> Event:
    """Return an event that lasts whole days and leaves nobody busy."""
    event = Event()
    event.add("uid", f"{_digest(f'{frame.identity}|{key}')}@{frame.host}")
    event.add("dtstamp", frame.made_at)
    event.add("dtstart", day)
    event.add("dtend", day + DAY)
    _say(event, "summary", summary, frame)
    _say(event, "description", "\n".join([*told, _("The plan: %(url)s") % {"url": frame.address}]), frame)
    event.add("url", url)
    event.add("transp", "TRANSPARENT")
    if alarm:
        event.add_component(_alarm(alarm, frame))
    return event


def _alarm(text: str, frame: CalendarFrame) -> Alarm:
    """Return a reminder a week before the day."""
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -WEEK)
    _say(alarm, "description", text, frame)
    return alarm


def _say(component: Any, name: str, text: str, frame: CalendarFrame) -> None:
    component.add(name, text, parameters={"LANGUAGE": frame.language})


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
