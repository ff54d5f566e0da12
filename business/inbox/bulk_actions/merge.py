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
    def oldest(self) -> Case | None:
        """The one that the confirmation names, whatever has become of it since."""
        return Case.objects.filter(pk__in=self.shown).order_by("received_at", "pk").first()

    @cached_property
    def question(self) -> str:
        if self.oldest is None or len(self.shown) < 2:
            return _("Choose at least two cases to merge.")
        return _(
            "Are these about the same matter? All are merged into the oldest, %(number)s, and answered there."
        ) % {"number": self.oldest.number}

    def run(self, cases: list[Case], data: dict[str, Any]) -> Result:
        self.target = next((case for case in cases if case == self.oldest), None)
        return super().run([case for case in cases if case != self.target], data)

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
