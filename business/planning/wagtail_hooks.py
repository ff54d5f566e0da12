from __future__ import annotations

from wagtail import hooks
from wagtail.snippets.models import register_snippet

from .guide_hooks import one_by_one, when_deleted, when_in_bulk, when_published, when_unpublished
from .viewsets import (
    BusinessEventViewSet,
    FinderGroup,
    JourneyListing,
    PersonaViewSet,
    QuestionViewSet,
    RuleViewSet,
)

for viewset in (QuestionViewSet, RuleViewSet, PersonaViewSet, BusinessEventViewSet):
    register_snippet(viewset)


@hooks.register("register_admin_viewset")
def register_finder() -> list[object]:
    return [JourneyListing(), FinderGroup()]


hooks.register("before_publish_page", when_published)
hooks.register("before_unpublish_page", when_unpublished)
hooks.register("before_delete_page", when_deleted)
hooks.register("before_bulk_action", when_in_bulk)
hooks.register("before_bulk_action", one_by_one, order=-1)
