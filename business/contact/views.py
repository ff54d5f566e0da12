"""The receipt."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from business.core.translation import Localiser, active_locale_code, locale_for
from business.inbox.enclosures import enclosures_of
from business.inbox.services import case_for_token, receipt_goes_to

from .models import ContactPage

__all__ = ["receipt"]


@never_cache
@require_safe
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """Show number, expected day and what happens next. The address is unguessable and shows nothing of the message.

    Nor does it lead to the sender's page: the form takes any address, and whoever typed a stranger's must not read what
    is answered to them. The link comes in the mail alone (ADR 0061).
    """
    case = case_for_token(token)
    if case is None:
        raise Http404
    page = ContactPage.objects.live().filter(locale__language_code=get_language()).first()
    sent = enclosures_of(case)
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
            "mailed_to": receipt_goes_to(case),
        },
    )
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
