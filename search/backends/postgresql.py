"""Searching in PostgreSQL's text search vectors."""

from __future__ import annotations

from functools import reduce
from operator import and_, or_
from typing import Any

from django.contrib.postgres.search import SearchQuery as TextSearchQuery
from modelsearch.backends.database.postgres.postgres import (
    PostgresAutocompleteQueryCompiler,
    PostgresSearchBackend,
    PostgresSearchQueryCompiler,
)
from modelsearch.backends.database.postgres.query import Lexeme
from modelsearch.query import PlainText, SearchQuery

from search.words import MAX_WORDS, words_in

__all__ = ["SearchBackend"]


class _Beginnings:
    """Every word of the query is a beginning; a query without words finds nothing."""

    query: SearchQuery
    queryset: Any

    def build_tsquery_content(self, query: SearchQuery, config: str | None = None, invert: bool = False) -> Any:
        if not isinstance(query, PlainText):
            return super().build_tsquery_content(query, config=config, invert=invert)  # type: ignore[misc]
        words = [Lexeme(word, invert=invert, prefix=True) for word in words_in(query.query_string)[:MAX_WORDS]]
        together = reduce(and_ if query.operator == "and" else or_, words)
        return TextSearchQuery(together, search_type="raw", config=config)

    def search(self, *args: Any, **kwargs: Any) -> Any:
        if isinstance(self.query, PlainText) and not words_in(self.query.query_string):
            return self.queryset.none()
        return super().search(*args, **kwargs)  # type: ignore[misc]


class SearchCompiler(_Beginnings, PostgresSearchQueryCompiler):
    pass


class AutocompleteCompiler(_Beginnings, PostgresAutocompleteQueryCompiler):
    pass


class SearchBackend(PostgresSearchBackend):
    query_compiler_class = SearchCompiler
    autocomplete_query_compiler_class = AutocompleteCompiler
