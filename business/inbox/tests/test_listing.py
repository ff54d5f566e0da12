"""The listing of cases."""

import datetime
import re
import unicodedata
import zoneinfo
from html import unescape
from urllib.parse import parse_qsl

import pytest
from django.utils import timezone, translation

from business.core.tests.factories import translate_record
from business.inbox import services
from business.inbox.enums import CaseStatus, Channel
from business.inbox.listing import ORDERS, Selection
from business.inbox.models import Absence, Attachment, Case

from .conftest import signed_in
from .factories import CaseFactory, ContactRequestFactory, OutboxMailFactory, TopicFactory, UserFactory

pytestmark = pytest.mark.django_db
ONE_DAY = datetime.timedelta(days=1)
INDEX, RESULTS = "/admin/inbox/", "/admin/inbox/results/"


def listed(browser, **query):
    """The numbers in the listing, in its order."""
    answer = browser.get(INDEX, query)
    assert answer.status_code == 200
    return [case.number for case in answer.context["object_list"]]


def row(browser, case):
    """What the case's row says, without markup."""
    html = browser.get(INDEX, {"q": case.number}).content.decode()
    table = html.split("<tbody>")[1].split("</tbody>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", table).split())


@pytest.mark.parametrize("address", [INDEX, RESULTS])
def test_it_renders(coordinator, address):
    case = CaseFactory()
    answer = coordinator.get(address)
    assert answer.status_code == 200
    assert case.number in answer.content.decode()


def test_it_renders_without_any_case(coordinator):
    assert "There are no cases here yet." in coordinator.get(INDEX).content.decode()
    assert "No case matches." in coordinator.get(RESULTS, {"q": "xyzzy"}).content.decode()


def test_a_row_says_what_the_coordinator_needs(coordinator):
    case = CaseFactory(company="Kafé Sjöboden AB", topic__name="Uteservering", short_content="Bord på trottoar")
    text = row(coordinator, case)
    for part in (
        case.number,
        "Bord på trottoar",
        "Kafé Sjöboden AB",
        case.name,
        "Uteservering",
        "Aim: tomorrow",
        "Nobody",
    ):
        assert part in text, part


def test_a_case_that_nobody_has_described_shows_how_it_begins(coordinator):
    assert "Vi söker en lokal" in row(coordinator, CaseFactory(text="Vi söker en lokal i Mariefred."))


def test_late_is_said_in_words_and_with_a_mark(coordinator):
    case = CaseFactory(late=True)
    html = coordinator.get(INDEX).content.decode()
    assert "Late since" in row(coordinator, case)
    assert "#icon-warning" in html.split("Late since")[0].rsplit("<td", 1)[1]


def test_a_mail_that_failed_shows_in_its_row(coordinator):
    assert "Mail failed" in row(coordinator, CaseFactory(failed=True))


def test_a_secret_case_shows_neither_text_nor_sender(coordinator):
    case = CaseFactory(secrecy_ground="OSL 31:16", text="Hemlig text", name="Hemlig Elsa", company="Hemliga AB")
    text = row(coordinator, case)
    assert "Hemlig" not in text
    assert "Secrecy" in text


def test_what_a_sender_wrote_is_never_markup(coordinator):
    CaseFactory(text="<script>alert(1)</script>", company="<b>AB</b>")
    html = coordinator.get(INDEX).content.decode()
    assert "<script>alert(1)" not in html
    assert "<b>AB</b>" not in html


def test_topics_stand_in_the_officers_language(coordinator):
    topic = TopicFactory(name="Livsmedel")
    translate_record(topic, name="Food")
    assert "Food" in row(coordinator, CaseFactory(topic=topic))


# --- Order and pages


HOUR = datetime.timedelta(hours=1)


def test_what_is_to_be_answered_first_stands_first(coordinator):
    now = timezone.now()
    done = [CaseFactory(closed=True, received_at=now - number * HOUR, limit_at=now - 90 * HOUR) for number in (1, 2)]
    answered = CaseFactory(taken=True, answered_at=now, limit_at=now - 99 * HOUR)  # open, and nobody waits
    waits = CaseFactory(status=CaseStatus.WAITING_SENDER, limit_at=now - 50 * HOUR)
    later, soon = CaseFactory(limit_at=now + 9 * HOUR), CaseFactory(limit_at=now + HOUR)
    late, later_still = CaseFactory(limit_at=now - HOUR), CaseFactory(limit_at=now - 30 * HOUR)
    alike = CaseFactory(limit_at=soon.limit_at, received_at=now - 60 * HOUR)
    expected = [later_still, late, soon, alike, later, answered, waits, *done]
    assert listed(coordinator) == [case.number for case in expected]
    assert list(Case.objects.most_pressing()) == expected[:7]


