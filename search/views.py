"""The search page."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page as ResultPage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from wagtail.models import Page, Site
from wagtail.query import PageQuerySet

from business.core.listings import paginate, query_without
from business.core.translation import active_locale_code
from home.models import HomePage

from .forms import SearchForm
from .highlight import Highlighter
from .kinds import Kind, Kinds
from .query import Query, find, parse, public_pages
from .texts import readable_text

__all__ = ["search"]

PAGE_SIZE = 10


@dataclass(frozen=True)
class Hit:
    """A page that was found, ready to show: its words are marked, and everything else in them is escaped."""

    url: str
    kind: Kind
    title: SafeString
    summary: SafeString
    excerpt: SafeString | str
    published_on: datetime.date | None


@dataclass(frozen=True)
class Choice:
    """One way to narrow the answer: a kind, or all of them when ``kind`` is empty."""

    label: Any
    count: int
    url: str
    current: bool


@dataclass(frozen=True)
class Answer:
    """What is shown for a query. ``any_word`` tells that no page had all of the words."""

    total: int
    any_word: bool
    choices: list[Choice]
    results: ResultPage
    hits: list[Hit]


def _home(request: HttpRequest) -> HomePage:
    """Return the home page in the reader's language.

    Raises:
        Http404: the site has none that is public.
    """
    site = Site.find_for_request(request)
    homes = HomePage.objects.live().select_related("locale")
    home = (
        site
        and homes.filter(
            translation_key=site.root_page.translation_key, locale__language_code=active_locale_code()
        ).first()
    )
    if not home:
        raise Http404
    return home


def _hit(page: Page, request: HttpRequest, kinds: Kinds, highlighter: Highlighter) -> Hit:
    summary = getattr(page, "summary", "")
    told = highlighter.finds(page.title) or highlighter.finds(summary)
    return Hit(
        url=page.get_url(request) or "",
        kind=kinds.of(page.content_type_id),
        title=highlighter.mark(page.title),
        summary=highlighter.mark(summary),
        excerpt="" if told else highlighter.excerpt(readable_text(page)),
        published_on=getattr(page, "published_on", None),
    )


def _choices(counts: dict[Kind, int], chosen: Kind | None, text: str) -> list[Choice]:
    """Return the kinds that have something, and the chosen one."""

    def link(kind: Kind | None) -> str:
        return "?" + urlencode({"q": text, **({"type": kind.key} if kind else {})})

    shown = [kind for kind, count in counts.items() if count or kind is chosen]
    return [
        Choice(_("Everything"), sum(counts.values()), link(None), chosen is None),
        *(Choice(kind.plural, counts[kind], link(kind), kind is chosen) for kind in shown),
    ]


def _hits(matches: ResultPage, request: HttpRequest, query: Query, kinds: Kinds) -> list[Hit]:
    """Fetch the pages of these matches, each type of page with one query."""
    pages = {page.pk: page for page in Page.objects.filter(pk__in=[match.pk for match in matches]).specific()}
    highlighter = Highlighter(query.words)
    return [_hit(pages[match.pk], request, kinds, highlighter) for match in matches if match.pk in pages]


def _answer(request: HttpRequest, query: Query, chosen: Kind | None, pages: PageQuerySet) -> Answer:
    """Look the query up: all its words, or else any of them."""
    kinds = Kinds()
    found = find(query, pages)
    any_word = not found and len(query.words) > 1
    if any_word:
        found = find(query, pages, any_word=True)
    of_kind = [match for match in found if kinds.of(match.content_type_id) is chosen] if chosen else found
    results = paginate(request, of_kind, PAGE_SIZE)
    return Answer(
        total=len(found),
        any_word=any_word,
        choices=_choices(kinds.count(found), chosen, query.text),
        results=results,
        hits=_hits(results, request, query, kinds),
    )


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Search all public pages in the reader's language; without a query, a place to start."""
    home = _home(request)
    form = SearchForm(request.GET)
    query = parse(form.text)
    answer = None
    if query.text:
        answer = _answer(request, query, form.kind, public_pages(home))
    else:
        paginate(request, [], PAGE_SIZE)
    context = {
        "query": query,
        "answer": answer,
        "popular": [] if answer and answer.total else home.popular_cards(),
        "address_query": query_without(request, "page"),
    }
    return render(request, "search/search.html", context)
