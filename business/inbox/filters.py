"""What the listing of cases can be narrowed to."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.filters import WagtailFilterSet

from business.core.registers import RegisterChoices
from business.organisation.models import Unit

from .enums import CaseStatus
from .models import Case, CaseQuerySet, Topic

__all__ = ["ATTENTION", "MINE", "NOBODY", "CaseFilterSet"]

MINE, NOBODY = "me", "nobody"
ATTENTION = [
    ("open", _("Open: somebody has something to do")),
    ("due", _("To be answered today, not late yet")),
    ("late", _("Late: the promised day has passed")),
    ("failed", _("Mail could not be sent")),
]


def topics() -> list[tuple[str, str]]:
    return RegisterChoices(Topic, ("order", "sort_key")).choices


def units() -> list[tuple[str, str]]:
    """The units that have or may get cases."""
    concerned = Unit.objects.filter(
        Q(Exists(Topic.objects.filter(unit=OuterRef("pk")))) | Q(Exists(Case.objects.filter(unit=OuterRef("pk"))))
    )
    return RegisterChoices(Unit, slug__in=concerned.values("slug")).choices


class CaseFilterSet(WagtailFilterSet):
    """Filters of the inbox. Each is in the address, so that a view of it can be kept as a bookmark."""

    attention = django_filters.ChoiceFilter(
        label=_("Needs attention"),
        choices=ATTENTION,
        empty_label=_("All"),
        method="by_attention",
        widget=forms.RadioSelect,
    )
    owner = django_filters.ChoiceFilter(
        label=_("Who has it"), empty_label=_("All"), method="by_owner", widget=forms.RadioSelect
    )
    status = django_filters.MultipleChoiceFilter(
        label=_("State"), choices=CaseStatus.choices, distinct=False, widget=forms.CheckboxSelectMultiple
    )
    topic = django_filters.MultipleChoiceFilter(
        label=_("Topic"),
        field_name="topic__slug",
        choices=topics,
        distinct=False,
        widget=forms.CheckboxSelectMultiple,
    )
    unit = django_filters.MultipleChoiceFilter(
        label=_("Unit"),
        field_name="unit__slug",
        choices=units,
        distinct=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Case
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = (
            get_user_model()
            .objects.filter(Exists(Case.objects.filter(owner=OuterRef("pk"))))
            .exclude(pk=self.request.user.pk)
            .order_by("first_name", "last_name", "pk")
        )
        self.filters["owner"].extra["choices"] = [
            (MINE, pgettext_lazy("who has the case", "Me")),
            (NOBODY, _("Nobody")),
            *((str(user.pk), str(user)) for user in others),
        ]

    def by_attention(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        now = timezone.now()
        return {
            "open": cases.open,
            "due": lambda: cases.due(now),
            "late": lambda: cases.late(now),
            "failed": cases.with_failed_mail,
        }[value]()

    def by_owner(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        if value == NOBODY:
            return cases.filter(owner__isnull=True)
        return cases.filter(owner=self.request.user if value == MINE else value)
