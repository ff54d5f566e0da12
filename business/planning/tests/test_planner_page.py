"""The planner as a reader meets it: the page, its links and its files."""

from __future__ import annotations

import datetime
import re
from urllib.parse import parse_qs, urlsplit

import icalendar
import pytest
from bs4 import BeautifulSoup
from django.utils import timezone
from wagtail.models import PageViewRestriction, Site

from business.contact.models import ContactPage
from business.core.models import SiteSettings
from business.core.sent_plan import unpack
from business.core.tests.factories import PageFactory, translate, translate_record
from business.guides.enums import CountedFrom, TimeRuleKind
from business.guides.models import FeeBasis, GuidePage
from business.guides.tests.factories import (
    ChannelFactory,
    DependencyFactory,
    EvidenceFactory,
    FeeBasisFactory,
    FeeFactory,
    HourlyRateFactory,
    LawFactory,
    TariffFactory,
    TimeRuleFactory,
)
from business.planning.enums import Verdict
from business.planning.models import JourneyPage, PlannerPage
from business.planning.planner.sending import sent_plan
from business.planning.tests.factories import (
    FinderPageFactory,
    JourneyFactory,
    JourneyStepFactory,
    PlannerPageFactory,
    QuestionFactory,
    RuleFactory,
    option,
)
from business.planning.tests.restaurants import Restaurant, plan_of, restaurant, timed

pytestmark = pytest.mark.django_db

SOON = datetime.timedelta(days=400)


@pytest.fixture
def place() -> Restaurant:
    return restaurant()


@pytest.fixture
def planner(place) -> PlannerPage:
    """The planner in both languages, with a journey through the restaurant's guides: ``journey=resa``."""
    JourneyFactory(title="Så öppnar du restaurang", slug="resa", guides=place.guides)
    page = PlannerPageFactory()
    translate(page, title="Opening plan")
    return page


def later() -> str:
    """Return an opening day that the restaurant holds safely, whatever today is."""
    return (timezone.localdate() + SOON).isoformat()


def shown(client, page: PlannerPage, query: str, status: int = 200) -> BeautifulSoup:
    answer = client.get(f"{page.get_url()}?{query}")
    assert answer.status_code == status
    return BeautifulSoup(answer.content, "html.parser")


def words(part: object) -> str:
    return re.sub(r"\s+", " ", part.get_text(" ")).strip()


def verdict(html: BeautifulSoup) -> str:
    return words(html.find(id="verdict"))


