"""Wires the registrar's reports into Wagtail."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from ..components import ReportMenuItem
from ..permissions import can_hand_out
from ..views.period import PeriodListView, PeriodPackageView
from ..views.records import NoticeVersionsView, PersonView

REPORTS = (
    ("case_register", "case-register", PeriodListView, _("Register of cases"), "list-ul", 51),
    ("case_person", "case-person", PersonView, _("What we hold about a person"), "user", 52),
    ("case_notices", "case-notices", NoticeVersionsView, _("Notice on personal data"), "doc-full", 53),
)


def register_records() -> list[URLPattern]:
    package = path("reports/case-register/hand-out/", PeriodPackageView.as_view(), name="case_register_package")
    return [package, *(path(f"reports/{slug}/", view.as_view(), name=name) for name, slug, view, *_rest in REPORTS)]


hooks.register("register_admin_urls", register_records)


def _register_menu_item(name: str, slug: str, label: Any, icon: str, order: int) -> None:
    item = ReportMenuItem(can_hand_out, label, reverse_lazy(name), name=slug, icon_name=icon, order=order)
    hooks.register("register_reports_menu_item", lambda: item)


for _name, _slug, _view, _label, _icon, _order in REPORTS:
    _register_menu_item(_name, _slug, _label, _icon, _order)