def test_newest_first(coordinator):
    old = CaseFactory(received_at=timezone.now() - datetime.timedelta(days=2), late=True)
    new = CaseFactory()
    assert listed(coordinator, ordering="-received_at") == [new.number, old.number]
    assert listed(coordinator, ordering="received_at") == [old.number, new.number]


def test_by_day(coordinator):
    later, late = CaseFactory(), CaseFactory(late=True)
    assert listed(coordinator, ordering="limit_at") == [late.number, later.number]
    assert listed(coordinator, ordering="-limit_at") == [later.number, late.number]


@pytest.mark.parametrize("ordering", ["email", "-search_text", "owner__password", "?", "pk", "", "x" * 2000])
def test_no_other_order_can_be_asked_for(coordinator, ordering):
    later = CaseFactory(email="a@example.se")
    late = CaseFactory(late=True, email="b@example.se")
    assert listed(coordinator, ordering=ordering) == [late.number, later.number]


@pytest.mark.parametrize("name", [sign + name for name in ORDERS for sign in ("", "-")])
def test_every_case_knows_what_stands_before_and_after_it(coordinator, rf, name):
    now, topics = timezone.now(), TopicFactory.create_batch(2, order=1)
    for number, values in enumerate([{}, {"late": True}, {"closed": True}, {"answered": True}, {"taken": True}] * 2):
        CaseFactory(topic=topics[number % 2], received_at=now - number % 4 * HOUR, **values)
    request = rf.get("/", {"ordering": name})
    request.user = coordinator.user
    selection = Selection(request)
    keys = list(selection.cases().values_list("pk", flat=True))
    assert len(keys) == 10
    for before, key, after in zip([None, *keys], keys, [*keys[1:], None], strict=False):
        assert selection.neighbours(Case.objects.select_related("topic").get(pk=key)) == (before, after)


def test_pages_do_not_repeat_or_skip_a_case(coordinator):
    moment = timezone.now()
    CaseFactory.create_batch(30, received_at=moment)
    first, second = listed(coordinator), listed(coordinator, p=2)
    assert (len(first), len(second)) == (25, 5)
    assert not set(first) & set(second)


@pytest.mark.parametrize("page", ["0", "-1", "999", "x", "٣", "9" * 50])
def test_a_page_that_is_not_there_shows_one_that_is(coordinator, page):
    case = CaseFactory()
    assert listed(coordinator, p=page) == [case.number]


# --- Search


@pytest.mark.parametrize(
    "query",
    [
        "åsa",
        "ÅSA",
        unicodedata.normalize("NFD", "Åsa"),
        "sjöboden",
        "SJÖBODEN kafé",
        "@example.se",
        "trottoar",
        "559987",
    ],
)
def test_the_search_knows_swedish_letters(coordinator, query):
    found = services.receive(
        ContactRequestFactory(name="Åsa Öberg", company="Kafé Sjöboden AB", text="Åtta bord på TROTTOAREN")
    )
    CaseFactory(search_text="något helt annat")
    assert listed(coordinator, q=query) == [found.number]


@pytest.mark.parametrize("query", ["%", "_", "\\", "'", '"', "☃", "x" * 5000, "ord " * 3000, "(((", "*"])
def test_no_search_breaks_the_listing(coordinator, query):
    CaseFactory()
    assert coordinator.get(INDEX, {"q": query}).status_code == 200


def test_a_percent_sign_is_a_percent_sign(coordinator):
    case = CaseFactory(search_text="rabatt 50% på lokal")
    CaseFactory(search_text="rabatt 500 på lokal")
    assert listed(coordinator, q="50%") == [case.number]


