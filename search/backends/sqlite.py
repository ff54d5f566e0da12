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
from modelsearch.backends.database.sqlite.sqlite import IndexEntry, SQLiteSearchBackend, SQLiteSearchQueryCompiler
from modelsearch.query import MatchAll, Not, PlainText, SearchQuery
from modelsearch.utils import get_descendants_content_types_pks

__all__ = ["SearchBackend"]

# In the order of the index's columns: autocomplete (its words stand in the others too), body, title.
COLUMN_WEIGHTS = (0.0, 1.0, 10.0)
ENTRY, TEXT = IndexEntry._meta.db_table, SQLiteFTSIndexEntry._meta.db_table


class WeightedBM25(Func):
    """How well a row matches; the lower the better. A word in the title weighs more than one in the text."""

    output_field = FloatField()
    template = f"bm25({TEXT}, %(expressions)s)"

    def __init__(self) -> None:
        super().__init__(*(Value(weight) for weight in COLUMN_WEIGHTS))


class Compiler(SQLiteSearchQueryCompiler):
    """Every word of the query is a beginning, and the index is read once.

    Wagtail's own compiler asks the index again for the rank of every page that it found, so its time grows with the
    square of the number of hits.
    """

    def build_search_query_content(self, query: SearchQuery, config: None = None) -> Any:
        if not isinstance(query, PlainText):
            return super().build_search_query_content(query, config=config)
        words = [Lexeme(word, prefix=True) for word in query.query_string.split()]
        return SearchQueryExpression(reduce(and_ if query.operator == "and" else or_, words))

    def search(self, config: None, start: int | None, stop: int | None, score_field: str | None = None) -> Any:
        query = normalize(self.query)
        if isinstance(query, (MatchAll, Not)) or score_field is not None:
            return super().search(config, start, stop, score_field)
        match = MatchExpression(self.fields or self.FTS_TABLE_FIELDS, self.build_search_query(query, config=config))
        model = self.queryset.model
        # Joined by hand: the index keeps keys as text, and only when they are read as numbers, on this side of the
        # comparison, does SQLite start from the few rows that match instead of from every page.
        found = self.queryset.extra(  # noqa: S610 (names of tables and numbers, nothing that a reader typed)
            tables=[ENTRY, TEXT],
            where=[
                f"{ENTRY}.id = {TEXT}.rowid",
                f"{model._meta.db_table}.{model._meta.pk.column} = CAST({ENTRY}.object_id AS INTEGER)",
                f"{ENTRY}.content_type_id IN ({', '.join(str(pk) for pk in get_descendants_content_types_pks(model))})",
            ],
        ).filter(match)
        if self.order_by_relevance:
            found = found.order_by(WeightedBM25(), "-pk")
        elif not found.query.order_by:
            found = found.order_by("-pk")
        return found[start:stop]


class SearchBackend(SQLiteSearchBackend):
    query_compiler_class = Compiler
