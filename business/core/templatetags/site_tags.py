"""What public templates need beside Django's and Wagtail's own tags."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from django import template
from django.template.context import Context
from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext
from wagtail.models import Page

from business.core.frame import Frame

register = template.Library()

# The same characters as in Django's json_script: nothing can close the script element.
_JSON_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.simple_tag(takes_context=True)
def site_frame(context: Context) -> Frame:
    """Return what surrounds the content: ``{% site_frame as frame %}``. The page is the context's ``page``, if any."""
    page = context.get("page")
    return Frame(context["request"], page if isinstance(page, Page) else None)


@register.simple_tag(takes_context=True)
def absolute_url(context: Context, address: str) -> str:
    """Return the address with scheme and host, for those who read the page elsewhere."""
    return context["request"].build_absolute_uri(address)


@register.filter
def marked(text: Any) -> SafeString | str:
    """Mark up a text that stands in another language than the page: ``{{ fee.label|marked }}``."""
    language = getattr(text, "lang", "")
    return format_html('<span lang="{}">{}</span>', language, str(text)) if language else conditional_escape(text)


@register.filter
def kronor(amount: Decimal | int | None) -> str:
    """Write a sum of money: ``1 234 kr``, with öre only where there are any."""
    return "" if amount is None else _money(_figures(amount))


@register.simple_tag
def price_range(lowest: Decimal, highest: Decimal) -> str:
    """Write a sum of money that lies between two: ``1 000–2 000 kr``."""
    return _money(f"{_figures(lowest)}–{_figures(highest)}")


@register.filter
def price(amounts: tuple[Decimal, Decimal]) -> str:
    """Write what something costs at least and at most: one sum where they are the same, words where it costs nothing."""
    lowest, highest = amounts
    if not highest:
        return pgettext("of charge", "Free")
    return kronor(highest) if lowest == highest else price_range(lowest, highest)


def _figures(amount: Decimal | int) -> str:
    return number_format(amount, 0 if amount == int(amount) else 2, use_l10n=True, force_grouping=True)


def _money(figures: str) -> str:
    return (gettext("SEK %(amount)s") % {"amount": figures}).replace(" ", "\u00a0")


@register.filter
def word_class(heading: object) -> str:
    """Return a class for a heading whose longest word would not fit on a small screen: ``<h1 class="…">``.

    Swedish compounds are long, and not every browser knows where to hyphenate them.
    """
    longest = max((len(word) for word in re.split(r"[\s\u00ad–-]+", str(heading))), default=0)
    return "longest-word" if longest > 22 else "long-word" if longest > 18 else ""


@register.filter
def line_per_sentence(heading: str) -> SafeString:
    """Break a heading after each full stop."""
    return format_html_join(
        mark_safe(" <br>"), "{}", ((part,) for part in re.split(r"(?<=[.!?])\s+", heading.strip()))
    )


@register.filter
def breakable(address: str) -> SafeString:
    """Let an e-mail address break where a reader would, and nowhere else."""
    parts = re.split(r"(?<=@)|(?=\.)", address)
    return format_html_join(mark_safe("<wbr>"), "{}", ((part,) for part in parts))


@register.filter
def masked_email(address: str) -> str:
    """Show enough of an address to be known by the one who wrote it: ``a•••@example.se``."""
    name, at, host = address.rpartition("@")
    return f"{name[:1]}•••@{host}" if at else ""


@register.filter
def demoted(html: object) -> SafeString:
    """Move the headings of running text one level down, for text under a heading of its own."""
    return mark_safe(re.sub(r"(</?h)([2-5])(?=[\s>])", lambda tag: f"{tag[1]}{int(tag[2]) + 1}", str(html)))


@register.filter
def quoted(text: str) -> str:
    """Quote a text as mail programs do, each line after a ``>``."""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


@register.simple_tag
def json_ld(data: list[dict[str, Any]]) -> SafeString:
    """Write schema.org data as a script that is data: the Content-Security-Policy lets it stand."""
    if not data:
        return mark_safe("")
    content = json.dumps(data[0] if len(data) == 1 else data, ensure_ascii=False).translate(_JSON_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(content))


@register.filter
def bound(form: Any, name: str) -> Any:
    """Return a form's field with what was written in it: ``{% with field=form|bound:name %}``."""
    return form[name]


@register.filter
def unbroken(number: Any) -> str:
    """Return a number so that no line ends at its hyphen. No other character does it: whoever copies it has the number."""
    return format_html('<span class="nowrap">{}</span>', number)