@pytest.mark.parametrize("phone", ["070-174 06 13", "0701740613", "+46 70 174 06 13", "+46 (0)70-1740613"])
def test_a_number_is_found_however_it_is_written(phone):
    case = services.receive(ContactRequestFactory(phone=phone, organisation_number="559987-0010"))
    CaseFactory(search_text="559987-0011 0701740614")
    for query in (
        "559987-0010", "5599870010", "070-174 06 13", "0701740613", "070 174 06 13", "+46701740613",
        "+46 (0)70-174 06 13", "0046701740613", "1740613",
    ):  # fmt: skip
        assert list(Case.objects.containing(query)) == [case], query


def test_everything_that_is_said_in_a_case_is_found(coordinator):
    attachment = Attachment.objects.create(name="Ritning ÖVRE plan.pdf", kind="application/pdf", size=1, path="a")
    case = services.receive(ContactRequestFactory(attachments=(attachment,), submission_key="a" * 40))
    services.receive(ContactRequestFactory(topic=case.topic, text="Tillägg: UTEPLATSEN", submission_key="a" * 40))
    services.describe(case, coordinator.user, "Kort innehåll")
    services.note(case, coordinator.user, "Ring Räddningstjänsten")
    services.answer(
        case,
        coordinator.user,
        "Svaret gäller MARKUPPLÅTELSE",
        attachments=[Attachment.objects.create(name="Taxa.pdf", kind="application/pdf", size=1, path="b")],
    )
    case.refresh_from_db()
    services.close(case, coordinator.user, "registered", registered_number="KS 2026:417", reason="Ärendet fördes över")
    CaseFactory(search_text="något helt annat")
    for query in (
        "övre",
        "uteplats",
        "kort innehåll",
        "räddning",
        "upplåtelse",
        "taxa.pdf",
        "2026:417",
        "fördes över",
    ):
        assert listed(coordinator, q=query) == [case.number], query


def test_a_search_finds_just_what_holds_the_words():
    texts = ["abcd", "ab cd", "bcda", "xabc", "a\nb\tc", "åbcd", "☃☃☃☃", "x" * 300, ""]
    for text in texts:
        CaseFactory(search_text=text)
    for query in ("ab", "abc", "abcd", "b", "cd ab", "bcd", "a b", "☃☃☃", "x" * 199):
        found = Case.objects.containing(query).values_list("search_text", flat=True)
        words = query.split()
        assert sorted(found) == sorted(text for text in texts if all(word in text for word in words)), query


# --- Filters


def test_by_state(coordinator):
    new, closed = CaseFactory(), CaseFactory(closed=True)
    assert listed(coordinator, status=CaseStatus.CLOSED) == [closed.number]
    assert set(listed(coordinator, status=[CaseStatus.CLOSED, CaseStatus.NEW])) == {new.number, closed.number}


def test_by_topic_and_unit(coordinator):
    case, _other = CaseFactory.create_batch(2)
    assert listed(coordinator, topic=case.topic.slug) == [case.number]
    assert listed(coordinator, unit=case.unit.slug) == [case.number]


def test_by_owner(coordinator):
    nobodys = CaseFactory()
    mine = CaseFactory(owner=coordinator.user)
    theirs = CaseFactory(taken=True)
    assert listed(coordinator, owner="nobody") == [nobodys.number]
    assert listed(coordinator, owner="me") == [mine.number]
    assert listed(coordinator, owner=theirs.owner.pk) == [theirs.number]


def test_what_i_have_is_also_what_i_do_for_somebody_who_is_away(coordinator):
    away = UserFactory(coordinator=True)
    theirs, mine = CaseFactory(owner=away), CaseFactory(owner=coordinator.user)
    assert listed(coordinator, owner="me") == [mine.number]
    today = timezone.localdate()
    Absence.objects.create(user=away, substitute=coordinator.user, first_day=today, last_day=today)
    assert set(listed(coordinator, owner="me")) == {theirs.number, mine.number}


def test_by_channel(coordinator):
    called, _sent = CaseFactory(channel=Channel.PHONE), CaseFactory()
    assert listed(coordinator, channel="phone") == [called.number]


def test_by_the_day_it_came(coordinator):
    def on(day, hour):
        return CaseFactory(
            received_at=datetime.datetime(2026, 3, day, hour, tzinfo=zoneinfo.ZoneInfo("Europe/Stockholm"))
        )

    on(1, 23), on(5, 0)
    first, last = on(2, 0), on(4, 23)
    assert listed(coordinator, received_from="2026-03-02", received_to="2026-03-04", ordering="-received_at") == [
        last.number,
        first.number,
    ]
    assert first.number not in listed(coordinator, received_from="2026-03-03")
    assert last.number not in listed(coordinator, received_to="2026-03-03")


