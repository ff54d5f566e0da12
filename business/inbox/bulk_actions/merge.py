"""Merges several cases into the oldest of them."""

from __future__ import annotations

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .. import services
from ..models import Case
from .base import BulkForm, CaseBulkAction, Result

__all__ = ["MergeCases"]


class MergeCasesForm(BulkForm):
    """That the cases are one matter."""

    def clean_cases(self) -> list[int]:
        keys = super().clean_cases()
        if len(keys) < 2:
            self.add_error(None, _("Choose at least two cases to merge."))
        return keys


class MergeCases(CaseBulkAction):
    display_name = gettext_lazy("Merge")
    action_type = "merge"
    aria_label = gettext_lazy("Merge the selected cases")
    action_priority = 40
    form_class = MergeCasesForm
    button = gettext_lazy("Merge")
    target: Case | None = None

    @cached_property
    def question(self) -> str:
        oldest = Case.objects.filter(pk__in=self.shown).order_by("received_at", "pk").first()
        if oldest is None or len(self.shown) < 2:
            return _("Choose at least two cases to merge.")
        return _(
            "Are these about the same matter? All are merged into the oldest, %(number)s, and answered there."
        ) % {"number": oldest.number}

    def run(self, cases: list[Case], data: dict[str, Any]) -> Result:
        self.target, *others = sorted(cases, key=lambda case: (case.received_at, case.pk)) or [None]
        return super().run(others, data)

    def act(self, case: Case, data: dict[str, Any]) -> None:
        services.merge(case, self.target, self.request.user)

    def get_done(self, count: int) -> str:
        number = self.target.number if self.target else ""
        return ngettext(
            "%(count)s case is merged into %(number)s.", "%(count)s cases are merged into %(number)s.", count
        ) % {"count": count, "number": number}
