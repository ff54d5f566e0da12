"""What every index page does: filter by the address, page through, keep the address shareable."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Page as ResultPage
from django.core.paginator import Paginator
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

from business.core.days import day

__all__ = ["FilterForm", "day_field", "paginate", "query_without"]

# Days that a reader may ask about: far enough for every plan, near enough to count with.
FIRST_DAY, LAST_DAY = datetime.date(2000, 1, 1), datetime.date(2100, 12, 31)


class FilterForm(forms.Form):
    """A form in the address. What it does not know is pointed out beside the field, and left out of the filter."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", "auto_id": "filter-%s", **kwargs})

    def chosen(self) -> dict[str, Any]:
        """Return the valid, non-empty choices."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None, [])}


def day_field(label: Any, help_text: Any = "", required: bool = False) -> forms.DateField:
    """Return a field for a day in the address."""
    message = _("Choose a day between 2000 and 2100.")
    return day(
        label=label,
        help_text=help_text,
        required=required,
        attrs={"min": FIRST_DAY.isoformat(), "max": LAST_DAY.isoformat()},
        validators=[MinValueValidator(FIRST_DAY, message), MaxValueValidator(LAST_DAY, message)],
    )


def paginate(request: HttpRequest, items: Any, size: int) -> ResultPage:
    """Return the page of results that ``?page=`` asks for.

    Raises:
        Http404: it is not a number, or beyond the last page.
    """
    number = request.GET.get("page", "1")
    paginator = Paginator(items, size)
    if not (number.isascii() and number.isdigit()) or len(number) > 6 or not 1 <= int(number) <= paginator.num_pages:
        raise Http404
    return paginator.page(int(number))


def query_without(request: HttpRequest, *names: str) -> str:
    """Return the address's query without these keys, ready to continue with ``page=``."""
    pairs = [(k, v) for k, values in request.GET.lists() if k not in names for v in values if v]
    return urlencode(pairs) + "&" if pairs else ""
