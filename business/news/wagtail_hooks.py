from wagtail import hooks
from wagtail.snippets.models import register_snippet

from .viewsets import NewsCategoryViewSet, NewsListing

register_snippet(NewsCategoryViewSet)


@hooks.register("register_admin_viewset")
def register_listing() -> NewsListing:
    return NewsListing()
