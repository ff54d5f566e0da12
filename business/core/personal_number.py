"""Personal numbers in running text: noticed when somebody writes one, and never mailed on."""

from __future__ import annotations

import re

from stdnum.exceptions import ValidationError as NumberError
from stdnum.se import personnummer

__all__ = ["mask_personal_numbers", "seems_to_hold_personal_number"]

_NUMBER = re.compile(r"(?<![\d-])((?:\d{2})?\d{6}[-+ ]?)(\d{4})(?![\d-])")


def _is_one(digits: str) -> bool:
    try:
        personnummer.validate(digits.replace(" ", ""))
    except NumberError:
        return False
    return True


def seems_to_hold_personal_number(text: str) -> bool:
    """Whether the text holds digits that form a Swedish personal number: a real date and the right check digit."""
    return any(_is_one(found[0]) for found in _NUMBER.finditer(text))


def mask_personal_numbers(text: str) -> str:
    """Return the text with the last four digits of every personal number hidden."""
    return _NUMBER.sub(lambda found: f"{found[1]}****" if _is_one(found[0]) else found[0], text)
