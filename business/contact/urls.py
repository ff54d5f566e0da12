"""The receipt's address in each language."""

from django.urls import re_path
from django.utils.functional import lazy
from django.views.generic import RedirectView

from business.core.translation import active_locale_code

from . import views

# Here and not in the message catalogue: an address must not change when a catalogue is not compiled.
ADDRESSES = {"sv": "kvitto", "en": "receipt"}
END = "(?P<token>[0-9a-f]{64})"


def address() -> str:
    """Return the pattern of the address in the language that is active."""
    return f"^{ADDRESSES[active_locale_code()]}/{END}/$"


urlpatterns = [
    re_path(lazy(address, str)(), views.receipt, name="contact_receipt"),
    # Another language's word still leads there.
    *(
        re_path(f"^{word}/{END}/$", RedirectView.as_view(pattern_name="contact_receipt"))
        for word in ADDRESSES.values()
    ),
]
