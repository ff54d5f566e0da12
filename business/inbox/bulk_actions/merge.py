"""Merges several cases into the oldest of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .. import services
from ..duplicates import senders
from ..models import Case
from .base import SHOWN, BulkForm, CaseBulkAction, Result

__all__ = ["MergeCases"]


class MergeCasesForm(BulkForm):
    """That the cases are one matter, also where they come from different senders."""

    one_matter = forms.BooleanField(
        label=gettext_lazy("Yes, it is one matter, though the senders differ"),
        required=False,
        help_text=gettext_lazy(
            "When you answer, you choose who gets the answer. Nobody sees what another sender wrote."
        ),
    )

    def clean_cases(self) -> list[int]:
        keys = super().clean_cases()
        if len(keys) < 2:
            self.add_error(None, _("Choose at least two cases to merge."))
        return keys

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("one_matter") and len(senders(cleaned.get("cases", ()), self.action.request.user)) > 1:
            self.add_error("one_matter", _("The cases come from different senders. Confirm that they are one matter."))
        return cleaned


class MergeCases(CaseBulkAction):
    display_name = gettext_lazy("Merge")
    action_type = "merge"
    aria_label = gettext_lazy("Merge the selected cases")
    action_priority = 40
    form_class = MergeCasesForm
    template_name = "inbox/bulk/merge.html"
    button = gettext_lazy("Merge")
    target: Case | None = None

    @cached_property
    def oldest(self) -> Case | None:
        """The one that the confirmation names, whatever has become of it since."""
        cases = Case.objects.for_user(self.request.user).filter(pk__in=self.shown)
        return cases.order_by("received_at", "pk").first()

    @cached_property
    def question(self) -> str:
        if self.oldest is None or len(self.shown) < 2:
            return _("Choose at least two cases to merge.")
        return _(
            "Are these about the same matter? All are merged into the oldest, %(number)s, and answered there."
        ) % {"number": self.oldest.number}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        different = found if len(found := senders(self.shown, self.request.user)) > 1 else []
        if not different:
            del context["form"].fields["one_matter"]
        return {**context, "senders": different[:SHOWN], "more_senders": len(different) - SHOWN}

    def run(self, cases: list[Case], data: dict[str, Any]) -> Result:
        self.target = next((case for case in cases if case == self.oldest), None)
        others = [case for case in cases if case != self.target]
        return super().run(sorted(others, key=lambda case: (case.received_at, case.pk)), data)

    def act(self, case: Case, data: dict[str, Any]) -> None:
        """Merge into the case that was confirmed: no other takes its place."""
        if self.target is None:
            raise services.NotAllowedError(
                _("%(number)s no longer belongs to these cases, so nothing is merged into it.")
                % {"number": self.oldest.number if self.oldest else ""}
            )
        services.merge(case, self.target, self.request.user)

    def get_done(self, count: int) -> str:
        number = self.oldest.number if self.oldest else ""
        return ngettext(
            "%(count)s case is merged into %(number)s.", "%(count)s cases are merged into %(number)s.", count
        ) % {"count": count, "number": number}
