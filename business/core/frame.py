"""What surrounds the content of every public page: names, navigation, languages, where the reader is."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse, translate_url
from django.utils.translation import get_language_info, pgettext
from wagtail.models import Page, Site

from business.core.models import SiteSettings
from business.core.querysets import is_public
from business.core.seo import ancestor_paths, breadcrumb_data
from business.core.translation import active_locale_code, locale_for, locales_by_id

__all__ = ["Frame", "LanguageChoice", "Link"]

MENU_DEPTH = 3  # right below the home page


@dataclass(frozen=True)
class Link:
    """A place to go. ``current`` is "page" on the page itself, "true" inside its section, else empty."""

    title: str
    url: str
    current: str = ""


@dataclass(frozen=True)
class LanguageChoice:
    """The page in one language; with ``missing``, the nearest page that exists in it."""

    code: str
    name: str
    url: str
    full_url: str
    current: bool
    missing: bool = False


@dataclass
class Frame:
    """Reads everything in a fixed number of queries, each when it is first asked for."""

    request: HttpRequest
    page: Page | None = None
    language: str = field(default_factory=active_locale_code)

    @cached_property
    def site(self) -> Site | None:
        return Site.find_for_request(self.request)

    @cached_property
    def settings(self) -> SiteSettings:
        return SiteSettings.for_request(self.request) if self.site else SiteSettings()

    @property
    def site_name(self) -> str:
        return self.settings.site_name

    @cached_property
    def _kin(self) -> dict[tuple[Any, str], Page]:
        """Every live page that the frame may link to, by translation key and language, in one query."""
        keys = {page.translation_key for page in self._linked.values()}
        if self.site:
            keys.add(self.site.root_page.translation_key)
        if self.page:
            keys.add(self.page.translation_key)
        above = Page.objects.filter(path__in=ancestor_paths(self.page) if self.page else [])
        in_menu = Q(depth=MENU_DEPTH, show_in_menus=True, locale=locale_for(self.language))
        found = (
            Page.objects.live()
            .filter(Q(translation_key__in=keys) | Q(translation_key__in=above.values("translation_key")) | in_menu)
            .annotate(is_public=is_public())
            .order_by("path")
        )
        codes = {pk: locale.language_code for pk, locale in locales_by_id().items()}
        return {(page.translation_key, codes[page.locale_id]): page for page in found}

    @cached_property
    def _path(self) -> list[Page]:
        """The way from the home page to the page that is shown, itself last."""
        if self.page is None:
            return []
        paths = ancestor_paths(self.page)
        return [*(page for page in self._kin.values() if page.path in paths), self.page]

    @cached_property
    def _linked(self) -> dict[str, Page]:
        names = ("contact_page", "about_page", "accessibility_page", "privacy_page")
        return {name: page for name in names if (page := getattr(self.settings, name))}

    def _in_language(self, page: Page | None, code: str) -> Page | None:
        found = self._kin.get((page.translation_key, code)) if page else None
        return found if found is None or found.is_public or found.pk == page.pk else None

    def _link(self, page: Page | None) -> Link | None:
        return Link(page.title, page.get_url(self.request) or "", self._current(page)) if page else None

    def _current(self, page: Page) -> str:
        if self.page and page.pk == self.page.pk:
            return "page"
        return "true" if any(step.pk == page.pk for step in self._path) else ""

    @cached_property
    def home(self) -> Page | None:
        root = self.site and self.site.root_page
        return self._in_language(root, self.language) or root

    @property
    def home_url(self) -> str:
        return (self.home and self.home.get_url(self.request)) or f"/{self.language}/"

    @cached_property
    def navigation(self) -> list[Link]:
        """The pages below the home page that editors show in menus."""
        if self.home is None:
            return []
        pages = (
            page
            for page in self._kin.values()
            if page.show_in_menus
            and page.is_public
            and page.depth == MENU_DEPTH
            and page.path.startswith(self.home.path)
        )
        return [link for page in pages if (link := self._link(page))]

    @cached_property
    def trail(self) -> list[Link]:
        """The steps above the page, the home page first under its short name; empty on the home page."""
        first, *rest = [link for step in self._path[:-1] if (link := self._link(step))] or [None]
        return [Link(pgettext("first step of the trail", "Home"), first.url), *rest] if first else []

    @property
    def page_title(self) -> str:
        return self.page.title if self.page else ""

    @property
    def title(self) -> str:
        """What the browser's tab says: the page, then the site."""
        if self.page is None or (self.home and self.page.pk == self.home.pk):
            own = self.page.seo_title if self.page else ""
            return own or f"{self.site_name} – {self.settings.municipality_name}"
        return f"{self.page.seo_title or self.page.title} – {self.site_name}"

    @property
    def description(self) -> str:
        return (self.page and (self.page.search_description or getattr(self.page, "summary", ""))) or ""

    @cached_property
    def canonical(self) -> str:
        """The page's one address; of its parameters only the page number of a listing counts."""
        address = (self.page and self.page.get_full_url(self.request)) or ""
        number = self.request.GET.get("page", "")
        return (
            f"{address}?page={number}"
            if address and number.isascii() and number.isdigit() and number != "1"
            else address
        )

    @cached_property
    def languages(self) -> list[LanguageChoice]:
        """The page in each of the site's languages, the reader's own first where it stands first in the settings."""
        return [self._language(code) for code, _name in settings.LANGUAGES]

    def _language(self, code: str) -> LanguageChoice:
        name = get_language_info(code)["name_local"].capitalize()
        current = code == self.language
        if self.page is None:
            here = self.request.get_full_path()
            there = here if current else translate_url(here, code)
            missing = there == here and not current
            url = f"/{code}/" if missing else there
            return LanguageChoice(code, name, url, self.request.build_absolute_uri(url), current, missing)
        nearest = next((page for step in reversed(self._path) if (page := self._in_language(step, code))), None)
        missing = nearest is None or nearest.translation_key != self.page.translation_key
        url = (nearest and nearest.get_url(self.request)) or f"/{code}/"
        full = (nearest and nearest.get_full_url(self.request)) or self.request.build_absolute_uri(url)
        filters = "" if missing else self._filters
        return LanguageChoice(code, name, url + filters, full, current, missing and not current)

    @cached_property
    def _filters(self) -> str:
        """What a reader has chosen, to be kept in another language: its keys are the same there.

        A page whose address holds more than a listing's filters says itself what to keep, with ``kept_query(request)``:
        a query with its question mark, or nothing.
        """
        if kept := getattr(self.page, "kept_query", None):
            return kept(self.request)
        form_class = getattr(self.page, "filter_form_class", None)
        known = form_class.base_fields if form_class else {}
        chosen = [(name, self.request.GET[name]) for name in known if self.request.GET.get(name)]
        return f"?{urlencode(chosen)}" if chosen else ""

    @property
    def alternates(self) -> list[tuple[str, str]]:
        """Code and full address for ``hreflang``; Swedish also stands for readers of any other language."""
        if self.page is None or not self.page.live:
            return []
        there = [(choice.code, choice.full_url) for choice in self.languages if not choice.missing]
        default = next((url for code, url in there if code == settings.LANGUAGE_CODE), None)
        return [*there, *([("x-default", default)] if default else [])] if len(there) > 1 else []

    @property
    def search_url(self) -> str:
        return reverse("search")

    @property
    def on_search(self) -> bool:
        """Whether the search page itself is shown."""
        return self.request.path == self.search_url

    @cached_property
    def feed_url(self) -> str:
        try:
            return reverse("news_feed")
        except NoReverseMatch:
            return ""

    @property
    def accent_url(self) -> str:
        if not self.settings.has_own_accent:
            return ""
        return reverse("accent_css", kwargs={"version": self.settings.accent_version})

    @cached_property
    def contact_page(self) -> Link | None:
        return self._link(self._in_language(self._linked.get("contact_page"), self.language))

    @cached_property
    def footer_pages(self) -> list[Link]:
        """What the law and readers ask for on every page, in the reader's language or else as it is."""
        pages = (self._linked.get(name) for name in ("about_page", "accessibility_page", "privacy_page"))
        return [
            link
            for page in pages
            if page and (link := self._link(self._in_language(page, self.language) or (page if page.live else None)))
        ]

    @property
    def share_image(self) -> Any:
        return getattr(self.page, "share_image", None)

    @property
    def og_locale(self) -> str:
        return {"sv": "sv_SE", "en": "en_GB"}.get(self.language, self.language)

    @property
    def structured_data(self) -> list[dict[str, Any]]:
        describe = getattr(self.page, "structured_data", None)
        data = describe(self.request) if describe else []
        return [*data, breadcrumb_data(self._path, self.request)] if len(self._path) > 1 else data
