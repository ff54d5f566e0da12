"""A guide's own page: today's facts first, each with its law and its check, what will change, and what hangs together."""

import datetime
import json
import re
from decimal import Decimal

import pytest
from django.utils import timezone

from business.core.tests.factories import translate
from business.guides.enums import ChannelKind, DependencyKind, SilenceRule, StepNecessity, TimeUnit, Validity
from business.guides.models import GuidePage
from business.guides.tests.factories import (
    ChannelFactory,
    DependencyFactory,
    EvidenceFactory,
    EvidenceTypeFactory,
    FeeBasisFactory,
    FeeFactory,
    GuideFactory,
    HourlyRateFactory,
    LawFactory,
    LawRowFactory,
    QuestionFactory,
    RequirementFactory,
    StepFactory,
    TariffFactory,
    TimeRuleFactory,
)
from business.organisation.tests.factories import UnitFactory

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

DAY = datetime.timedelta(days=1)


def shown(client, page):
    """Return what a reader sees, with plain spaces and without tags."""
    answer = client.get(GuidePage.objects.get(pk=page.pk).url)
    assert answer.status_code == 200
    text = re.sub(r"<[^>]+>", " ", answer.content.decode()).replace("\xa0", " ").replace("&nbsp;", " ")
    return re.sub(r"\s+", " ", text)


def panel(client, page):
    """Return the four facts that stand first."""
    html = client.get(GuidePage.objects.get(pk=page.pk).url).content.decode()
    text = re.sub(r"<[^>]+>", " ", html.split('class="facts"')[1].split("</section>")[0]).replace("\xa0", " ")
    return re.sub(r"\s+", " ", text)


def test_each_fact_names_its_law_and_when_it_was_checked_by_whom(client):
    unit = UnitFactory(name="Tillståndsenheten")
    guide = GuideFactory(
        checked_on=datetime.date(2026, 3, 2), checked_by=unit, next_check_on=datetime.date(2099, 1, 1)
    )
    law = LawFactory(name="Alkohollag", number="2010:1622")
    FeeFactory(page=guide, law=law, provision="8 kap. 10 §")
    TimeRuleFactory(page=guide, legal_limit=True, law=LawFactory(name="Alkoholförordning", number="2010:1636"))
    EvidenceFactory(page=guide, law=LawFactory(name="Bokföringslag", number="1999:1078"))
    LawRowFactory(page=guide, law=LawFactory(name="Kommunallag", number="2017:725"), provision="")
    text = panel(client, guide)
    for source in (
        "Alkohollag (2010:1622), 8 kap. 10 §",
        "Alkoholförordning (2010:1636)",
        "Bokföringslag (1999:1078)",
        "Kommunallag (2017:725)",
    ):
        assert source in text
    assert text.count("2 mars 2026") == 4
    assert text.count("Tillståndsenheten") == 4


def test_a_fact_checked_by_itself_says_its_own_day_and_a_late_one_warns(client):
    guide = GuideFactory(checked_on=datetime.date(2026, 3, 2), next_check_on=datetime.date(2099, 1, 1))
    yesterday = timezone.localdate() - DAY
    FeeFactory(page=guide, checked_on=datetime.date(2026, 3, 9), next_check_on=yesterday)
    TimeRuleFactory(page=guide)
    html = client.get(guide.url).content.decode()
    assert html.count('class="caution"') == 2  # among the facts that stand first, and in the table of fees
    assert "9 mars 2026" in panel(client, guide)
    GuidePage.objects.filter(pk=guide.pk).update(checked_on=timezone.localdate())
    assert 'class="caution"' not in client.get(guide.url).content.decode()


