"""What is checked when an editor saves a question, a rule or an example company."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms.formsets import DELETION_FIELD_NAME
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from business.core.completeness import rows_to_keep
from business.core.translation import source_locale

from .choices import QuestionChoices, each_row, share_choices
from .enums import How, QuestionKind
from .models.questions import COUNT_PREFIX, RESERVED_KEYS, Question, ShownWhen
from .uses import named, uses_of_number, uses_of_options

__all__ = ["PersonaForm", "QuestionForm", "RuleForm"]

KEY_HELP = _("Leave it empty and it is made of the text. It stands in addresses that companies have saved.")
KEY_LENGTH = 60


class RowsForm(WagtailAdminModelForm):
    """A form with rows whose lists are shared. A translation has no rows of facts."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        share_choices(self, QuestionChoices(), but=self.instance.pk if isinstance(self.instance, Question) else None)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        locale = getattr(self.instance, "locale_id", None)
        for relation in getattr(self.instance, "rows_on_original", ()):
            if locale not in {None, source_locale().pk} and rows_to_keep(self, relation):
                self.refuse_rows(relation, _("A translation has none of these: they stand on the original."))
        return cleaned

    def rows(self, relation: str, *needed: str) -> Iterator[Any]:
        """Yield the rows that are kept and have these fields filled in rightly."""
        for row in rows_to_keep(self, relation):
            if not set(row.errors) & set(needed) and all(row.cleaned_data.get(name) is not None for name in needed):
                yield row

    def refuse_rows(self, relation: str, message: Any) -> None:
        """Put a message above the rows of a relation."""
        self.formsets[relation].non_form_errors().append(message)

    def refuse_repeated(self, relation: str, field: str, message: Any) -> None:
        """Refuse a row that chooses what a row above it has chosen."""
        seen: set[Any] = set()
        for row in self.rows(relation, field):
            chosen = row.cleaned_data[field].pk
            if chosen in seen:
                row.add_error(field, message)
            seen.add(chosen)


# --- Questions ------------------------------------------------------------------------------------------------------


def free_key(text: str, taken: Collection[str], reserved: Collection[str] = ()) -> str:
    """Return a key made of the text that is not taken.

    Raises:
        ValidationError: the text has no letter or figure to make a key of.
    """
    base = slugify(text)[: KEY_LENGTH - 3].strip("-_").removeprefix(COUNT_PREFIX)
    if not base:
        raise ValidationError(_("Write a key: none can be made of the text."))
    key, number = base, 2
    while key in taken or key in reserved:
        key, number = f"{base}-{number}", number + 1
    return key


def _make_optional(field: Any) -> None:
    field.required, field.help_text = False, KEY_HELP


class QuestionForm(RowsForm):
    """Keys are made of texts, what is in use stays, and no question waits for itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _make_optional(self.fields["slug"])
        each_row(self.formsets["options"], lambda row: _make_optional(row.fields["slug"]))

    def clean_slug(self) -> str:
        key, name = self.cleaned_data.get("slug", ""), self.cleaned_data.get("name", "")
        if key or not name:
            return key
        others = Question.objects.exclude(translation_key=self.instance.translation_key)
        return free_key(name, set(others.values_list("slug", flat=True)), RESERVED_KEYS)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._fill_keys()
        if self.instance.pk:
            self._keep_used_options()
            self._keep_used_kind(cleaned)
            self._refuse_circles()
        self._refuse_unanswerable(cleaned)
        return cleaned

    def _fill_keys(self) -> None:
        """Give each option a key of its own within the question."""
        taken: set[str] = set()
        without = []
        for row in self.rows("options", "name"):
            key = row.cleaned_data.get("slug")
            if key and key in taken:
                row.add_error("slug", _("Another option of this question has this key."))
            elif not key and "slug" not in row.errors:
                without.append(row)
            taken.add(key)
        for row in without:
            try:
                row.cleaned_data["slug"] = row.instance.slug = free_key(row.cleaned_data["name"], taken)
            except ValidationError as unmade:
                row.add_error("slug", unmade)
            taken.add(row.instance.slug)

    def _keep_used_options(self) -> None:
        """Put back options that are taken away although something names them, and say what does."""
        formset = self.formsets["options"]
        for row in formset.forms:
            taken_away = row.instance.pk and row.is_valid() and row.cleaned_data.get(DELETION_FIELD_NAME)
            if taken_away and (uses := uses_of_options([row.instance.pk], but_question=self.instance.pk)):
                _put_back(formset, row)
                message = _("“%(option)s” cannot be taken away yet. First change: %(uses)s.")
                self.refuse_rows("options", message % {"option": row.instance.name, "uses": named(uses)})

    def _keep_used_kind(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("kind") != QuestionKind.NUMBER and (uses := uses_of_number(self.instance.pk)):
            self.add_error("kind", _("Its numbers are used. First change: %(uses)s.") % {"uses": named(uses)})

    def _refuse_unanswerable(self, cleaned: dict[str, Any]) -> None:
        kind, options = cleaned.get("kind"), rows_to_keep(self, "options")
        if kind == QuestionKind.NUMBER and options:
            self.refuse_rows("options", _("A question that is answered by a number has no options."))
        if kind in {QuestionKind.ONE, QuestionKind.MANY} and cleaned.get("live") and not options:
            self.add_error("live", _("Nobody can answer it: write its options first."))

    def _refuse_circles(self) -> None:
        """Refuse a condition on the question's own options, or on a question that waits for this one."""
        waits_for: dict[int, set[int]] = defaultdict(set)
        others = ShownWhen.objects.filter(originals_of("question")).exclude(question=self.instance)
        for question, other in others.values_list("question", "option__question"):
            waits_for[question].add(other)
        for row in self.rows("shown_when", "option"):
            other = row.cleaned_data["option"].question
            if other.pk == self.instance.pk:
                row.add_error("option", _("A question cannot hang on its own options."))
            elif way := _way(waits_for, other.pk, self.instance.pk):
                names = Question.objects.in_bulk(way)
                circle = " → ".join([self.instance.name, *(names[key].name for key in way)])
                row.add_error("option", _("The questions would wait for each other: %(circle)s") % {"circle": circle})


