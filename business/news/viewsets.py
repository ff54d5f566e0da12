"""News in the admin."""

from django.utils.translation import gettext_lazy as _

from business.core.admin_bases import OriginalPagesFilterSet, PageListing, RegisterViewSet
from business.core.columns import DayColumn

from .models import NewsCategory, NewsPage

__all__ = ["NewsCategoryViewSet", "NewsListing"]


class NewsCategoryViewSet(RegisterViewSet):
    model = NewsCategory
    icon = "tag"
    menu_order = 80
    list_display = ["name", "slug"]


class NewsFilterSet(OriginalPagesFilterSet):
    class Meta:
        model = NewsPage
        fields = ["category", "published_on"]


class NewsListing(PageListing):
    model = NewsPage
    name = "news"
    menu_label = _("News")
    icon = "openquote"
    menu_order = 130
    ordering = "-published_on"
    filterset_class = NewsFilterSet
    facts = ("category", DayColumn("published_on", label=_("Publication date"), sort_key="published_on", width="15%"))
    related = ("category",)
