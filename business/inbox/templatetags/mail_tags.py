"""Mail that came in, in words."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext

register = template.Library()


@register.filter
def why_left_out(one: dict[str, Any]) -> str:
    """Return why something in a mail is not shown. The row keeps the sentence as the catalogue knows it, and the name."""
    sentence = gettext(str(one.get("why", ""))) if one.get("why") else ""
    try:
        return sentence % {"name": one.get("name", "")}
    except (KeyError, TypeError, ValueError):  # a sentence of an older release
        return sentence