def test_what_it_costs_over_bands_hours_and_units(client):
    guide = GuideFactory()
    basis = FeeBasisFactory(name="kvadratmeter", one="kvadratmeter")
    for start, end, amount in ((None, 250, 14900), (251, 500, 21400), (501, None, 29800)):
        FeeFactory(page=guide, label="Bygglov", basis=basis, band_from=start, band_to=end, amount=Decimal(amount))
    FeeFactory(
        page=guide, label="Prov", kind="per_unit", amount=1500, basis=FeeBasisFactory(one="person"), minimum=2000
    )
    HourlyRateFactory(area=guide.area, amount=Decimal(1240))
    FeeFactory(page=guide, label="Samråd", hourly=True, hours_from=Decimal(4), hours=Decimal(6))
    assert "14 900–29 800 kr" in panel(client, guide)
    text = shown(client, guide)
    for words in ("251–500 kvadratmeter", "21 400 kr", "1 500 kr", "4 960–7 440 kr", "2 000 kr"):
        assert words in text


def test_a_minimum_lifts_a_fee_in_hours():
    guide = GuideFactory()
    HourlyRateFactory(area=guide.area, amount=Decimal(1000))
    FeeFactory(page=guide, hourly=True, hours_from=Decimal("0.5"), hours=Decimal(2), minimum=Decimal(1500))
    (fee,) = guide.facts().fees
    assert (fee.lowest, fee.amount) == (Decimal(1500), Decimal(2000))


def test_what_will_change_is_told_with_its_day(client):
    guide = GuideFactory()
    today = timezone.localdate()
    new_year = datetime.date(today.year + 1, 1, 1)
    HourlyRateFactory(area=guide.area, amount=Decimal(1000), valid_from=None, valid_to=new_year - DAY)
    HourlyRateFactory(area=guide.area, amount=Decimal(1100), valid_from=new_year)
    FeeFactory(page=guide, hourly=True)
    RequirementFactory(page=guide, title="Nytt krav", valid_from=new_year)
    RequirementFactory(page=guide, title="Gammalt krav", valid_to=today - DAY)
    TimeRuleFactory(page=guide, amount=9, amount_from=None, valid_to=new_year - DAY)
    TimeRuleFactory(page=guide, amount=7, amount_from=None, valid_from=new_year)
    LawRowFactory(page=guide, law=LawFactory(name="Ny lag", in_force_from=new_year))
    LawRowFactory(page=guide, law=LawFactory(name="Upphävd lag", in_force_to=today - DAY))
    for page in (guide, translate(guide, title="Licence")):
        text = shown(client, page)
        day = f"1 januari {new_year.year}" if page == guide else f"1 January {new_year.year}"
        assert text.count(day) >= 3
        assert "Nytt krav" in text
        assert "Gammalt krav" not in text
        assert "Ny lag" not in text
        assert "Upphävd lag" not in text
    facts = guide.facts()
    assert (facts.main_time.amount, facts.price.highest) == (9, Decimal(2000))
    assert facts.coming_price[0].highest == Decimal(2200)
    assert guide.facts(new_year).main_time.amount == 7


def test_papers_tell_how_old_they_may_be_and_in_which_form(client):
    guide = GuideFactory()
    paper = EvidenceTypeFactory(
        name="Registreringsbevis", max_age=3, max_age_unit=TimeUnit.MONTHS, formats=["pdf", "paper"]
    )
    EvidenceFactory(page=guide, evidence_type=paper)
    text = shown(client, guide)
    assert "3 månader" in text
    assert "PDF, " in text


def test_ways_to_apply_and_the_identification_that_they_take(client):
    guide = GuideFactory()
    ChannelFactory(page=guide, label="Till e-tjänsten", url="https://e-tjanst.example/x", identification=["e_id"])
    ChannelFactory(page=guide, kind=ChannelKind.POST, label="Brev", url="", address="Kommunen, 645 80 Strängnäs")
    html = client.get(guide.url).content.decode()
    assert html.count('href="https://e-tjanst.example/x"') == 2  # the button and the list
    assert "645 80 Strängnäs" in html


