from wagtail.snippets.models import register_snippet

from .viewsets import PersonViewSet, PlaceViewSet, UnitViewSet

for viewset in (UnitViewSet, PersonViewSet, PlaceViewSet):
    register_snippet(viewset)
