"""Questions, rules, example companies, business events and journeys in the admin, in one menu."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.base import ViewSetGroup

from business.core.admin_bases import PageListing, PlainRegisterViewSet, RegisterViewSet

from .columns import LinesColumn, StateColumn
from .examples.words import conditions_of, options_of, period_of, when_asked
from .forms import PersonaForm, QuestionForm, RuleForm
from .models import BusinessEvent, JourneyPage, Persona, Question, Rule
from .views.personas import PersonaCreateView, PersonaEditView, PersonaIndexView
from .views.questions import (
    QuestionCreateView,
    QuestionDeleteView,
    QuestionEditView,
    QuestionIndexView,
    QuestionReorderView,
)
from .views.rules import RuleCreateView, RuleDeleteView, RuleEditView, RuleFilterSet, RuleIndexView

__all__ = [
    "BusinessEventViewSet",
    "FinderGroup",
    "JourneyListing",
    "PersonaViewSet",
    "QuestionViewSet",
    "RuleViewSet",
]

FINDER_MENU = "register_finder_menu_item"


def _period(item: Any) -> str:
    return period_of(item, timezone.localdate())


class FormTemplates:
    """Forms that show what a change would break."""

    create_template_name = "planning/create.html"
    edit_template_name = "planning/edit.html"
    delete_template_name = "planning/confirm_delete.html"


class QuestionViewSet(FormTemplates, RegisterViewSet):
    model = Question
    icon = "help"
    menu_hook = FINDER_MENU
    menu_order = 10
    list_display = [
        "name",
        Column("kind", label=_("Answered by"), accessor="get_kind_display"),
        Column("options", label=_("Options"), accessor=options_of, classname="rule-text", width="28%"),
        LinesColumn("asked", label=_("Asked"), accessor=when_asked, classname="rule-text", width="24%"),
        Column("rule_number", label=_("Rules")),
    ]
    edit_handler = ObjectList(
        [FieldPanel("name", heading=_("Question")), *Question.panels[1:]], base_form_class=QuestionForm
    )
    sort_order_field = "position"
    index_view_class = QuestionIndexView
    add_view_class = QuestionCreateView
    edit_view_class = QuestionEditView
    delete_view_class = QuestionDeleteView
    reorder_view_class = QuestionReorderView


class RuleViewSet(FormTemplates, RegisterViewSet):
    model = Rule
    icon = "list-ul"
    menu_hook = FINDER_MENU
    menu_order = 20
    list_display = [
        "guide",
        "effect",
        LinesColumn("conditions", label=_("When"), accessor=conditions_of, classname="rule-text", width="45%"),
        Column("period", label=_("Holds"), accessor=_period),
    ]
    edit_handler = ObjectList(Rule.panels, base_form_class=RuleForm)
    filterset_class = RuleFilterSet
    index_view_class = RuleIndexView
    add_view_class = RuleCreateView
    edit_view_class = RuleEditView
    delete_view_class = RuleDeleteView


class PersonaViewSet(FormTemplates, PlainRegisterViewSet):
    model = Persona
    icon = "group"
    menu_hook = FINDER_MENU
    menu_order = 30
    list_display = [
        "name",
        StateColumn("wrong", label=_("Today"), good=_("Comes out right"), unasked=_("Not of today")),
        Column("period", label=_("Holds"), accessor=_period),
        Column("note", label=_("Who it is"), classname="rule-text", width="40%"),
    ]
    search_fields = ["name", "note"]
    search_backend_name = None
    edit_handler = ObjectList(Persona.panels, base_form_class=PersonaForm)
    index_view_class = PersonaIndexView
    add_view_class = PersonaCreateView
    edit_view_class = PersonaEditView


class BusinessEventViewSet(RegisterViewSet):
    model = BusinessEvent
    icon = "calendar-alt"
    menu_hook = FINDER_MENU
    menu_order = 40
    list_display = ["name", "slug"]


class JourneyListing(PageListing):
    model = JourneyPage
    name = "journeys"
    menu_label = _("Journeys")
    icon = "order"
    add_to_admin_menu = False
    menu_hook = FINDER_MENU
    menu_order = 50
    ordering = "sort_key"
    facts = ("event", "trade")
    related = ("event", "trade")


class FinderGroup(ViewSetGroup):
    """The menu of whatever the finder is made of."""

    menu_label = pgettext_lazy("a menu in the admin", "Permit finder")
    menu_icon = "help"
    menu_order = 115
    submenu_hook = FINDER_MENU
