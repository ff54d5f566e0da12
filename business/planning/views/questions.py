"""Questions of the finder: their list in the order in which they are asked, their form, their end."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from wagtail.admin.ui.tables import BaseColumn
from wagtail.log_actions import log
from wagtail.snippets.views.snippets import EditView, ReorderView

from business.core.admin_bases import OriginalCreateView
from business.core.translation import source_locale

from ..models import Question, RuleLimit, RuleOption
from ..uses import Use, uses_of_number, uses_of_options
from .base import GuardedDeleteView, GuardedFormMixin, OriginalsIndexView

__all__ = [
    "QuestionCreateView",
    "QuestionDeleteView",
    "QuestionEditView",
    "QuestionIndexView",
    "QuestionReorderView",
    "attach_rule_numbers",
]


def attach_rule_numbers(questions: Any) -> None:
    """Tell each question how many rules ask for it; two queries."""
    rules: dict[int, set[int]] = defaultdict(set)
    source = source_locale()
    asked = (
        RuleOption.objects.filter(rule__locale=source).values_list("option__question", "rule"),
        RuleLimit.objects.filter(rule__locale=source).values_list("question", "rule"),
    )
    for rows in asked:
        for question, rule in rows:
            rules[question].add(rule)
    for question in questions:
        question.rule_number = len(rules[question.pk])


class QuestionIndexView(OriginalsIndexView):
    default_ordering = "position"

    @cached_property
    def columns(self) -> list[BaseColumn]:
        columns = super().columns
        for column in columns:
            # One order matters, that in which they are asked; a click on a heading would only lose it.
            column.sort_key = None
        return columns

    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().prefetch_related("options", "shown_when__option__question")

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        attach_rule_numbers(context["object_list"])
        return context


class QuestionReorderView(ReorderView):
    """Moves a question among the originals; positions run without gaps from one."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            originals = Question.objects.select_for_update().filter(locale=source_locale())
            questions = list(originals.order_by("position", "sort_key", "pk"))
            moved = get_object_or_404(originals, pk=kwargs["pk"])
            questions.remove(moved)
            questions.insert(_index(request.GET.get("position", ""), len(questions)), moved)
            for position, question in enumerate(questions, start=1):
                question.position = position
            Question.objects.bulk_update(questions, ["position"])
            log(moved, "wagtail.edit", user=request.user)
        return JsonResponse({"success": True})


def _index(text: str, last: int) -> int:
    """Return where in the list to put something; what is no place in it is its end."""
    return min(int(text), last) if text.isdecimal() else last


class QuestionCreateView(GuardedFormMixin, OriginalCreateView):
    pass


class QuestionEditView(GuardedFormMixin, EditView):
    pass


class QuestionDeleteView(GuardedDeleteView):
    """Refuses a question that something names, and says what."""

    @cached_property
    def uses(self) -> list[Use]:
        options = set(self.object.options.values_list("pk", flat=True))
        return [*uses_of_options(options, but_question=self.object.pk), *uses_of_number(self.object.pk)]

    def get_usage(self) -> None:
        """Wagtail counts what names the question itself, and not what names its options."""

    def get_usage_url(self) -> None:
        return None

    def run_before_hook(self) -> Any:
        """Look for others that would keep the question only when this page has nothing to say itself."""
        return None if self.uses else super().run_before_hook()

    def form_valid(self, form: Any) -> HttpResponse:
        if self.uses:
            return self.render_to_response(self.get_context_data(form=form))
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "uses": self.uses, "is_protected": bool(self.uses)}
