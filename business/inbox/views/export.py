"""The listing as a file."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.views.generic import View
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from ..enums import AccessKind
from ..listing import ORDER, SEARCH, Export, Selection
from ..models import Case
from ..trace import took_out

__all__ = ["ExportView"]

log = logging.getLogger(__name__)


class ExportView(PermissionCheckedMixin, View):
    """What the listing's address asks for, every page of it. Who took how much out is logged."""

    model = Case
    permission_required = "export"
    header_icon = "download"
    index_url_name = index_results_url_name = case_url_name = act_url_name = ""

    def get(self, request: HttpRequest) -> StreamingHttpResponse:
        self.selection = Selection(request)
        export = Export(self.selection.cases(), sees_contact=self.user_has_permission("contact"))
        response = StreamingHttpResponse(self.logged(export), content_type="text/csv; charset=utf-8")
        name = f"inbox-{timezone.localdate():%Y-%m-%d}.csv"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        response.headers["Cache-Control"] = "no-store"
        return response

    def logged(self, export: Export) -> Iterator[bytes]:
        user: Any = self.request.user
        try:
            yield from export
        finally:
            log.info("User %s (%s) exported %s cases", user.pk, user.get_username(), export.written)
            took_out(user, AccessKind.EXPORT, cases=export.written, **self.asked_for())

    def asked_for(self) -> dict[str, str | bool]:
        """What the list was narrowed to, for the trace: keys that the list knows, and never what somebody searched for."""
        query = {key: ", ".join(values) for key, values in self.selection.query.lists() if key not in (SEARCH, ORDER)}
        return {**query, "searched": bool(self.selection.search)}
