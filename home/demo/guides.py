"""What a guide of the demo is made of."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from business.guides.models import (
    AuthorityArea,
    EvidenceType,
    FeeBasis,
    GuideChannel,
    GuideDependency,
    GuideEvidence,
    GuideFee,
    GuideLaw,
    GuideQuestion,
    GuideRequirement,
    GuideStep,
    GuideTimeRule,
    GuideTrade,
    LegalReference,
    RelatedGuide,
    Tariff,
    Trade,
)
from business.organisation.models import Unit

from .content_files import say
from .page_parts import PageParts

__all__ = ["Guides"]

Data = dict[str, Any]


def _take(row: Data, *names: str) -> Data:
    """Return those of the row's facts that it has."""
    return {name: row[name] for name in names if name in row}


def _money(row: Data, *names: str) -> Data:
    return {name: Decimal(row[name]) for name in names if name in row}


class Guides:
    """Builds the fields and rows of guides, in a language, from their TOML."""

    def __init__(self, pages: PageParts) -> None:
        self.pages, self.get = pages, pages.registers.get

    def build(self, key: str, data: Data, language: str) -> Data:
        return {
            **self.pages.page_texts(data, language),
            **self._fields(data, language),
            "body": self.pages.body(key, data, language),
            **{
                name: self.pages.rows(model, key, [build(row, language) for row in data.get(source, [])], language)
                for name, source, model, build in (
                    ("steps", "steps", GuideStep, self._step),
                    ("requirements", "requirements", GuideRequirement, self._requirement),
                    ("evidence", "evidence", GuideEvidence, self._evidence),
                    ("fees", "fees", GuideFee, self._fee),
                    ("time_rules", "time_rules", GuideTimeRule, self._time_rule),
                    ("laws", "laws", GuideLaw, self._law),
                    ("channels", "channels", GuideChannel, self._channel),
                    ("dependencies", "dependencies", GuideDependency, self._dependency),
                    ("questions", "faq", GuideQuestion, self._question),
                    ("trades", "trades", GuideTrade, lambda trade, _language: {"trade": self.get(Trade, trade)}),
                    ("related_guides", "related", RelatedGuide, lambda guide, _language: {"guide": self._page(guide)}),
                )
            },
        }

    def _page(self, key: str) -> Any:
        return self.pages.found[key]

    def _fields(self, data: Data, language: str) -> Data:
        get = self.get
        appeal, silence, output = (data.get(name, {}) for name in ("appeal", "silence", "output"))
        return {
            "kind": data["kind"],
            "area": get(AuthorityArea, data["area"]),
            "decider": get(Unit, data.get("decider")),
            "contact_unit": get(Unit, data.get("contact_unit")),
            "needed_when": self.pages.html(data.get("needed_when"), language),
            "not_needed_when": self.pages.html(data.get("not_needed_when"), language),
            "search_terms": say(data.get("search_terms"), language),
            "no_time_rule": data.get("no_time_rule", False),
            "output_name": say(output.get("name"), language),
            "output_evidence": get(EvidenceType, output.get("evidence")),
            "bound_to": say(output.get("bound_to"), language),
            **_take(output, "validity", "valid_for_from", "valid_for", "valid_for_unit"),
            "appeal_to": say(appeal.get("to"), language),
            "appeal_days": appeal.get("days"),
            "silence_rule": silence.get("rule", ""),
            "silence_note": say(silence.get("note"), language),
            "checked_by": get(Unit, data.get("checked_by")),
            **_take(data, "checked_on", "next_check_on", "check_every", "author_notes"),
        }

    def _source(self, row: Data, language: str) -> Data:
        return {
            "law": self.get(LegalReference, row.get("law")),
            "provision": say(row.get("provision"), language),
        }

    def _step(self, row: Data, language: str) -> Data:
        return {
            "title": say(row["title"], language),
            "text": self.pages.html(row.get("text"), language),
            "actor_name": say(row.get("actor_name"), language),
            **_take(row, "necessity", "waits_for", "actor", "days_from", "days"),
        }

    def _requirement(self, row: Data, language: str) -> Data:
        return {
            "title": say(row["title"], language),
            "text": self.pages.html(row.get("text"), language),
            **_take(row, "need", "valid_from", "valid_to"),
            **self._source(row, language),
        }

    def _evidence(self, row: Data, language: str) -> Data:
        return {
            "evidence_type": self.get(EvidenceType, row["type"]),
            "requirement": row["requirement"],
            "note": say(row.get("note"), language),
            **self._source(row, language),
        }

    def _fee(self, row: Data, language: str) -> Data:
        return {
            "label": say(row["label"], language),
            "note": say(row.get("note"), language),
            "basis": self.get(FeeBasis, row.get("basis")),
            "tariff": self.get(Tariff, row.get("tariff")),
            **_take(row, "kind", "need", "payer", "paid", "refund", "valid_from", "valid_to"),
            **_money(row, "amount", "hours", "hours_from", "minimum"),
            **{name: int(row[name]) for name in ("band_from", "band_to") if name in row},
            **self._source(row, language),
        }

    def _time_rule(self, row: Data, language: str) -> Data:
        return {
            "applies_to": say(row.get("applies_to"), language),
            "note": say(row.get("note"), language),
            **_take(row, "kind", "amount", "amount_from", "unit", "counted_from", "late", "valid_from", "valid_to"),
            **self._source(row, language),
        }

    def _law(self, row: Data, language: str) -> Data:
        return {**self._source(row, language), **_take(row, "valid_from", "valid_to")}

    def _channel(self, row: Data, language: str) -> Data:
        return {
            "label": say(row.get("label"), language),
            "note": say(row.get("note"), language),
            **_take(row, "kind", "url", "email", "phone", "address", "identification"),
        }

    def _dependency(self, row: Data, language: str) -> Data:
        return {"guide": self._page(row["guide"]), "kind": row["kind"], "note": say(row.get("note"), language)}

    def _question(self, row: Data, language: str) -> Data:
        return {
            "question": say(row["question"], language),
            "answer": self.pages.html(row["answer"], language),
        }
