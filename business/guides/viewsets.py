"""Guides and their registers in the admin."""

import django_filters
from django.db.models import QuerySet
from django.forms import RadioSelect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import BooleanRadioSelect

from business.core.admin_bases import OriginalPagesFilterSet, PageListing, PlainRegisterViewSet, RegisterViewSet
from business.core.columns import DueDateColumn
from business.core.translating import TRANSLATION_STATES, in_translation_state

from .checks import guides_due
from .models import (
    AuthorityArea,
    EvidenceType,
    FeeBasis,
    GuidePage,
    HourlyRate,
    LegalReference,
    Tariff,
    Trade,
)
from .views.laws import LawCreateView, LawEditView
from .views.rates import HourlyRateCreateView, HourlyRateEditView

__all__ = [
    "AuthorityAreaViewSet",
    "EvidenceTypeViewSet",
    "FeeBasisViewSet",
    "GuideListing",
    "HourlyRateViewSet",
    "LegalReferenceViewSet",
    "TariffViewSet",
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
    add_view_class = HourlyRateCreateView
    edit_view_class = HourlyRateEditView

    def get_queryset(self, request: object) -> object:
        return HourlyRate.objects.select_related("area")


class TariffViewSet(RegisterViewSet):
    model = Tariff
    icon = "doc-full"
    menu_order = 16
    list_display = ["name", "year", "number", "decided_on"]
    list_filter = ["year"]
    ordering = ["-year", "sort_key"]


class FeeBasisViewSet(RegisterViewSet):
    model = FeeBasis
    icon = "list-ol"
    menu_order = 17
    list_display = ["name", "one"]


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
    add_view_class = LawCreateView
    edit_view_class = LawEditView
    list_filter = ["kind"]


class EvidenceTypeViewSet(RegisterViewSet):
    model = EvidenceType
    icon = "clipboard-list"
    menu_order = 40
    list_display = ["name", "issuer"]


class GuideFilterSet(OriginalPagesFilterSet):
    overdue = django_filters.BooleanFilter(label=_("Check overdue"), method="by_check", widget=BooleanRadioSelect)
    translation = django_filters.ChoiceFilter(
        label=_("Translation"),
        choices=TRANSLATION_STATES,
        method="by_translation",
        widget=RadioSelect,
        empty_label=_("All"),
    )

    class Meta:
        model = GuidePage
        fields = {
            "area": ["exact"],
            "kind": ["exact"],
            "decider": ["exact"],
            "contact_unit": ["exact"],
            "checked_by": ["exact"],
            "next_check_on": ["lte"],
        }

    def by_check(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        today = timezone.localdate()
        due = guides_due(today, today).values("pk")
        return queryset.filter(pk__in=due) if value else queryset.exclude(pk__in=due)

    def by_translation(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(in_translation_state(value))


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
