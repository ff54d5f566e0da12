"""The report on how well the inbox answers."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from ..enums import AccessKind
from ..models import Case
from ..permissions import can_see_statistics
from ..statistics import Report, StatisticsForm, as_json, as_workbook, make_report
from ..trace import took_out

__all__ = ["StatisticsView"]

log = logging.getLogger(__name__)
FILES = {
    "xlsx": (as_workbook, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "json": (as_json, "application/json"),
}


class StatisticsView(WagtailAdminTemplateMixin, TemplateView):
    """Figures over a period, as a page or, with ``export``, as a file. Who took them out is logged."""

    template_name = "inbox/statistics.html"
    page_title = _("Case statistics")
    header_icon = "history"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_see_statistics(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def form(self) -> StatisticsForm:
        return StatisticsForm(self.request.GET, timezone.localdate(timezone=timezone.get_default_timezone()))

    @cached_property
    def report(self) -> Report | None:
        """What was asked for; nothing where the form tells what is wrong."""
        if not self.form.is_valid():
            return None
        return make_report(self.form, Case.objects.counted_for(self.request.user), timezone.now())

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kind = request.GET.get("export")
        if kind is None or self.report is None:
            return super().get(request, *args, **kwargs)
        if kind not in FILES:
            raise Http404
        return self.as_file(kind, self.report)

    def as_file(self, kind: str, report: Report) -> HttpResponse:
        draw, media_type = FILES[kind]
        response = HttpResponse(draw(report), content_type=media_type)
        name = f"statistics-{report.period.first}-{report.period.last}.{kind}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        user: Any = self.request.user
        log.info("User %s (%s) exported statistics %s", user.pk, user.get_username(), self.query().urlencode())
        took_out(user, AccessKind.STATISTICS, format=kind, **self.query().dict())
        return response

    def query(self) -> QueryDict:
        """Return what was asked for, without what is not known."""
        query = QueryDict(mutable=True)
        query.update({name: value for name in self.form.fields if (value := self.form.data.get(name))})
        return query

    def export_url(self, kind: str) -> str:
        query = self.query()
        query["export"] = kind
        return f"{reverse('case_statistics')}?{query.urlencode()}"

    @cached_property
    def header_buttons(self) -> list[Any]:
        if self.report is None:
            return []
        return [
            HeaderButton(_("Download XLSX"), url=self.export_url("xlsx"), icon_name="download"),
            HeaderButton(_("Download JSON"), url=self.export_url("json"), icon_name="download"),
        ]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "form": self.form, "report": self.report}
