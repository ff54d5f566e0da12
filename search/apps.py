from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    label = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        from wagtail.signals import page_published

        from search.signals import index_rows

        page_published.connect(index_rows, dispatch_uid="search.index_rows")