class TestVerdict:
    def test_in_time_whatever_happens(self, client, planner):
        html = shown(client, planner, f"journey=resa&day={later()}")
        assert verdict(html).startswith("Du hinner till")
        assert "om det tar" not in verdict(html)
        # What the law does not limit, and what may be extended, is named: the promise does not hold for these.
        assert "tar hela den ordinarie tid som lagen ger" in words(html.find("section", class_="plan-verdict"))
        told = [
            f"{words(part.p)} {', '.join(words(link) for link in part.select('li a'))}."
            for part in html.select(".plan-verdict__open")
        ]
        extended = "Myndigheten får förlänga tiden för de här. Det är inte medräknat: Bygglov."
        unlimited = (
            "Ingen lag säger hur lång tid de här får ta. Där är den vanliga tiden räknad: Starta företag, Livsmedel."
        )
        assert extended in told
        assert unlimited in told
        view = plan_of("journey=resa")
        assert {extended, unlimited} <= set(sent_plan(view, view.plan, "Plan", "/sv/plan/", "sv").notes)

    def test_in_time_as_it_usually_goes_offers_the_safe_day(self, client, planner):
        early = shown(client, planner, "journey=resa")
        first = early.select_one(".plan-verdict__ways a")["href"]
        html = BeautifulSoup(client.get(planner.get_url() + first).content, "html.parser")
        assert "om det tar så lång tid som det brukar" in verdict(html)
        safe = html.select_one(".plan-verdict__ways a")["href"]
        html = BeautifulSoup(client.get(planner.get_url() + safe).content, "html.parser")
        assert "om det tar" not in verdict(html)
        assert verdict(html).startswith("Du hinner till")

    def test_too_late_says_so_and_offers_the_days_that_hold(self, client, planner):
        html = shown(client, planner, f"journey=resa&day={timezone.localdate().isoformat()}")
        assert verdict(html).startswith("Du hinner inte till")
        assert len(html.select(".plan-verdict__ways a")) == 2
        assert "arbetsdagar för sent" in words(html.find(id="days"))

    def test_without_a_day_it_asks_for_one(self, client, planner):
        html = shown(client, planner, "journey=resa")
        assert verdict(html).startswith("Du kan öppna tidigast")
        assert "Skriv vilken dag du vill öppna" in words(html.find("section", class_="plan-verdict"))

    def test_a_circle_is_told_and_the_rest_stands(self, client, planner, place):
        DependencyFactory(page=place.company, guide=place.serving)
        html = shown(client, planner, "journey=resa&day=" + later())
        assert verdict(html) == "Vi kan inte räkna ut dagarna"
        assert "→" in words(html.select_one(".plan-verdict__body"))
        assert "27 300–34 000 kr" in words(html.find(id="costs")).replace("\xa0", " ")

    def test_what_is_not_answered_is_not_called_needless(self, client, planner, place):
        QuestionFactory(name="Bransch?", slug="bransch", options="restaurang butik")
        QuestionFactory(name="Alkohol?", slug="alkohol")
        RuleFactory(guide=place.serving, all_of="bransch=restaurang alkohol=ja")
        finder = FinderPageFactory()
        html = shown(client, planner, f"bransch=restaurang&day={later()}")
        told = html.find("section", class_="plan-verdict")
        assert verdict(html) == "Vi kan inte säga än vad du behöver söka"
        assert "1 fråga är obesvarad" in words(told)
        assert told.find("a", href=place.serving.get_url())
        assert told.find("a", href=f"{finder.get_url()}?bransch=restaurang&edit=alkohol")
        assert html.select_one("details.plan-form__more").has_attr("open")
        view = plan_of(f"bransch=restaurang&day={later()}")
        sent = sent_plan(view, view.plan, "Plan", "/sv/plan/", "sv")
        assert sent.verdict == Verdict.OPEN
        assert "Obesvarat, och det avgör vad som behövs: Alkohol?" in sent.notes
        assert "Kan behövas och är inte medräknat: Servering." in sent.notes
        # Added by the reader, or answered, it is open no more.
        for query in (f"bransch=restaurang&with={place.serving.slug}", "bransch=restaurang&alkohol=ja"):
            assert verdict(shown(client, planner, f"{query}&day={later()}")).startswith("Du hinner till")
        assert verdict(shown(client, planner, "bransch=butik")).startswith("Här finns inget")

    def test_beside_an_answer_stands_what_it_does_not_count_with(self, client, planner, place):
        journey = JourneyPage.objects.get(slug="resa", locale__language_code="sv")
        QuestionFactory(name="Alkohol?", slug="alkohol")
        condition = option("alkohol", "ja")
        JourneyStepFactory(page=journey, guide=timed("Folköl", 2), condition=condition, condition_text="om öl")
        html = shown(client, planner, f"journey=resa&day={later()}")
        assert verdict(html).startswith("Du hinner till")
        assert "Folköl" in words(html.find("section", class_="plan-verdict"))
        view = plan_of("journey=resa")
        assert "Folköl" in " ".join(sent_plan(view, view.plan, "Plan", "/sv/plan/", "sv").notes)
        html = shown(client, planner, f"journey=resa&alkohol=nej&day={later()}")
        assert "Folköl" not in words(html.find("section", class_="plan-verdict"))

    def test_an_application_without_a_time_on_that_day_stays_in_the_plan(self, client, planner):
        ended, renewed, waiting = timed("Torghandel"), timed("Brandfarlig vara"), timed("Skylt", 2)
        last = timezone.localdate() + datetime.timedelta(days=200)
        TimeRuleFactory(page=ended, amount_from=None, amount=8, valid_to=last)
        expiry = {"kind": TimeRuleKind.RENEWAL_BEFORE, "counted_from": CountedFrom.EXPIRY}
        TimeRuleFactory(page=renewed, amount_from=None, amount=4, **expiry)
        DependencyFactory(page=waiting, guide=renewed)
        query = "&".join(f"with={guide.slug}" for guide in (ended, renewed, waiting))
        html = shown(client, planner, f"{query}&day={later()}")
        told = html.select_one(".plan-verdict__open")
        assert verdict(html).startswith("Vi kan inte säga än om du hinner till")
        assert [words(link) for link in told.select("ul a")] == ["Torghandel", "Brandfarlig vara"]
        rows = [words(row) for row in html.select(".plan-table tbody tr")]
        unknown = "Vi vet inte hur lång tid det tar den dagen"
        assert [unknown in row for row in rows] == [True, False, True]
        assert "Väntar på: Brandfarlig vara" in rows[1]
        assert html.find(id="afterwards") is None
        view = plan_of(f"{query}&day={later()}")
        sent = sent_plan(view, view.plan, "Plan", "/sv/plan/", "sv")
        assert sent.verdict == Verdict.OPEN
        assert [str(matter.title) for matter in sent.matters] == ["Torghandel", "Skylt", "Brandfarlig vara"]
        assert "Vi har ingen tid som gäller den dagen för: Torghandel, Brandfarlig vara." in sent.notes
        # Handed in while the time holds it is as sure as any; so is what has no time to wait for.
        alone = shown(client, planner, f"with={ended.slug}&day={last.isoformat()}")
        assert verdict(alone).startswith("Du hinner till")
        GuidePage.objects.filter(pk=renewed.pk).update(no_time_rule=True)
        alone = shown(client, planner, f"with={renewed.slug}&day={later()}")
        assert verdict(alone) == "Du behöver inte vänta på något innan du öppnar"

    def test_a_step_that_cannot_be_read_is_told_and_nothing_promised(self, client, planner, place):
        place.building.unpublish()
        PageViewRestriction.objects.create(page=place.company, restriction_type=PageViewRestriction.LOGIN)
        html = shown(client, planner, f"journey=resa&day={later()}")
        message = "2 steg i resan går inte att visa just nu. Fråga oss om dem."
        assert words(html.select_one(".plan-problems")).startswith("Något saknas i planen")
        assert message in words(html.select_one(".plan-problems"))
        assert message in words(html.find("section", class_="plan-verdict"))
        assert verdict(html).startswith("Vi kan inte säga än om du hinner till")
        assert len(html.select(".plan-table tbody tr")) == 2
        view = plan_of(f"journey=resa&day={later()}")
        sent = sent_plan(view, view.plan, "Plan", "/sv/plan/", "sv")
        assert (sent.verdict, sent.notes[0]) == (Verdict.OPEN, message)

    def test_nothing_needed_is_no_error(self, client, planner):
        QuestionFactory(name="Alkohol?", slug="alkohol")
        html = shown(client, planner, "alkohol=nej")
        assert verdict(html) == "Här finns inget som du behöver söka eller anmäla"
        assert html.find(id="days") is None


