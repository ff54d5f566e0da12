"""Networks in the admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn

from business.core.viewsets import OriginalPagesFilterSet, PageListing

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
    facts = (
        Column("scope", label=_("Reach"), accessor="get_scope_display", sort_key="scope", width="15%"),
        Column("place", label=_("Place"), sort_key="place__sort_key", width="15%"),
        DateColumn("confirmed_on", label=_("Confirmed"), sort_key="confirmed_on", width="12%"),
    )
    related = ("place",)
