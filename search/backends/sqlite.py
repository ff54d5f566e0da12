"""Searching in SQLite's full-text index (FTS5)."""

from __future__ import annotations

from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import FloatField, Func, Value
from modelsearch.backends.database.sqlite.query import (
    Lexeme,
    MatchExpression,
    SearchQueryExpression,
    SQLiteFTSIndexEntry,
    normalize,
)
from modelsearch.backends.database.sqlite.sqlite import (
    IndexEntry,
    SQLiteAutocompleteQueryCompiler,
    SQLiteIndex,
    SQLiteSearchBackend,
    SQLiteSearchQueryCompiler,
)
from modelsearch.query import MatchAll, Not, PlainText, SearchQuery
from modelsearch.utils import get_descendants_content_types_pks

from search.words import MAX_WORDS, words_in

__all__ = ["SearchBackend"]

# In the order of the index's columns: autocomplete, body, title. A query looks in the first, or in the two others.
COLUMN_WEIGHTS = (1.0, 1.0, 10.0)
ENTRY, TEXT = IndexEntry._meta.db_table, SQLiteFTSIndexEntry._meta.db_table


class WeightedBM25(Func):
    """How well a row matches; the lower the better. A word in the title weighs more than one in the text."""

    output_field = FloatField()
    template = f"bm25({TEXT}, %(expressions)s)"

    def __init__(self) -> None:
        super().__init__(*(Value(weight) for weight in COLUMN_WEIGHTS))


class _Beginnings:
    """Every word of the query is a beginning; a query without words finds nothing; and the index is read once.

    Wagtail's own compilers ask the index again for the rank of every page that they found, so their time grows with
    the square of the number of hits.
    """

    FTS_TABLE_FIELDS: list[str]
    fields: list[str] | None
    order_by_relevance: bool
    query: SearchQuery
    queryset: Any

    def build_search_query_content(self, query: SearchQuery, config: None = None) -> Any:
        if not isinstance(query, PlainText):
            return super().build_search_query_content(query, config=config)  # type: ignore[misc]
        words = [Lexeme(word, prefix=True) for word in words_in(query.query_string)[:MAX_WORDS]]
        return SearchQueryExpression(reduce(and_ if query.operator == "and" else or_, words))

    def search(self, config: None, start: int | None, stop: int | None, score_field: str | None = None) -> Any:
        query = normalize(self.query)
        if isinstance(query, PlainText) and not words_in(query.query_string):
            return self.queryset.none()
        if isinstance(query, (MatchAll, Not)) or score_field is not None:
            return super().search(config, start, stop, score_field)  # type: ignore[misc]
        content = self.build_search_query(query, config=config)  # type: ignore[attr-defined]
        match = MatchExpression(self.fields or self.FTS_TABLE_FIELDS, content)
        model = self.queryset.model
        types = ", ".join(str(pk) for pk in get_descendants_content_types_pks(model))
        # Joined by hand: the index keeps keys as text, and only when they are read as numbers, on this side of the
        # comparison, does SQLite start from the few rows that match instead of from every page.
        found = self.queryset.extra(  # noqa: S610 (names of tables and numbers, nothing that anybody typed)
            tables=[ENTRY, TEXT],
            where=[
                f"{ENTRY}.id = {TEXT}.rowid",
                f"{model._meta.db_table}.{model._meta.pk.column} = CAST({ENTRY}.object_id AS INTEGER)",
                f"{ENTRY}.content_type_id IN ({types})",
            ],
        ).filter(match)
        if self.order_by_relevance:
            found = found.order_by(WeightedBM25(), "-pk")
        elif not found.query.order_by:
            found = found.order_by("-pk")
        return found[start:stop]


class SearchCompiler(_Beginnings, SQLiteSearchQueryCompiler):
    pass


class AutocompleteCompiler(_Beginnings, SQLiteAutocompleteQueryCompiler):
    pass


class Index(SQLiteIndex):
    """The index, without what nothing here asks it for."""

    def _refresh_title_norms(self, full: bool = False) -> None:
        """How long titles are is no part of :class:`WeightedBM25`: at every save it would cost two readings of all rows."""


class SearchBackend(SQLiteSearchBackend):
    index_class = Index
    query_compiler_class = SearchCompiler
    autocomplete_query_compiler_class = AutocompleteCompiler
