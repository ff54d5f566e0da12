"""The inbox's own registers: what the office keeps so that cases can be worked."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import HelpPanel, ObjectList
from wagtail.admin.ui.tables import BaseColumn, BooleanColumn, Column
from wagtail.snippets.views.snippets import CreateView, EditView

from business.core.admin_bases import PlainRegisterIndexView, PlainRegisterViewSet
from business.core.columns import DayColumn
from business.core.models import originals

from .models import Absence, CannedReply, Membership, OfficeDay
from .owners import officers
from .variables import VARIABLES

__all__ = ["AbsenceViewSet", "CannedReplyViewSet", "MembershipViewSet", "OfficeDayViewSet"]


class VariablesPanel(HelpPanel):
    """Lists the words in braces and what each becomes."""

    class BoundPanel(HelpPanel.BoundPanel):
        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            return {**super().get_context_data(parent_context), "variables": VARIABLES}


class CannedReplyForm(WagtailAdminModelForm):
    """A reply is tied to a topic by its original, as cases are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].queryset = self.fields["topic"].queryset.filter(originals())
        self.fields["topic"].empty_label = _("All topics")


def _topic(reply: CannedReply) -> Any:
    return reply.topic.name if reply.topic else _("All topics")


class CannedReplyViewSet(PlainRegisterViewSet):
    """Texts that the composer of an answer offers."""

    model = CannedReply
    icon = "clipboard-list"
    menu_label = _("Canned replies")
    menu_name = "canned-replies"
    list_display = [
        "name",
        Column("language", label=_("Language"), accessor="get_language_display", sort_key="language"),
        Column("topic", label=_("Only for the topic"), accessor=_topic, sort_key="topic__sort_key"),
        BooleanColumn("in_use", label=_("Can be chosen")),
    ]
    list_filter = ["language", "in_use"]
    ordering = ["sort_key", "pk"]
    edit_handler = ObjectList(
        [
            *CannedReply.panels,
            VariablesPanel(heading=_("Words that are filled in"), template="inbox/variables.html"),
        ],
        base_form_class=CannedReplyForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[CannedReply]:
        return CannedReply.objects.select_related("topic")


class OfficeDayViewSet(PlainRegisterViewSet):
    """Days that differ from the ordinary hours. Running promises follow them at once (`promise.recount`)."""

    model = OfficeDay
    icon = "calendar-alt"
    menu_label = _("Closed days and short days")
    menu_name = "office-days"
    list_display = [
        "day",
        Column("hours", label=pgettext_lazy("of an office", "Hours"), accessor="hours_in_words"),
        "reason",
    ]
    ordering = ["-day"]
    edit_handler = ObjectList(
        [
            HelpPanel(
                _(
                    "Saturdays, Sundays, public holidays, Midsummer Eve, Christmas Eve and New Year's Eve are known "
                    "already. Promised dates are recalculated as soon as you save."
                )
            ),
            *OfficeDay.panels,
        ]
    )


class AbsenceForm(WagtailAdminModelForm):
    """Only people who work with cases are away from them, or stand in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("user", "substitute"):
            field, people = self.fields[name], officers()
            if held := getattr(self.instance, f"{name}_id"):
                # Who was named while they could still work stays, so that an old absence can be corrected.
                people = field.queryset.filter(Q(pk__in=people.values("pk")) | Q(pk=held))
            field.queryset = people


class _TellsOfChains:
    """Says where cases go when the substitute is away too: the rule is simple, its outcome is not."""

    def save_instance(self) -> Absence:
        absence = super().save_instance()  # type: ignore[misc]
        for other in absence.clashes():
            text = _(
                "%(user)s is also away from %(first)s to %(last)s. On days when both are away, cases go on to "
                "%(substitute)s."
            )
            values = {"user": other.user, "substitute": other.substitute}
            days = {"first": date_format(other.first_day, "j F"), "last": date_format(other.last_day, "j F")}
            messages.warning(self.request, text % {**values, **days})  # type: ignore[attr-defined]
        return absence


class PeopleIndexView(PlainRegisterIndexView):
    """Rows about people, sorted by their names."""

    @cached_property
    def columns(self) -> list[BaseColumn]:
        columns = super().columns
        for column in columns:
            if column.sort_key == "user":
                column.sort_key = "user__first_name"
        return columns


class AbsenceCreateView(_TellsOfChains, CreateView):
    pass


class AbsenceEditView(_TellsOfChains, EditView):
    pass


class AbsenceViewSet(PlainRegisterViewSet):
    """Who is away, and who is given their cases meanwhile."""

    model = Absence
    icon = "user"
    menu_label = _("Absence")
    menu_name = "absences"
    index_view_class = PeopleIndexView
    add_view_class = AbsenceCreateView
    edit_view_class = AbsenceEditView
    list_display = [
        "user",
        Column("substitute", label=_("Substitute"), accessor="substitute", sort_key="substitute__first_name"),
        DayColumn("first_day", label=_("First day"), sort_key="first_day"),
        DayColumn("last_day", label=_("Last day"), sort_key="last_day"),
    ]
    ordering = ["-first_day", "pk"]
    edit_handler = ObjectList(
        [
            HelpPanel(_("A case that is given to somebody who is away that day goes to the substitute.")),
            *Absence.panels,
        ],
        base_form_class=AbsenceForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Absence]:
        return Absence.objects.select_related("user", "substitute")


class MembershipForm(WagtailAdminModelForm):
    """Anybody with an account that is in use; who is no member of a group that sees cases sees none by this."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = self.fields["user"].queryset
        in_use = Q(is_active=True) | Q(pk=self.instance.user_id)
        self.fields["user"].queryset = people.filter(in_use).order_by("first_name", "last_name", "pk")


class MembershipViewSet(PlainRegisterViewSet):
    """Which units' cases an officer sees."""

    model = Membership
    icon = "group"
    menu_label = _("Members of units")
    menu_name = "members-of-units"
    index_view_class = PeopleIndexView
    list_display = ["user", Column("unit", label=_("Unit"), accessor="unit.name", sort_key="unit__sort_key")]
    list_filter = ["unit"]
    ordering = ["user__first_name", "user__last_name", "pk"]
    edit_handler = ObjectList(
        [
            HelpPanel(
                _(
                    "An officer sees the cases of their units and of the units that are part of them, those that they "
                    "have or stand in for, and those that they have been let into. What they may do there is decided "
                    "by their group."
                )
            ),
            *Membership.panels,
        ],
        base_form_class=MembershipForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return Membership.objects.select_related("user", "unit")
