"""The sheets of the workbook and their columns. Names and headings are the file's format: Swedish, and never translated."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import models
from wagtail_localize.fields import SynchronizedField

from ..models import GuidePage
from .cells import Choice, Column, Day, GuideKey, Key, Number, Several, Text, Trades, YesNo

__all__ = ["GUIDE", "KEY", "README", "REGISTER", "REMOVE", "SHEETS", "TITLE", "VERSION", "Sheet", "fact_names"]

README, REGISTER = "Läs mig", "Register"
GUIDE, TITLE, KEY, VERSION, REMOVE = "guide", "titel", "nyckel", "version", "ta bort"


@dataclass(frozen=True)
class Sheet:
    """One kind of fact: a row for each row of a guide, or for the guide itself where ``relation`` is empty."""

    name: str
    relation: str
    columns: tuple[Column, ...]

    @cached_property
    def model(self) -> type[models.Model]:
        return getattr(GuidePage, self.relation).rel.related_model if self.relation else GuidePage

    @property
    def identity(self) -> str:
        """The heading of what tells which row it is: the row's key, or how new the guide is."""
        return KEY if self.relation else VERSION

    @property
    def headings(self) -> list[str]:
        own = [column.heading for column in self.columns]
        return [GUIDE, TITLE, self.identity, *own, *([REMOVE] if self.relation else [])]

    def heading_of(self, field: str) -> str:
        """Return the heading of the column that holds a field; empty when none does."""
        return next((column.heading for column in self.columns if column.field == field), "")


_LAW = (Key("lag", "law"), Text("kapitel och paragraf", "provision", 22))
_PERIOD = (Day("gäller från", "valid_from"), Day("gäller till och med", "valid_to"))

SHEETS = (
    Sheet(
        "Guider",
        "",
        (
            Choice("slag", "kind"),
            Key("område", "area"),
            Key("beslutar", "decider"),
            Key("svarar på frågor", "contact_unit"),
            YesNo("ingen tid", "no_time_rule", note="ja: det finns varken en tid att vänta på eller en att hålla."),
            Text("företaget får", "output_name"),
            Key("blir handling", "output_evidence"),
            Choice("giltighet", "validity", 20),
            Number("giltig minst", "valid_for_from"),
            Number("giltig", "valid_for"),
            Choice("giltig, enhet", "valid_for_unit"),
            Text("gäller för", "bound_to"),
            Text("överklagas till", "appeal_to"),
            Number("dagar att överklaga", "appeal_days"),
            Choice("om svaret dröjer", "silence_rule"),
            Text("vad det betyder", "silence_note"),
            Trades("branscher", "trades", note="Nycklar med komma mellan."),
            Key("kontrolleras av", "checked_by"),
            Number("månader mellan kontroller", "check_every"),
        ),
    ),
    Sheet(
        "Avgifter",
        "fees",
        (
            Text("avgift för", "label"),
            Choice("räknas ut", "kind"),
            Number("kronor", "amount"),
            Number("timmar minst", "hours_from"),
            Number("timmar", "hours"),
            Number("minst kronor", "minimum"),
            Key("räknas per", "basis"),
            Number("från och med antal", "band_from"),
            Number("till och med antal", "band_to"),
            Choice("ska betalas", "need"),
            Choice("vem betalar", "payer"),
            Choice("betalas", "paid"),
            Choice("betalas tillbaka", "refund"),
            *_PERIOD,
            Key("taxa", "tariff"),
            *_LAW,
            Text("anmärkning", "note"),
        ),
    ),
    Sheet(
        "Tider",
        "time_rules",
        (
            Choice("vad det är", "kind", 20),
            Text("för", "applies_to", 20),
            Number("minst", "amount_from"),
            Number("antal", "amount"),
            Choice("enhet", "unit"),
            Choice("räknas från", "counted_from"),
            Choice("om tiden inte hålls", "late"),
            *_PERIOD,
            *_LAW,
            Text("anmärkning", "note"),
        ),
    ),
    Sheet("Krav", "requirements", (Text("krav", "title", 40), Choice("ska uppfyllas", "need"), *_PERIOD, *_LAW)),
    Sheet(
        "Handlingar",
        "evidence",
        (Key("handling", "evidence_type"), Choice("behövs", "requirement"), Text("vad exakt", "note"), *_LAW),
    ),
    Sheet("Lagar", "laws", (*_LAW, *_PERIOD)),
    Sheet(
        "Kanaler",
        "channels",
        (
            Choice("hur", "kind"),
            Text("ord på knappen", "label"),
            Text("webbadress", "url", 36),
            Text("e-post", "email"),
            Text("telefon", "phone", 18),
            Text("adress", "address"),
            Several("legitimation", "identification", note="Koder med komma mellan."),
            Text("anmärkning", "note"),
        ),
    ),
    Sheet(
        "Steg",
        "steps",
        (
            Text("steg", "title", 40),
            Choice("vem tar det", "necessity"),
            Choice("väntar på", "waits_for"),
            Choice("vem gör det", "actor"),
            Text("vem, om någon annan", "actor_name"),
            Number("dagar minst", "days_from"),
            Number("dagar", "days"),
        ),
    ),
    Sheet(
        "Samband",
        "dependencies",
        (Choice("guiden", "kind"), GuideKey("den andra guiden", "guide", 28), Text("varför", "note")),
    ),
)


def fact_names(model: Any) -> set[str]:
    """Return the fields that are facts and not texts: a change of one of them counts as a check of it."""
    return {field.field_name for field in model.translatable_fields if isinstance(field, SynchronizedField)}