def test_steps_tell_who_acts_and_which_are_optional_or_another_way(client):
    guide = GuideFactory()
    StepFactory(page=guide, title="A", necessity=StepNecessity.EITHER, sort_order=0)
    StepFactory(page=guide, title="B", necessity=StepNecessity.EITHER, sort_order=1)
    StepFactory(page=guide, title="C", actor="other", actor_name="Hyresvärden", days_from=5, days=10, sort_order=2)
    first, second, third = guide.facts().steps
    assert (first.alternative, second.alternative, third.alternative) == (False, True, False)
    text = shown(client, guide)
    assert "Hyresvärden" in text
    assert "5–10 dagar" in text


def test_a_tie_between_two_guides_is_told_on_both_pages_and_once(client):
    food, serving = GuideFactory(title="Livsmedel"), GuideFactory(title="Servering")
    DependencyFactory(page=serving, guide=food, kind=DependencyKind.NEEDS, note="Först maten.")
    DependencyFactory(page=food, guide=serving, kind=DependencyKind.EVIDENCE_FOR, note="Bevis.")
    facts, others = serving.facts(), food.facts()
    assert [tie.page.pk for tie in facts.before] == [food.pk]
    assert [tie.page.pk for tie in others.after] == [serving.pk]
    assert (facts.after, others.before) == ([], [])
    english = translate(serving, title="Serving")
    assert food.title in shown(client, english)


def test_a_guide_that_is_not_live_ties_nothing():
    draft, live = GuideFactory(draft=True), GuideFactory()
    DependencyFactory(page=live, guide=draft)
    other = GuideFactory(draft=True)
    DependencyFactory(page=other, guide=live)
    facts = live.facts()
    assert (facts.before, facts.after) == ([], [])


def test_what_the_company_gets_and_what_silence_means(client):
    guide = GuideFactory(
        output_name="Bevis om tillstånd",
        validity=Validity.LIMITED,
        valid_for_from=6,
        valid_for=12,
        valid_for_unit=TimeUnit.YEARS,
        bound_to="Ditt företag och lokalen.",
        silence_rule=SilenceRule.MAY_START,
        silence_note="Efter sex veckor.",
    )
    text = shown(client, guide)
    for words in ("Bevis om tillstånd", "6–12 år", "Ditt företag och lokalen.", "Efter sex veckor."):
        assert words in text


def test_questions_unfold_and_authors_notes_are_never_public(client):
    guide = GuideFactory(author_notes="Hemlig källa: ring Kim.", ready=True)
    FeeFactory(page=guide)
    QuestionFactory(page=guide, question="Får jag öppna?", answer="<p>Ja, <b>strax</b>.</p>")
    guide = GuidePage.objects.get(pk=guide.pk)
    guide.save_revision().publish()
    english = translate(guide, title="Licence")
    for page in (guide, english):
        html = client.get(page.url).content.decode()
        assert "Får jag öppna?" in html
        assert "Hemlig källa" not in html
    assert client.get("/sv/sok/", {"q": "Hemlig källa"}).content.decode().count("Serveringstillstånd") == 0


def test_a_tariff_is_named_with_the_fee(client):
    guide = GuideFactory()
    tariff = TariffFactory(name="Taxa för alkohol 2026", url="https://taxa.example/2026")
    FeeFactory(page=guide, tariff=tariff, paid="with_application", refund="no", payer="applicant")
    html = client.get(guide.url).content.decode()
    assert 'href="https://taxa.example/2026"' in html
    assert "Taxa för alkohol 2026" in html


def test_the_page_asks_the_same_however_many_facts_there_are(client, count_queries):
    guide = GuideFactory(complete=1)
    english = translate(guide, title="Licence")

    def measure(page):
        client.get(page.url)
        with count_queries() as queries:
            assert client.get(page.url).status_code == 200
        return len(queries)

    before = [measure(guide), measure(english)]
    more = GuideFactory(complete=6)
    more_english = translate(more, title="Licence two")
    assert [measure(more), measure(more_english)] <= before
    assert max(before) <= 25


def test_a_card_tells_the_same_price_as_the_guide(client):
    guide = GuideFactory()
    basis = FeeBasisFactory(name="kvadratmeter", one="kvadratmeter")
    for start, end, amount in ((None, 250, 14900), (251, None, 29800)):
        FeeFactory(page=guide, label="Bygglov", basis=basis, band_from=start, band_to=end, amount=Decimal(amount))
    text = re.sub(r"\s+", " ", client.get(guide.get_parent().get_url()).content.decode().replace("\xa0", " "))
    assert "14 900–29 800 kr" in text


