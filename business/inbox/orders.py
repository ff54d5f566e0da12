"""The orders in which cases are listed, and what stands before and after a case in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from .models import Case

__all__ = ["ORDERS", "PRESSING", "Order", "order_named"]

PRESSING = "pressing"
NEWEST = ("-received_at", "-pk")
# Alike ones stand by their number, so that no page repeats or skips one; each order has an index that holds it.
ORDERS: dict[str, tuple[str, ...]] = {
    # What is to be answered first: the running promises by their time, so the late ones first, then what else is open,
    # then what is done, newest first.
    PRESSING: ("urgency", "answer_before", *NEWEST),
    "received_at": ("received_at", "pk"),
    "limit_at": ("limit_at", "pk"),
    "topic__order": ("topic__order", *NEWEST),
}
# Where cases that are alike stand the same way, also when the order is turned round.
STEADY = {"topic__order": 1}


def order_named(name: str) -> Order:
    """Return the order that an address names, turned round if the name begins with a minus."""
    plain = name.removeprefix("-")
    fields = ORDERS[plain]
    if name == plain:
        return Order(fields)
    turned = STEADY.get(plain, len(fields))
    return Order((*map(_turn, fields[:turned]), *fields[turned:]))


def _turn(field: str) -> str:
    return field.removeprefix("-") if field.startswith("-") else f"-{field}"


@dataclass(frozen=True)
class Order:
    """Fields as ``order_by`` takes them; together they tell any two cases apart."""

    fields: tuple[str, ...]

    def turned(self) -> Order:
        return Order(tuple(map(_turn, self.fields)))

    def after(self, case: Case) -> Q:
        """Return what stands after a case, whether or not the case itself is in the list."""
        found, alike = Q(), Q()
        for number, field in enumerate(self.fields):
            name, value = field.removeprefix("-"), _value(case, field.removeprefix("-"))
            if value is None:  # and so for all that are alike in what comes before
                alike &= Q(**{f"{name}__isnull": True})
                continue
            beyond = "lt" if field.startswith("-") else "gt"
            found |= alike & Q(**{f"{name}__{beyond}": value})
            alike &= Q(**{name: value})
            if not number:  # said twice, so that the database begins there in the index
                start = Q(**{f"{name}__{beyond}e": value})
        return start & found


def _value(case: Case, name: str) -> Any:
    value: Any = case
    for part in name.split("__"):
        value = getattr(value, part)
    return value
