"""Searching in PostgreSQL's text search vectors."""

from __future__ import annotations

from functools import reduce
from operator import and_, or_
from typing import Any

from django.contrib.postgres.search import SearchQuery as TextSearchQuery
from modelsearch.backends.database.postgres.postgres import PostgresSearchBackend, PostgresSearchQueryCompiler
from modelsearch.backends.database.postgres.query import Lexeme
from modelsearch.query import PlainText, SearchQuery

__all__ = ["SearchBackend"]


class Compiler(PostgresSearchQueryCompiler):
    """Every word of the query is a beginning."""

    def build_tsquery_content(self, query: SearchQuery, config: str | None = None, invert: bool = False) -> Any:
        if not isinstance(query, PlainText):
            return super().build_tsquery_content(query, config=config, invert=invert)
        words = [Lexeme(word, invert=invert, prefix=True) for word in query.query_string.split()]
        both = reduce(and_ if query.operator == "and" else or_, words)
        return TextSearchQuery(both, search_type="raw", config=config)


class SearchBackend(PostgresSearchBackend):
    query_compiler_class = Compiler
