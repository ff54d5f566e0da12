"""Options and questions to choose from in the admin's forms: asked for once, however many rows have a list of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.forms import ModelChoiceField, Select
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from business.core.models import originals

from .enums import QuestionKind
from .models.questions import Option, Question

__all__ = ["QuestionChoices", "each_row", "share_choices"]

Choices = list[tuple[Any, Any]]


class QuestionChoices:
    """The original questions and their options as lists to choose from. Each list takes one query, when it is asked for."""

    @cached_property
    def _options(self) -> list[Option]:
        by_question = ("question__position", "question__sort_key", "question_id", "sort_order", "pk")
        return list(Option.objects.filter(originals()).select_related("question").order_by(*by_question))

    def options(self, but: int | None = None) -> Choices:
        """Return the options by question, ``but`` those of one question."""
        groups: dict[int, tuple[str, Choices]] = {}
        for option in self._options:
            if option.question_id != but:
                _name, group = groups.setdefault(option.question_id, (_asked_name(option.question), []))
                group.append((option.pk, f"{option.question.name} → {option.name}"))
        return list(groups.values())

    @cached_property
    def numbers(self) -> Choices:
        """The questions that are answered by a number."""
        questions = Question.objects.filter(originals(), kind=QuestionKind.NUMBER)
        return [(question.pk, _asked_name(question)) for question in questions]


def _asked_name(question: Question) -> str:
    return question.name if question.live else _("%(question)s (not asked)") % {"question": question.name}


def share_choices(form: Any, choices: QuestionChoices, but: int | None = None) -> None:
    """Give every row of the form, those added later too, the same lists of registers, questions and options.

    ``but`` is the question whose options are not to be chosen.
    """
    known: dict[Any, Choices] = {}

    def give(row: Any) -> None:
        for field in row.fields.values():
            if isinstance(field, ModelChoiceField) and isinstance(field.widget, Select):
                model = field.queryset.model
                if model is Option:
                    field.queryset = Option.objects.filter(originals()).select_related("question")
                elif model is Question:
                    field.queryset = Question.objects.filter(originals(), kind=QuestionKind.NUMBER)
                if model not in known:
                    known[model] = _choices_of(field, choices, but)
                field.choices = [("", field.empty_label), *known[model]]

    for formset in form.formsets.values():
        each_row(formset, give)


def each_row(formset: Any, give: Callable[[Any], None]) -> None:
    """Have ``give`` called for every row as it is made; the row that the button adds is made anew each time."""
    add_fields = formset.add_fields

    def add_and_give(row: Any, index: int | None) -> None:
        add_fields(row, index)
        give(row)

    formset.add_fields = add_and_give


def _choices_of(field: ModelChoiceField, choices: QuestionChoices, but: int | None) -> Choices:
    if field.queryset.model is Option:
        return choices.options(but)
    if field.queryset.model is Question:
        return choices.numbers
    return [choice for choice in field.choices if choice[0]]
