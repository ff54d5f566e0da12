"""The inbox on the admin's home page and in its menu."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import ngettext
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.sidebar import LinkMenuItem

from .buttons import inbox_buttons
from .clock import due
from .enums import DisposalState
from .listing import counters
from .models import Case, Disposal
from .permissions import can_approve_disposal, can_see_inbox, can_see_statistics
from .statistics import StatisticsForm, make_report

__all__ = ["AnswersPanel", "DisposalPanel", "InboxMenuItem", "InboxPanel", "ReportMenuItem"]


class InboxPanel(Component):
    """What waits, what is late, what failed and what is mine. Only for those who may see cases."""

    name = "inbox"
    template_name = "inbox/home_panel.html"
    order = 50
    shown = 5

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def is_shown(self) -> bool:
        return can_see_inbox(self.request.user)

    def render_html(self, parent_context: Mapping[str, Any] | None = None) -> Any:
        return super().render_html(parent_context) if self.is_shown() else ""

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        user, now = self.request.user, timezone.now()
        cases = Case.objects.for_user(user)
        pressing = list(cases.most_pressing().for_listing()[: self.shown])
        for case in pressing:
            case.spoken_due = due(case, now)
        return {
            "counts": counters(self.request),
            "pressing": pressing,
            "buttons": inbox_buttons(self.request),
            "request": self.request,
        }


class AnswersPanel(Component):
    """How soon this month's requests were answered, for those who follow the figures and read no case."""

    name = "answers"
    template_name = "inbox/answers_panel.html"
    order = 60
    figures = ("received", "waiting", "median_minutes", "within_1_share", "within_2_share")

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def is_shown(self) -> bool:
        return can_see_statistics(self.request.user) and not can_see_inbox(self.request.user)

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        now = timezone.now()
        form = StatisticsForm(QueryDict(), timezone.localdate(now, timezone.get_default_timezone()))
        form.full_clean()
        report = make_report(form, Case.objects.counted_for(self.request.user), now)
        rows = {row.key: row for row in report.summary.rows}
        return {"report": report, "rows": [rows[name] for name in self.figures]}


class DisposalPanel(Component):
    """What waits for the archivist's word."""

    name = "disposal"
    template_name = "inbox/disposal_panel.html"
    order = 70

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def proposals(self) -> list[Disposal]:
        if not can_approve_disposal(self.request.user):
            return []
        waiting = Disposal.objects.filter(state=DisposalState.PROPOSED)
        return list(waiting.exclude(proposed_by_id=self.request.user.pk).select_related("rule").order_by("pk"))

    def is_shown(self) -> bool:
        return bool(self.proposals)

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return {"proposals": self.proposals}


class InboxMenuItem(MenuItem):
    """The inbox in the menu, with the number of open cases that nobody has; its name also tells what is late or failed."""

    def is_shown(self, request: HttpRequest) -> bool:
        return can_see_inbox(request.user)

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        component = super().render_component(request)
        number = getattr(request, "inbox_summary", None)
        if number is None:
            number = Case.objects.listed_for(request.user).pressing(timezone.now())
        words = []
        if waiting := number["waiting"]:
            words.append(ngettext("%(count)s waiting", "%(count)s waiting", waiting) % {"count": waiting})
            component.attrs = {**component.attrs, "data-waiting": str(waiting) if waiting < 100 else "99+"}
        if late := number["late"]:
            words.append(ngettext("%(count)s late", "%(count)s late", late) % {"count": late})
        if failed := number["failed"]:
            words.append(ngettext("%(count)s mail failed", "%(count)s mails failed", failed) % {"count": failed})
        if words:
            component.attrs = {**component.attrs, "aria-label": ", ".join([str(self.label), *words])}
        return component


class ReportMenuItem(MenuItem):
    """A report in the menu, for those who may see it."""

    def __init__(self, may_see: Callable[[Any], bool], *args: Any, **kwargs: Any) -> None:
        self.may_see = may_see
        super().__init__(*args, **kwargs)

    def is_shown(self, request: HttpRequest) -> bool:
        return self.may_see(request.user)