class TestForm:
    def test_it_carries_the_plan_on(self, client, planner):
        html = shown(client, planner, f"journey=resa&day={later()}&without=bygglov")
        form = html.select_one(".plan-form")
        carried = {(field["name"], field.get("value", "")) for field in form.select("input[type=hidden]")}
        assert carried == {("journey", "resa"), ("without", "bygglov")}
        assert form["method"] == "get"
        assert form.find(id="plan-day")["value"] == later()

    def test_a_condition_of_the_journey_is_a_box(self, client, planner, place):
        QuestionFactory(name="Alkohol?", slug="alkohol")
        journey = JourneyFactory(slug="krog", guides=[place.food])
        JourneyStepFactory(
            page=journey,
            guide=place.serving,
            condition=option("alkohol", "ja"),
            condition_text="om du serverar alkohol",
        )
        html = shown(client, planner, "journey=krog&alkohol=ja")
        box = html.select_one("input[name=alkohol]")
        assert (box["type"], box["value"], box.has_attr("checked")) == ("checkbox", "ja", True)
        assert words(html.find("label", attrs={"for": box["id"]})) == "om du serverar alkohol"

    def test_a_mistake_stands_beside_its_field_with_what_was_typed(self, client, planner):
        html = shown(client, planner, "journey=resa&day=2020-01-01")
        field = html.find(id="plan-day")
        assert field["value"] == "2020-01-01"
        assert field["aria-invalid"] == "true"
        assert "Den dagen har redan varit" in words(html.find(id=field["aria-describedby"]))

    def test_a_bad_number_is_shown_though_its_part_is_folded(self, client, planner):
        people = FeeBasis.objects.get(name="personer").slug
        html = shown(client, planner, f"journey=resa&n-{people}=tre")
        assert html.select_one("details.plan-form__more").has_attr("open")
        assert html.find(id=f"plan-n-{people}")["value"] == "tre"

    def test_what_the_address_gets_wrong_is_told_once_at_the_top(self, client, planner):
        html = shown(client, planner, "journey=resa&with=%3Cscript%3Ealert(1)%3C/script%3E")
        told = html.select_one(".plan-problems")
        assert told["role"] == "alert"
        assert "Resten av planen är kvar" in words(told)
        assert html.find("script", string=re.compile("alert")) is None

    def test_a_number_that_is_missing_leads_to_its_field(self, client, planner):
        html = shown(client, planner, "journey=resa")
        link = html.find("a", string="Skriv hur många")
        assert html.find(id=link["href"].removeprefix("#")).name == "input"


