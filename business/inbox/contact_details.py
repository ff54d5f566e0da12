"""How a sender's address and telephone are shown to those who may not see them: enough to tell two apart, no more."""

from __future__ import annotations

__all__ = ["masked_email", "masked_phone", "shown_address", "shown_phone"]

HIDDEN = "•••"


def masked_email(address: str) -> str:
    """Return the address with its first letter and its domain alone: ``a•••@krogen.example``."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}{HIDDEN}@{domain}" if at else HIDDEN if address else ""


def masked_phone(number: str) -> str:
    """Return the number with its last two digits alone: ``•••13``."""
    digits = "".join(c for c in number if c.isdigit())
    return f"{HIDDEN}{digits[-2:] if len(digits) > 4 else ''}" if number else ""


def shown_address(address: str, may_see: bool) -> str:
    return address if may_see else masked_email(address)


def shown_phone(number: str, may_see: bool) -> str:
    return number if may_see else masked_phone(number)
