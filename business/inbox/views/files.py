"""Hands out the files of a case: as downloads that a browser does not open from our address, and as redrawn pictures."""

from __future__ import annotations

import logging
from typing import Any

from django.db.models import Q
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..enums import AccessKind, ScanState
from ..files import HEADERS, PICTURE_TYPE, StoreError, as_download, open_stored
from ..models import Attachment, Case
from ..trace import looked_at
from .base import InboxView

__all__ = ["FileView", "PictureView"]

log = logging.getLogger(__name__)

WHY_NOT = {
    ScanState.WAITING: _("The file is waiting to be scanned for viruses. Try again in a minute."),
    ScanState.INFECTED: _("The file is malicious. It is locked and cannot be opened."),
    ScanState.GONE: _("The file has been disposed of."),
}


class FileView(InboxView):
    """A file of the case, or of the user's own draft in it. The permission is asked before anything is looked for."""

    template_name = "inbox/file_refused.html"
    page_title = _("File")
    header_icon = "doc-full"
    headers = HEADERS
    case: Case

    def get(self, request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
        self.case = get_object_or_404(Case.objects.for_user(request.user), pk=pk)
        theirs = Q(message__case=self.case) | Q(message=None, draft__case=self.case, draft__user=request.user)
        attachment = get_object_or_404(Attachment.objects.filter(theirs), pk=file)
        if not attachment.is_handed_out:
            return self.refuse(str(WHY_NOT[ScanState(attachment.scan)]), 409)
        try:
            response = self.answer(attachment)
        except StoreError:
            log.exception("File %s is not in the store", attachment.pk)
            return self.refuse(_("The file cannot be read right now. Tell your administrator."), 404)
        for name, value in self.headers.items():
            response[name] = value
        looked_at(request.user, self.case, AccessKind.FILE, about=attachment.pk)
        return response

    def answer(self, attachment: Attachment) -> HttpResponseBase:
        """Stream the bytes as they came, to be saved and not shown."""
        return as_download(attachment)

    def refuse(self, sentence: str, status: int) -> HttpResponseBase:
        return self.render_to_response(self.get_context_data(sentence=sentence), status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(case=self.case, **kwargs)

    def get_trail(self) -> list[dict[str, Any]]:
        case = {"url": reverse(self.case_url_name, args=[self.case.pk]), "label": self.case.number}
        return [case, *super().get_trail()]


class PictureView(FileView):
    """The picture that we drew of the file, to be shown on the case's page or alone in a tab."""

    # A browser that shows a picture alone styles its page itself.
    headers = {**HEADERS, "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}

    def answer(self, attachment: Attachment) -> HttpResponseBase:
        if not attachment.picture_path:
            return self.refuse(_("There is no picture of this file."), 404)
        return FileResponse(open_stored(attachment.picture_path), content_type=PICTURE_TYPE)
