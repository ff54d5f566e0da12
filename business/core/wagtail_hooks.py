"""Wiring of the foundation into Wagtail."""

from typing import Any

from wagtail import hooks

from business.core.links import DeferredPageLinkHandler


@hooks.register("register_rich_text_features", order=100)
def resolve_page_links_at_once(features: Any) -> None:
    features.register_link_type(DeferredPageLinkHandler)
