"""The orders in which cases are listed, and what stands before and after a case in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from ..models import Case

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

    def after(self, case: Case) -> list[Q]:
        """Return what stands after a case, in parts one after the other, whether or not the case itself is in the list.

        Each part is one stretch of an index. As one condition they would be read from the first field's value on: with
        the newest of the closed cases, past all that are closed.
        """
        alike, steps = Q(), []
        for field in self.fields:
            name = field.removeprefix("-")
            value = _value(case, name)
            if value is None:  # and so for all that are alike in what comes before
                alike &= Q(**{f"{name}__isnull": True})
                continue
            beyond = "lt" if field.startswith("-") else "gt"
            steps.append((alike, name, beyond, value))
            alike &= Q(**{name: value})
        *others, (near, moment, way, value), (_same, key, onward, last) = steps
        # Few came in the same moment: they are looked through on the way, from that moment on.
        near &= Q(**{f"{moment}__{way}e": value}) & (
            Q(**{f"{moment}__{way}": value}) | Q(**{f"{key}__{onward}": last})
        )
        return [near, *(alike & Q(**{f"{name}__{beyond}": value}) for alike, name, beyond, value in reversed(others))]


def _value(case: Case, name: str) -> Any:
    value: Any = case
    for part in name.split("__"):
        value = getattr(value, part)
    return value
