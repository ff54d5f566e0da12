"""Whatever an address holds, the answer is clear: a page, or an error page in the site's look and the reader's language."""

from urllib.parse import quote

import pytest
from django.conf import settings
from django.template import loader
from django.test import Client

from .pages import KINDS

pytestmark = pytest.mark.django_db

# What no choice, number or day is.
NASTY = [
    "",
    " ",
    "0",
    "-1",
    "1.5",
    "99999999999999999999999",
    "٣",  # a digit, but not one that int() should be let near
    "½",
    "NaN",
    "[]",
    "'; DROP TABLE wagtailcore_page; --",
    "%",
    "{{ 7 * 7 }}",
    "<script>alert(1)</script>",
    "../../../../etc/passwd",
    "\r\nSet-Cookie: a=b",
    "\u202e",
    "🍽",
    "x" * 5000,
]
# What a search might take for something else than words.
SEARCHED = [
    *NASTY,
    "\ufeff",
    "\ud7ff",
    "å",
    "a\u030a",
    "'",
    '"',
    "\\",
    "%s",
    "{0}",
    "&|!():*<>",
    "a & | ! b",
    "NEAR(a b)",
    "title:a",
    "AND",
    "NOT",
    '"ofullständig fras',
    "*",
    "^",
    "-",
    "-a",
    "å" * 1000,
    " ".join(["ord"] * 500),
]
# What each page reads from its address.
PARAMETERS = {
    "guides": ["area", "kind", "trade", "page"],
    "networks": ["trade", "scope", "place", "page"],
    "news": ["category", "year", "page"],
    "search": ["q", "type", "page"],
    "contact": ["topic", "from"],
}
OTHERS = {
    "front door": "/",
    "feed": "/sv/atom.xml",
    "receipt": f"/sv/kvitto/{'0' * 64}/",
    "sitemap": "/sitemap.xml",
    "robots": "/robots.txt",
}
# Not text at all: bytes that are no UTF-8, and a query that is no query.
RAW = ["q=%ff%fe", "page=%ff", "%ff=%ff", "q", "=", "&&&", "q=%", "q=%zz", "page=1&page=2", "page=&page=1", "a[]=1"]
FINE = {200, 302, 301, 400, 404}


def quiet(**kwargs) -> Client:
    """Return a client that, as a server does, answers 500 instead of raising."""
    return Client(raise_request_exception=False, **kwargs)


@pytest.mark.parametrize("kind", [*KINDS, "search", *OTHERS])
def test_no_query_string_breaks_a_page(content, kind):
    url, client = OTHERS.get(kind) or content.url(kind), quiet()
    names = PARAMETERS.get(kind, [])
    queries = [f"{name}={quote(value)}" for name in names for value in (SEARCHED if name == "q" else NASTY)] + RAW
    queries += ["&".join(f"{name}={quote(value)}" for name in names or ["page"]) for value in NASTY[::6]]
    broken = [query[:200] for query in queries if client.get(f"{url}?{query}").status_code not in FINE]
    assert broken == []


PATHS = [
    "/sv/finns-inte/",
    "/en/does-not-exist/",
    "/sv/tillstand/finns-inte/",
    "/sv//",
    "//",
    "/sv/../admin/",
    "/sv/%2e%2e/",
    "/sv/%FF%FE/",
    "/sv/%0d%0aSet-Cookie:a=b/",
    "/sv/" + "a" * 5000 + "/",
    "/sv/" + "a/" * 500,
    "/sv/å/ä/ö/",
    "/sv/🍽/",
    "/sv/kvitto/",
    "/sv/kvitto/zzz/",
    "/sv/kvitto/%00/",
    "/de/",
    "/documents/999999/finns-inte.pdf",
    "/documents/abc/",
    "/media/../manage.py",
    "/static/finns-inte.css",
    "/styleguide/finns-inte/",
    "/accent-zzz.css",
    "/.env",
    "/wp-login.php",
    "/admin/finns-inte/",
    "/_util/authenticate_with_password/1/1/",
    "/sv/_util/authenticate_with_password/1/1/",
]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:40])
def test_no_path_breaks_the_site(content, path):
    answer = quiet().get(path, follow=True)
    assert answer.status_code in FINE | {405}
    assert not answer.cookies or path.startswith("/admin")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
