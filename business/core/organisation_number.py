"""Swedish organisation numbers. A sole trader's number is a personal number, so it is never shown whole."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import ValidationError as NumberError
from stdnum.se import orgnr

from . import personal_number

__all__ = ["is_personal_number", "masked", "normalise"]


def normalise(value: str) -> str:
    """Return the number as ``NNNNNN-NNNN``.

    Ten digits, with or without hyphen; also twelve with the prefix ``16`` (organisation) or a century (sole trader).
    An organisation's third digit is at least 2 (lag 1974:174 om identitetsbeteckning för juridiska personer m.fl.);
    a lower one is a sole trader's personal or coordination number.

    Raises:
        ValidationError: it is neither.
    """
    # python-stdnum accepts 000000-0000 and refuses the prefix 16, hence this wrapper.
    digits = "".join(c for c in value if c.isdigit())
    junk = [c for c in value.strip() if not c.isdigit() and c not in "-+ \u2013\u2011"]
    message = ValidationError(
        _("This is not a Swedish organisation number. Write ten digits, like 556123-4567."), code="organisation_number"
    )
    if junk or len(digits) not in (10, 12):
        raise message
    if len(digits) == 12:
        if digits[:2] not in ("16", "18", "19", "20"):
            raise message
        century, digits = digits[:2], digits[2:]
        if (century == "16") != (int(digits[2]) >= 2):
            raise message
    number = f"{digits[:6]}-{digits[6:]}"
    try:
        if int(digits[2]) >= 2:
            orgnr.validate(digits)
        elif not personal_number.is_personal_number(number):
            raise message
    except NumberError:
        raise message from None
    return number


def is_personal_number(number: str) -> bool:
    """Whether a normalised number is a sole trader's personal number."""
    return len(number) == 11 and int(number[2]) < 2


def masked(number: str) -> str:
    """Return the number as it may be shown: a sole trader's last four digits are hidden."""
    return f"{number[:7]}{personal_number.HIDDEN}" if is_personal_number(number) else number
