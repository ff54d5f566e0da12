"""Disposal in the admin's menu."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils.translation import pgettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet

from ..permissions import can_see_disposal
from .viewsets import DisposalRuleViewSet, urls

__all__ = ["DisposalMenuItem"]

register_snippet(DisposalRuleViewSet)


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def register_disposal() -> list[URLPattern]:
    return urls()


class DisposalMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return can_see_disposal(request.user)


@hooks.register("register_reports_menu_item")  # type: ignore[untyped-decorator]
def register_disposal_menu_item() -> MenuItem:
    label = pgettext_lazy("disposal", "Disposal")
    return DisposalMenuItem(label, reverse("disposals"), name="disposal", icon_name="bin", order=70)
