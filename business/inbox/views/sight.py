"""Who sees a case: the mark of secrecy, and colleagues who are let in."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import services
from ..forms import ActForm, LetInForm, LiftSecrecyForm, SecrecyForm
from ..models import Case
from .acting import ActView

__all__ = ["LetInView", "LiftSecrecyView", "SecrecyView"]


class SecrecyView(ActView):
    """Marks the case as under secrecy. Whoever does not have it, and may not see such cases, is led to the list."""

    name = "secrecy"
    form_class = SecrecyForm

    def carry_out(self, form: ActForm) -> Any:
        self.law = form.law if form.is_valid() else ""
        return super().carry_out(form)

    def act(self, ground: str, words: str, seen: int | None) -> None:
        services.mark_secret(self.case, self.request.user, self.law, words)
        self.is_still_seen = Case.objects.for_user(self.request.user).filter(pk=self.case.pk).exists()

    def done_at(self) -> str:
        return super().done_at() if self.is_still_seen else self.origin.url

    def get_done(self) -> str:
        if self.is_still_seen:
            return _("%(number)s is marked as under secrecy.") % {"number": self.case.number}
        return _("%(number)s is marked as under secrecy. Only whoever has it opens it now.") % {
            "number": self.case.number
        }


class LiftSecrecyView(ActView):
    name = "lift"
    form_class = LiftSecrecyForm
    done = gettext_lazy("%(number)s is no longer marked as under secrecy.")

    def act(self, reason: str, seen: int | None) -> None:
        services.lift_secrecy(self.case, self.request.user, reason)


class LetInView(ActView):
    name = "let_in"
    form_class = LetInForm

    def act(self, to: tuple[Any, Any], text: str, seen: int | None) -> None:
        self.colleague = to[0]
        services.let_in(self.case, self.request.user, self.colleague, text)

    def get_done(self) -> str:
        return _("%(user)s sees %(number)s now.") % {"user": self.colleague, "number": self.case.number}
