"""Numbers of cases in sentences that come ready-made."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from business.core.templatetags.site_tags import unbroken

from ..numbers import NUMBER

__all__: list[str] = []

register = template.Library()

# In words, not in a tag: what is told may hold a link.
_IN_WORDS = re.compile(rf"{NUMBER.pattern}(?![^<>]*>)")


@register.filter
def whole_numbers(said: Any) -> SafeString:
    """Return what is said with no line that ends at the hyphen of a case's number."""
    return mark_safe(_IN_WORDS.sub(lambda found: unbroken(found[0]), conditional_escape(said)))
