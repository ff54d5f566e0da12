"""What the templates of the planner need: links to the same plan with one wish changed, and words for a fee."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django import template
from django.utils.translation import gettext as _

from business.guides.enums import PaidWhen, Payer
from business.planning.planner.costs import FeeLine
from business.planning.planner.wishes import Wishes

register = template.Library()


@register.filter
def adding(wishes: Wishes, slug: str) -> str:
    """Return the query of the plan with a guide more: ``href="?{{ wishes|adding:guide.slug }}"``."""
    return wishes.adding(slug)


@register.filter
def removing(wishes: Wishes, slug: str) -> str:
    """Return the query of the plan with a guide less."""
    return wishes.removing(slug)


@register.filter
def paying(wishes: Wishes, key: str) -> str:
    """Return the query of the plan with a fee counted in."""
    return wishes.paying(key)


@register.filter
def field_of(fields: Mapping[str, str], basis: str) -> str:
    """Return the id of the field that asks how many there are; the form itself where there is none."""
    return fields.get(basis, "plan-day")


@register.filter
def as_plural(hours: Decimal) -> int:
    """Return what grammar needs of a number of hours: one is one, anything else is many."""
    return 1 if hours == 1 else 2


@register.filter
def payment(line: FeeLine) -> str:
    """Return who pays a fee and when, in a sentence."""
    when = PaidWhen(line.paid).label if line.paid else ""
    if not line.payer:
        return _("Paid %(when)s.") % {"when": when} if when else ""
    who = Payer(line.payer).label
    if not when:
        return _("Paid by %(who)s.") % {"who": who}
    return _("Paid by %(who)s %(when)s.") % {"who": who, "when": when}
