"""What may stand in a cell: how each kind of value is taken from a row of facts, written, read and put back.

A value travels as what it is: text, ``Decimal``, ``int``, ``date``, ``bool``; a record by its key; several by a tuple of
keys. An empty cell is ``""`` for text and ``None`` for anything else, as in the database.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from .registers import Registers

__all__ = [
    "CellError",
    "Choice",
    "Column",
    "Day",
    "GuideKey",
    "Key",
    "Number",
    "Several",
    "Text",
    "Trades",
    "YesNo",
    "shown",
]

YES, NO = "ja", "nej"
# PostgreSQL's own limits; SQLite would take more and the two would differ.
LARGEST = {"PositiveSmallIntegerField": 32_767, "PositiveIntegerField": 2_147_483_647}


class CellError(Exception):
    """The cell does not hold what its column asks for; the message says what to do."""


def tidy(text: str) -> str:
    """Return a text as a form would store it: no spaces around it, one kind of line break, nothing that XML cannot hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def shown(value: Any) -> str:
    """Return a value in words for the list of changes, the same whatever language the reader has."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)


def words_in(value: Any) -> str:
    """Return what was typed as text: numbers too, since a spreadsheet makes a number of “2027” by itself.

    Raises:
        CellError: a day, or yes and no.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise CellError(_("Write text here."))
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    return tidy(str(value))


@dataclass(frozen=True)
class Column:
    """A column of a sheet: its heading, which is part of the file's format, and the field that it holds."""

    heading: str
    field: str
    width: int = 14
    note: str = ""

    def definition(self, model: type[models.Model]) -> Any:
        return model._meta.get_field(self.field)

    def get(self, row: Any, registers: Registers) -> Any:
        """Take the value from a row of facts."""
        return getattr(row, self.field)

    def put(self, row: Any, value: Any, registers: Registers) -> None:
        """Store the value in a row of facts, in memory."""
        setattr(row, self.field, value)

    def written(self, value: Any) -> Any:
        """Return the value as it stands in a cell."""
        return value

    def read(self, value: Any, model: type[models.Model], registers: Registers) -> Any:
        """Return the value that a cell holds.

        Raises:
            CellError: it is of another kind.
        """
        if value is None or (isinstance(value, str) and not value.strip()):
            return self.empty(model)
        return self.parse(value, model, registers)

    def empty(self, model: type[models.Model]) -> Any:
        definition = self.definition(model)
        if not definition.blank:
            raise CellError(_("This must be filled in."))
        return None

    def parse(self, value: Any, model: type[models.Model], registers: Registers) -> Any:
        raise NotImplementedError

    def codes(self, model: type[models.Model]) -> list[tuple[str, Any]]:
        """Return what can be chosen, with the words for it; nothing where anything may be written."""
        return []


@dataclass(frozen=True)
class Text(Column):
    """A short text in Swedish."""

    width: int = 28

    def get(self, row: Any, registers: Registers) -> str:
        return tidy(getattr(row, self.field))

    def empty(self, model: type[models.Model]) -> str:
        # Whether a text may be empty is a rule of the row: a draft's rule, or what is missing before it goes live.
        return ""

    def parse(self, value: Any, model: type[models.Model], registers: Registers) -> str:
        text = words_in(value)
        longest = self.definition(model).max_length
        if longest and len(text) > longest:
            raise CellError(
                _("The text is too long: %(length)s characters, at most %(longest)s.")
                % {"length": len(text), "longest": longest}
            )
        return text


@dataclass(frozen=True)
class Choice(Column):
    """One of a list of choices, by its code."""

    def codes(self, model: type[models.Model]) -> list[tuple[str, Any]]:
        return [(code, label) for code, label in self.definition(model).choices if code]

    def empty(self, model: type[models.Model]) -> str:
        super().empty(model)
        return ""

    def parse(self, value: Any, model: type[models.Model], registers: Registers) -> str:
        known = [code for code, _label in self.codes(model)]
        code = words_in(value).lower()
        if code not in known:
            raise CellError(
                _("“%(value)s” cannot be chosen here. Choose one of %(codes)s.")
                % {"value": str(value)[:60], "codes": ", ".join(known)}
            )
        return code


@dataclass(frozen=True)
class YesNo(Column):
    """Yes or no."""

    def codes(self, model: type[models.Model]) -> list[tuple[str, Any]]:
        return [(YES, ""), (NO, "")]

    def written(self, value: bool) -> str:
        return YES if value else NO

    def empty(self, model: type[models.Model]) -> bool:
        return False

    def parse(self, value: Any, model: type[models.Model], registers: Registers) -> bool:
        if isinstance(value, bool):
            return value
        word = str(value).strip().lower()
        if word not in {YES, NO}:
            raise CellError(_("Write “%(yes)s” or “%(no)s”.") % {"yes": YES, "no": NO})
        return word == YES


@dataclass(frozen=True)
class Number(Column):
    """A number: whole, or with as many decimals as the field has. No float is ever computed with."""

    width: int = 11

    def parse(self, value: Any, model: type[models.Model], registers: Registers) -> int | Decimal:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise CellError(_("Write a number here, in figures only."))
        definition = self.definition(model)
        places = getattr(definition, "decimal_places", 0)
        number = self._exact(value)
        if number < 0:
            raise CellError(_("The number must not be negative."))
        if number != number.quantize(Decimal(1).scaleb(-places)):
            raise CellError(
                _("Write at most %(places)s decimals.") % {"places": places} if places else _("Write a whole number.")
            )
        if places:
            if number >= Decimal(10) ** (definition.max_digits - places):
                raise CellError(_("The number is too large."))
            return number.quantize(Decimal(1).scaleb(-places))
        if number > LARGEST[definition.get_internal_type()]:
            raise CellError(_("The number is too large."))
        return int(number)

    @staticmethod
    def _exact(value: float) -> Decimal:
        """Return the number as it is written, not as a computer holds it."""
        try:
            number = Decimal(str(value))
        except InvalidOperation as error:
            raise CellError(_("Write a number here, in figures only.")) from error
        if not number.is_finite():
            raise CellError(_("Write a number here, in figures only."))
        if abs(number) >= Decimal(10) ** 15:
            raise CellError(_("The number is too large."))
        return number