def originals_of(relation: str) -> Q:
    """A condition on rows: what they belong to is an original."""
    return Q(**{f"{relation}__locale_id": source_locale().pk})


def _way(edges: dict[int, set[int]], start: int, end: int) -> list[int]:
    """Return the way from start to end, both included; empty if there is none."""
    ways, seen = deque([[start]]), {start}
    while ways:
        way = ways.popleft()
        if way[-1] == end:
            return way
        for following in sorted(edges[way[-1]] - seen):
            seen.add(following)
            ways.append([*way, following])
    return []


def _put_back(formset: Any, row: Any) -> None:
    """Show a row again that was taken away in the form."""
    data = formset.data.copy()
    data[row.add_prefix(DELETION_FIELD_NAME)] = ""
    formset.data = data
    for other in formset.forms:
        other.data = data
    row.cleaned_data[DELETION_FIELD_NAME] = False


# --- Rules ----------------------------------------------------------------------------------------------------------


class RuleForm(RowsForm):
    """Conditions that repeat or exclude each other are refused in their row."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.refuse_repeated("options", "option", _("This option stands in a row above already."))
        self.refuse_repeated("limits", "question", _("This question stands in a row above already."))
        _refuse_second_answer(row for row in self.rows("options", "option") if row.cleaned_data.get("how") == How.ALL)
        return cleaned


def _refuse_second_answer(rows: Iterable[Any]) -> None:
    """Refuse a second option of a question to which there is one answer."""
    answered: set[int] = set()
    for row in rows:
        question = row.cleaned_data["option"].question
        if question.kind == QuestionKind.ONE and question.pk in answered and "option" not in row.errors:
            row.add_error("option", _("Only one option of this question can be chosen, and a row above chooses one."))
        answered.add(question.pk)


# --- Example companies ----------------------------------------------------------------------------------------------


class PersonaForm(RowsForm):
    """An example company answers as a company can, and expects one thing of each guide."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.refuse_repeated("options", "option", _("This option stands in a row above already."))
        self.refuse_repeated("numbers", "question", _("This question stands in a row above already."))
        self.refuse_repeated("guides", "guide", _("This guide stands in a row above already."))
        _refuse_second_answer(self.rows("options", "option"))
        for row in self.rows("numbers", "question", "number"):
            _refuse_outside(row, row.cleaned_data["question"])
        return cleaned


def _refuse_outside(row: Any, question: Question) -> None:
    number = row.cleaned_data["number"]
    if question.minimum is not None and number < question.minimum:
        row.add_error("number", _("The question takes at least %(limit)s.") % {"limit": question.minimum})
    if question.maximum is not None and number > question.maximum:
        row.add_error("number", _("The question takes at most %(limit)s.") % {"limit": question.maximum})
