"""Wiring of the foundation into Wagtail."""

from typing import Any

from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks

from business.core.admin_bases import RegisterGroup
from business.core.links import DeferredPageLinkHandler


@hooks.register("register_rich_text_features", order=100)
def resolve_page_links_at_once(features: Any) -> None:
    features.register_link_type(DeferredPageLinkHandler)


@hooks.register("insert_global_admin_css")
def admin_in_our_colours() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))


@hooks.register("register_admin_viewset")
def register_registers() -> RegisterGroup:
    return RegisterGroup()
