from wagtail import hooks
from wagtail.snippets.models import register_snippet

from .viewsets import (
    AuthorityAreaViewSet,
    EvidenceTypeViewSet,
    GuideListing,
    HourlyRateViewSet,
    LegalReferenceViewSet,
    TradeViewSet,
)

for viewset in (AuthorityAreaViewSet, HourlyRateViewSet, TradeViewSet, LegalReferenceViewSet, EvidenceTypeViewSet):
    register_snippet(viewset)


@hooks.register("register_admin_viewset")
def register_listing() -> GuideListing:
    return GuideListing()