class TestDays:
    def test_each_matter_says_what_to_whom_and_where(self, client, planner, place):
        html = shown(client, planner, "journey=resa&day=" + later())
        rows = html.select(".plan-table tbody tr")
        assert len(rows) == 4
        serving = words(rows[3])
        assert place.serving.decider.name in serving
        assert "Styr öppningsdagen" in serving
        assert "Tiden räknas från komplett ansökan" in serving
        assert "Väntar på: Starta företag, Livsmedel" in serving
        assert rows[3].find("a", href="https://e-tjanst.example/ansok")
        assert rows[3].find("a", href=place.serving.get_url())
        assert "Räknat som: Lov" in words(rows[1])

    def test_cells_of_a_card_say_what_they_are(self, client, planner):
        html = shown(client, planner, "journey=resa&day=" + later())
        heads = [words(head) for head in html.select(".plan-table thead th")]
        for row in html.select(".plan-table tbody tr"):
            assert [cell["data-label"] for cell in row.select("td")] == heads[1:]

    def test_the_picture_has_words_and_a_row_for_each_matter(self, client, planner):
        html = shown(client, planner, "journey=resa&day=" + later())
        picture = html.select_one("svg.timeline__picture")
        assert picture["role"] == "img"
        assert all(html.find(id=name).get_text(strip=True) for name in picture["aria-labelledby"].split())
        assert len(picture.select("rect, .timeline__dot")) == 4
        assert not html.select("[style]")

    def test_a_matter_can_be_left_out_and_taken_back(self, client, planner):
        html = shown(client, planner, "journey=resa")
        out = html.select_one(".plan-table tbody tr a[href*=without]")["href"]
        html = BeautifulSoup(client.get(planner.get_url() + out).content, "html.parser")
        assert len(html.select(".plan-table tbody tr")) == 3
        assert "Starta företag" in words(html.select_one(".plan-missing"))
        back = html.find(id="answers").find("a", href=re.compile("with="))["href"]
        html = BeautifulSoup(client.get(planner.get_url() + back).content, "html.parser")
        assert len(html.select(".plan-table tbody tr")) == 4


