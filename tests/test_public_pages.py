"""What holds on every public page: policy, cookies, languages, marks for machines."""

import itertools
import json
import re
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse

from .pages import KINDS

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
LANGUAGES = ["sv", "en"]
EVERY = [*KINDS, "search"]
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
    "base-uri": "'none'",
}


@pytest.fixture(scope="module")
def answers(content):
    """What a reader without any cookie gets, asked once."""
    found = {}
    for kind in EVERY:
        for language in LANGUAGES:
            found[kind, language] = answer = Client().get(content.url(kind, language))
            answer.kind, answer.language = kind, language
    return found


@pytest.fixture(params=[(kind, language) for kind in EVERY for language in LANGUAGES], ids="-".join)
def shown(request, answers):
    """Each page, one at a time."""
    assert answers[request.param].status_code == 200
    return answers[request.param]


def directives(answer):
    parts = (part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";") if part.strip())
    return {name: " ".join(value) for name, *value in parts}


def test_a_reader_gets_no_cookie(shown):
    assert not shown.cookies


def test_the_policy_is_strict(shown):
    policy = directives(shown)
    assert POLICY.items() <= policy.items()
    assert not re.search(r"unsafe|nonce|data:|\*", str(policy))


def test_nothing_on_the_page_needs_an_exception_from_the_policy(shown):
    html = shown.content.decode()
    scripts = re.findall(r"<script\b([^>]*)>", html)
    assert all('src="/static/' in script or "application/ld+json" in script for script in scripts)
    assert "<style" not in html
    assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", html)
    assert "javascript:" not in html


def test_nothing_is_fetched_from_elsewhere(shown):
    html = shown.content.decode()
    fetched = re.findall(r'<(?:script|img|source|iframe|video|audio|embed)\b[^>]*\bsrc="([^"]+)"', html)
    fetched += re.findall(r'<link\b[^>]*rel="(?:stylesheet|preload|icon|apple-touch-icon)"[^>]*href="([^"]+)"', html)
    fetched += [part.split()[0] for found in re.findall(r'\bsrcset="([^"]+)"', html) for part in found.split(",")]
    assert fetched
    assert [address for address in fetched if not address.startswith("/") or address.startswith("//")] == []


def test_usual_headers(shown):
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert shown["X-Frame-Options"] == "SAMEORIGIN"
    assert shown["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert shown["Cross-Origin-Opener-Policy"] == "same-origin"


def test_the_page_says_its_language(shown):
    html = shown.content.decode()
    assert f'<html lang="{shown.language}">' in html
    assert shown["Content-Language"] == shown.language


def test_the_switcher_leads_to_the_same_page(shown, content):
    other = "en" if shown.language == "sv" else "sv"
    links = re.findall(r'<a\b[^>]*hreflang="(\w+)"[^>]*>', shown.content.decode())
    assert other in links
    target = re.search(rf'<a\b[^>]*href="([^"]+)"[^>]*hreflang="{other}"', shown.content.decode())
    assert target[1] == content.url(shown.kind, other)


def test_one_heading_of_the_first_degree(shown):
    html = shown.content.decode()
    assert len(re.findall(r"<h1\b", html)) == 1
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", html)]
    jumps = [(one, two) for one, two in itertools.pairwise(levels) if two > one + 1]
    assert jumps == []


def test_every_id_is_there_once(shown):
    ids = re.findall(r'\sid="([^"]+)"', shown.content.decode())
    assert sorted(ids) == sorted(set(ids))


def test_titles_differ_and_name_the_site(client, content):
    titles = {}
    for url in content.urls:
        title = re.search(r"<title>(.*?)</title>", client.get(url).content.decode(), re.DOTALL)[1].strip()
        assert "Dukat bord" in title
        titles.setdefault(title, []).append(url)
    assert [urls for urls in titles.values() if len(urls) > 1] == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_tells_machines_what_it_is(client, content, kind, language):
    html = client.get(content.url(kind, language)).content.decode()
    address = f"http://testserver{content.url(kind, language)}"
    assert f'<link rel="canonical" href="{address}">' in html
    for code in LANGUAGES:
        assert f'hreflang="{code}" href="http://testserver{content.url(kind, code)}"' in html
    assert f'hreflang="x-default" href="http://testserver{content.url(kind, "sv")}"' in html
    for name in ("og:title", "og:description", "og:url", "og:type", "og:locale", "og:site_name"):
        assert re.search(rf'<meta property="{name}" content="[^"]+">', html), name
    (data,) = (
        json.loads(found) for found in re.findall(r"<script type=\"application/ld\+json\">(.*?)</script>", html)
    )
    own = data[0] if isinstance(data, list) else data
    assert own["@context"] == "https://schema.org"
    assert own["inLanguage"] == language
    assert own["url"] == address


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_links_what_the_law_asks_for(client, content, language):
    for kind in EVERY:
        html = client.get(content.url(kind, language)).content.decode()
        footer = html[html.index("<footer") :]
        assert f'href="{content.url("standard", language)}"' in footer, kind


def test_the_front_door_leads_to_the_readers_language(client, content):
    def led_to(**headers):
        answer = client.get("/", headers=headers)
        assert answer.status_code == 302
        assert not answer.cookies
        return answer["Location"]

    assert led_to() == "/sv/"
    assert led_to(accept_language="de") == "/sv/"
    assert led_to(accept_language="en-US,en;q=0.9") == "/en/"
    assert led_to(accept_language="sv-SE,sv;q=0.9,en;q=0.8") == "/sv/"
    assert "Accept-Language" in client.get("/")["Vary"]


def test_robots(client, content):
    answer = client.get("/robots.txt")
    assert answer["Content-Type"].startswith("text/plain")
    assert "Disallow: /admin/" in answer.text
    assert "Sitemap: http://testserver/sitemap.xml" in answer.text


def test_the_sitemap_has_every_page_once(client, content):
    answer = client.get("/sitemap.xml")
    found = re.findall(r"<loc>http://[^/]+([^<]*)</loc>", answer.text)
    assert len(found) == len(set(found))
    assert {content.url(kind, language) for kind in KINDS for language in LANGUAGES} <= set(found)


def test_favicon(client, content):
    answer = client.get("/favicon.ico", follow=True)
    assert answer.redirect_chain[0][0].startswith("/static/")
    assert answer.status_code == 200


def test_the_feed_is_valid_and_has_no_cookie(client, content):
    answer = client.get("/sv/atom.xml")
    feed = ElementTree.fromstring(answer.content)
    atom = "{http://www.w3.org/2005/Atom}"
    assert answer["Content-Type"].startswith("application/atom+xml")
    assert [entry.findtext(f"{atom}title") for entry in feed.iter(f"{atom}entry")] == ["En enda kontakt"]
    assert not answer.cookies


def test_draft_and_private_pages_are_not_there(client, content):
    page = content.pages["standard", "sv"]
    page.unpublish()
    assert client.get(content.url("standard")).status_code == 404


@pytest.mark.parametrize("encoding", ["gzip", "gzip, deflate, br"])
def test_pages_are_compressed(client, content, encoding):
    plain = client.get(content.url("guide"))
    packed = client.get(content.url("guide"), headers={"accept-encoding": encoding})
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 2


def test_the_admin_has_a_policy_of_its_own(client, content):
    policy = directives(client.get(reverse("wagtailadmin_login")))
    assert policy["frame-ancestors"] == "'self'"
    assert policy["object-src"] == "'none'"


@pytest.mark.parametrize("method", ["head", "options"])
def test_other_methods_get_an_answer(client, content, method):
    for url in content.urls:
        assert getattr(client, method)(url).status_code in {200, 405}
