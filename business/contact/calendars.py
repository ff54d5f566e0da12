"""A booked meeting as a calendar file (RFC 5545) that any calendar opens."""

from __future__ import annotations

import datetime

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from business.inbox.models import MeetingTime

__all__ = ["write_meeting"]


def write_meeting(meeting: MeetingTime, host: str) -> bytes:
    """Return the meeting in UTC, in the language that is active. Fetched again, it is the same event."""
    calendar = Calendar()
    calendar.add("prodid", f"-//Dukat bord//{host}//")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    event = Event()
    event.add("uid", f"meeting-{meeting.pk}@{host}")
    event.add("dtstamp", (meeting.settled_at or meeting.starts_at).astimezone(datetime.UTC))
    event.add("dtstart", meeting.starts_at.astimezone(datetime.UTC))
    event.add("dtend", meeting.ends_at.astimezone(datetime.UTC))
    event.add("summary", _("Meeting about case %(number)s") % {"number": meeting.case.number})
    event.add("location", meeting.place)
    calendar.add_component(event)
    return calendar.to_ical()
