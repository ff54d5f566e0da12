"""Two cases that are one, and one that is two after all."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .. import services
from ..forms import MergeForm
from ..models import Case
from .acting import ActView

__all__ = ["MergeView", "UnmergeView"]


class MergeView(ActView):
    """Merges the case with another, and leads there."""

    name = "merge"
    form_class = MergeForm

    def act(self, number: Case, seen: int | None) -> None:
        self.into = services.merge(self.case, number, self.request.user)

    def done_at(self) -> str:
        return self.origin.keep(reverse(self.case_url_name, args=[self.into.pk]))

    def get_done(self) -> str:
        return _("%(number)s has been merged into %(into)s. Continue here.") % {
            "number": self.case.number,
            "into": self.into.number,
        }


class UnmergeView(ActView):
    name = "unmerge"
    done = _("%(number)s is a separate case again.")

    def act(self, seen: int | None) -> None:
        services.unmerge(self.case, self.request.user)
