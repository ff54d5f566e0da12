"""What the pages of the inbox share."""

from __future__ import annotations

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from ..models import Case
from .origin import Origin

__all__ = ["InboxView"]


class InboxView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """A page for those who may see cases, which leads back to the listing. The viewset fills in the addresses."""

    model = Case
    permission_required = "view"
    index_url_name = index_results_url_name = case_url_name = act_url_name = ""

    @cached_property
    def origin(self) -> Origin:
        """The list that the user came from."""
        return Origin(self.request, self.index_url_name, self.case_url_name)

    def get_trail(self) -> list[dict[str, Any]]:
        """Return the breadcrumbs from the listing to here."""
        return [{"url": "", "label": self.get_page_title()}]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": self.origin.url, "label": _("Inbox")},
            *self.get_trail(),
        ]
