"""Loads what pages refer to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from wagtail.models import Locale

from business.core.models import Register
from business.guides.models import (
    AuthorityArea,
    EvidenceType,
    FeeBasis,
    HourlyRate,
    LegalReference,
    Tariff,
    Trade,
)
from business.inbox.models import Topic
from business.news.models import NewsCategory
from business.organisation.models import Person, Place, Unit

from .content_files import key_for, read, say
from .translate import translate

__all__ = ["Registers"]


class Registers:
    """The registers by their keys, in the source language."""

    def __init__(self, swedish: Locale, english: Locale) -> None:
        self.swedish, self.english = swedish, english
        self.found: dict[tuple[type, str], Any] = {}

    def get(self, model: type[Register], key: str | None) -> Any:
        return self.found[model, key] if key else None

    def load(self) -> None:
        """Create what is not there yet; what is there stays as editors have left it."""
        data = read("registers")
        for row in data["areas"]:
            self.one(AuthorityArea, row, texts=("name", "description"), icon=row["icon"])
        for row in data["trades"]:
            self.one(Trade, row, sni_codes=", ".join(row.get("sni", [])))
        for row in data["units"]:
            facts = {name: row.get(name, "") for name in ("kind", "email", "phone", "url")}
            self.one(Unit, row, texts=("name", "description"), **facts)
        for row in data["evidence_types"]:
            facts = {name: row[name] for name in ("url", "max_age", "max_age_unit", "formats") if name in row}
            self.one(EvidenceType, row, texts=("name", "description", "issuer"), **facts)
        for row in data["fee_bases"]:
            self.one(FeeBasis, row, texts=("name", "one"))
        for row in data["tariffs"]:
            self.one(Tariff, row, **{name: row.get(name, "") for name in ("year", "decided_on", "number", "url")})
        for row in data["laws"]:
            self.one(
                LegalReference,
                row,
                number=row["sfs"],
                kind=row["kind"],
                url=row.get("url", ""),
                in_force_from=row.get("in_force_from"),
            )
        for row in data["places"]:
            self.one(Place, row, address=row.get("address", ""))
        for row in data["people"]:
            unit = self.get(Unit, row["unit"])
            facts = {name: row.get(name, "") for name in ("email", "phone")}
            self.one(Person, row, texts=("title",), name=say(row["name"], "sv"), unit=unit, **facts)
        for order, row in enumerate(data["topics"], start=1):
            self.one(Topic, row, unit=self.get(Unit, row["unit"]), order=order)
        for row in data["news_categories"]:
            self.one(NewsCategory, row)
        self._rates(data["hourly_rates"])

    def _rates(self, rows: list[dict[str, Any]]) -> None:
        for row in rows:
            HourlyRate.objects.get_or_create(
                area=self.get(AuthorityArea, row["area"]),
                valid_from=row.get("valid_from"),
                defaults={"valid_to": row.get("valid_to"), "amount": Decimal(row["amount"])},
            )

    def one(
        self, model: type[Register], row: dict[str, Any], texts: tuple[str, ...] = ("name",), **facts: Any
    ) -> None:
        """Create a record with its English, unless it is there."""
        key = key_for(model.__name__, row["key"])
        original = model._default_manager.filter(translation_key=key, locale=self.swedish).first()
        if original is None:
            shared = {"translation_key": key, "slug": row["key"], **facts}
            swedish = {name: say(row.get(name), "sv") for name in texts}
            english = {name: say(row.get(name), "en") for name in texts}
            original = model(locale=self.swedish, **shared, **swedish)
            original.full_clean()
            original.save()
            translate(original, model(locale=self.english, **shared, **english), self.english)
        self.found[model, row["key"]] = original
