"""The search page's address in each language."""

from django.urls import path
from django.utils.functional import lazy
from django.views.generic import RedirectView

from business.core.translation import active_locale_code

from . import views

# Here and not in the message catalogue: an address must not change when a catalogue is not compiled.
ADDRESSES = {"sv": "sok/", "en": "search/"}


def address() -> str:
    """Return the address in the language that is active."""
    return ADDRESSES[active_locale_code()]


urlpatterns = [
    path(lazy(address, str)(), views.search, name="search"),
    # Another language's word still leads there.
    *(path(word, RedirectView.as_view(pattern_name="search", query_string=True)) for word in ADDRESSES.values()),
]
