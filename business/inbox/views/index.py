"""The listing of cases."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import quote
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.ui.tables import BaseColumn
from wagtail.admin.views import generic

from business.core.registers import RegisterChoices

from ..clock import due
from ..columns import CellColumn, NumberColumn
from ..models import Case, CaseQuerySet, Topic

__all__ = ["CaseIndexView"]


class CaseIndexView(generic.IndexView):
    """Every case the user may see, newest first."""

    any_permission_required = ["view"]
    page_title = _("Inbox")
    default_ordering = "-received_at"
    case_url_name = ""
    is_searchable = True

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        # Cases leave by a decision to release them, not as a spreadsheet that anybody asks for in the address.
        self.is_export = False

    def get_base_queryset(self) -> CaseQuerySet:
        return Case.objects.for_user(self.request.user).for_listing()

    def search_queryset(self, queryset: CaseQuerySet) -> CaseQuerySet:
        return queryset.containing(self.search_query) if self.is_searching else queryset

    def order_queryset(self, queryset: CaseQuerySet) -> CaseQuerySet:
        ordered = super().order_queryset(queryset)
        return ordered.order_by(*ordered.query.order_by, "-pk")  # the same order on every page of the list

    @cached_property
    def columns(self) -> list[BaseColumn]:
        # Only what has a sort key here can be asked for in the address.
        return [
            NumberColumn("number", label=_("Case number"), sort_key="received_at", get_url=self.get_case_url),
            CellColumn("subject", label=_("Subject")),
            CellColumn("company", label=_("Company")),
            CellColumn("topic", label=_("Topic"), sort_key="topic__order"),
            CellColumn("state", label=_("State")),
            CellColumn("due", label=pgettext_lazy("inbox", "Answer by"), sort_key="limit_at"),
            CellColumn("owner", label=_("Who has it")),
        ]

    def get_case_url(self, case: Case) -> str:
        return reverse(self.case_url_name, args=[quote(case.pk)])

    def get_table(self, object_list: Any) -> Any:
        """Give every case of the page its topic in the user's language and its day in words."""
        names, now = RegisterChoices(Topic).names, timezone.now()
        cases = list(object_list)
        for case in cases:
            case.topic_name = names.get(case.topic.slug, case.topic.name)
            case.spoken_due = due(case, now)
        return super().get_table(cases)
