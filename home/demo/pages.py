"""Loads the pages: first all of them bare, so that they can refer to each other, then their content."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.images import ImageFile
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site

from business.contact.models import ContactPage
from business.core.models import BasePage, SiteSettings, StandardPage
from business.guides.models import AuthorityArea, FeeListPage, GuideIndexPage, GuidePage, LegalReference, Trade
from business.guides.services import open_tasks
from business.inbox.models import Topic
from business.media.models import CustomImage
from business.networks.models import NetworkContact, NetworkIndexPage, NetworkLink, NetworkPage, NetworkTrade
from business.news.models import NewsCategory, NewsGuide, NewsIndexPage, NewsPage
from business.organisation.models import Place
from business.planning.models import BusinessEvent, FinderPage, JourneyIndexPage, JourneyPage, JourneyStep, PlannerPage
from home.models import HomeEntry, HomeGuide, HomePage

from .content_files import IMAGES, key_for, read, read_folder, say
from .guides import Guides
from .page_parts import PageParts
from .planning import Planning
from .registers import Registers
from .translate import translate

__all__ = ["Pages"]

# What the main navigation shows.
IN_MENU = (FinderPage, JourneyIndexPage, GuideIndexPage, NetworkIndexPage, NewsIndexPage, ContactPage)
Build = Callable[[str, dict[str, Any], str], dict[str, Any]]


class Pages(PageParts):
    """All demo pages by key. A page that is there already is left as it is."""

    def __init__(self, registers: Registers, planning: Planning, report: Callable[[str], None]) -> None:
        super().__init__(registers)
        self.planning, self.report = planning, report
        self.home = HomePage.objects.get(locale=self.swedish)
        self.found["home"] = self.home
        self.fresh: list[tuple[str, dict[str, Any], Build]] = []
        self.images: dict[str, CustomImage] = {}

    def load(self) -> None:
        indexes = read("index")
        self._note_fresh("home", read("home"), self._home)
        for model, key in (
            (FinderPage, "finder"),
            (JourneyIndexPage, "journeys-index"),
            (PlannerPage, "planner"),
            (GuideIndexPage, "guides-index"),
            (NetworkIndexPage, "networks-index"),
            (NewsIndexPage, "news-index"),
        ):
            self._bare(self.home, model, key, indexes[key], self._index)
        self._bare(self.home, ContactPage, "contact", read("contact"), self._contact)
        self._bare(self.found["guides-index"], FeeListPage, "fee-list", indexes["fee-list"], self._index)
        for folder, index, model, build in (
            ("guides", "guides-index", GuidePage, Guides(self).build),
            ("journeys", "journeys-index", JourneyPage, self._journey),
            ("networks", "networks-index", NetworkPage, self._network),
            ("news", "news-index", NewsPage, self._news),
            ("pages", "home", StandardPage, self._standard),
        ):
            for key, data in read_folder(folder).items():
                self._bare(self.found[index], model, key, data, build)
        for number, (key, data, build) in enumerate(self.fresh, start=1):
            self.report(f"  page {number} of {len(self.fresh)}: {key}")
            self._fill(key, data, build)
        if self.fresh:
            self._a_law_changes()
        # A translation starts under the Swedish slug and gets its own at once: nobody has seen the first address.
        if self.fresh:
            Redirect.objects.filter(automatically_created=True).delete()

    def _a_law_changes(self) -> None:
        """Ask for the check that an announced change calls for, so that the report of facts has something to tell."""
        note = "Regeringen aviserade i mars 2026 att matkravet ska avskaffas. Stäm av kravet på kök och mat."
        open_tasks(self.registers.get(LegalReference, "alkohollag"), [], note, None)

    def _bare(self, parent: Page, model: type[BasePage], key: str, data: dict[str, Any], build: Build) -> None:
        identity = key_for("page", key)
        page = model.objects.filter(translation_key=identity, locale=self.swedish).first()
        if page is None:
            page = model(
                title=say(data["title"], "sv"),
                slug=say(data["slug"], "sv"),
                summary=say(data["summary"], "sv"),
                locale=self.swedish,
                translation_key=identity,
                live=False,
                show_in_menus=model in IN_MENU,
            )
            if isinstance(page, GuidePage):
                page.area = self.registers.get(AuthorityArea, data["area"])
            parent.refresh_from_db()
            parent.add_child(instance=page)
        self.found[key] = page
        self._note_fresh(key, data, build)

    def _note_fresh(self, key: str, data: dict[str, Any], build: Build) -> None:
        """Remember what is still to fill in, also when an earlier load was interrupted."""
        page = self.found[key]
        if page.latest_revision_id is None or not page.has_translation(self.english):
            self.fresh.append((key, data, build))

    def _fill(self, key: str, data: dict[str, Any], build: Build) -> None:
        page = self.found[key]
        if page.latest_revision_id is None:
            self._set(page, build(key, data, "sv"))
            page.save_revision(clean=True).publish()
        shadow = type(page)(locale=self.english, translation_key=page.translation_key)
        self._set(shadow, build(key, data, "en"))
        translate(type(page).objects.get(pk=page.pk), shadow, self.english)

    @staticmethod
    def _set(page: BasePage, values: dict[str, Any]) -> None:
        for name, value in values.items():
            setattr(page, name, value)

    # --- Each kind of page ------------------------------------------------------------------------------------------

    def _home(self, key: str, data: dict[str, Any], language: str) -> dict[str, Any]:
        names = ("title", "hero_title", "hero_text", "closing_title", "closing_text")
        entries = [
            {
                "icon": entry["icon"],
                "title": say(entry["title"], language),
                "text": say(entry["text"], language),
                "target": self.found[entry["page"]].page_ptr,
            }
            for entry in data["entries"]
        ]
        popular = [{"guide": self.found[guide]} for guide in data["popular"]]
        alt = {
            "sv": "Människor från flera myndigheter och en företagare runt ett dukat bord vid Mälaren i kvällsljus.",
            "en": "People from several authorities and a business owner round a set table by Lake Mälaren in evening light.",
        }
        return {
            **{name: say(data[name], language) for name in names},
            "slug": language,
            "summary": say(data["hero_text"], language),
            **self._picture({"picture": "home/hero.webp", "picture_alt": alt}, language),
            "entries": self.rows(HomeEntry, key, entries, language),
            "popular_guides": self.rows(HomeGuide, key, popular, language),
        }

    def _index(self, key: str, data: dict[str, Any], language: str) -> dict[str, Any]:
        return {**self.page_texts(data, language), "intro": self.html(data["intro"], language)}

    def _contact(self, key: str, data: dict[str, Any], language: str) -> dict[str, Any]:
        texts = {name: self.html(data[name], language) for name in ("intro", "notice", "receipt_next")}
        topic = self.registers.get(Topic, data["topic_of_plans"])
        return {**self.page_texts(data, language), **texts, "topic_of_plans": topic}

    def _standard(self, key: str, data: dict[str, Any], language: str) -> dict[str, Any]:
        return {**self.page_texts(data, language), "body": self.body(key, data, language)}

    def _network(self, key: str, data: dict[str, Any], language: str) -> dict[str, Any]:
        contacts = [{**row, "role": say(row.get("role"), language)} for row in data.get("contacts", [])]
        links = [{"label": say(row["label"], language), "url": row["url"]} for row in data.get("links", [])]
        trades = [{"trade": self.registers.get(Trade, trade)} for trade in data["trades"]]
        return {
            **self.page_texts(data, language),
            **self._picture(data, language),
            "who_may_join": self.html(data["who_may_join"], language),
            "cost": say(data["cost"], language),
            "rhythm": say(data["rhythm"], language),
            "scope": data["scope"],
            "place": self.registers.get(Place, data.get("place")),
            "confirmed_on": data["confirmed_on"],
            "body": self.body(key, data, language),
            "trades": self.rows(NetworkTrade, key, trades, language),
            "contacts": self.rows(NetworkContact, key, contacts, language),
            "links": self.rows(NetworkLink, key, links, language),
        }

    def _journey(self, key: str, data: dict[str, Any], language: str) -> dict[str, Any]:
        steps = [
            {
                "guide": self.found.get(row.get("guide")),
                "condition": self.planning.options[row["condition"]] if "condition" in row else None,
                "url": row.get("url", ""),
                "text": self.html(row.get("text"), language),
                **{name: say(row.get(name), language) for name in ("phase", "title", "actor", "condition_text")},
            }
            for row in data["steps"]
        ]
        return {
            **self.page_texts(data, language),
            "event": self.registers.get(BusinessEvent, data["event"]),
            "trade": self.registers.get(Trade, data["trade"]),
            "intro": self.html(data["intro"], language),
            "search_terms": say(data.get("search_terms"), language),
            "body": self.body(key, data, language),
            "steps": self.rows(JourneyStep, key, steps, language),
        }

    def _news(self, key: str, data: dict[str, Any], language: str) -> dict[str, Any]:
        related = [{"guide": self.found[guide]} for guide in data.get("related", [])]
        return {
            **self.page_texts(data, language),
            **self._picture(data, language),
            "category": self.registers.get(NewsCategory, data["category"]),
            "published_on": data["published_on"],
            "body": self.body(key, data, language),
            "related_guides": self.rows(NewsGuide, key, related, language),
        }

    def _picture(self, data: dict[str, Any], language: str) -> dict[str, Any]:
        name = data.get("picture")
        return {"picture": self._image(name), "picture_alt": say(data.get("picture_alt"), language)} if name else {}

    def _image(self, name: str) -> CustomImage | None:
        """Return the picture, stored once; a demo without its picture files still loads."""
        path = IMAGES / name
        if name not in self.images and path.exists():
            title = f"Demo: {name}"
            image = CustomImage.objects.filter(title=title).first()
            if image is None:
                with path.open("rb") as file:
                    image = CustomImage(title=title, file=ImageFile(file, name=path.name))
                    image.save()
            self.images[name] = image
        return self.images.get(name)

    def settings(self) -> None:
        """Name the municipality and the pages that every page links to, unless somebody has done it."""
        site = Site.objects.get(is_default_site=True)
        chosen = SiteSettings.for_site(site)
        if chosen.contact_page_id:
            return
        data = read("settings")
        for name in ("site_name", "municipality_url", "phone", "email", "address"):
            setattr(chosen, name, data[name])
        for name in ("municipality_name", "opening_hours"):
            for language in ("sv", "en"):
                setattr(chosen, f"{name}_{language}", say(data[name], language))
        chosen.accessibility_authority = data["accessibility_authority"]
        chosen.accessibility_authority_url = data["accessibility_authority_url"]
        chosen.contact_page = self.found["contact"].page_ptr
        chosen.about_page = self.found["om"].page_ptr
        chosen.accessibility_page = self.found["tillganglighet"].page_ptr
        chosen.privacy_page = self.found["personuppgifter"].page_ptr
        chosen.full_clean()
        chosen.save()
