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
        self.names: dict[str, Text] = {}
        active = active_locale_code()
        rows = (
            model._default_manager.filter(locale__language_code__in={active, settings.LANGUAGE_CODE}, **filters)
            .order_by(*order_by)
            .values_list("slug", "name", "locale__language_code")
        )
        found = list(rows)
        # The reader's language first; what it lacks follows in the source language, marked as such.
        for slug, name, code in found:
            if code == active:
                self.names[slug] = Text(name)
        for slug, name, code in found:
            self.names.setdefault(slug, Text(name, code))

    @property
    def choices(self) -> list[tuple[str, Text]]:
        return list(self.names.items())

    def __getitem__(self, slug: str) -> Text:
        return self.names[slug]
