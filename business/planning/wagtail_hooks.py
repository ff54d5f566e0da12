from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogFormatter
from wagtail.snippets.models import register_snippet

from business.core.guarded import APPROVED, ENDING, SCHEDULED

from .components import RulesPanel
from .enums import ENDED, REFUSED
from .guide_hooks import one_by_one, when_deleted, when_in_bulk, when_published, when_unpublished
from .permissions import can_keep_rules
from .publishing import guard_approved, guard_scheduled, watch_ending
from .views.report import RuleReportView
from .viewsets import (
    BusinessEventViewSet,
    FinderGroup,
    JourneyListing,
    PersonaViewSet,
    QuestionViewSet,
    RuleViewSet,
)

for viewset in (QuestionViewSet, RuleViewSet, PersonaViewSet, BusinessEventViewSet):
    register_snippet(viewset)


@hooks.register("register_admin_viewset")
def register_finder() -> list[object]:
    return [JourneyListing(), FinderGroup()]


hooks.register("before_publish_page", when_published)
hooks.register("before_unpublish_page", when_unpublished)
hooks.register("before_delete_page", when_deleted)
hooks.register("before_bulk_action", when_in_bulk)
hooks.register("before_bulk_action", one_by_one, order=-1)
hooks.register(APPROVED, guard_approved)
hooks.register(SCHEDULED, guard_scheduled)
hooks.register(ENDING, watch_ending)


@hooks.register("register_log_actions")
def register_scheduled(actions: Any) -> None:
    @actions.register_action(REFUSED)
    class RefusalFormatter(LogFormatter):
        label = _("Not published at its time")

        def format_message(self, log_entry: Any) -> str:
            why = "; ".join(log_entry.data.get("why", []))
            return gettext("Not published at its time, example companies would get another result: %(why)s") % {
                "why": why
            }

    @actions.register_action(ENDED)
    class EndingFormatter(LogFormatter):
        label = _("Ended at its time")

        def format_message(self, log_entry: Any) -> str:
            why = "; ".join(log_entry.data.get("why", []))
            return gettext("Ended at its time, and example companies get another result: %(why)s") % {"why": why}


@hooks.register("register_admin_urls")
def register_report() -> list[URLPattern]:
    return [path("reports/finder-rules/", RuleReportView.as_view(), name="finder_rules")]


class ReportMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return can_keep_rules(request.user)


@hooks.register("register_reports_menu_item")
def register_report_menu_item() -> MenuItem:
    return ReportMenuItem(_("Finder rules"), reverse("finder_rules"), name="finder-rules", icon_name="help", order=60)


@hooks.register("construct_homepage_panels")
def show_rules(request: HttpRequest, panels: list[Any]) -> None:
    panel = RulesPanel(request)
    if panel.is_shown():
        panels.append(panel)
