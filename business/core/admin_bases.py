"""What registers and lists of pages share in the admin: originals are listed, and translations hang on them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import BaseColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageStatusColumn
from wagtail.admin.views.generic import IndexView as GenericIndexView
from wagtail.admin.views.pages.listing import IndexView as PageIndexView
from wagtail.admin.views.pages.listing import PageFilterSet
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.models import Page
from wagtail.permissions import policy_registry
from wagtail.snippets.views.chooser import ChooseResultsView, ChooseView, SnippetChooserViewSet
from wagtail.snippets.views.snippets import CreateView, IndexView, SnippetViewSet, SnippetViewSetGroup

from business.core.columns import PlainPageTitleColumn, TranslationsColumn, attach_translations
from business.core.translation import source_locale

__all__ = [
    "REGISTER_MENU",
    "OriginalCreateView",
    "OriginalPagesFilterSet",
    "PageListing",
    "PlainRegisterIndexView",
    "PlainRegisterViewSet",
    "RefusedWhenStored",
    "RegisterGroup",
    "RegisterViewSet",
]

REGISTER_MENU = "register_register_menu_item"


class SteadyOrder:
    """What an editor sorts by may be the same in many rows: no row is then on two pages of the list, or on none."""

    def order_queryset(self, queryset: QuerySet) -> QuerySet:
        ordered = super().order_queryset(queryset)  # type: ignore[misc]
        if self.is_searching or not ordered.query.order_by:  # type: ignore[attr-defined]
            return ordered
        return ordered.order_by(*ordered.query.order_by, "pk")


# --- Registers ------------------------------------------------------------------------------------------------------


class RegisterFilterSet(WagtailFilterSet):
    """Filters without the language: the list shows originals, each with its translations."""

    def _add_locale_filter(self) -> None:
        """Wagtail's would leave nothing but originals of another language, which there are none of."""


class PlainRegisterIndexView(SteadyOrder, IndexView):
    """A listing with as many queries for a thousand rows as for one."""

    base_filterset_class = RegisterFilterSet

    def get_list_buttons(self, instance: Any) -> list[Any]:
        # Without the hook that the snippets' own view calls for each row: wagtail-localize asks the database there,
        # and what it would say stands in a column.
        return GenericIndexView.get_list_buttons(self, instance)


class RegisterIndexView(PlainRegisterIndexView):
    """A register's originals in Swedish order, with their translations."""

    @cached_property
    def columns(self) -> list[BaseColumn]:
        columns = super().columns
        for column in columns:
            if column.sort_key == "name":
                column.sort_key = "sort_key"
        return [*columns, TranslationsColumn()]

    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().filter(locale_id=source_locale().pk)

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        attach_translations(context["object_list"])
        return context


class RefusedWhenStored:
    """For views of records that look again when they are stored: of two people at once, the slower meets a message."""

    def form_valid(self, form: Any) -> Any:
        try:
            return super().form_valid(form)  # type: ignore[misc]
        except ValidationError as taken:
            form.add_error(None, taken)
            self.produced_error_message = self.get_error_message()  # type: ignore[attr-defined]
            return self.form_invalid(form)  # type: ignore[attr-defined]


class OriginalCreateView(CreateView):
    """A record is written in the source language; other languages come by translation."""

    def get_locale(self) -> Any:
        return source_locale()

    def get_translations(self) -> list[Any]:
        return []


class _Originals:
    """Offers originals only: facts refer to them, and every language shows its own name for them.

    What was put out of use is not offered.
    """

    i18n_enabled = False

    def get_object_list(self) -> QuerySet:
        found = super().get_object_list().filter(locale_id=source_locale().pk)  # type: ignore[misc]
        can_end = any(field.name == "in_use" for field in found.model._meta.concrete_fields)
        return found.filter(in_use=True) if can_end else found


class ChooseOriginalView(_Originals, ChooseView):
    pass


class ChooseOriginalResultsView(_Originals, ChooseResultsView):
    pass


class OriginalChooserViewSet(SnippetChooserViewSet):
    choose_view_class = ChooseOriginalView
    choose_results_view_class = ChooseOriginalResultsView


class PlainRegisterViewSet(SnippetViewSet):
    """A register that has no text to translate."""

    menu_hook = REGISTER_MENU
    index_view_class = PlainRegisterIndexView
    copy_view_enabled = False
    list_per_page = 50


class RegisterViewSet(PlainRegisterViewSet):
    """A register whose texts are translated. Where pages refer to it, its originals are offered."""

    index_view_class = RegisterIndexView
    add_view_class = OriginalCreateView
    chooser_viewset_class = OriginalChooserViewSet
    chooser_per_page = 20


class RegisterGroup(SnippetViewSetGroup):
    """The registers' menu. Each app adds its own registers to it, by their ``menu_hook``."""

    menu_label = _("Registers")
    menu_icon = "list-ul"
    menu_order = 300
    submenu_hook = REGISTER_MENU


# --- Pages ----------------------------------------------------------------------------------------------------------


class OriginalPagesFilterSet(PageFilterSet):
    """Filters without the language, and without what a flat list of one type has no use for."""

    has_child_pages = None
    site = None

    def _add_locale_filter(self) -> None:
        """See :class:`RegisterFilterSet`."""


class OriginalPagesIndexView(SteadyOrder, PageIndexView):
    """Pages of one type in the source language: their facts hold in every language."""

    base_filterset_class = OriginalPagesFilterSet
    results_template_name = "core/page_listing_results.html"
    related: tuple[str, ...] = ()

    @cached_property
    def show_locale_labels(self) -> bool:
        return False

    def annotate_queryset(self, pages: Any) -> Any:
        pages = super().annotate_queryset(pages.filter(locale_id=source_locale().pk))
        return pages.select_related(*self.related, for_specific_subqueries=True) if self.related else pages

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        attach_translations(context["object_list"])
        return context


class PageMenuItem(MenuItem):
    """Shown to those who may work with pages."""

    def is_shown(self, request: Any) -> bool:
        policy = policy_registry.get_by_type(Page)
        return policy.user_has_any_permission(request.user, ["add", "change", "publish"])


class PageListing(PageListingViewSet):
    """A flat list of one type of page, in the menu beside the tree of pages.

    ``facts`` are the columns between title and status, by field or as they are; ``related`` the relations they read.
    """

    add_to_admin_menu = True
    menu_item_class = PageMenuItem
    list_per_page = 50
    facts: tuple[str | BaseColumn, ...] = ()
    related: tuple[str, ...] = ()

    @property
    def list_display(self) -> list[str | BaseColumn]:
        return [
            BulkActionsColumn("bulk_actions"),
            PlainPageTitleColumn("title", label=_("Title"), sort_key="sort_key", classname="title", width="30%"),
            *self.facts,
            PageStatusColumn("status", label=_("Status"), sort_key="live", width="10%"),
            TranslationsColumn(),
        ]

    @property
    def index_view_class(self) -> type[PageIndexView]:
        return type(f"{self.model.__name__}IndexView", (OriginalPagesIndexView,), {"related": self.related})
