"""Times to meet as lines of a mail, and the officer's own words without them. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

__all__ = ["ProposedTime", "time_in_words", "with_times", "without_times", "without_way_on"]


@dataclass(frozen=True)
class ProposedTime:
    """When, for how many minutes, and where: a place or a link."""

    starts_at: datetime.datetime
    minutes: int
    place: str


def time_in_words(starts_at: datetime.datetime, minutes: int, place: str) -> str:
    """Return a time as a line of text, in the municipality's own time and the language that is active."""
    with timezone.override(None):
        start = timezone.localtime(starts_at)
        end = timezone.localtime(starts_at + datetime.timedelta(minutes=minutes))
    return f"{date_format(start, 'l j F Y')} {start:%H:%M}–{end:%H:%M}, {place}"


def with_times(text: str, times: Iterable[ProposedTime], language: str) -> str:
    """Return the text with the times below it, and where to choose one, in a language."""
    with translation.override(language):
        lines = [f"– {time_in_words(one.starts_at, one.minutes, one.place)}" for one in times]
        return "\n".join([text.strip(), "", _lead(), *lines, "", _onward()])


def without_times(text: str) -> str:
    """Return the officer's own words of such a text, whatever language the rest is in."""
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            if text.endswith(_onward()):
                return text.rpartition(f"\n{_lead()}\n")[0].rstrip() or text
    return text


def without_way_on(text: str) -> str:
    """Return such a text without its last line, which says where a time is chosen: whoever reads it there is there."""
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            text = text.removesuffix(_onward()).rstrip()
    return text


def _lead() -> str:
    return _("Times that suit us:")


def _onward() -> str:
    return _("Choose one of them on your page. The link stands below.")
