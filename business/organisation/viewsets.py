"""Registers of the organisation in the admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn

from business.core.admin_bases import RegisterViewSet

from .models import Person, Place, Unit

__all__ = ["PersonViewSet", "PlaceViewSet", "UnitViewSet"]


class UnitViewSet(RegisterViewSet):
    model = Unit
    icon = "group"
    menu_order = 50
    list_display = ["name", "kind", "email", BooleanColumn("in_use", label=_("Can be chosen"))]
    list_filter = ["kind", "in_use"]


class PersonViewSet(RegisterViewSet):
    model = Person
    icon = "user"
    menu_order = 60
    list_display = ["name", "title", "unit", "email"]
    list_filter = ["unit"]

    def get_queryset(self, request: object) -> object:
        return Person.objects.select_related("unit")


class PlaceViewSet(RegisterViewSet):
    model = Place
    icon = "site"
    menu_order = 70
    list_display = ["name", "address"]