def test_no_method_breaks_a_page(content, method):
    client = quiet()
    for url in [*content.urls, "/", "/robots.txt", "/sitemap.xml", "/healthz"]:
        answer = getattr(client, method)(url)
        assert answer.status_code < 500, url


@pytest.mark.parametrize(
    "headers",
    [
        {"accept-language": "x" * 2000},
        {"accept-language": "../../etc/passwd"},
        {"accept-language": "sv;q=abc,,;;"},
        {"accept-encoding": "\x7f"},
        {"referer": "http://[::1"},
        {"referer": "//"},
        {"referer": "å"},
        {"cookie": "sessionid=\x7f; csrftoken=" + "x" * 4000},
        {"cookie": 'sessionid="; DROP TABLE'},
        {"host": "evil.example"},
        {"host": "a b"},
        {"host": ""},
        {"x-forwarded-host": "evil.example"},
        {"x-forwarded-for": "not an address"},
        {"content-type": "multipart/form-data"},
        {"if-modified-since": "yesterday"},
        {"range": "bytes=9-1"},
    ],
    ids=str,
)
def test_no_header_breaks_a_page(content, headers):
    client = quiet()
    for kind in ("home", "contact", "search", "guides"):
        answer = client.get(content.url(kind), headers=headers)
        assert answer.status_code in {200, 400}
        assert "evil.example" not in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "/sv/\x00/",
        "/sv/%00/",
        "/sv/?q=%00",
        "/en/search/?q=a%00b",
        "/sv/?%00=1",
        "/%00",
        "/admin/?next=%00",
        "/sv/a%00b/",
    ],
)
def test_a_nul_character_is_refused(content, address):
    answer = quiet().get(address)
    assert answer.status_code == 400
    assert "<h1" in answer.text
    assert not answer.cookies


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_page_that_is_not_there_is_told_so_in_the_readers_language(content, language):
    answer = quiet().get(f"/{language}/finns-inte/")
    assert answer.status_code == 404
    assert f'<html lang="{language}">' in answer.text
    assert "/static/css/" in answer.text
    assert f'action="{content.url("search", language)}"' in answer.text
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_outside_the_languages_the_browsers_language_counts(content):
    for asked, told in (("en", "en"), ("fr", "sv")):
        answer = quiet().get("/nothing", headers={"accept-language": asked}, follow=True)
        assert answer.status_code == 404
        assert f'<html lang="{told}">' in answer.text


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_error_page_needs_no_database(content, language, monkeypatch, django_db_blocker):
    """When a page fails, and whatever it was that failed, the reader gets a designed page."""

    def fail(*args, **kwargs):
        raise RuntimeError("as if something had broken")

    monkeypatch.setattr("business.core.views.wagtail_serve", fail, raising=False)
    monkeypatch.setattr("wagtail.models.Page.serve", fail)
    monkeypatch.setattr("wagtail.models.Page.route", fail)
    with django_db_blocker.block():
        answer = quiet().get(f"/{language}/")
    assert answer.status_code == 500
    assert f'<html lang="{language}">' in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_error_page_draws_from_nothing(language, django_db_blocker):
    with django_db_blocker.block():
        html = loader.get_template("500.html").render({"language": language})
    assert "<h1" in html


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500])
def test_every_error_has_its_page(status):
    assert loader.get_template(f"{status}.html")


def test_too_large_a_form_gets_an_answer(content):
    answer = quiet().post(content.url("contact"), {"message": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)})
    assert 400 <= answer.status_code < 500
    assert "<h1" in answer.text


def test_too_many_fields_get_an_answer(content):
    fields = {f"f{number}": "1" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
    answer = quiet().post(content.url("contact"), fields)
    assert 400 <= answer.status_code < 500
    assert "<h1" in answer.text
