"""What chosen guides cost together, worked out by hand: the day whose tariff counts, bands, hours, units, sums."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from business.core.translation import Text
from business.guides.enums import FeeKind, Need, PaidWhen
from business.guides.models import FeeBasis, GuideFee, HourlyRate
from business.guides.parts import Basis, FeeTexts
from business.planning.planner.costs import Costs, FeeDays, GuideFees, Sum, Unknown, bases, costs

pytestmark = pytest.mark.one_database

LAST_DAY, FIRST_DAY = datetime.date(2026, 12, 31), datetime.date(2027, 1, 1)
TODAY = datetime.date(2026, 11, 26)
# Handed in before New Year and decided after it, open on 1 May; could have been handed in on 27 November.
DAYS = FeeDays(
    hand_in=datetime.date(2026, 12, 10),
    opening=datetime.date(2027, 5, 1),
    decided=datetime.date(2027, 1, 20),
    earliest=datetime.date(2026, 11, 27),
    earliest_decided=datetime.date(2026, 12, 21),
)
SQUARE_METRES = FeeBasis(pk=1, slug="kvadratmeter", name="kvadratmeter", one="kvadratmeter")
PEOPLE = FeeBasis(pk=2, slug="person", name="personer", one="person")


def kr(amount: str | int, high: str | int | None = None) -> Sum:
    return Sum(Decimal(amount), Decimal(amount if high is None else high))


def fee(label: str = "Ansökan", amount: str | int | None = None, **facts) -> GuideFee:
    for name in ("hours", "hours_from", "minimum"):
        if name in facts:
            facts[name] = Decimal(facts[name])
    return GuideFee(label=label, amount=None if amount is None else Decimal(amount), **facts)


def hourly(hours: str, label: str = "Handläggning", **facts) -> GuideFee:
    return fee(label, kind=FeeKind.HOURS, hours=hours, **facts)


def rates(*periods: tuple[int, datetime.date | None, datetime.date | None]) -> list[HourlyRate]:
    return [HourlyRate(amount=Decimal(amount), valid_from=start, valid_to=end) for amount, start, end in periods]


def texts_of(row: GuideFee) -> FeeTexts:
    basis = Basis(Text(row.basis.name), Text(row.basis.one)) if row.basis else None
    return FeeTexts(label=Text(row.label), note=Text(row.note), basis=basis)


def guide(
    *rows: GuideFee, own_rates: list[HourlyRate] | None = None, pk: int = 1, key: str = "servering"
) -> GuideFees:
    return GuideFees(pk, key, list(rows), own_rates or [], texts_of)


def work_out(*guides: GuideFees, counts=None, included=(), days: FeeDays = DAYS) -> Costs:
    return costs(guides, counts or {}, included, {one.guide: days for one in guides}, TODAY)


def only_line(*rows: GuideFee, own_rates=None, **given):
    (line,) = work_out(guide(*rows, own_rates=own_rates), **given).lines
    return line


# --- Each kind ------------------------------------------------------------------------------------------------------


def test_a_fixed_fee_is_its_amount():
    found = work_out(guide(fee("Ansökan", 9800, payer="applicant", paid=PaidWhen.WITH_APPLICATION)))
    (line,) = found.lines
    assert (line.guide, line.key, line.label) == (1, "servering.ansokan", "Ansökan")
    assert (line.amount, line.unknown, line.payer, line.always, line.included) == (
        kr(9800),
        None,
        "applicant",
        True,
        True,
    )
    assert (found.once, found.yearly, found.open_lines) == (kr(9800), kr(0), ())


def test_a_fee_in_hours_follows_the_rate_of_its_own_area():
    found = work_out(
        guide(hourly("1.5"), own_rates=rates((1390, None, None)), pk=1, key="livsmedel"),
        guide(hourly("2"), own_rates=rates((1201, None, None)), pk=2, key="bygglov"),
    )
    food, building = found.lines
    assert (food.amount, food.hours, food.rate) == (kr(2085), (Decimal("1.5"), Decimal("1.5")), Decimal(1390))
    assert (building.amount, building.rate) == (kr(2402), Decimal(1201))
    assert found.once == kr(4487)


def test_hours_times_rate_is_rounded_to_whole_kronor_halves_up():
    assert only_line(hourly("0.5"), own_rates=rates((1201, None, None))).amount == kr(601)


def test_a_range_of_hours_gives_a_range_of_kronor_and_the_minimum_raises_both_ends():
    own = rates((1000, None, None))
    line = only_line(hourly("6", hours_from="4"), own_rates=own)
    assert (line.amount, line.hours) == (kr(4000, 6000), (Decimal(4), Decimal(6)))
    assert only_line(hourly("6", hours_from="4", minimum="5000"), own_rates=own).amount == kr(5000, 6000)


def test_what_is_free_costs_nothing_and_is_known():
    line = only_line(fee("Råd", kind=FeeKind.FREE))
    assert (line.amount, line.is_free, line.unknown) == (kr(0), True, None)


def test_a_fee_for_each_unit_is_multiplied():
    line = only_line(
        fee("Markhyra", "282.50", kind=FeeKind.PER_UNIT, basis=SQUARE_METRES), counts={"kvadratmeter": 20}
    )
    assert (line.amount, line.each, line.count, line.basis_key) == (kr(5650), Decimal("282.50"), 20, "kvadratmeter")
    assert line.basis.many == "kvadratmeter"


def test_the_minimum_of_a_fee_for_each_unit_is_for_all_of_them_together():
    row = fee("Markhyra", 270, kind=FeeKind.PER_UNIT, basis=SQUARE_METRES, minimum="1000")
    assert only_line(row, counts={"kvadratmeter": 3}).amount == kr(1000)
    assert only_line(row, counts={"kvadratmeter": 4}).amount == kr(1080)
    line = only_line(row, counts={"kvadratmeter": 0})
    assert (line.amount, line.minimum) == (kr(0), Decimal(1000))  # nothing is rented, nothing is paid


# --- Bands ----------------------------------------------------------------------------------------------------------


def area_bands() -> list[GuideFee]:
    return [
        fee("Bygglov", 5000, basis=SQUARE_METRES, band_to=250),
        fee("Bygglov", 8000, basis=SQUARE_METRES, band_from=251, band_to=500),
        hourly("12", "Bygglov", hours_from="10", basis=SQUARE_METRES, band_from=501, band_to=900),
    ]


@pytest.mark.parametrize(
    ("count", "amount", "band"),
    [
        (0, kr(5000), (None, 250)),
        (250, kr(5000), (None, 250)),
        (251, kr(8000), (251, 500)),
        (500, kr(8000), (251, 500)),
        (501, kr(10000, 12000), (501, 900)),
        (900, kr(10000, 12000), (501, 900)),
    ],
)
def test_the_band_that_the_count_lies_in_decides(count, amount, band):
    line = only_line(*area_bands(), own_rates=rates((1000, None, None)), counts={"kvadratmeter": count})
    assert (line.amount, line.band, line.count) == (amount, band, count)


def test_without_a_count_a_fee_by_bands_is_a_range_over_all_of_them():
    line = only_line(*area_bands(), own_rates=rates((1000, None, None)))
    assert (line.amount, line.band, line.count) == (kr(5000, 12000), None, None)
    assert only_line(fee("Bygglov", 5000, basis=SQUARE_METRES, band_to=250)).amount == kr(5000)


def test_a_count_outside_every_band_has_no_amount_and_says_so():
    found = work_out(guide(*area_bands(), own_rates=rates((1000, None, None))), counts={"kvadratmeter": 901})
    (line,) = found.lines
    assert (line.amount, line.unknown, line.count) == (None, Unknown.BAND, 901)
    assert (found.open_lines, found.once) == ((line,), kr(0))


def test_a_count_of_something_else_leaves_the_bands_open():
    line = only_line(*area_bands(), own_rates=rates((1000, None, None)), counts={"person": 3})
    assert line.amount == kr(5000, 12000)


def test_units_by_bands_cost_what_their_band_says_for_each():
    rows = [
        fee("Prov", 1500, kind=FeeKind.PER_UNIT, basis=PEOPLE, band_to=2),
        fee("Prov", 1200, kind=FeeKind.PER_UNIT, basis=PEOPLE, band_from=3),
    ]
    assert only_line(*rows, counts={"person": 2}).amount == kr(3000)
    assert only_line(*rows, counts={"person": 4}).amount == kr(4800)
    line = only_line(*rows)
    assert (line.amount, line.unknown, line.each) == (None, Unknown.COUNT, None)


# --- What is not known ----------------------------------------------------------------------------------------------


def test_without_a_count_the_amount_for_each_is_still_told():
    found = work_out(guide(fee("Prov", 1500, kind=FeeKind.PER_UNIT, basis=PEOPLE)))
    (line,) = found.lines
    assert (line.amount, line.unknown, line.each, line.count) == (None, Unknown.COUNT, Decimal(1500), None)
    assert found.open_lines == (line,)


def test_without_a_rate_on_the_day_hours_have_no_amount():
    line = only_line(hourly("2"), own_rates=rates((1390, None, LAST_DAY)))
    assert (line.on, line.amount, line.unknown, line.rate) == (DAYS.decided, None, Unknown.RATE, None)
    assert line.hours == (Decimal(2), Decimal(2))


def test_a_fee_that_only_starts_after_its_day_is_open_and_one_that_has_ended_is_left_out():
    found = work_out(
        guide(
            fee("Ny avgift", 500, valid_from=datetime.date(2027, 7, 1)),
            fee("Gammal avgift", 700, valid_to=datetime.date(2026, 6, 30)),
        )
    )
    (line,) = found.lines
    assert (line.label, line.amount, line.unknown, line.each) == ("Ny avgift", None, Unknown.NOT_YET, None)


def test_a_fee_that_holds_today_and_ends_before_its_day_is_open_until_the_next_one_is_entered():
    ending = [
        fee("Ansökan", 10100, valid_to=LAST_DAY),
        fee("Tillsyn", 3600, paid=PaidWhen.YEARLY, valid_to=LAST_DAY),
        fee("Slutade i dag", 300, valid_to=TODAY),
        fee("Slutade i går", 300, valid_to=TODAY - datetime.timedelta(days=1)),
    ]
    found = work_out(guide(*ending))
    assert [(line.label, line.amount, line.unknown) for line in found.open_lines] == [
        ("Ansökan", None, Unknown.NOT_YET),
        ("Tillsyn", None, Unknown.NOT_YET),
        ("Slutade i dag", None, Unknown.NOT_YET),
    ]
    assert found.lines == found.open_lines
    entered = work_out(guide(*ending, fee("Ansökan", 10400, valid_from=FIRST_DAY)))
    assert (entered.lines[0].amount, entered.once) == (kr(10400), kr(10400))


def test_a_fee_between_two_periods_is_not_yet():
    line = only_line(
        fee("Säsong", 500, valid_to=datetime.date(2026, 9, 30)),
        fee("Säsong", 600, valid_from=datetime.date(2027, 4, 1)),
    )
    assert (line.amount, line.unknown) == (None, Unknown.NOT_YET)


# --- The day whose tariff counts ------------------------------------------------------------------------------------


def new_tariff(paid: str = "") -> list[GuideFee]:
    return [
        fee("Avgift", 1000, paid=paid, valid_to=LAST_DAY),
        fee("Avgift", 1100, paid=paid, valid_from=FIRST_DAY, valid_to=datetime.date(2027, 3, 31)),
        fee("Avgift", 1200, paid=paid, valid_from=datetime.date(2027, 4, 1)),
    ]


@pytest.mark.parametrize(
    ("paid", "on", "amount"),
    [
        (PaidWhen.WITH_APPLICATION, DAYS.hand_in, 1000),
        (PaidWhen.AFTER_DECISION, DAYS.decided, 1100),
        ("", DAYS.decided, 1100),
        (PaidWhen.AFTERWARDS, DAYS.opening, 1200),
        (PaidWhen.YEARLY, DAYS.opening, 1200),
    ],
)
def test_when_a_fee_is_paid_decides_which_tariff_it_follows(paid, on, amount):
    line = only_line(*new_tariff(paid))
    assert (line.on, line.amount, line.paid) == (on, kr(amount), paid)


def test_on_new_years_eve_the_old_tariff_counts_and_the_day_after_the_new_one():
    for day, amount in ((LAST_DAY, 1000), (FIRST_DAY, 1100)):
        days = FeeDays(hand_in=day, opening=day)
        assert only_line(*new_tariff(PaidWhen.WITH_APPLICATION), days=days).amount == kr(amount)


def test_a_rate_that_changes_at_new_year_changes_what_is_decided_after_it():
    own = rates((1000, None, LAST_DAY), (1050, FIRST_DAY, None))
    found = work_out(
        guide(
            hourly("2", "Prövning", paid=PaidWhen.WITH_APPLICATION),
            hourly("2", "Kontroll", paid=PaidWhen.AFTER_DECISION),
            own_rates=own,
        )
    )
    assert [(line.amount, line.rate) for line in found.lines] == [
        (kr(2000), Decimal(1000)),
        (kr(2100), Decimal(1050)),
    ]
    assert found.once == kr(4100)


def test_without_a_day_for_the_decision_that_of_handing_in_counts():
    days = FeeDays(hand_in=LAST_DAY, opening=datetime.date(2027, 5, 1))
    assert only_line(*new_tariff(PaidWhen.AFTER_DECISION), days=days).on == LAST_DAY


def test_a_fee_that_is_paid_another_way_from_new_year_counts_once():
    line = only_line(
        fee("Avgift", 1000, paid=PaidWhen.WITH_APPLICATION, valid_to=LAST_DAY),
        fee("Avgift", 1100, paid=PaidWhen.AFTER_DECISION, valid_from=FIRST_DAY),
    )
    assert (line.on, line.amount) == (DAYS.hand_in, kr(1000))


# --- Otherwise ------------------------------------------------------------------------------------------------------


def test_a_fee_that_is_cheaper_before_new_year_says_until_when():
    days = FeeDays(
        hand_in=datetime.date(2027, 2, 1), opening=datetime.date(2027, 5, 1), earliest=datetime.date(2026, 11, 27)
    )
    line = only_line(*new_tariff(PaidWhen.WITH_APPLICATION), days=days)
    assert (line.amount, line.otherwise) == (kr(1100), (kr(1000), LAST_DAY))


def test_what_is_paid_after_the_decision_tells_the_last_day_to_be_decided():
    own = rates((1000, None, LAST_DAY), (1050, FIRST_DAY, None))
    line = only_line(hourly("2"), own_rates=own)
    assert (line.amount, line.otherwise) == (kr(2100), (kr(2000), LAST_DAY))


def test_the_first_of_several_changes_is_the_last_day_for_the_amount():
    days = FeeDays(
        hand_in=datetime.date(2027, 4, 20), opening=datetime.date(2027, 5, 1), earliest=datetime.date(2026, 11, 27)
    )
    line = only_line(*new_tariff(PaidWhen.WITH_APPLICATION), days=days)
    assert (line.amount, line.otherwise) == (kr(1200), (kr(1000), LAST_DAY))


@pytest.mark.parametrize("paid", [PaidWhen.WITH_APPLICATION, PaidWhen.AFTERWARDS, PaidWhen.YEARLY])
def test_where_handing_in_early_changes_nothing_nothing_is_said(paid):
    assert only_line(*new_tariff(paid)).otherwise is None


def test_a_new_tariff_with_the_same_amount_is_no_change():
    line = only_line(fee("Avgift", 1000, valid_to=LAST_DAY), fee("Avgift", 1000, valid_from=FIRST_DAY))
    assert (line.amount, line.otherwise) == (kr(1000), None)


def test_an_amount_that_is_not_known_has_no_other():
    late = only_line(hourly("2"), own_rates=rates((1000, None, LAST_DAY)))
    assert (late.amount, late.otherwise) == (None, None)
    early = only_line(hourly("2"), own_rates=rates((1050, FIRST_DAY, None)))
    assert (early.amount, early.otherwise) == (kr(2100), None)  # no rate before New Year: nothing to compare with


# --- What is summed -------------------------------------------------------------------------------------------------


def test_a_fee_for_some_only_counts_when_the_company_counts_it_in():
    rows = [fee("Ansökan", 9800), fee("Slutet sällskap", 1500, need=Need.IF_APPLICABLE)]
    found = work_out(guide(*rows))
    assert [(line.always, line.included) for line in found.lines] == [(True, True), (False, False)]
    assert found.once == kr(9800)
    assert found.lines[1].amount == kr(1500)
    found = work_out(guide(*rows), included={"servering.slutet-sallskap"})
    assert (found.once, found.lines[1].included, found.lines[1].always) == (kr(11300), True, False)


def test_what_is_paid_every_year_is_summed_apart():
    found = work_out(
        guide(
            fee("Ansökan", 9800),
            fee("Tillsyn", 4200, paid=PaidWhen.YEARLY),
            fee("Kontroll", 800, paid=PaidWhen.AFTERWARDS),
            hourly("2", "Extra tillsyn", paid=PaidWhen.YEARLY, hours_from="1"),
            own_rates=rates((1000, None, None)),
        )
    )
    assert (found.once, found.yearly) == (kr(10600), kr(5200, 6200))


def test_an_open_fee_for_some_only_is_not_asked_about_until_it_is_counted_in():
    row = fee("Prov", 1500, kind=FeeKind.PER_UNIT, basis=PEOPLE, need=Need.IF_APPLICABLE)
    assert work_out(guide(row)).open_lines == ()
    assert len(work_out(guide(row), included={"servering.prov"}).open_lines) == 1


def test_without_guides_nothing_is_paid():
    assert work_out() == Costs((), kr(0), kr(0))


def test_each_guide_has_its_own_days_and_its_own_keys():
    early, late = FeeDays(hand_in=LAST_DAY, opening=LAST_DAY), FeeDays(hand_in=FIRST_DAY, opening=FIRST_DAY)
    found = costs(
        [guide(*new_tariff(), pk=1, key="a"), guide(*new_tariff(), pk=2, key="b")],
        {},
        {"b.avgift"},
        {1: early, 2: late},
        TODAY,
    )
    assert [(line.key, line.amount) for line in found.lines] == [("a.avgift", kr(1000)), ("b.avgift", kr(1100))]


def test_labels_that_would_share_a_key_do_not():
    found = work_out(guide(fee("Prov A", 1), fee("Prov: Ä", 2), fee("prov a ", 3, valid_from=FIRST_DAY)))
    assert [line.key for line in found.lines] == ["servering.prov-a", "servering.prov-a-2"]


# --- What is counted ------------------------------------------------------------------------------------------------


def test_each_basis_is_asked_for_once_in_the_order_of_the_guides():
    found = bases(
        [
            guide(*area_bands(), fee("Fast", 100, basis=PEOPLE)),
            guide(
                fee("Prov", 1500, kind=FeeKind.PER_UNIT, basis=PEOPLE),
                fee("Hyra", 10, kind=FeeKind.PER_UNIT, basis=SQUARE_METRES),
                pk=2,
            ),
        ],
        LAST_DAY,
    )
    assert [(key, basis.many) for key, basis in found.items()] == [
        ("kvadratmeter", "kvadratmeter"),
        ("person", "personer"),
    ]


def test_what_has_ended_is_not_asked_for():
    row = fee("Prov", 1500, kind=FeeKind.PER_UNIT, basis=PEOPLE, valid_to=LAST_DAY)
    assert list(bases([guide(row)], LAST_DAY)) == ["person"]
    assert bases([guide(row)], FIRST_DAY) == {}


# --- Properties -----------------------------------------------------------------------------------------------------

amounts = st.integers(0, 100_000).map(lambda number: Decimal(number) / 100)
fixed = st.builds(
    lambda number, amount, paid, need: fee(f"Avgift {number}", str(amount), paid=paid, need=need),
    st.integers(0, 20),
    amounts,
    st.sampled_from(["", *PaidWhen.values]),
    st.sampled_from(Need.values),
)
per_unit = st.builds(
    lambda number, amount: fee(f"Enhet {number}", str(amount), kind=FeeKind.PER_UNIT, basis=PEOPLE),
    st.integers(0, 20),
    amounts,
)
several = st.lists(st.one_of(fixed, per_unit), max_size=8, unique_by=lambda row: row.label)


@given(several, st.none() | st.integers(0, 500), st.data())
def test_the_sums_are_those_of_the_lines_that_count(rows, count, data):
    keys = [line.key for line in work_out(guide(*rows)).lines]
    included = data.draw(st.sets(st.sampled_from(keys))) if keys else set()
    found = work_out(guide(*rows), counts={} if count is None else {"person": count}, included=included)
    counted = [line for line in found.lines if line.always or line.key in included]
    assert found.open_lines == tuple(line for line in counted if line.amount is None)
    known = [(line.paid == PaidWhen.YEARLY, line.amount) for line in counted if line.amount]
    assert found.yearly.low == sum((amount.low for yearly, amount in known if yearly), Decimal(0))
    assert found.once.high == sum((amount.high for yearly, amount in known if not yearly), Decimal(0))


@given(st.integers(0, 1200))
def test_a_count_never_makes_it_cost_more_or_less_than_was_said_without_it(count):
    own = rates((1000, None, None))
    without = only_line(*area_bands(), own_rates=own).amount
    line = only_line(*area_bands(), own_rates=own, counts={"kvadratmeter": count})
    if line.amount is None:
        assert line.unknown is Unknown.BAND
        assert count > 900
    else:
        assert without.low <= line.amount.low <= line.amount.high <= without.high
