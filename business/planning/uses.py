"""What uses a question or an option: it cannot be taken away before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from .models import JourneyStep, PersonaNumber, PersonaOption, RuleLimit, RuleOption, ShownWhen

__all__ = ["Use", "named", "uses_of_number", "uses_of_options"]


@dataclass(frozen=True)
class Use:
    """Something that names an option or a question, and where that is changed."""

    what: str
    name: str
    url: str


def uses_of_options(options: Collection[int], but_question: int | None = None) -> list[Use]:
    """Return what names any of these options; four queries. Conditions of the question itself do not count."""
    found = [
        *(_rule(row.rule) for row in RuleOption.objects.filter(option__in=options).select_related("rule__guide")),
        *(
            _record(_("Question"), row.question)
            for row in ShownWhen.objects.filter(option__in=options)
            .exclude(question=but_question)
            .select_related("question")
        ),
        *(
            _record(_("Example company"), row.persona)
            for row in PersonaOption.objects.filter(option__in=options).select_related("persona")
        ),
        *(
            Use(_("Journey"), row.page.title, reverse("wagtailadmin_pages:edit", args=[row.page_id]))
            for row in JourneyStep.objects.filter(condition__in=options).select_related("page")
        ),
    ]
    return list(dict.fromkeys(found))


def uses_of_number(question: int) -> list[Use]:
    """Return what names the numbers of a question; two queries."""
    rules = RuleLimit.objects.filter(question=question).select_related("rule__guide")
    personas = PersonaNumber.objects.filter(question=question).select_related("persona")
    found = [
        *(_rule(row.rule) for row in rules),
        *(_record(_("Example company"), row.persona) for row in personas),
    ]
    return list(dict.fromkeys(found))


def named(uses: Iterable[Use]) -> str:
    """Return the uses in one line."""
    return ", ".join(_names(uses))


def _names(uses: Iterable[Use]) -> Iterator[str]:
    for use in uses:
        yield _("%(what)s “%(name)s”") % {"what": use.what, "name": use.name}


def _rule(rule: Any) -> Use:
    return _record(_("Rule"), rule)


def _record(what: str, record: Any) -> Use:
    edit = type(record).snippet_viewset.get_url_name("edit")
    return Use(what, str(record), reverse(edit, args=[record.pk]))
