"""The search page as a reader meets it. The same on both databases."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from wagtail.models import PageViewRestriction

from business.core.tests.factories import StandardPageFactory, home, translate
from business.guides.models import GuidePage, GuideStep
from business.guides.tests.factories import FeeFactory, GuideFactory, guide_index
from business.networks.tests.factories import NetworkFactory
from business.news.tests.factories import NewsFactory
from home.models import HomeGuide

pytestmark = pytest.mark.django_db

SWEDISH, ENGLISH = "/sv/sok/", "/en/search/"


def titles(answer) -> list[str]:
    return [hit.title.replace("<mark>", "").replace("</mark>", "") for hit in answer.context["answer"].hits]


@pytest.fixture
def look(client):
    """Search, and return the titles found."""

    def look(words: str, address: str = SWEDISH, **more: str) -> list[str]:
        answer = client.get(address, {"q": words, **more})
        assert answer.status_code == 200
        return titles(answer)

    return look


# --- What is found --------------------------------------------------------------------------------------------------


def test_a_word_finds_the_longer_words_that_begin_with_it(look):
    GuideFactory(title="Serveringstillstånd", summary="För alkohol.")
    assert look("servering") == ["Serveringstillstånd"]
    assert look("SERVERINGSTILL") == ["Serveringstillstånd"]


@pytest.mark.parametrize("field", ["summary", "needed_when", "search_terms"])
def test_the_whole_page_is_searched(look, field):
    GuideFactory(title="Tobak", **{field: "Gäller vattenpipa och snus."})
    assert look("vattenp") == ["Tobak"]


def test_running_text_is_searched_without_its_markup(look):
    GuideFactory(title="Uteservering", body=[("text", "<p class='strong'>Mät med <b>tumstock</b>.</p>")])
    assert look("tumstock") == ["Uteservering"]
    assert look("strong") == []


def test_new_rows_are_found_as_soon_as_they_are_published(look):
    guide = GuideFactory(title="Uteservering", ready=True)
    FeeFactory(page=guide)
    guide = GuidePage.objects.get(pk=guide.pk)
    guide.steps.add(GuideStep(title="Ring polisen", locale=guide.locale))
    guide.save_revision().publish()
    assert look("polisen") == ["Uteservering"]


def test_swedish_letters_in_small_and_capital(look):
    GuideFactory(title="Återvinning av öl")
    assert look("återvinning") == look("ÅTERVINNING") == look("ÖL åter") == ["Återvinning av öl"]


def test_all_the_words_count_whatever_their_order(look):
    GuideFactory(title="Bygglov för skylt", summary="På fasaden.")
    GuideFactory(title="Bygglov för lokal", summary="På torget.")
    assert look("skylt bygglov") == ["Bygglov för skylt"]


def test_pages_with_some_of_the_words_when_none_has_all(client):
    GuideFactory(title="Bygglov", summary="För hus.")
    answer = client.get(SWEDISH, {"q": "bygglov yoga"})
    assert titles(answer) == ["Bygglov"]
    assert answer.context["answer"].any_word


def test_a_word_in_the_title_comes_before_one_in_the_text(look):
    for number in range(3):
        GuideFactory(title=f"Annat {number}", needed_when="<p>" + "gasol " * 3 + "ord " * 40 + "</p>")
    GuideFactory(title="Gasol", summary="Tillstånd.")
    assert look("gasol")[0] == "Gasol"


def test_numbers_of_laws_are_found(look):
    GuideFactory(title="Alkohol", needed_when="<p>Lag (2010:1622), förordning (EG) nr 852/2004.</p>")
    assert look("2010:1622") == look("852/2004") == ["Alkohol"]


# --- What is not ----------------------------------------------------------------------------------------------------


def test_each_language_has_its_own_pages(look):
    translate(
        GuideFactory(title="Gasol", summary="Brandfarlig vara."), title="Gas bottles", summary="Flammable goods."
    )
    assert look("gas") == ["Gasol"]
    assert look("gas", ENGLISH) == ["Gas bottles"]
    assert look("flammable") == []


def test_drafts_are_not_found(look):
    GuideFactory(title="Hemligt utkast", draft=True)
    assert look("hemligt") == []


def test_private_pages_and_what_is_below_them_are_not_found(look, client):
    guide = GuideFactory(title="Internt")
    for page in (guide, guide_index()):
        restriction = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
        assert look("internt") == []
        assert "Internt" not in client.get(SWEDISH, {"q": "tillstånd"}).content.decode()
        restriction.delete()
    assert look("internt") == ["Internt"]


def test_hidden_words_are_searched_and_never_shown(client):
    GuideFactory(title="Serveringstillstånd", search_terms="utskänkning kroglov")
    answer = client.get(SWEDISH, {"q": "kroglov"})
    assert titles(answer) == ["Serveringstillstånd"]
    assert "utskänkning" not in answer.content.decode()


# --- What a hit shows -----------------------------------------------------------------------------------------------


def test_a_hit_shows_kind_title_and_summary_with_the_words_marked(client):
    guide = GuideFactory(title="Serveringstillstånd", summary="Servera <alkohol> & mat.")
    html = client.get(SWEDISH, {"q": "servera mat"}).content.decode()
    assert f'href="{guide.url}"' in html
    assert "<mark>Servera</mark> &lt;alkohol&gt; &amp; <mark>mat</mark>." in html


def test_a_hit_in_the_text_shows_the_place(client):
    GuideFactory(title="Tobak", summary="Om snus.", needed_when="<p>Du säljer <b>vattenpipa</b> i butik.</p>")
    html = client.get(SWEDISH, {"q": "vattenp"}).content.decode()
    assert "Du säljer <mark>vattenpipa</mark> i butik." in html


def test_the_query_is_shown_as_it_was_typed_and_nothing_more(client):
    typed = '"><script>alert(1)</script>'
    html = client.get(SWEDISH, {"q": typed}).content.decode()
    assert typed not in html
    assert escape(typed) in html


# --- Kinds and pages of hits ----------------------------------------------------------------------------------------


def test_narrowing_to_a_kind(client, look):
    GuideFactory(title="Gasol i lokal")
    NetworkFactory(title="Gasolringen")
    NewsFactory(title="Gasol blir dyrare")
    StandardPageFactory(title="Om gasol")
    choices = client.get(SWEDISH, {"q": "gasol"}).context["answer"].choices
    assert [choice.count for choice in choices] == [4, 1, 1, 1, 1]
    assert [look("gasol", type=key) for key in ("guide", "network", "news", "page")] == [
        ["Gasol i lokal"],
        ["Gasolringen"],
        ["Gasol blir dyrare"],
        ["Om gasol"],
    ]


def test_the_way_back_from_a_kind_that_has_nothing(client):
    GuideFactory(title="Gasol i lokal")
    answer = client.get(SWEDISH, {"q": "gasol", "type": "network"})
    assert titles(answer) == []
    assert answer.context["answer"].total == 1
    assert 'href="?q=gasol"' in answer.content.decode()


@pytest.mark.parametrize("kind", ["", "planet", "guide'", "guide,news"])
def test_a_kind_that_there_is_not_counts_as_none(look, kind):
    GuideFactory(title="Gasol")
    assert look("gasol", type=kind) == ["Gasol"]


def test_paging_keeps_the_query_and_shows_each_page_once(client):
    for number in range(12):
        GuideFactory(title=f"Gasol {number}")
    first = client.get(SWEDISH, {"q": "gasol", "type": "guide"})
    second = client.get(SWEDISH, {"q": "gasol", "type": "guide", "page": 2})
    assert 'href="?q=gasol&amp;type=guide&amp;page=2"' in first.content.decode()
    assert len(titles(first)) == 10
    assert {*titles(first), *titles(second)} == {f"Gasol {number}" for number in range(12)}


@pytest.mark.parametrize("query", ["", "q=gasol"])
@pytest.mark.parametrize("page", ["0", "2", "-1", "abc", "1.5", "٣", "9" * 400])
def test_a_page_that_there_is_not(client, query, page):
    GuideFactory(title="Gasol")
    assert client.get(f"{SWEDISH}?{query}&page={page}").status_code == 404


# --- Without a query, and without a hit -----------------------------------------------------------------------------


def test_a_place_to_start(client):
    HomeGuide.objects.create(page=home(), locale=home().locale, guide=GuideFactory(title="Serveringstillstånd"))
    for address in (SWEDISH, f"{SWEDISH}?q=", f"{SWEDISH}?q=%20%20"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.context["answer"] is None
        assert "Serveringstillstånd" in answer.content.decode()


def test_no_hit_helps_onward(client):
    HomeGuide.objects.create(page=home(), locale=home().locale, guide=GuideFactory(title="Serveringstillstånd"))
    html = client.get(SWEDISH, {"q": "xyzzy"}).content.decode()
    assert "xyzzy" in html
    assert "Serveringstillstånd" in html


# --- The page itself ------------------------------------------------------------------------------------------------


def test_addresses_do_not_depend_on_the_message_catalogue():
    for code, address in (("sv", SWEDISH), ("en", ENGLISH)):
        with translation.override(code):
            assert reverse("search") == address


@pytest.mark.parametrize(("wrong", "right"), [("/sv/search/?q=%C3%B6l", "/sv/sok/?q=%C3%B6l"), ("/en/sok/", ENGLISH)])
def test_another_languages_word_leads_there(client, wrong, right):
    answer = client.get(wrong)
    assert (answer.status_code, answer["Location"]) == (302, right)


def test_the_switcher_keeps_the_query(client):
    assert 'href="/en/search/?q=gasol"' in client.get(SWEDISH, {"q": "gasol"}).content.decode()


def test_the_header_says_where_the_reader_is(client):
    GuideFactory(title="Gasol")
    here = f'href="{SWEDISH}" aria-current="page"'
    assert here in client.get(SWEDISH, {"q": "gasol"}).content.decode()
    assert here not in client.get("/sv/").content.decode()


def test_search_engines_leave_results_alone(client):
    assert '<meta name="robots" content="noindex' in client.get(SWEDISH, {"q": "gasol"}).content.decode()


def test_a_reader_gets_no_cookie(client):
    assert not client.get(SWEDISH, {"q": "gasol"}).cookies


def test_nothing_is_sent_here(client):
    assert client.post(SWEDISH, {"q": "gasol"}).status_code == 405


@pytest.mark.parametrize(
    "typed",
    [
        '"',
        "'",
        "\\",
        '" OR "" *',
        "title : x",
        "{title body} : (a)",
        "NEAR(a b, 5)",
        "a AND NOT b",
        "-gasol",
        "^gasol*",
        "gasol:*",
        "!gasol & (a | b)",
        "a <-> b",
        "%s %(name)s %%",
        "'; DROP TABLE wagtailcore_page; --",
        "<script>",
        "🍕",
        "…—–",
        "\u202e\u200b",
        "\ud800",
        "\x01\x1f",
        "²³ ᵃ ﷽",
        "你好 مرحبا שלום",
        "a" * 10_000,
        "å " * 5_000,
        "(" * 10_000,
        "\n\r\t",
    ],
)
@pytest.mark.parametrize("kind", ["", "guide"])
def test_no_query_is_too_strange(client, typed, kind):
    GuideFactory(title="Gasol")
    query = typed.encode("utf-8", "surrogatepass")
    answer = client.get(SWEDISH, query_string=f"q={quote(query)}&type={kind}")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "query", ["q=%00", "q=a%00b", "type=%00", "q=%FF%FE", "q=%", "q=%zz", "q[]=a", "q=a&q=b", "=&&="]
)
def test_no_address_is_too_strange(client, query):
    assert client.get(f"{SWEDISH}?{query}").status_code in {200, 400}


@pytest.mark.parametrize("typed", ["gasol", "gasol ring", "xyzzy gasol", ""])
def test_it_asks_the_database_the_same_however_much_there_is(client, count_queries, typed):
    def measure() -> int:
        client.get(SWEDISH, {"q": typed})  # what a process asks once
        with count_queries() as queries:
            assert client.get(SWEDISH, {"q": typed}).status_code == 200
        return len(queries)

    make = (GuideFactory, NetworkFactory, NewsFactory, StandardPageFactory)
    for factory in make:
        factory(title="Gasol ring 0")
    before = measure()
    for factory in make:
        for number in range(1, 5):
            factory(title=f"Gasol ring {number}")
    # One query fetches the hits of each type that is on the page: there may be fewer types, never more.
    assert measure() <= before <= 25
