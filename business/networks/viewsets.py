"""Networks in the admin."""

from django.utils.translation import gettext_lazy as _

from business.core.admin_bases import OriginalPagesFilterSet, PageListing
from business.core.columns import DayColumn

from .models import NetworkPage

__all__ = ["NetworkListing"]


class NetworkFilterSet(OriginalPagesFilterSet):
    class Meta:
        model = NetworkPage
        fields = ["scope", "place"]


class NetworkListing(PageListing):
    model = NetworkPage
    name = "networks"
    menu_label = _("Networks")
    icon = "group"
    menu_order = 120
    ordering = "sort_key"
    filterset_class = NetworkFilterSet
    facts = ("scope", "place", DayColumn("confirmed_on", label=_("Confirmed"), sort_key="confirmed_on", width="12%"))
    related = ("place",)
