"""Rules of the finder: their list in words, their form, their end."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.actions.delete import DeleteAction
from wagtail.admin import messages
from wagtail.admin.ui.tables import BaseColumn
from wagtail.admin.widgets import BooleanRadioSelect
from wagtail.log_actions import log
from wagtail.snippets.views.snippets import EditView

from business.core.admin_bases import OriginalCreateView, RegisterFilterSet
from business.core.sorting import fold
from business.core.translation import source_locale
from business.guides.models import GuidePage

from ..choices import QuestionChoices
from ..examples.links import FinderLinks
from ..examples.words import conditions_of
from ..models import Rule
from ..rules.deleted import DELETED, kept_of
from ..rules.logic import can_apply
from ..rules.questions import read_book, rule_data
from .base import FinderButtonMixin, GuardedDeleteView, GuardedFormMixin, OriginalsIndexView

__all__ = ["RuleCreateView", "RuleDeleteView", "RuleEditView", "RuleFilterSet", "RuleIndexView"]

CONDITIONS = ("options__option__question", "limits__question")


def _guides_with_rules(_request: Any) -> QuerySet:
    return GuidePage.objects.filter(finder_rules__locale=source_locale()).distinct().order_by("sort_key", "pk")


class RuleFilterSet(RegisterFilterSet):
    guide = django_filters.ModelChoiceFilter(label=_("Guide"), queryset=_guides_with_rules)
    option = django_filters.ChoiceFilter(
        label=_("Option"), choices=lambda: QuestionChoices().options(), method="by_option"
    )
    holds = django_filters.BooleanFilter(label=_("Holds today"), method="by_today", widget=BooleanRadioSelect)

    class Meta:
        model = Rule
        fields = ["guide", "effect"]

    def by_option(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(options__option=value).distinct()

    def by_today(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        holds = Rule.objects.on(timezone.localdate()).values("pk")
        return queryset.filter(Q(pk__in=holds) if value else ~Q(pk__in=holds))


class RuleIndexView(OriginalsIndexView):
    is_searchable = True

    @cached_property
    def columns(self) -> list[BaseColumn]:
        columns = super().columns
        for column in columns:
            if column.sort_key == "guide":
                column.sort_key = "guide__sort_key"
        return columns

    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().select_related("guide").prefetch_related(*CONDITIONS)

    def search_queryset(self, queryset: QuerySet) -> QuerySet:
        """Find rules by their guide, their reason and their conditions, å like Å on every database."""
        if not self.is_searching:
            return queryset
        words = fold(self.search_query).split()
        texts = ((rule.pk, fold(" ".join([rule.guide.title, rule.why, *conditions_of(rule)]))) for rule in queryset)
        return queryset.filter(pk__in=[pk for pk, text in texts if all(word in text for word in words)])


class _RuleFormMixin(GuardedFormMixin):
    """Says so when the rule that is stored can never apply."""

    def save_action(self) -> HttpResponse:
        response = super().save_action()  # type: ignore[misc]
        view: Any = self
        book = read_book(None)
        rule = next((rule for rule in book.rules if rule.pk == view.object.pk), None)
        if rule and not can_apply(rule, book):
            text = _("The rule is stored, but no company can answer so that it applies. Look at its conditions.")
            messages.warning(view.request, text)
        return response


class RuleCreateView(_RuleFormMixin, OriginalCreateView):
    pass


class RuleEditView(FinderButtonMixin, _RuleFormMixin, EditView):
    finder_label = _("Try it in the finder")

    def finder_url(self) -> str:
        return FinderLinks(read_book(None)).for_rule(self.object.pk)


class DeleteRule(DeleteAction):
    """Deletes a rule and keeps in the log when it applied: whoever answered before is told that it is gone."""

    def _delete(self) -> Any:
        is_original = self.instance.locale_id == source_locale().pk
        data = kept_of(rule_data(self.instance)) if is_original else None
        with transaction.atomic():
            log(instance=self.instance, action=DELETED, user=self.user, deleted=True, data=data)
            return self.instance.delete()


class RuleDeleteView(GuardedDeleteView):
    action_class = DeleteRule
