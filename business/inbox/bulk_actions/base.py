"""One act on many cases: those that were ticked, or all that the listing's address asks for.

What is confirmed is what is done. The confirmation carries the cases that it showed, so that none that comes in
meanwhile is acted on unseen; and the address is asked again, so that one that no longer belongs there is left alone.
Each case is a transaction of its own: what cannot be done to one stops no other, and is named with its reason.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db import Error, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from business.core.requests import row_key

from .. import services
from ..incoming.about import with_subjects
from ..listing import Selection, order_named
from ..models import Case, CaseQuerySet, Message

__all__ = ["MOST", "BulkForm", "CaseBulkAction", "Result"]

log = logging.getLogger(__name__)

MOST = 1000  # cases at a time: a browser must not wait for minutes
SHOWN = 10


class BulkForm(forms.Form):
    """What every confirmation carries: the cases that it showed, and the newest message there was then."""

    cases = forms.RegexField(r"\A[0-9]{1,18}(,[0-9]{1,18})*\Z", widget=forms.HiddenInput)
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, action: CaseBulkAction, **kwargs: Any) -> None:
        self.action = action
        super().__init__(*args, label_suffix="", **kwargs)

    def clean_cases(self) -> list[int]:
        return [int(key) for key in self.cleaned_data["cases"].split(",")][:MOST]


@dataclass
class Result:
    """What came of it: how many were done, and which could not be, with the reason."""

    done: int = 0
    refused: list[tuple[Case, str]] = field(default_factory=list)
    left_alone: int = 0

    @property
    def is_whole(self) -> bool:
        return not self.refused and not self.left_alone


class CaseBulkAction(PermissionCheckedMixin, BulkAction):
    """What the acts on many cases share."""

    models = [Case]
    permission_required = "change"
    template_name = "inbox/bulk/confirm.html"
    result_template_name = "inbox/bulk/result.html"
    form_class = BulkForm
    question: Any = ""
    button: Any = ""
    button_class = ""

    def __init__(self, request: HttpRequest, model: type[Case]) -> None:
        super().__init__(request, model)
        if self.next_url == request.path:  # none was given, or one that leads elsewhere
            self.next_url = reverse("inbox:index")

    def act(self, case: Case, data: dict[str, Any]) -> None:
        """Do it to one case.

        Raises:
            NotAllowedError: it cannot be done. The text is the reason.
        """
        raise NotImplementedError

    # --- Which cases

    @cached_property
    def takes_all(self) -> bool:
        return "all" in self.request.GET.getlist("id")

    @cached_property
    def selection(self) -> Selection:
        return Selection(self.request)

    @cached_property
    def not_understood(self) -> list[str]:
        """What the address of all that match asks for, and the listing does not know."""
        return self.selection.dropped() if self.takes_all else []

    def asked_for(self) -> CaseQuerySet:
        """The cases that the address means now, in the listing's order.

        An address that is not understood means none: without a filter that is gone it would mean far more than what
        somebody chose.
        """
        if self.takes_all:
            return Case.objects.none() if self.not_understood else self.selection.cases(to_read=True)
        keys = [row_key(key) for key in self.request.GET.getlist("id")]
        return (
            Case.objects.for_user(self.request.user).filter(pk__in=keys).order_by(*order_named("-received_at").fields)
        )

    @cached_property
    def shown(self) -> list[int]:
        """The cases of this confirmation: when it is drawn again, those that it had."""
        if self.request.method == "POST":
            form = self.get_form()
            form.full_clean()
            if keys := form.cleaned_data.get("cases"):
                return keys
        return list(self.asked_for().values_list("pk", flat=True)[:MOST])

    def still_there(self, keys: Iterable[int]) -> list[Case]:
        found = self.asked_for().filter(pk__in=keys)
        return list(with_subjects(found).select_related("topic", "unit", "owner"))

    # --- The confirmation

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "action": self}

    def get_initial(self) -> dict[str, Any]:
        if self.request.method == "POST":
            return {}
        newest = Message.objects.order_by("-pk").values_list("pk", flat=True).first()
        return {"cases": ",".join(map(str, self.shown)), "seen": newest or 0}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # Not Wagtail's: it would fetch every case to show a few.
        return {
            "view": self,
            "form": kwargs.pop("form", None) or self.get_form(),
            "header_title": self.display_name,
            "header_icon": "mail",
            "breadcrumbs_items": [
                {"url": reverse("wagtailadmin_home"), "label": _("Home")},
                {"url": reverse("inbox:index"), "label": _("Inbox")},
                {"url": "", "label": self.display_name},
            ],
            "next": self.next_url,
            "not_understood": ", ".join(self.not_understood),
            "submit_url": self.request.get_full_path(),
            **self.get_shown(),
            **kwargs,
        }

    def get_shown(self) -> dict[str, Any]:
        first = self.still_there(self.shown[:SHOWN])
        count = len(self.shown)
        total = self.asked_for().count() if self.takes_all and count == MOST else count
        return {"cases": first, "count": count, "more": count - len(first), "total": total, "most": MOST}

    # --- The act

    def form_valid(self, form: BulkForm) -> HttpResponse:
        data = dict(form.cleaned_data)
        keys = data.pop("cases")
        cases = self.still_there(keys)
        result = self.run(cases, data)
        result.left_alone = len(keys) - len(cases)
        if result.is_whole:
            messages.success(self.request, self.get_done(result.done))
            return redirect(self.next_url)
        context = self.get_context_data(form=form, result=result, done=self.get_done(result.done))
        return self.response_class(self.request, [self.result_template_name], context, using=self.template_engine)

    def form_invalid(self, form: BulkForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def run(self, cases: list[Case], data: dict[str, Any]) -> Result:
        result = Result()
        for case in cases:
            if reason := self.try_one(case, data):
                result.refused.append((case, reason))
            else:
                result.done += 1
        return result

    def try_one(self, case: Case, data: dict[str, Any]) -> str:
        """Do it to one case, whole or not at all; return why not."""
        try:
            with transaction.atomic():
                self.act(case, data)
        except services.NotAllowedError as error:
            return str(error)
        except Error:
            log.exception("Bulk action %s on case %s", self.action_type, case.number)
            return _("It could not be saved. Try this case again.")
        return ""

    def get_done(self, count: int) -> str:
        return ngettext("%(count)s case was updated.", "%(count)s cases were updated.", count) % {"count": count}
