"""Hourly rates: what changes is shown before anything is stored."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import CreateView, EditView

from business.core.admin_bases import RefusedWhenStored

from ..rates import fingerprint, rate_changes

__all__ = ["HourlyRateCreateView", "HourlyRateEditView"]


class _ShowsChanges(RefusedWhenStored):
    """Shows every page and amount that changes, and stores only what has been shown."""

    confirm_template_name = "guides/hourly_rate_confirm.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "back" not in request.POST:
            return super().post(request, *args, **kwargs)  # type: ignore[misc]
        form = self.form = self.get_form()  # type: ignore[attr-defined]
        form.is_valid()
        return self.render_to_response(self.get_context_data(form=form))  # type: ignore[attr-defined]

    def form_valid(self, form: Any) -> HttpResponse:
        rate = form.instance
        changes = rate_changes(rate)
        shown = fingerprint(changes, rate)
        if self.request.POST.get("shown") == shown:  # type: ignore[attr-defined]
            return super().form_valid(form)  # type: ignore[misc]
        # Somebody else has changed something meanwhile, and what was shown no longer holds: the rate neither, perhaps.
        again = "shown" in self.request.POST  # type: ignore[attr-defined]
        if again and not self.is_valid(checked := self.get_form()):  # type: ignore[attr-defined]
            return self.form_invalid(checked)  # type: ignore[attr-defined]
        context = {
            "page_title": _("What the new hourly rate changes"),
            "header_title": _("What the new hourly rate changes"),
            "header_icon": "time",
            "form": form,
            "rate": rate,
            "ends": rate.predecessor(),
            "changes": changes,
            "guides": len({change.page.pk for change in changes}),
            "shown": shown,
            "again": again,
        }
        return render(self.request, self.confirm_template_name, context)  # type: ignore[attr-defined]


class HourlyRateCreateView(_ShowsChanges, CreateView):
    pass


class HourlyRateEditView(_ShowsChanges, EditView):
    pass