class TestMoneyAndPapers:
    def test_each_fee_says_how_it_is_worked_out_and_when_it_is_paid(self, client, planner):
        people = FeeBasis.objects.get(name="personer").slug
        area = FeeBasis.objects.get(name="kvadratmeter").slug
        html = shown(client, planner, f"journey=resa&n-{people}=2&n-{area}=180&day={later()}")
        costs = words(html.find(id="costs")).replace("\xa0", " ")
        assert "2 personer × 1 500 kr" in costs
        assert "180 kvadratmeter: 1–250 kvadratmeter" in costs
        assert "Betalas efter beslutet" in costs
        assert "Betalas en gång, sammanlagt 30 300 kr" in costs
        assert "Varje år 3 600 kr" in costs
        assert "Samråd: 5 000 kr" in costs

    def test_hours_and_range_are_spelled_out(self, client, planner, place):
        HourlyRateFactory(area=place.food.area, valid_from=None)
        FeeFactory(page=place.food, label="Kontroll", hourly=True, hours_from=1)
        costs = words(shown(client, planner, "journey=resa").find(id="costs")).replace("\xa0", " ")
        assert "1–2 timmar × 1 200 kr" in costs

    def test_papers_are_one_list_with_days_and_where_to_get_them(self, client, planner):
        html = shown(client, planner, "journey=resa&day=" + later())
        proof = html.find(id="paper-bevis").find_parent("li")
        assert html.find_all(id="paper-bevis") == [html.find(id="paper-bevis")]
        assert "Skaffa den tidigast" in words(proof)
        assert proof.find("a", href="https://bolagsverket.example/")
        assert "Bygglov" in words(proof)
        assert "Servering" in words(proof)
        given = html.find(id="paper-registrering").find_parent("li")
        assert "Du får handlingen genom Livsmedel" in words(given)

    def test_boxes_to_tick_are_made_by_the_script_alone(self, client, planner):
        html = shown(client, planner, "journey=resa")
        assert [place["data-tick"] for place in html.select("[data-tick]")] == ["bevis", "registrering"]
        assert html.select("#papers input") == []
        assert html.select_one("[data-ticks-note]").has_attr("hidden")


class TestOutputs:
    def test_the_calendar_is_a_file(self, client, planner):
        answer = client.get(f"{planner.get_url()}?journey=resa&day={later()}&as=ics")
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        assert answer["Content-Disposition"] == f'attachment; filename="oppningsplan-{later()}.ics"'
        calendar = icalendar.Calendar.from_ical(answer.content)
        names = [str(event["SUMMARY"]) for event in calendar.walk("VEVENT")]
        assert "Lämna in senast: Servering" in names
        address = re.search(r"http://\S+", str(calendar.walk("VEVENT")[0]["DESCRIPTION"]))[0]
        assert urlsplit(address).path == planner.get_url()
        assert parse_qs(urlsplit(address).query) == {"journey": ["resa"], "day": [later()]}

    def test_the_spreadsheet_is_a_file(self, client, planner):
        answer = client.get(f"{planner.get_url()}?journey=resa&as=csv")
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        assert answer["Content-Disposition"].endswith('.csv"')
        assert "Servering" in answer.content.decode("utf-8-sig")

    def test_an_unknown_form_is_the_page(self, client, planner):
        assert client.get(f"{planner.get_url()}?journey=resa&as=exe")["Content-Type"].startswith("text/html")

    def test_a_file_of_nothing_is_the_page(self, client, planner):
        assert client.get(f"{planner.get_url()}?as=ics")["Content-Type"].startswith("text/html")

    def test_the_coordinator_gets_what_the_reader_sees(self, client, planner, place):
        contact = ContactPageFactory()
        chosen = SiteSettings.for_site(Site.objects.get(is_default_site=True))
        chosen.contact_page = contact
        chosen.save()
        html = shown(client, planner, f"journey=resa&day={later()}")
        answer = client.get(planner.get_url() + html.find("a", href=re.compile("as=question"))["href"])
        link = answer["Location"]
        sent = unpack(parse_qs(urlsplit(link).query)["plan"][0])
        assert urlsplit(link).path == contact.get_url()
        assert sent.title == "Så öppnar du restaurang"
        assert sent.opening.isoformat() == later()
        assert [str(matter.title) for matter in sent.matters] == [
            "Starta företag",
            "Bygglov",
            "Livsmedel",
            "Servering",
        ]
        assert sent.matters[3].path == place.serving.get_url()
        assert sent.once == (27300, 34000)
        assert sent.open_fees == 1
        # What is not known yet is not free: the serving permit has a fee for each person.
        assert [matter.cost for matter in sent.matters] == [(1900, 1900), (15300, 22000), None, None]
        assert client.get(sent.address).status_code == 200
        assert client.get(link).status_code == 200

    def test_a_plan_that_is_too_long_to_come_along_is_told_of(self, client, planner):
        contact = ContactPageFactory()
        chosen = SiteSettings.for_site(Site.objects.get(is_default_site=True))
        chosen.contact_page = contact
        chosen.save()
        counts = "".join(f"&n-{'a' * 190}{number}=1" for number in range(12))
        answer = client.get(f"{planner.get_url()}?journey=resa{counts}&as=question", follow=True)
        assert answer.redirect_chain[0][0].startswith(contact.get_url())
        assert "Din plan kunde inte följa med" in answer.content.decode()


