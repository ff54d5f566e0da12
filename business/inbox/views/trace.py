"""Who has looked: at one case, and at all of them as a report that goes out as a file for an audit."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from business.core.requests import row_key
from business.core.spreadsheets import BOM, harmless

from ..access_log import AccessForm, Line, Reader
from ..enums import AccessKind
from ..models import AccessEntry, Case
from ..permissions import can_see_trace
from ..trace import took_out
from .base import InboxView

__all__ = ["AccessReportView", "SeenByView"]

PAGE = 50
CHUNK = 2000


def _page(entries: QuerySet[AccessEntry], request: HttpRequest) -> Page:
    return Paginator(entries, PAGE).get_page(row_key(request.GET.get("p", "")) or 1)


class SeenByView(InboxView):
    """Who has looked at one case, latest first."""

    permission_required = "trace"
    template_name = "inbox/seen_by.html"
    page_title = gettext_lazy("Who has looked")
    header_icon = "view"
    case: Case

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.case = get_object_or_404(Case.objects.for_user(request.user), pk=pk)
        page = _page(AccessEntry.objects.filter(case_id=pk), request)
        return self.render_to_response(
            self.get_context_data(case=self.case, page=page, lines=Reader().page(page.object_list))
        )

    def get_trail(self) -> list[dict[str, Any]]:
        case = {"url": reverse(self.case_url_name, args=[self.case.pk]), "label": self.case.number}
        return [case, *super().get_trail()]


class _Echo:
    """Stands where a file would: what is written comes back."""

    def write(self, text: str) -> bytes:
        return text.encode()


def _as_csv(found: Iterable[Line]) -> Iterator[bytes]:
    writer = csv.writer(_Echo())
    heading = [_("When"), _("Who"), _("What"), _("Case"), _("More")]  # while the request's language holds

    def rows() -> Iterator[bytes]:
        yield BOM.encode()
        yield writer.writerow(heading)
        for line in found:
            cells = (line.stamp, line.who, line.what, line.number, line.more)
            yield writer.writerow([harmless(value) for value in cells])

    return rows()


def _as_json(found: Iterable[Line]) -> Iterator[bytes]:
    """One entry a line within one list."""
    before = "["
    for line in found:
        yield f"{before}\n{json.dumps(line.data, ensure_ascii=False)}".encode()
        before = ","
    yield b"[]\n" if before == "[" else b"\n]\n"


class AccessReportView(WagtailAdminTemplateMixin, TemplateView):
    """Who looked at what, and when; as a file with ``export``. That it was taken out is an entry too."""

    template_name = "inbox/access_report.html"
    page_title = gettext_lazy("Who has looked")
    header_icon = "view"
    files: dict[str, tuple[Callable[[Iterable[Line]], Iterator[bytes]], str]] = {
        "csv": (_as_csv, "text/csv; charset=utf-8"),
        "json": (_as_json, "application/json"),
    }

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not can_see_trace(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def form(self) -> AccessForm:
        today = timezone.localdate(timezone=timezone.get_default_timezone())
        return AccessForm(self.request.GET, user=self.request.user, today=today)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        kind = request.GET.get("export")
        if kind is None or not self.form.is_valid():
            return super().get(request, *args, **kwargs)
        if kind not in self.files:
            raise Http404
        return self.as_file(kind)

    def as_file(self, kind: str) -> HttpResponseBase:
        write, media_type = self.files[kind]
        entries = self.form.entries()
        took_out(self.request.user, AccessKind.TRACE, entries=entries.count(), **self.form.chosen)
        found = map(Reader().line, entries.iterator(chunk_size=CHUNK))
        response = StreamingHttpResponse(write(found), content_type=media_type)
        first, last = self.form.cleaned_data["first"], self.form.cleaned_data["last"]
        response.headers["Content-Disposition"] = f'attachment; filename="accesses-{first}-{last}.{kind}"'
        response.headers["Cache-Control"] = "no-store"
        return response

    def export_url(self, kind: str) -> str:
        query = self.form.query()
        query["export"] = kind
        return f"{reverse('case_accesses')}?{query.urlencode()}"

    @cached_property
    def header_buttons(self) -> list[Any]:
        if not self.form.is_valid():
            return []
        return [
            HeaderButton(_("Download CSV"), url=self.export_url("csv"), icon_name="download"),
            HeaderButton(_("Download JSON"), url=self.export_url("json"), icon_name="download"),
        ]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {**super().get_context_data(**kwargs), "form": self.form}
        if self.form.is_valid():
            page = _page(self.form.entries(), self.request)
            named = {entry.case_id for entry in page.object_list} - {None}
            opened = Case.objects.for_user(self.request.user).filter(pk__in=named)
            context |= {
                "page": page,
                "lines": Reader().page(page.object_list),
                "query": self.form.query().urlencode(),
                "opened": set(opened.values_list("pk", flat=True)),
            }
        return context
