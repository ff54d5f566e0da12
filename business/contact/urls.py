"""The addresses of the receipt and of the sender's page, in each language."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, re_path
from django.utils.functional import lazy
from django.views.generic import RedirectView

from business.core.translation import active_locale_code

from . import sender_views, views

# Here and not in the message catalogue: an address must not change when a catalogue is not compiled.
RECEIPTS = {"sv": "kvitto", "en": "receipt"}
PAGES = {"sv": "arende", "en": "case"}
TOKEN = "(?P<token>[0-9a-f]{64})"  # noqa: S105 - a pattern


def _address(words: dict[str, str], end: str) -> Any:
    """Return the pattern of an address in the language that is active."""
    return lazy(lambda: f"^{words[active_locale_code()]}/{TOKEN}/{end}$", str)()


def _in_each_language(words: dict[str, str], view: Callable[..., Any], name: str, end: str = "") -> list[URLPattern]:
    """Return the address in the active language's word; another language's word still leads there."""
    others = [re_path(f"^{word}/{TOKEN}/{end}$", RedirectView.as_view(pattern_name=name)) for word in words.values()]
    return [re_path(_address(words, end), view, name=name), *others]


urlpatterns = [
    *_in_each_language(RECEIPTS, views.receipt, "contact_receipt"),
    *_in_each_language(PAGES, sender_views.page, "sender_page"),
    *_in_each_language(PAGES, sender_views.calendar, "sender_calendar", r"meeting\.ics"),
    *_in_each_language(PAGES, sender_views.file, "sender_file", "file/(?P<key>[0-9]{1,18})/"),
]
