"""One page of every type, in both languages: for what holds on all of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from wagtail.models import Page, Site

from business.contact.models import ContactPage
from business.core.models import SiteSettings
from business.core.tests.factories import PageFactory, StandardPageFactory, home, translate, translate_record
from business.guides.tests.factories import FeeListFactory, GuideFactory, guide_index
from business.inbox.models import Topic
from business.media.tests.factories import ImageFactory
from business.networks.tests.factories import NetworkFactory, network_index
from business.news.tests.factories import NewsFactory, news_index
from business.organisation.tests.factories import UnitFactory
from business.planning.tests.factories import (
    FinderPageFactory,
    JourneyFactory,
    JourneyStepFactory,
    PlannerPageFactory,
    QuestionFactory,
    journey_index,
    option,
)
from home.models import HomeEntry, HomeGuide

__all__ = ["KINDS", "Content", "build", "grow"]

# The name of each page type in ``Content.pages``, in Swedish; its translation stands under "en".
KINDS = [
    *("home", "finder", "journeys", "journey", "planner", "guides", "guide", "fees"),
    *("networks", "network", "news", "news_item", "contact", "standard"),
]


class ContactPageFactory(PageFactory):
    title = "Kontakta oss"
    slug = "kontakt"
    notice = "<p>Kommunen svarar för uppgifterna. Det du skickar blir allmän handling.</p>"
    receipt_next = "<p>Vi svarar inom en arbetsdag.</p>"

    class Meta:
        model = ContactPage


@dataclass
class Content:
    """The pages by kind and language, and where readers find them."""

    pages: dict[tuple[str, str], Page] = field(default_factory=dict)

    def url(self, kind: str, language: str = "sv") -> str:
        """Return the address: that of a page, or of the search, which is none."""
        if kind == "search":
            return {"sv": "/sv/sok/", "en": "/en/search/"}[language]
        return self.pages[kind, language].get_url()

    @property
    def urls(self) -> list[str]:
        return [self.url(kind, language) for kind in (*KINDS, "search") for language in ("sv", "en")]


def build() -> Content:
    """Make the pages, complete with facts and pictures."""
    picture = ImageFactory()
    guide = GuideFactory(title="Serveringstillstånd", complete=2)
    network = NetworkFactory(title="Krogringen", complete=2, picture=picture, picture_alt="Krögare vid ett bord.")
    item = NewsFactory(title="En enda kontakt", complete=1, picture=picture, picture_alt="Ett dukat bord.")
    topic = Topic.objects.create(name="Tillstånd", slug="tillstand", unit=UnitFactory(), locale=home().locale)
    translate_record(topic, name="Permits")
    swedish = {
        "home": home(),
        "finder": FinderPageFactory(),
        "journeys": journey_index(),
        "journey": _journey(guide),
        "planner": PlannerPageFactory(),
        "guides": guide_index(),
        "guide": guide,
        "fees": FeeListFactory(),
        "networks": network_index(),
        "network": network,
        "news": news_index(),
        "news_item": item,
        "contact": ContactPageFactory(),
        "standard": StandardPageFactory(title="Om webbplatsen", body=[("text", "<h2>Vad</h2><p>Text.</p>")]),
    }
    titles = {
        "finder": "Permit finder",
        "journeys": "Step by step",
        "journey": "How to open a restaurant",
        "planner": "Opening plan",
        "guides": "Permits",
        "guide": "Serving permit",
        "fees": "All fees",
        "networks": "Networks",
        "network": "The Inn Ring",
    }
    titles |= {"news": "News", "news_item": "One contact", "contact": "Contact us", "standard": "About the site"}
    content = Content()
    for kind, page in swedish.items():
        content.pages[kind, "sv"] = page
        content.pages[kind, "en"] = home("en") if kind == "home" else translate(page, title=titles[kind])
    _link_from_everywhere(content)
    return content


def _journey(guide: Page) -> Page:
    """Make a journey with a guide for some, and a step elsewhere."""
    translate_record(QuestionFactory(name="Ska du servera alkohol?", slug="alkohol"), name="Will you serve alcohol?")
    journey = JourneyFactory(title="Så öppnar du restaurang", intro="<p>Räkna med tre månader.</p>")
    only = {"condition": option("alkohol", "ja"), "condition_text": "om du serverar alkohol"}
    JourneyStepFactory(
        page=journey, phase="Först", title="Anmäl dig", actor="Skatteverket", url="https://example.org/"
    )
    JourneyStepFactory(page=journey, phase="Sedan", guide=guide, text="<p>Sök tidigt.</p>", sort_order=1, **only)
    return journey


def _link_from_everywhere(content: Content) -> None:
    first = content.pages["home", "sv"]
    for order, kind in enumerate(("guides", "networks", "contact")):
        page = content.pages[kind, "sv"]
        HomeEntry.objects.create(page=first, locale=first.locale, title=page.title, target=page, sort_order=order)
    HomeGuide.objects.create(page=first, locale=first.locale, guide=content.pages["guide", "sv"])
    chosen = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    chosen.contact_page = content.pages["contact", "sv"]
    chosen.about_page = chosen.accessibility_page = chosen.privacy_page = content.pages["standard", "sv"]
    chosen.municipality_name_sv, chosen.municipality_name_en = "Strängnäs kommun", "Strängnäs municipality"
    chosen.save()


def grow(content: Content, times: int) -> None:
    """Add much more of everything that pages list."""
    first, picture = content.pages["home", "sv"], ImageFactory()
    for number in range(times):
        translate(guide := GuideFactory(complete=1))
        translate(JourneyFactory(guides=[guide, content.pages["guide", "sv"]]))
        JourneyStepFactory(
            page=content.pages["journey", "sv"], guide=guide, phase="Ännu senare", sort_order=2 + number
        )
        QuestionFactory()
        translate(NetworkFactory(complete=2, picture=picture, picture_alt="Ett bord."))
        translate(NewsFactory(complete=1, picture=picture, picture_alt="Ett bord."))
        HomeGuide.objects.create(page=first, locale=first.locale, guide=guide)
