"""The inbox and its registers, declared over Wagtail's generic views."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.viewsets.model import ModelViewSet

from business.core.admin_bases import RegisterViewSet

from . import views
from .components import InboxMenuItem
from .listing import CaseFilterSet
from .models import Case, Topic
from .rights import CASE_RIGHTS

__all__ = ["CaseViewSet", "TopicViewSet"]


class CaseViewSet(ModelViewSet):
    """Cases are listed, read and worked. There is no address to add, copy or delete one, and no usage of one."""

    model = Case
    name = "inbox"
    icon = "mail"
    menu_label = _("Inbox")
    menu_name = "inbox"
    menu_order = 50
    menu_item_class = InboxMenuItem
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    list_per_page = 25
    filterset_class = CaseFilterSet
    index_view_class = views.CaseIndexView
    index_template_name = "inbox/index.html"
    form_fields: list[str] = []
    acts = {
        "take": views.TakeView,
        "release": views.ReleaseView,
        "assign": views.AssignView,
        "takeover": views.TakeOverView,
        "reroute": views.RerouteView,
        "let_in": views.LetInView,
        "secrecy": views.SecrecyView,
        "lift": views.LiftSecrecyView,
        "park": views.ParkView,
        "resume": views.ResumeView,
        "describe": views.DescribeView,
        "note": views.NoteView,
        "preview": views.PreviewView,
        "draft": views.DraftView,
        "canned": views.CannedView,
        "answer": views.AnswerView,
        "delay": views.DelayView,
        "forward": views.ForwardView,
        "speak": views.SpeakView,
        "times": views.TimesView,
        "link": views.SendLinkView,
        "close": views.CloseView,
        "triage": views.TriageView,
        "reopen": views.ReopenView,
        "merge": views.MergeView,
        "unmerge": views.UnmergeView,
        "quarantine": views.QuarantineView,
        "unquarantine": views.UnquarantineView,
        "presence": views.PresenceView,
    }
    # Acts on one mail of a case.
    mail_acts = {"again": views.SendAgainView, "settle": views.SettleView, "withdraw": views.WithdrawView}

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        # Not the parent's: it names addresses that do not exist here.
        return {
            "model": self.model,
            "header_icon": self.icon,
            "index_url_name": self.get_url_name("index"),
            "index_results_url_name": self.get_url_name("index_results"),
            "case_url_name": self.get_url_name("case"),
            "act_url_name": self.get_url_name("%s"),
            "export_url_name": self.get_url_name("export"),
            **kwargs,
        }

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("export/", self.construct_view(views.ExportView), name="export"),
            path("views/", self.construct_view(views.SavedViewsView), name="views"),
            path("views/<int:pk>/", self.construct_view(views.OpenSavedView), name="view"),
            path("views/<int:pk>/change/", self.construct_view(views.ChangeSavedView), name="view_change"),
            path("views/<int:pk>/remove/", self.construct_view(views.RemoveSavedView), name="view_remove"),
            path("<int:pk>/", self.construct_view(views.CaseView), name="case"),
            path("<int:pk>/seen-by/", self.construct_view(views.SeenByView), name="seen_by"),
            *(path(f"<int:pk>/{name}/", self.construct_view(view), name=name) for name, view in self.acts.items()),
            *(
                path(f"<int:pk>/{name}/<int:mail>/", self.construct_view(view), name=name)
                for name, view in self.mail_acts.items()
            ),
            path("<int:pk>/reveal/<int:message>/", self.construct_view(views.RevealView), name="reveal"),
            path("<int:pk>/package/", self.construct_view(views.PackageView), name="package"),
            path("<int:pk>/mail/<int:incoming>/", self.construct_view(views.MailAsItLookedView), name="mail"),
            path("<int:pk>/mail/<int:incoming>/raw/", self.construct_view(views.RawMailView), name="raw_mail"),
            path("<int:pk>/file/<int:file>/", self.construct_view(views.FileView), name="file"),
            path("<int:pk>/file/<int:file>/picture/", self.construct_view(views.PictureView), name="picture"),
        ]

    @cached_property
    def url_finder_class(self) -> type:
        return type("CaseURLFinder", (super().url_finder_class,), {"edit_url_name": self.get_url_name("case")})

    def get_permissions_to_register(self) -> QuerySet[Permission]:
        """Let groups be given each right over cases (ADR 53)."""
        names = ["view_case", "change_case", "export_case", *dict(CASE_RIGHTS)]
        return Permission.objects.filter(content_type__app_label="inbox", codename__in=names)


class TopicViewSet(RegisterViewSet):
    """What a sender can choose in the form, and the unit that it goes to."""

    model = Topic
    icon = "tag"
    menu_label = _("Topics of requests")
    menu_name = "topics"
    list_display = [
        "name",
        Column("unit", label=_("Goes to"), accessor="unit.name", sort_key="unit__sort_key"),
        "order",
        BooleanColumn("in_use", label=_("Can be chosen")),
    ]
    list_filter = ["in_use"]
    ordering = ["order", "sort_key"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        return Topic.objects.select_related("unit")