def test_whose_record_nobody_has_decided_on_is_counted_and_listed_for_those_who_look_after_it(coordinator):
    undecided, robots = CaseFactory(), CaseFactory(status=CaseStatus.QUARANTINED)
    CaseFactory(closed=True, triage="kept")
    CaseFactory(status="merged", merged_into=undecided)
    registrar = signed_in(UserFactory(registrar=True))
    for browser in (coordinator, registrar):
        assert set(listed(browser, attention="undecided")) == {undecided.number, robots.number}
        number, url, is_shown = chips(browser, attention="undecided")["undecided"]
        assert (number, is_shown) == (2, True)
        assert url.endswith("?attention=undecided")
    # Others have neither the number nor the list: what the address asks for is dropped, as what nobody knows.
    archivist = signed_in(UserFactory(archivist=True))
    assert "undecided" not in chips(archivist, attention="undecided")
    assert len(listed(archivist, attention="undecided")) == len(listed(archivist))


def test_what_needs_attention(coordinator):
    late, failed, closed = CaseFactory(late=True), CaseFactory(answered=True, failed=True), CaseFactory(closed=True)
    today = CaseFactory(due_today=True)
    again = CaseFactory(taken=True, status=CaseStatus.WAITING_OTHER, resume_on=timezone.localdate())
    parked = CaseFactory(taken=True, status=CaseStatus.WAITING_SENDER, resume_on=timezone.localdate() + ONE_DAY)
    robots = CaseFactory(status=CaseStatus.QUARANTINED, late=True)
    assert listed(coordinator, attention="late") == [late.number]
    assert listed(coordinator, attention="resume") == [again.number]
    assert listed(coordinator, attention="waiting") == [parked.number]
    assert listed(coordinator, attention="quarantine") == [robots.number]
    assert listed(coordinator, attention="failed") == [failed.number]
    assert listed(coordinator, attention="due") == [today.number]
    assert set(listed(coordinator, attention="open")) == {late.number, today.number, again.number, parked.number}
    assert closed.number in listed(coordinator)


def test_what_is_in_quarantine_or_merged_is_a_filter_away_and_counted(coordinator):
    case = CaseFactory()
    robots = CaseFactory.create_batch(2, status=CaseStatus.QUARANTINED)
    merged = CaseFactory(status=CaseStatus.MERGED, merged_into=case)
    assert listed(coordinator) == [case.number]
    html = coordinator.get(INDEX).content.decode()
    links = dict(re.findall(r'<a href="([^"]+)">(\d+ (?:in quarantine|merged with others))</a>', html))
    assert sorted(links.values()) == ["1 merged with others", "2 in quarantine"]
    numbers = {n for url in links for n in listed(coordinator, **dict(parse_qsl(url.split("?")[1])))}
    assert numbers == {merged.number, *(robot.number for robot in robots)}


def test_whoever_has_a_number_finds_it_in_quarantine_too(coordinator):
    robot = CaseFactory(status=CaseStatus.QUARANTINED)
    assert listed(coordinator, q=robot.number.lower()) == [robot.number]


def test_a_search_finds_what_was_merged_and_tells_of_quarantine(coordinator):
    merged = CaseFactory(status=CaseStatus.MERGED, search_text="sjöboden")
    CaseFactory(status=CaseStatus.QUARANTINED, search_text="sjöboden")
    answer = coordinator.get(INDEX, {"q": "sjöboden"})
    assert [case.number for case in answer.context["object_list"]] == [merged.number]
    assert "1 in quarantine" in answer.content.decode()
    assert "status=quarantined" in answer.content.decode()


@pytest.mark.parametrize("address", [INDEX, RESULTS])
def test_what_the_address_says_in_vain_is_left_out_and_named(coordinator, address):
    mine, _other = CaseFactory(owner=coordinator.user), CaseFactory()
    query = {
        "owner": "me",
        "topic": "gone",
        "received_from": "yesterday",
        "ordering": "owner__password",
        "search_text__contains": "x",
    }
    answer = coordinator.get(address, query)
    assert [case.number for case in answer.context["object_list"]] == [mine.number]
    said = " ".join(re.sub("<[^>]+>", " ", answer.content.decode()).split())
    assert "not recognised in the address: Topic, Received, Order, search_text__contains." in said


