"""Wiring of the inbox into Wagtail."""

from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.snippets.models import register_snippet

from . import bulk_actions
from .components import AnswersPanel, DisposalPanel, InboxPanel, ReportMenuItem
from .disposal import hooks as disposal_hooks  # noqa: F401
from .operations.panel import OperationsPanel
from .permissions import can_operate, can_see_statistics, can_see_trace
from .protection import refuse_if_held
from .records import wiring  # noqa: F401
from .registers import AbsenceViewSet, CannedReplyViewSet, MembershipViewSet, OfficeDayViewSet
from .views.operations import OperationsView
from .views.statistics import StatisticsView
from .views.trace import AccessReportView
from .viewsets import CaseViewSet, TopicViewSet


@hooks.register("register_admin_viewset")
def register_inbox() -> ModelViewSet:
    return CaseViewSet()


for viewset in (TopicViewSet, CannedReplyViewSet, OfficeDayViewSet, AbsenceViewSet, MembershipViewSet):
    register_snippet(viewset)


for action in bulk_actions.__all__:
    hooks.register("register_bulk_action", getattr(bulk_actions, action))


@hooks.register("register_admin_urls")
def register_statistics() -> list[URLPattern]:
    return [
        path("reports/case-statistics/", StatisticsView.as_view(), name="case_statistics"),
        path("reports/case-accesses/", AccessReportView.as_view(), name="case_accesses"),
        path("reports/operations/", OperationsView.as_view(), name="inbox_operations"),
    ]


@hooks.register("register_reports_menu_item")
def register_statistics_menu_item() -> MenuItem:
    url = reverse("case_statistics")
    return ReportMenuItem(
        can_see_statistics, _("Case statistics"), url, name="case-statistics", icon_name="history", order=50
    )


@hooks.register("register_reports_menu_item")
def register_access_menu_item() -> MenuItem:
    url = reverse("case_accesses")
    return ReportMenuItem(can_see_trace, _("Who has looked"), url, name="case-accesses", icon_name="view", order=60)


@hooks.register("register_reports_menu_item")
def register_operations_menu_item() -> MenuItem:
    url = reverse("inbox_operations")
    return ReportMenuItem(can_operate, _("Operations"), url, name="operations", icon_name="cogs", order=70)


@hooks.register("construct_homepage_panels")
def show_inbox(request: HttpRequest, panels: list[Any]) -> None:
    ours = (kind(request) for kind in (OperationsPanel, InboxPanel, AnswersPanel, DisposalPanel))
    panels.extend(panel for panel in ours if panel.is_shown())


@hooks.register("insert_global_admin_css")
def inbox_style() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("inbox/inbox.css"))


@hooks.register("before_delete_snippet")
def keep_snippet(request: HttpRequest, items: list[Any]) -> HttpResponse | None:
    return refuse_if_held(request, items)


@hooks.register("before_delete_user")
def keep_user(request: HttpRequest, user: Any) -> HttpResponse | None:
    return refuse_if_held(request, [user])


@hooks.register("before_bulk_action")
def keep_users(request: HttpRequest, action_type: str, items: list[Any], action: Any) -> HttpResponse | None:
    users = [item for item in items if isinstance(item, get_user_model())]
    return refuse_if_held(request, users) if action_type == "delete" else None