class TestConditionsOfOneQuestion:
    """A question with one answer has two steps of a journey hang on it: the plan asks as the journey does."""

    @pytest.fixture
    def planner(self) -> PlannerPage:
        QuestionFactory(name="Alkohol?", slug="alkohol", options="ja folkol nej")
        journey = JourneyFactory(slug="resa", guides=[timed("Start", 4)])
        for number, key in enumerate(["ja", "folkol"], start=1):
            JourneyStepFactory(
                page=journey,
                guide=timed(f"Matter {key}", 8),
                condition=option("alkohol", key),
                condition_text=f"om {key}",
                sort_order=number,
            )
        return PlannerPageFactory()

    def matters(self, html: BeautifulSoup) -> list[str]:
        return [words(title) for title in html.select(".plan-table__title")]

    def fields(self, html: BeautifulSoup) -> list[tuple[str, str, bool]]:
        found = html.select(".plan-form input[name=alkohol]")
        return [(field["type"], field["value"], field.has_attr("checked")) for field in found]

    def test_one_of_them_can_be_chosen_or_none(self, client, planner):
        html = shown(client, planner, "journey=resa&alkohol=ja")
        assert sorted(title.split(". ")[1] for title in self.matters(html)) == ["Matter ja", "Start"]
        assert self.fields(html) == [("radio", "ja", True), ("radio", "folkol", False), ("radio", "", False)]

    def test_none_of_them_is_chosen_at_first(self, client, planner):
        html = shown(client, planner, "journey=resa&alkohol=")
        assert self.fields(html) == [("radio", "ja", False), ("radio", "folkol", False), ("radio", "", True)]

    def test_another_answer_is_not_carried_along_beside_what_is_chosen(self, client, planner):
        html = shown(client, planner, "journey=resa&alkohol=nej")
        assert self.fields(html) == [("radio", "ja", False), ("radio", "folkol", False), ("radio", "", True)]


class ContactPageFactory(PageFactory):
    title = "Kontakta oss"
    slug = "kontakt"
    notice = "<p>Det du skickar blir allmän handling.</p>"
    receipt_next = "<p>Vi svarar.</p>"

    class Meta:
        model = ContactPage


