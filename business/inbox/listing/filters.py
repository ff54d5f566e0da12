"""What the listing of cases can be narrowed to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django_filters
from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet

from business.core.registers import RegisterChoices
from business.organisation.models import Unit

from ..enums import CaseStatus, Channel
from ..models import Case, CaseQuerySet, Standing, Topic
from ..permissions import can_watch_records
from .saved_views import as_query_dict, read

__all__ = ["ATTENTION", "MINE", "NOBODY", "UNDECIDED", "CaseFilterSet", "topics", "units"]

MINE, NOBODY = "me", "nobody"
UNDECIDED = "undecided"
ATTENTION = [
    ("open", _("Open: somebody has something to do")),
    ("due", _("To be answered today, not late yet")),
    ("late", _("Late: the promised day has passed")),
    ("failed", _("Mail could not be sent")),
    ("held", _("Mail is held after a restore")),
    ("resume", _("Follow up: the day has come")),
    ("waiting", _("Waiting for the sender")),
    ("quarantine", _("In quarantine: looks like spam from a robot")),
    (UNDECIDED, _("Nobody has decided how the record is kept")),
]


def attention(user: Any) -> list[tuple[str, Any]]:
    """What is asked for oftenest; how records are kept is for those who look after that."""
    return [one for one in ATTENTION if one[0] != UNDECIDED or can_watch_records(user)]


def topics() -> list[tuple[str, Any]]:
    return RegisterChoices(Topic, ("order", "sort_key")).choices


def units() -> list[tuple[str, Any]]:
    """The units that have or may get cases: names of the register, which tell nothing of a case."""
    concerned = Unit.objects.filter(
        Q(Exists(Topic.objects.filter(unit=OuterRef("pk")))) | Q(Exists(Case.objects.filter(unit=OuterRef("pk"))))
    )
    return RegisterChoices(Unit, slug__in=concerned.values("slug")).choices


def people(user: Any) -> list[tuple[str, Any]]:
    """Whoever has a case that the user sees, the user first."""
    others = (
        get_user_model()
        .objects.filter(Exists(Case.objects.listed_for(user).filter(owner=OuterRef("pk"))))
        .exclude(pk=user.pk)
        .order_by("first_name", "last_name", "pk")
    )
    return [
        (MINE, pgettext_lazy("who has the case", "Me")),
        (NOBODY, _("Nobody")),
        *((str(other.pk), str(other)) for other in others),
    ]


def _several(label: Any, **kwargs: Any) -> django_filters.MultipleChoiceFilter:
    return django_filters.MultipleChoiceFilter(
        label=label, distinct=False, widget=forms.CheckboxSelectMultiple, **kwargs
    )


class CaseFilterSet(WagtailFilterSet):
    """Filters of the inbox. Each is in the address, so that a view of it can be kept as a bookmark.

    ``chosen`` is what the address asks for. What is not known there is left out, so the form is never wrong.
    """

    data: QueryDict

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
    status = _several(_("State"), choices=CaseStatus.choices)
    topic = _several(_("Topic"), field_name="topic__slug")
    unit = _several(_("Unit"), field_name="unit__slug")
    channel = _several(_("Channel"), choices=Channel.choices)
    received = django_filters.DateFromToRangeFilter(
        label=_("Received"), field_name="received_at", widget=DateRangePickerWidget
    )

    class Meta:
        model = Case
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Lists, not callables: those would ask the database each time a choice is looked at.
        for name, choices in (
            ("attention", attention(self.request.user)),
            ("owner", people(self.request.user)),
            ("topic", topics()),
            ("unit", units()),
        ):
            self.filters[name].extra["choices"] = choices
        fields = {name: one.field for name, one in self.filters.items()}
        self.chosen = read(dict(self.data.lists()), fields)
        self.data = as_query_dict(self.chosen.query)

    def by_attention(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        now = timezone.now()
        kinds: dict[str, Callable[[], CaseQuerySet]] = {
            "open": cases.open,
            "due": lambda: cases.due(now),
            "late": lambda: cases.late(now),
            "failed": cases.with_failed_mail,
            "held": cases.with_held_mail,
            "resume": lambda: cases.to_resume(now),
            "waiting": lambda: cases.filter(status=CaseStatus.WAITING_SENDER),
            "quarantine": lambda: cases.filter(status=CaseStatus.QUARANTINED),
            UNDECIDED: cases.untriaged,
        }
        return kinds[value]()

    def by_owner(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        """What is mine is also what I do for those who are away today."""
        if value == NOBODY:
            return cases.filter(owner__isnull=True)
        if value == MINE:
            return cases.filter(owner__in=Standing.of(self.request.user, timezone.localdate()).people)
        return cases.filter(owner=value)
