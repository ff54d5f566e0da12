"""How tests work in the admin: they sign in as somebody, fill in the form that they are shown, and send it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django import forms
from django.http import QueryDict
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import reverse
from wagtail.blocks.base import BlockWidget
from wagtail.test.utils.form_data import querydict_from_html
from wagtail.utils.utils import flatten_choices

from business.inbox.tests.factories import UserFactory

__all__ = ["add_row", "change_page", "drawn_form", "errors_in", "page_form", "rows_in", "shown_form", "sign_in"]


# What is in no form: parsing it takes longer than all the rest.
_FURNITURE = re.compile(
    r"<(svg|script)\b.*?</\1>|</?(?:div|p|span|section|h2|h3|ul|li|button|label|a|header|nav)\b[^>]*>", re.DOTALL
)


def sign_in(client: Client, **traits: Any) -> Any:
    """Sign in as a new user: ``editor=True``, ``coordinator=True``, ``administrator=True``, or one who may nothing."""
    user = UserFactory(**traits)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def shown_form(client: Client, address: str, form_id: str | None = None, index: int = 0) -> QueryDict:
    """Return what a browser would send back from the form at this address, untouched."""
    answer = client.get(address)
    assert answer.status_code == 200, answer
    kwargs = {"form_id": form_id} if form_id else {"form_index": index}
    data = querydict_from_html(_FURNITURE.sub("", answer.content.decode()), **kwargs)
    data._mutable = True
    return data


def drawn_form(client: Client, address: str) -> QueryDict:
    """Return the form of a page from its HTML; a stream has no fields until its script runs, so it is sent empty."""
    data = shown_form(client, address, "page-edit-form")
    data.setdefault("body-count", "0")
    return data


@contextmanager
def undrawn() -> Iterator[None]:
    """Have views decide but draw nothing: what a page's form takes to draw is most of a second. Not for threads."""
    with patch.object(SimpleTemplateResponse, "rendered_content", ""):
        yield


def page_form(client: Client, address: str) -> QueryDict:
    """Return what :func:`drawn_form` would, read from the form itself."""
    with undrawn():
        answer = client.get(address)
    assert answer.status_code == 200, answer
    form, data = answer.context_data["form"], QueryDict(mutable=True)
    # Comments have fields only once somebody comments.
    formsets = [formset for name, formset in form.formsets.items() if name != "comments"]
    for part in [form, *(part for formset in formsets for part in (formset.management_form, *formset))]:
        for field in part:
            _fill(data, field)
    return data


def _fill(data: QueryDict, field: forms.BoundField) -> None:
    """Add what a browser sends for a field that nobody touches."""
    widget, value, name = field.field.widget, field.value(), field.html_name
    if isinstance(widget, BlockWidget):
        data[f"{name}-count"] = "0"
    elif isinstance(widget, forms.CheckboxInput):
        if value:
            data[name] = "on"
    elif isinstance(widget, forms.CheckboxSelectMultiple):
        for chosen in value or ():
            data.appendlist(name, str(chosen))
    elif isinstance(widget, forms.Select):
        choices = [str(choice) for choice in flatten_choices(field.field.choices)]
        data[name] = str(value) if str(value) in choices else choices[0]
    else:
        shown = widget.format_value(value)
        data[name] = "" if shown is None else str(shown)


def change_page(client: Client, page: Any, data: QueryDict, publish: bool = False, drawn: bool = False) -> Any:
    """Send the form of a page, as a draft or to be published; ``drawn`` if the test looks at the HTML of the answer."""
    sent = data.copy()
    if publish:
        sent["action-publish"] = "1"
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    if drawn:
        return client.post(address, sent)
    with undrawn():
        answer = client.post(address, sent)
    answer.context = getattr(answer, "context_data", None)
    return answer


def rows_in(data: QueryDict, relation: str) -> int:
    return int(data[f"{relation}-TOTAL_FORMS"])


def add_row(data: QueryDict, relation: str, **values: Any) -> int:
    """Add a row to a form, as the button does; return its number."""
    number = rows_in(data, relation)
    data[f"{relation}-TOTAL_FORMS"] = str(number + 1)
    for name, value in {"id": "", "ORDER": number + 1, "DELETE": "", **values}.items():
        data[f"{relation}-{number}-{name}"] = str(value)
    return number


def errors_in(answer: Any, relation: str) -> dict[int, dict[str, list[str]]]:
    """Return the messages that stand in the rows of a page's form, by row and field."""
    formset = answer.context["form"].formsets[relation]
    return {number: dict(row.errors) for number, row in enumerate(formset.forms) if row.errors}
