from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogFormatter
from wagtail.snippets.models import register_snippet

from .components import ChecksPanel
from .permissions import can_keep_facts
from .views.checks import ConfirmView, FactsToCheckView
from .views.workbook import FactWorkbookViewSet
from .viewsets import (
    AuthorityAreaViewSet,
    EvidenceTypeViewSet,
    FeeBasisViewSet,
    GuideListing,
    HourlyRateViewSet,
    LegalReferenceViewSet,
    TariffViewSet,
    TradeViewSet,
)

REGISTERS = (
    AuthorityAreaViewSet,
    HourlyRateViewSet,
    TariffViewSet,
    FeeBasisViewSet,
    TradeViewSet,
    LegalReferenceViewSet,
    EvidenceTypeViewSet,
)
for viewset in REGISTERS:
    register_snippet(viewset)


@hooks.register("register_admin_viewset")
def register_listing() -> GuideListing:
    return GuideListing()


@hooks.register("register_admin_viewset")
def register_workbook() -> FactWorkbookViewSet:
    return FactWorkbookViewSet()


@hooks.register("register_admin_urls")
def register_checks() -> list[URLPattern]:
    return [
        path("reports/facts/", FactsToCheckView.as_view(), name="guide_checks"),
        path("reports/facts/results/", FactsToCheckView.as_view(results_only=True), name="guide_checks_results"),
        path("reports/facts/checked/", ConfirmView.as_view(), name="guide_checks_confirm"),
    ]


@hooks.register("construct_homepage_panels")
def show_checks(request: HttpRequest, panels: list[Any]) -> None:
    panel = ChecksPanel(request)
    if panel.is_shown():
        panels.append(panel)


class ChecksMenuItem(MenuItem):
    def is_shown(self, request: Any) -> bool:
        return can_keep_facts(request.user)


@hooks.register("register_reports_menu_item")
def register_checks_menu_item() -> MenuItem:
    return ChecksMenuItem(
        _("Facts to check"), reverse("guide_checks"), name="facts-to-check", icon_name="check", order=50
    )


@hooks.register("register_log_actions")
def register_check_action(actions: Any) -> None:
    @actions.register_action("guides.check")
    class CheckLogFormatter(LogFormatter):
        label = _("Facts checked")

        def format_message(self, log_entry: Any) -> str:
            fact = log_entry.data.get("fact")
            return _("Checked, unchanged: %(fact)s") % {"fact": fact} if fact else _("Checked, all facts unchanged")
