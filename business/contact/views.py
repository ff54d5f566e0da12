"""The receipt."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from business.core.translation import Localiser, active_locale_code, locale_for
from business.inbox.enclosures import enclosures_of
from business.inbox.sender_links import current_link, token_of
from business.inbox.services import case_for_token

from .models import ContactPage

__all__ = ["receipt"]


@never_cache
@require_safe
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """Show number, expected day and what happens next. The address is unguessable and shows nothing of the message."""
    case = case_for_token(token)
    if case is None:
        raise Http404
    page = ContactPage.objects.live().filter(locale__language_code=get_language()).first()
    sent, link = enclosures_of(case), current_link(case)
    say = Localiser(locale_for(active_locale_code()), [case.topic, case.unit])
    response = render(
        request,
        "contact/receipt.html",
        {
            "case": case,
            "contact_page": page,
            "topic": say(case.topic, "name"),
            "unit": say(case.unit, "name"),
            "files": sent.files,
            "plan": sent.plan,
            "page_url": reverse("sender_page", args=[token_of(link)]) if link else "",
        },
    )
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