def test_of_several_values_those_that_are_known_count(coordinator):
    new, _closed = CaseFactory(), CaseFactory(closed=True)
    assert listed(coordinator, status=["new", "gone"]) == [new.number]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", "٢٠٢٦-٠١-٠١", "1" * 400])
def test_no_day_breaks_the_listing(coordinator, day):
    CaseFactory()
    for address in (INDEX, RESULTS):
        assert coordinator.get(address, {"received_from": day, "received_to": day}).status_code == 200


# --- Numbers above the listing


def chips(browser, **query):
    html = browser.get(INDEX, query).content.decode()
    found = re.findall(r'href="([^"]+)"\s+data-count="(\w+)"(.*?)</a>', html, re.DOTALL)
    return {
        name: (int(re.search(r"number\">(\d+)<", inner).group(1)), unescape(url), "aria-current" in inner)
        for url, name, inner in found
    }


def test_the_numbers_above_lead_to_what_they_count(coordinator):
    CaseFactory(late=True)
    CaseFactory(due_today=True, owner=coordinator.user)
    CaseFactory(answered=True, failed=True)
    CaseFactory(taken=True, status=CaseStatus.WAITING_SENDER, resume_on=timezone.localdate())
    CaseFactory.create_batch(2, status=CaseStatus.QUARANTINED)
    found = chips(coordinator)
    assert {name: number for name, (number, _url, _is_shown) in found.items()} == {
        "late": 1, "failed": 1, "due": 1, "waiting": 1, "mine": 1, "resume": 1, "quarantine": 2, "undecided": 6,
    }  # fmt: skip
    for number, url, _is_shown in found.values():
        assert len(coordinator.get(url).context["object_list"]) == number


def test_the_number_that_is_shown_is_marked(coordinator):
    marked = {name for name, (_number, _url, is_shown) in chips(coordinator, attention="late").items() if is_shown}
    assert marked == {"late"}


def test_a_case_with_two_failed_mails_is_listed_once(coordinator):
    case = CaseFactory(failed=True)
    OutboxMailFactory(case=case, failed=True)
    assert listed(coordinator, attention="failed") == [case.number]


def test_what_is_filtered_is_said_above_the_listing(coordinator):
    CaseFactory(late=True)
    answer = coordinator.get(INDEX, {"owner": "nobody", "attention": "late"})
    with translation.override("en"):
        said = {(str(f.field_label), str(f.value)) for f in answer.context["view"].active_filters}
    assert said == {("Who has it", "Nobody"), ("Needs attention", "Late: the promised day has passed")}


@pytest.mark.parametrize(
    "name", ["status", "topic", "unit", "owner", "attention", "channel", "export", "_w_filter_fragment"]
)
@pytest.mark.parametrize("value", ["", "x", "9" * 40, "csv"])
def test_no_filter_value_breaks_the_listing(coordinator, name, value):
    CaseFactory()
    for address in (INDEX, RESULTS):
        answer = coordinator.get(address, {name: value})
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("text/html")  # no spreadsheet either


# --- Keys


def test_the_keys_are_listed_and_those_that_work_only_for_who_works(coordinator, reader):
    case = CaseFactory()
    for browser, is_working in ((coordinator, True), (reader, False)):
        for address in (INDEX, f"{INDEX}{case.pk}/"):
            html = browser.get(address).content.decode()
            assert "inbox/keys.js" in html
            keys = set(
                re.findall(r"<kbd>(.)</kbd>", html.split("<template data-inbox-keys>")[1].split("</template>")[0])
            )
            assert keys == ({*"jkoasnr/"} if is_working else {*"jko/"})


# --- Queries


@pytest.mark.parametrize("address", [INDEX, RESULTS])
def test_the_number_of_queries_is_the_same_for_one_case_and_for_thirty(coordinator, count_queries, address):
    def make(times):
        for _number in range(times):
            CaseFactory(taken=True, failed=True)

    make(1)
    with count_queries() as one:
        coordinator.get(address)
    make(29)
    assert Case.objects.count() == 30
    with count_queries() as thirty:
        answer = coordinator.get(address)
    assert len(answer.context["object_list"]) == 25
    assert len(one) == len(thirty) <= 24
