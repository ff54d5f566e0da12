"""How records are shown: personal numbers masked, and the moments and sums of a package's data in words."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format

from business.core.personal_number import mask_personal_numbers
from business.core.templatetags.site_tags import price

register = template.Library()


@register.filter
def without_numbers(text: Any) -> str:
    """Return the text with personal numbers masked: ÅÅMMDD-••••."""
    return mask_personal_numbers(str(text or ""))


@register.filter
def said_time(moment: str | None) -> str:
    """Return a moment of a package's data in words; nothing where there is none."""
    if not moment:
        return ""
    at = timezone.localtime(datetime.datetime.fromisoformat(moment), timezone.get_default_timezone())
    return date_format(at, "j F Y H:i")


@register.filter
def said_money(sums: list[str] | None) -> str:
    """Return a sum of a package's data, at least and at most, in words."""
    return price((Decimal(sums[0]), Decimal(sums[1]))) if sums else ""
