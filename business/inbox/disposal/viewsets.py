"""The rules of disposal in the admin, and the addresses of its pages."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import ObjectList
from wagtail.admin.ui.tables import Column

from business.core.admin_bases import PlainRegisterViewSet
from business.core.columns import DayColumn
from business.core.models import originals

from ..models import DisposalRule
from ..views import disposal as views

__all__ = ["DisposalRuleViewSet", "urls"]


class RuleForm(WagtailAdminModelForm):
    """A rule is tied to a topic by its original, as cases are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].queryset = self.fields["topic"].queryset.filter(originals())
        self.fields["topic"].empty_label = _("All topics")


class DisposalRuleViewSet(PlainRegisterViewSet):
    """By which decision what may go, and when."""

    model = DisposalRule
    icon = "bin"
    menu_label = _("Disposal rules")
    menu_name = "disposal-rules"
    copy_view_enabled = False
    list_display = [
        "name",
        Column("decision", label=_("Decision"), accessor="decision_number", sort_key="decision_number"),
        Column("keep", label=_("Kept"), accessor="keep_in_words"),
        DayColumn("valid_from", label=_("Valid from"), sort_key="valid_from"),
        DayColumn("valid_to", label=_("Valid to"), sort_key="valid_to"),
    ]
    ordering = ["name"]
    edit_handler = ObjectList(DisposalRule.panels, base_form_class=RuleForm)

    def get_queryset(self, request: HttpRequest) -> QuerySet[DisposalRule]:
        return DisposalRule.objects.all()


def urls() -> list[URLPattern]:
    """Return the addresses of disposal, below the admin's."""
    return [
        path("reports/disposal/", views.DisposalsView.as_view(), name="disposals"),
        path("reports/disposal/propose/", views.ProposeView.as_view(), name="disposal_propose"),
        path("reports/disposal/stops/", views.HoldsView.as_view(), name="disposal_holds"),
        path("reports/disposal/stops/<int:pk>/lift/", views.ReleaseView.as_view(), name="disposal_release"),
        path("reports/disposal/<int:pk>/", views.DisposalView.as_view(), name="disposal"),
        path("reports/disposal/<int:pk>/protocol/", views.ProtocolView.as_view(), name="disposal_protocol"),
        path("reports/disposal/<int:pk>/case/<int:item>/", views.ItemView.as_view(), name="disposal_item"),
        path("reports/disposal/<int:pk>/<slug:act>/", views.ActView.as_view(), name="disposal_act"),
    ]
