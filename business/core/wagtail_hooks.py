"""Wiring of the foundation into Wagtail."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.models import Page

from business.core.admin_bases import RegisterGroup
from business.core.links import DeferredDocumentLinkHandler, DeferredPageLinkHandler
from business.core.publishing import refuse_unready
from business.core.translating import UpdateTextsView, refuse_untranslated


@hooks.register("register_rich_text_features", order=100)
def resolve_page_links_at_once(features: Any) -> None:
    features.register_link_type(DeferredPageLinkHandler)
    features.register_link_type(DeferredDocumentLinkHandler)


@hooks.register("before_copy_page")
def copy_within_the_language(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Say so, instead of failing, when somebody copies a page below one in another language."""
    number = request.POST.get("new_parent_page", "")
    parent = Page.objects.filter(pk=int(number), depth__gt=1).first() if number.isdecimal() else None
    if parent is None or parent.locale_id == page.locale_id:
        return None
    messages.error(request, _("The page and the page above it must be in the same language."))
    return redirect("wagtailadmin_pages:copy", page.pk)


@hooks.register("insert_global_admin_css")
def admin_in_our_colours() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))


@hooks.register("register_admin_viewset")
def register_registers() -> RegisterGroup:
    return RegisterGroup()


# Before the tool's own, which answer at once.
hooks.register("before_edit_page", refuse_untranslated, order=-1)
hooks.register("before_edit_snippet", refuse_untranslated, order=-1)
hooks.register("before_bulk_action", refuse_unready)


@hooks.register("register_admin_urls", order=-1)
def update_texts_without_publishing() -> list[Any]:
    return [path("localize/update/<int:translation_source_id>/", UpdateTextsView.as_view())]
