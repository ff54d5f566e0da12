"""Guides and their registers in the admin."""

from django.utils.translation import gettext_lazy as _

from business.core.admin_bases import OriginalPagesFilterSet, PageListing, PlainRegisterViewSet, RegisterViewSet
from business.core.columns import DueDateColumn

from .models import AuthorityArea, EvidenceType, GuidePage, HourlyRate, LegalReference, Trade

__all__ = [
    "AuthorityAreaViewSet",
    "EvidenceTypeViewSet",
    "GuideListing",
    "HourlyRateViewSet",
    "LegalReferenceViewSet",
    "TradeViewSet",
]


class AuthorityAreaViewSet(RegisterViewSet):
    model = AuthorityArea
    icon = "folder-open-1"
    menu_order = 10
    list_display = ["name", "slug", "description"]


class HourlyRateViewSet(PlainRegisterViewSet):
    model = HourlyRate
    icon = "time"
    menu_order = 15
    list_display = ["area", "amount", "valid_from", "valid_to"]
    list_filter = ["area"]

    def get_queryset(self, request: object) -> object:
        return HourlyRate.objects.select_related("area")


class TradeViewSet(RegisterViewSet):
    model = Trade
    icon = "tag"
    menu_order = 20
    list_display = ["name", "slug", "sni_codes"]


class LegalReferenceViewSet(RegisterViewSet):
    model = LegalReference
    icon = "doc-full-inverse"
    menu_order = 30
    list_display = ["name", "number", "kind", "in_force_from", "in_force_to"]
    list_filter = ["kind"]


class EvidenceTypeViewSet(RegisterViewSet):
    model = EvidenceType
    icon = "clipboard-list"
    menu_order = 40
    list_display = ["name", "issuer"]


class GuideFilterSet(OriginalPagesFilterSet):
    class Meta:
        model = GuidePage
        fields = {"area": ["exact"], "kind": ["exact"], "decider": ["exact"], "next_check_on": ["lte"]}


class GuideListing(PageListing):
    model = GuidePage
    name = "guides"
    menu_label = _("Guides")
    icon = "clipboard-list"
    menu_order = 110
    ordering = "sort_key"
    filterset_class = GuideFilterSet
    facts = (
        "area",
        "decider",
        DueDateColumn("next_check_on", label=_("Next check"), sort_key="next_check_on", width="12%"),
    )
    related = ("area", "decider")
