"""The list that somebody came to a case from: back to it, and on to the next case in it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode

from business.core.requests import row_key

from ..listing import Selection
from ..models import Case

__all__ = ["LIST", "Origin", "in_list"]

# The key under which an address of a case holds the address of the list, without what leads there.
LIST = "list"
LONGEST = 4000


def in_list(url: str, query: str) -> str:
    """Return a case's address, or that of an act on it, that knows the list it belongs to."""
    return f"{url}?{urlencode({LIST: query})}"


class Origin:
    """What a case's address says of the list. Keys and values that the list does not know are left out, as there."""

    def __init__(self, request: HttpRequest, index_url_name: str, case_url_name: str) -> None:
        self.request, self.index_url_name, self.case_url_name = request, index_url_name, case_url_name

    @cached_property
    def is_known(self) -> bool:
        """Whether the address names a list, if only the one with nothing chosen."""
        return LIST in self.request.GET

    @cached_property
    def _asked(self) -> QueryDict:
        try:
            return QueryDict(self.request.GET.get(LIST, "")[:LONGEST])
        except TooManyFieldsSent:
            return QueryDict()

    @cached_property
    def selection(self) -> Selection:
        return Selection(self.request, self._asked)

    @cached_property
    def query(self) -> str:
        """The list's address as it is understood, with its page."""
        query = self.selection.query.copy()
        if page := row_key(self._asked.get("p", "")):
            query["p"] = str(page)
        return query.urlencode()

    @property
    def url(self) -> str:
        """Where the list is; the whole inbox if none is named."""
        query = f"?{self.query}" if self.is_known and self.query else ""
        return f"{reverse(self.index_url_name)}{query}"

    def keep(self, url: str) -> str:
        """Return an address that still knows the list."""
        return in_list(url, self.query) if self.is_known else url

    def neighbours(self, case: Case) -> dict[str, Any]:
        """Return the addresses of the cases before and after one in the list; nothing where there are none."""
        if not self.is_known:
            return {"previous": "", "next": ""}
        before, after = (
            self.keep(reverse(self.case_url_name, args=[key])) if key is not None else ""
            for key in self.selection.neighbours(case)
        )
        return {"previous": before, "next": after}
