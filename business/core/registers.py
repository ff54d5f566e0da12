"""Registers as choices in a reader's form: key and name in the reader's language, in that language's order."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from business.core.models import Register
from business.core.translation import Text, active_locale_code

__all__ = ["RegisterChoices"]


class RegisterChoices:
    """The records of one register, fetched with one query, by key."""

    def __init__(self, model: type[Register], order_by: tuple[str, ...] = ("sort_key",), **filters: Any) -> None:
        active, source = active_locale_code(), settings.LANGUAGE_CODE
        rows = list(
            model._default_manager.filter(locale__language_code__in={active, source}, **filters)
            .order_by(*order_by, "pk")
            .values_list("translation_key", "slug", "name", "locale__language_code")
        )
        # The key is the original's: a translation may not have heard of a change yet.
        keys = {identity: slug for identity, slug, _name, code in rows if code == source}
        self.names: dict[str, Text] = {}
        # The reader's language first; what it lacks follows in the source language, marked as such.
        for identity, slug, name, code in rows:
            if code == active:
                self.names[keys.get(identity, slug)] = Text(name)
        for _identity, slug, name, code in rows:
            if code == source:
                self.names.setdefault(slug, Text(name, code))

    @property
    def choices(self) -> list[tuple[str, Text]]:
        return list(self.names.items())