def test_bands_and_limits_belong_together_before_they_are_translated():
    guide = GuideFactory()
    basis = FeeBasisFactory()
    FeeFactory(page=guide, label="Bygglov", basis=basis, band_to=250, amount=Decimal(100))
    TimeRuleFactory(page=guide, legal_limit=True, applies_to="Bygglov")
    english = translate(guide, title="Permit")
    english.fees.update(label="Permit")
    english.time_rules.update(applies_to="Permit")
    FeeFactory(page=guide, label="Bygglov", basis=basis, band_from=251, amount=Decimal(300))
    TimeRuleFactory(page=guide, kind="extension", amount_from=None, amount=10, applies_to="Bygglov")
    facts = GuidePage.objects.get(pk=english.pk).facts()
    assert [len(group.fees) for group in facts.fee_groups] == [2]
    assert (facts.price.lowest, facts.price.highest, facts.other_fees) == (Decimal(100), Decimal(300), 0)
    assert facts.extension_of(facts.legal_limit).amount == 10


def test_what_only_some_pay_says_so(client):
    guide = GuideFactory()
    basis = FeeBasisFactory(name="dagar")
    FeeFactory(page=guide, label="Ansökan")
    FeeFactory(page=guide, label="Tillsyn", amount=Decimal(3600))
    for start, end in ((None, 2), (3, None)):
        FeeFactory(page=guide, label="Prov", basis=basis, band_from=start, band_to=end, need="if_applicable")
    text = shown(client, guide)
    assert text.count("Bara om det gäller dig") == 1  # above the bands, not with each
    assert re.search(r"Prov\s+Bara om det gäller dig", text)
    assert "plus 1 avgift till" in panel(client, guide)
    assert "1 avgift kan tillkomma" in panel(client, guide)
    html = client.get(guide.url).content.decode()
    found = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)[1])
    own = next(item for item in found if "offers" in item)
    assert [(offer["name"], offer.get("description")) for offer in own["offers"]] == [
        ("Ansökan", None),
        ("Tillsyn", None),
        ("Prov", "i vissa fall"),
        ("Prov", "i vissa fall"),
    ]


def test_a_main_fee_that_only_some_pay_says_so_in_the_panel_and_on_its_card(client):
    guide = GuideFactory()
    FeeFactory(page=guide, label="Registrera bolag", need="if_applicable")
    assert re.search(r"Registrera bolag\s+\(bara om det gäller dig\)", panel(client, guide))
    assert re.search(r"kan kosta\s+9", client.get(guide.get_parent().url).content.decode())


def test_a_fee_by_bands_and_units_keeps_its_unit(client):
    guide = GuideFactory()
    basis = FeeBasisFactory(name="dagar", one="dag")
    FeeFactory(page=guide, label="Plats", kind="per_unit", basis=basis, band_to=10, amount=Decimal(100))
    FeeFactory(page=guide, label="Plats", kind="per_unit", basis=basis, band_from=11, amount=Decimal(80))
    assert re.search(r"80–100 kr\s+per dag", panel(client, guide))


def test_a_fee_beside_the_main_one_warns_too_and_one_that_ends_says_when(client):
    guide = GuideFactory(checked_on=datetime.date(2026, 3, 2), next_check_on=datetime.date(2099, 1, 1))
    FeeFactory(page=guide, label="Ansökan")
    yesterday = timezone.localdate() - DAY
    FeeFactory(page=guide, label="Tillsyn", checked_on=datetime.date(2026, 3, 9), next_check_on=yesterday)
    FeeFactory(page=guide, label="Engångsavgift", valid_to=datetime.date(2098, 5, 17))
    html = client.get(guide.url).content.decode()
    assert html.count('class="caution"') == 1
    assert "17 maj 2098" in html