@dataclass(frozen=True)
class Day(Column):
    """A day."""

    width: int = 12

    def parse(self, value: Any, model: type[models.Model], registers: Registers) -> datetime.date:
        if isinstance(value, datetime.datetime) and value.time() == datetime.time.min:
            return value.date()
        if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
            return value
        if isinstance(value, str):
            try:
                return datetime.date.fromisoformat(value.strip())
            except ValueError:
                pass
        raise CellError(_("Write a day here, like 2027-01-31."))


@dataclass(frozen=True)
class Key(Column):
    """A record of a register, by its key."""

    width: int = 20

    def get(self, row: Any, registers: Registers) -> str | None:
        model = self.definition(type(row)).related_model
        return registers.key_of(model, getattr(row, self.definition(type(row)).attname))

    def put(self, row: Any, value: str | None, registers: Registers) -> None:
        model = self.definition(type(row)).related_model
        setattr(row, self.field, registers.find(model, value) if value else None)

    def parse(self, value: Any, model: type[models.Model], registers: Registers) -> str:
        key, register = words_in(value), self.definition(model).related_model
        if registers.find(register, key) is None:
            raise CellError(
                _("There is no “%(key)s” among %(register)s. Write a key from the sheet “%(sheet)s”.")
                % {"key": key[:60], "register": register._meta.verbose_name_plural, "sheet": "Register"}
            )
        return key


@dataclass(frozen=True)
class GuideKey(Key):
    """Another guide, by its key."""

    def parse(self, value: Any, model: type[models.Model], registers: Registers) -> str:
        key = words_in(value)
        if registers.find(self.definition(model).related_model, key) is None:
            raise CellError(_("There is no guide with the key “%(key)s”.") % {"key": key[:60]})
        return key


@dataclass(frozen=True)
class Several(Column):
    """Some of a list of choices, by their codes, with commas between."""

    width: int = 24

    def get(self, row: Any, registers: Registers) -> tuple[str, ...]:
        # In the list's own order, as a form would store it: rows that came in another way may have another.
        return tuple(code for code, _label in self.codes(type(row)) if code in getattr(row, self.field))

    def put(self, row: Any, value: tuple[str, ...], registers: Registers) -> None:
        setattr(row, self.field, list(value))

    def written(self, value: tuple[str, ...]) -> str:
        return ", ".join(value)

    def empty(self, model: type[models.Model]) -> tuple[str, ...]:
        return ()

    def codes(self, model: type[models.Model]) -> list[tuple[str, Any]]:
        return list(self.definition(model).options)

    def parse(self, value: Any, model: type[models.Model], registers: Registers) -> tuple[str, ...]:
        known = [code for code, _label in self.codes(model)]
        chosen = split(value)
        if unknown := [code for code in chosen if code not in known]:
            raise CellError(
                _("“%(value)s” cannot be chosen here. Choose from %(codes)s, with commas between.")
                % {"value": unknown[0][:60], "codes": ", ".join(known)}
            )
        return tuple(code for code in known if code in chosen)


@dataclass(frozen=True)
class Trades(Column):
    """The guide's trades, by their keys, with commas between. They are rows of the guide, one a trade."""

    width: int = 24

    def rows(self, page: Any) -> list[Any]:
        return list(getattr(page, self.field).all())

    def get(self, row: Any, registers: Registers) -> tuple[str, ...]:
        trade = self._trade(type(row))
        return tuple(registers.key_of(trade, item.trade_id) or "" for item in self.rows(row))

    def put(self, row: Any, value: tuple[str, ...], registers: Registers) -> None:
        """Keep the rows of trades that stay, so that their identity does."""
        model, trade = self.definition(type(row)).related_model, self._trade(type(row))
        known = {item.trade_id: item for item in self.rows(row)}
        kept = []
        for number, key in enumerate(value):
            found = registers.find(trade, key)
            item = known.get(found.pk) or model(page=row, locale_id=row.locale_id, trade=found)
            item.sort_order = number
            kept.append(item)
        row.__dict__["_cluster_related_objects"][self.field] = kept

    def written(self, value: tuple[str, ...]) -> str:
        return ", ".join(value)

    def empty(self, model: type[models.Model]) -> tuple[str, ...]:
        return ()

    def _trade(self, model: type[models.Model]) -> type[models.Model]:
        return self.definition(model).related_model._meta.get_field("trade").related_model

    def parse(self, value: Any, model: type[models.Model], registers: Registers) -> tuple[str, ...]:
        keys = tuple(dict.fromkeys(split(value)))
        for key in keys:
            if registers.find(self._trade(model), key) is None:
                raise CellError(_("There is no trade with the key “%(key)s”.") % {"key": key[:60]})
        return keys


def split(value: Any) -> list[str]:
    """Return the keys in a cell that holds several."""
    return [part.strip() for part in words_in(value).split(",") if part.strip()]
