"""The report on the finder's rules."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from ..examples.report import read_report
from ..permissions import can_keep_rules

__all__ = ["RuleReportView"]


class RuleReportView(WagtailAdminTemplateMixin, TemplateView):
    """What is wrong with questions and rules, the worst first. For those who may change rules."""

    template_name = "planning/report/index.html"
    page_title = _("Finder rules")
    header_icon = "help"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_keep_rules(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sections = read_report(timezone.localdate())
        found = [section for section in sections if section.lines]
        clean = [section for section in sections if not section.lines]
        return {**super().get_context_data(**kwargs), "found": found, "clean": clean}
