"""The report of facts to check, and the one click that says: checked, unchanged."""

from __future__ import annotations

import datetime
from typing import Any

import django_filters
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.views.reports import ReportView

from business.core.models import originals
from business.organisation.models import Unit

from ..checks import CHECKED_ROWS, guides_due, read_due
from ..models import AuthorityArea, CheckTask, GuidePage
from ..permissions import can_keep_facts
from ..services import confirm_fact, confirm_guide, finish_task

__all__ = ["ConfirmView", "FactsToCheckView"]

WHEN = [
    ("today", gettext_lazy("Due now")),
    ("30", gettext_lazy("Due within 30 days")),
    ("90", gettext_lazy("Due within 90 days")),
    ("law", gettext_lazy("A law has changed")),
    ("all", gettext_lazy("All facts")),
]


class DueFilterSet(WagtailFilterSet):
    when = django_filters.ChoiceFilter(
        label=gettext_lazy("When"), choices=WHEN, empty_label=None, method="by_day", null_label=None
    )
    checked_by = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Unit"), queryset=lambda _request: Unit.objects.filter(originals())
    )
    area = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Area"), queryset=lambda _request: AuthorityArea.objects.filter(originals())
    )

    class Meta:
        model = GuidePage
        fields: list[str] = []

    def _add_locale_filter(self) -> None:
        """Facts exist once: there is no language to choose."""

    def by_day(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(has_task=True) if value == "law" else queryset


class FactsToCheckView(ReportView):
    """The guides on which something is to be checked, each with its facts."""

    page_title = gettext_lazy("Facts to check")
    header_icon = "check"
    index_url_name = "guide_checks"
    index_results_url_name = "guide_checks_results"
    results_template_name = "guides/checks/results.html"
    filterset_class = DueFilterSet
    paginate_by = 20
    is_export = False
    model = GuidePage

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_keep_facts(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.is_export = False

    @cached_property
    def today(self) -> datetime.date:
        return timezone.localdate()

    @cached_property
    def by(self) -> datetime.date | None:
        """The day until which facts are due; None for all of them."""
        when = self.request.GET.get("when", "today")
        days = {"30": 30, "90": 90}.get(when, 0)
        return None if when == "all" else self.today + datetime.timedelta(days=days)

    def get_base_queryset(self) -> Any:
        guides = guides_due(self.by, self.today).select_related("area", "checked_by")
        unit, never_first = F("checked_by__sort_key").asc(nulls_last=True), F("next_check_on").asc(nulls_first=True)
        return guides.order_by(unit, never_first, "sort_key", "pk")

    def get_queryset(self) -> Any:
        return self.get_base_queryset()

    def get_filterset_kwargs(self) -> dict[str, Any]:
        return {**super().get_filterset_kwargs(), "queryset": self.get_base_queryset()}

    def decorate_paginated_queryset(self, object_list: Any) -> Any:
        return read_due(object_list, self.by or self.today, self.today)

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        return {**context, "confirm_url": reverse("guide_checks_confirm"), "here": self._here()}

    def _here(self) -> str:
        """Return the address of the whole report as it is filtered now: what a filter fetches is only a part of it."""
        chosen = self.request.GET.copy()
        chosen.pop("_w_filter_fragment", None)
        return f"{reverse('guide_checks')}?{chosen.urlencode()}"


class ConfirmView(View):
    """Says of one fact, of a whole guide or of a law that changed: checked, unchanged."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        if not can_keep_facts(request.user):
            raise PermissionDenied
        try:
            self._confirm(request.POST)
        except (ObjectDoesNotExist, ValueError, OverflowError):
            messages.error(request, _("That fact is no longer there. The list below is new."))
        return redirect(self._way_back())

    def _confirm(self, sent: Any) -> None:
        user, today = self.request.user, timezone.localdate()
        relation = sent.get("relation", "")
        if relation not in {*CHECKED_ROWS, "guide", "task"}:
            raise Http404
        self._refuse_others(relation, sent)
        if relation in CHECKED_ROWS:
            row = confirm_fact(int(sent.get("page", "")), relation, int(sent.get("row", "")), user, today)
            messages.success(self.request, _("“%(fact)s” is noted as checked today.") % {"fact": row})
        elif relation == "guide":
            page = confirm_guide(int(sent.get("page", "")), user, today)
            messages.success(self.request, _("Everything on “%(guide)s” is noted as checked today.") % {"guide": page})
        else:
            task = finish_task(int(sent.get("row", "")), user)
            names = {"guide": task.page, "law": task.law}
            messages.success(self.request, _("“%(guide)s” is noted as compared with %(law)s.") % names)

    def _refuse_others(self, relation: str, sent: Any) -> None:
        """Refuse a guide that the user may not publish: some may publish one part of the site and not another."""
        if relation == "task":
            page = CheckTask.objects.open().select_related("page").get(pk=int(sent.get("row", ""))).page
        else:
            page = GuidePage.objects.get(pk=int(sent.get("page", "")))
        if not page.permissions_for_user(self.request.user).can_publish():
            raise PermissionDenied

    def _way_back(self) -> str:
        back = self.request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(back, {self.request.get_host()}, require_https=self.request.is_secure())
        return back if safe else reverse("guide_checks")