class TestAround:
    def test_nothing_to_plan_yet_shows_where_to_begin(self, client, planner):
        finder = FinderPageFactory()
        answer = client.get(planner.get_url())
        html = BeautifulSoup(answer.content, "html.parser")
        assert html.find("main").find("a", href=finder.get_url())
        assert html.find("main").find("a", href=JourneyPage.objects.get(slug="resa").get_url())
        assert "X-Robots-Tag" not in answer

    def test_only_the_bare_page_is_for_search_engines(self, client, planner):
        answer = client.get(f"{planner.get_url()}?journey=resa")
        assert answer["X-Robots-Tag"] == "noindex"
        canonical = BeautifulSoup(answer.content, "html.parser").find("link", rel="canonical")["href"]
        assert "?" not in canonical

    def test_another_language_keeps_the_plan(self, client, planner):
        html = shown(client, planner, f"journey=resa&day={later()}&with=borta")
        english = html.select_one("a[lang=en][hreflang=en]") or html.find("a", attrs={"lang": "en"})
        assert parse_qs(urlsplit(english["href"]).query) == {"journey": ["resa"], "day": [later()]}
        html = BeautifulSoup(client.get(english["href"]).content, "html.parser")
        assert verdict(html).startswith("You will be in time for")

    def test_a_finder_in_the_language_changes_an_answer(self, client, planner, place):
        question = QuestionFactory(name="Alkohol?", slug="alkohol")
        RuleFactory(guide=place.serving, all_of="alkohol=ja")
        translate_record(question, name="Alcohol?")
        finder = translate(FinderPageFactory(), title="Permit finder")
        english = PlannerPage.objects.get(locale__language_code="en")
        html = shown(client, english, "alkohol=ja")
        assert words(html.select_one("#answers dt")) == "Alcohol?"
        assert html.select_one("#answers a")["href"].startswith(finder.get_url())

    @pytest.mark.parametrize(
        "query",
        [
            "journey=" + "x" * 10_000,
            "day=" + "9" * 5000,
            "with=" + "&with=".join(str(number) for number in range(3000)),
            "n-=1&n-%00=2",
            "fee=%F0%9F%8D%BA&with=%C3%A5&without=..%2F..&as=&n-person=%F0%9F%8D%BA",
            "journey=resa&journey=annan&day=2027-05-01&day=x",
        ],
    )
    def test_odd_addresses_are_answered(self, client, planner, query):
        assert client.get(f"{planner.get_url()}?{query}").status_code in {200, 400}

    def test_a_preview_shows_the_page(self, planner, rf):
        answer = planner.make_preview_request()
        assert answer.status_code == 200


class TestQueries:
    def grow(self, place: Restaurant, first: int, last: int) -> None:
        """Add guides with every kind of row that a plan reads, to the journey and to the rules, in both languages."""
        page = JourneyPage.objects.get(slug="resa", locale__language_code="sv")
        for number in range(first, last):
            guide = timed(f"Ärende {number}", 2)
            EvidenceFactory(page=guide)
            FeeFactory(page=guide, hourly=True)
            FeeFactory(page=guide, kind="per_unit", basis=FeeBasisFactory(), tariff=TariffFactory(), law=LawFactory())
            ChannelFactory(page=guide)
            HourlyRateFactory(area=guide.area)
            DependencyFactory(page=guide, guide=place.company)
            JourneyStepFactory(page=page, guide=guide, sort_order=10 + number)
            RuleFactory(guide=guide, all_of="alkohol=ja")
            translate(guide, title=f"Matter {number}")

    def test_thirty_guides_ask_no_more_than_three(self, client, planner, place, count_queries):
        QuestionFactory(name="Alkohol?", slug="alkohol")
        QuestionFactory(name="Platser?", slug="platser", number=True)
        FinderPageFactory()
        pages = PlannerPage.objects.all()
        addresses = [
            f"{page.get_url()}?{query}&day={later()}"
            for page in pages
            for query in ("journey=resa", "alkohol=ja&platser=60")
        ]
        self.grow(place, 0, 3)
        before = [len(self.measure(client, count_queries, address)) for address in addresses]
        self.grow(place, 3, 30)
        for address, few in zip(addresses, before, strict=True):
            many = self.measure(client, count_queries, address)
            assert len(many) == few <= 30, "\n".join([address, *many])

    def test_the_bare_page_asks_little(self, client, planner, count_queries):
        FinderPageFactory()
        assert len(self.measure(client, count_queries, planner.get_url())) <= 20

    def measure(self, client, count_queries, address: str) -> list[str]:
        client.get(address)  # the site's settings are made when they are first asked for
        with count_queries() as queries:
            answer = client.get(address)
        assert answer.status_code == 200
        return [query["sql"][:200] for query in queries.captured_queries]
