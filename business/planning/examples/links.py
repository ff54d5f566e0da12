"""Links from the admin into the finder, with answers."""

from __future__ import annotations

from django.utils.functional import cached_property

from business.core.translation import source_locale

from ..models import FinderPage
from ..rules.address import write_address
from ..rules.logic import example
from ..rules.rulebook import Answers, RuleBook
from .personas import Example, answers_of

__all__ = ["FinderLinks"]


class FinderLinks:
    """Addresses of the finder's result; empty where there is no live finder, or no answers that would show it."""

    def __init__(self, book: RuleBook) -> None:
        self.book = book

    @cached_property
    def _finder(self) -> str:
        page = FinderPage.objects.filter(locale=source_locale()).live().first()
        return (page.url or "") if page else ""

    def for_answers(self, answers: Answers | None) -> str:
        """Return the result with these answers; empty where there are none."""
        if answers is None or not self._finder:
            return ""
        return self._finder + write_address(self.book, answers, result=True)

    def for_rule(self, pk: int) -> str:
        """Return the result of a company that the rule applies to; empty if there is none."""
        rule = next((rule for rule in self.book.rules if rule.pk == pk), None)
        return self.for_answers(example(self.book, rule)) if rule else ""

    def for_example(self, company: Example) -> str:
        """Return the result of an example company."""
        return self.for_answers(answers_of(company, self.book))
