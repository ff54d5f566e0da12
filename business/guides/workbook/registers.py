"""What cells name by a key: records of the registers, and guides. Each register is fetched once."""

from __future__ import annotations

from typing import Any

from django.db import models

from business.core.translation import source_locale
from business.organisation.models import Unit

from ..models import AuthorityArea, EvidenceType, FeeBasis, GuidePage, LegalReference, Tariff, Trade

__all__ = ["REGISTERS", "Registers"]

# In the order in which they stand in the file, with their Swedish names there.
REGISTERS: tuple[tuple[type[models.Model], str], ...] = (
    (AuthorityArea, "område"),
    (Unit, "enhet"),
    (LegalReference, "lag"),
    (EvidenceType, "handling"),
    (FeeBasis, "räknas per"),
    (Tariff, "taxa"),
    (Trade, "bransch"),
)


class Registers:
    """The originals of every register by key and by number, and every guide in the source language."""

    def __init__(self) -> None:
        locale = source_locale()
        self._by_key: dict[type[models.Model], dict[str, Any]] = {}
        self._by_pk: dict[type[models.Model], dict[int, Any]] = {}
        for model, _name in REGISTERS:
            self._add(model, model._default_manager.filter(locale=locale))
        guides = GuidePage.objects.filter(locale=locale, alias_of=None).only(
            "pk", "slug", "title", "live", "locale_id", "path", "translation_key"
        )
        # A guide that is only a draft may be tied to, but where two have one key the one that readers see is meant.
        self._add(GuidePage, guides.order_by("live", "-path"))

    def _add(self, model: type[models.Model], records: Any) -> None:
        found = list(records)
        self._by_key[model] = {record.slug: record for record in found}
        self._by_pk[model] = {record.pk: record for record in found}

    def find(self, model: type[models.Model], key: str) -> Any:
        """Return the record with this key, or nothing."""
        return self._by_key[model].get(key)

    def record(self, model: type[models.Model], pk: int | None) -> Any:
        """Return the record with this number, or nothing."""
        return self._by_pk[model].get(pk) if pk else None

    def key_of(self, model: type[models.Model], pk: int | None) -> str | None:
        """Return the key of the record with this number."""
        found = self.record(model, pk)
        return found.slug if found else None

    def records(self, model: type[models.Model]) -> list[Any]:
        """Return the register in its own order."""
        return list(self._by_pk[model].values())

    def knows(self, model: type[models.Model]) -> bool:
        return model in self._by_pk
