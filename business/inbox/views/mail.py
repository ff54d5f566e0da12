"""Shows a mail as it looked, and hands it out as it came."""

from __future__ import annotations

import logging
from typing import Any

from django.db.models import Q
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from business.core.personal_number import mask_personal_numbers

from ..enums import AccessKind, ScanState
from ..files import StoreError, open_stored
from ..incoming.html import cleaned
from ..incoming.parsing import html_of
from ..incoming.scanning import scan
from ..models import Case, IncomingMail
from ..trace import looked_at
from .files import HEADERS, FileView

__all__ = ["MailAsItLookedView", "RawMailView"]

log = logging.getLogger(__name__)

CANNOT_BE_READ = _("The mail cannot be read right now. Tell your administrator.")
WHY_NOT = {
    ScanState.WAITING: _("The mail is waiting to be scanned for viruses. Try again in a minute."),
    ScanState.INFECTED: _("Something in the mail is malicious. It is locked and cannot be downloaded."),
    ScanState.GONE: _("The mail has been disposed of."),
}


class MailView(FileView):
    """Something of one mail of the case. The permission is asked before anything is looked for."""

    page_title = _("Mail")
    header_icon = "mail"

    def get(self, request: HttpRequest, pk: int, incoming: int) -> HttpResponseBase:  # type: ignore[override]
        self.case = get_object_or_404(Case.objects.for_user(request.user), pk=pk)
        of_case = IncomingMail.objects.filter(Q(case=self.case) | Q(message__case=self.case))
        found = get_object_or_404(of_case, pk=incoming)
        try:
            response = self.hand_out(found)
        except StoreError:
            log.exception("Mail %s is not in the store", found.pk)
            return self.refuse(str(CANNOT_BE_READ), 404)
        return response

    def hand_out(self, mail: IncomingMail) -> HttpResponseBase:
        raise NotImplementedError

    def with_headers(self, response: HttpResponseBase) -> HttpResponseBase:
        for name, value in self.headers.items():
            response[name] = value
        return response


class MailAsItLookedView(MailView):
    """The mail's HTML, cleaned, for a frame that may do nothing: no script, no form, no picture, nothing from elsewhere.

    It is a part of the case's page, and one look with it: the same entry of the hour stands for both.
    """

    headers = {
        **HEADERS,
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox",
    }

    def hand_out(self, mail: IncomingMail) -> HttpResponseBase:
        if mail.scan == ScanState.GONE:
            return self.refuse(str(WHY_NOT[ScanState.GONE]), 410)
        with open_stored(mail.path) as stored:
            # Masked as text is everywhere; cleaned last, so that nothing can come of the masking.
            html = cleaned(mask_personal_numbers(html_of(stored.read())))
        looked_at(self.request.user, self.case, AccessKind.CASE)
        page = render_to_string("inbox/mail_as_it_looked.html", {"html": mark_safe(html), "case": self.case})
        return self.with_headers(HttpResponse(page))


class RawMailView(MailView):
    """The bytes as they came, to be saved. They hold addresses and everything that hangs on the mail."""

    permission_required = "contact"

    def hand_out(self, mail: IncomingMail) -> HttpResponseBase:
        state = scan(mail)
        if state in WHY_NOT:
            return self.refuse(str(WHY_NOT[state]), 410 if state == ScanState.GONE else 409)
        stored = open_stored(mail.path)
        user: Any = self.request.user
        looked_at(user, self.case, AccessKind.RAW_MAIL, about=mail.pk)
        name = f"{self.case.number}-{mail.pk}.eml"
        response = FileResponse(stored, as_attachment=True, filename=name, content_type="message/rfc822")
        return self.with_headers(response)
