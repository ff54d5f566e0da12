"""How tests work in the admin: they sign in as somebody, fill in the form that they are shown, and send it."""

from __future__ import annotations

import re
from typing import Any

from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import querydict_from_html

from business.inbox.tests.factories import UserFactory

__all__ = ["add_row", "change_page", "errors_in", "page_form", "rows_in", "shown_form", "sign_in"]


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


def page_form(client: Client, address: str) -> QueryDict:
    """Return the form of a page; a stream has no fields until its script runs, so it is sent empty."""
    data = shown_form(client, address, "page-edit-form")
    data.setdefault("body-count", "0")
    return data


def change_page(client: Client, page: Any, data: QueryDict, publish: bool = False) -> Any:
    """Send the form of a page, as a draft or to be published."""
    sent = data.copy()
    if publish:
        sent["action-publish"] = "1"
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), sent)


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
