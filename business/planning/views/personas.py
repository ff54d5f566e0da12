"""Example companies: their list with whether they hold, and their form."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.models import Page
from wagtail.snippets.views.snippets import CreateView, EditView

from business.core.admin_bases import PlainRegisterIndexView

from ..examples.guard import read_shown_book
from ..examples.links import FinderLinks
from ..examples.personas import Example, Miss, example_of, misses
from ..examples.words import miss_in_words
from ..models import Persona
from ..rules.rulebook import RuleBook
from .base import FinderButtonMixin

__all__ = ["PersonaCreateView", "PersonaEditView", "PersonaIndexView", "misses_in_words"]

ROWS = ("options__option__question", "numbers__question", "guides__guide")


def misses_in_words(missed: dict[int, tuple[Miss, ...]]) -> dict[int, list[str]]:
    """Return what comes out otherwise than it must, in words, by example company; one query."""
    guides = {miss.guide for found in missed.values() for miss in found}
    titles = dict(Page.objects.filter(pk__in=guides).values_list("pk", "title"))
    return {pk: [miss_in_words(miss, titles) for miss in found] for pk, found in missed.items()}


class PersonaIndexView(PlainRegisterIndexView):
    """Each with whether it holds today."""

    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().prefetch_related(*ROWS)

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        book, today = read_shown_book(), timezone.localdate()
        examples = [example_of(persona) for persona in context["object_list"]]
        wrong = misses_in_words({example.pk: misses(book, example, today) for example in examples})
        for persona in context["object_list"]:
            persona.wrong = wrong[persona.pk] if persona.holds_on(today) else None
        return context


class _PersonaFormMixin:
    """Stores also what does not hold, since that is how a change of law is prepared, and says so."""

    def save_action(self) -> HttpResponse:
        response = super().save_action()  # type: ignore[misc]
        view: Any = self
        example = _stored(view.object.pk)
        wrong = misses_in_words({example.pk: misses(read_shown_book(), example, timezone.localdate())})[example.pk]
        if wrong:
            text = gettext(
                "Stored, but the finder says something else today. That is right if the rules are to change."
            )
            lines = format_html_join("", "<li>{}</li>", ((line,) for line in wrong))
            messages.warning(view.request, format_html("{}<ul>{}</ul>", text, lines))
        return response


def _stored(pk: int) -> Example:
    return example_of(Persona.objects.prefetch_related(*ROWS).get(pk=pk))


class PersonaCreateView(_PersonaFormMixin, CreateView):
    pass


class PersonaEditView(FinderButtonMixin, _PersonaFormMixin, EditView):
    finder_label = _("Open in the finder")

    @cached_property
    def _book(self) -> RuleBook:
        return read_shown_book()

    @cached_property
    def _example(self) -> Example:
        return _stored(self.object.pk)

    def finder_url(self) -> str:
        return FinderLinks(self._book).for_example(self._example)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        wrong = misses_in_words({0: misses(self._book, self._example, timezone.localdate())})[0]
        return {**super().get_context_data(**kwargs), "wrong": wrong, "speaks_today": self._speaks_today()}

    def _speaks_today(self) -> bool:
        return self._example.holds_on(timezone.localdate())
