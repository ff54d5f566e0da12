"""The listing of cases."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import quote
from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.ui.tables import BaseColumn, BulkActionsCheckboxColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import BaseButton, Button

from business.core.registers import RegisterChoices
from business.core.requests import row_key

from ..buttons import inbox_buttons
from ..clock import due
from ..listing import (
    ORDERS,
    PRESSING,
    CaseFilterSet,
    CellColumn,
    Count,
    NumberColumn,
    Selection,
    counters,
    views_for,
)
from ..models import Case, CaseQuerySet, SavedView, Topic
from .origin import in_list
from .saved import SavedViewForm

__all__ = ["CaseIndexView"]


class CaseIndexView(generic.IndexView):
    """Every case the user may see, first what is to be answered first; quarantined and merged ones if they are asked for.

    A case under secrecy that the user may not read stands there as a number and a state.
    """

    any_permission_required = ["view"]
    page_title = _("Inbox")
    default_ordering = PRESSING
    results_template_name = "inbox/index_results.html"
    case_url_name = export_url_name = ""
    is_searchable = True

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        # Wagtail's own spreadsheet would show what is masked, and holds everything in memory: see views/export.py.
        self.is_export = False

    @cached_property
    def selection(self) -> Selection:
        return Selection(self.request)

    @cached_property
    def filters(self) -> CaseFilterSet:
        return self.selection.filters

    def get_queryset(self) -> CaseQuerySet:
        return self.selection.cases()

    def get_valid_orderings(self) -> list[str]:
        return [sign + name for name in ORDERS for sign in ("", "-")]

    def get_ordering(self) -> str:
        return self.selection.order

    def paginate_queryset(self, queryset: CaseQuerySet, page_size: int) -> tuple[Paginator, Page, list[Case], bool]:
        """Find the page by its keys alone: what a row shows would else be looked up for every row that is skipped."""
        paginator, page, rows, has_others = super().paginate_queryset(queryset, page_size)
        keys, user = list(rows.values_list("pk", flat=True)), self.request.user
        cases = {
            case.pk: case for case in Case.objects.listed_for(user).filter(pk__in=keys).for_listing().told_to(user)
        }
        page.object_list = [cases[key] for key in keys if key in cases]
        return paginator, page, page.object_list, has_others

    @cached_property
    def columns(self) -> list[BaseColumn]:
        boxes = [BulkActionsCheckboxColumn("select", obj_type="case")] if self.user_has_permission("change") else []
        return [
            *boxes,
            NumberColumn(
                "number",
                label=_("Case number"),
                sort_key="received_at",
                get_url=self.get_case_url,
                get_title_id=lambda case: f"case_{case.pk}_title",
            ),
            CellColumn("subject", label=_("Subject")),
            CellColumn("company", label=_("Company")),
            CellColumn("topic", label=_("Topic"), sort_key="topic__order"),
            CellColumn("state", label=_("State")),
            CellColumn("due", label=pgettext_lazy("inbox", "Answer by"), sort_key="limit_at"),
            CellColumn("owner", label=_("Who has it")),
        ]

    def get_case_url(self, case: Case) -> str:
        """Return where the case is read; nothing for who may not."""
        if case.is_withheld:
            return ""
        return in_list(reverse(self.case_url_name, args=[quote(case.pk)]), self.query_of_page)

    @cached_property
    def query_of_page(self) -> str:
        """What the address asks for, and the page: a case that is opened here leads back to just this."""
        query = self.selection.query.copy()
        if page := row_key(self.request.GET.get("p", "")):
            query["p"] = str(page)
        return query.urlencode()

    def get_table(self, object_list: Any) -> Any:
        """Give every case of the page its topic in the user's language and its day in words."""
        names, now = RegisterChoices(Topic).names, timezone.now()
        cases = list(object_list)
        for case in cases:
            case.topic_name = names.get(case.topic.slug, case.topic.name)
            case.spoken_due = due(case, now)
        return super().get_table(cases)

    def get_counts(self) -> list[tuple[Count, bool]]:
        """Return the numbers above the listing, each with whether the listing shows just that."""
        shown = {key: values for key, values in self.selection.query.lists() if key != "ordering"}
        return [(one, shown == {k: [v] for k, v in one.query.items()}) for one in counters(self.request)]

    @cached_property
    def header_buttons(self) -> list[BaseButton]:
        return inbox_buttons(self.request)

    @cached_property
    def header_more_buttons(self) -> list[BaseButton]:
        if not self.user_has_permission("export"):
            return []
        url = f"{reverse(self.export_url_name)}?{self.selection.query.urlencode()}"
        return [Button(_("Export as CSV"), url=url, icon_name="download")]

    def get_views(self) -> list[tuple[SavedView, bool]]:
        """Return the saved views, each with whether it is what the listing shows."""
        shown = dict(self.selection.query.lists())
        return [(view, view.query == shown) for view in views_for(self.request.user)]

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            *args,
            can_work=self.user_has_permission("change"),
            counts=self.get_counts(),
            views=self.get_views(),
            save_form=SavedViewForm(instance=SavedView(owner=self.request.user), user=self.request.user),
            query=self.selection.query.urlencode(),
            dropped=self.selection.dropped(),
            hidden=self.selection.hidden(),
            **kwargs,
        )
