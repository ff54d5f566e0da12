"""Sending on what belongs to another authority."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from .. import services
from ..forms import ActForm, ForwardForm
from .acting import GoesOn

__all__ = ["ForwardView"]


class ForwardView(GoesOn):
    """Sends on what the sender wrote. Whoever may not see contact details sends no personal number in full."""

    name = "forward"
    form_class = ForwardForm

    def carry_out(self, form: ActForm) -> HttpResponse:
        self.closing = form.closing if form.is_valid() else None
        return super().carry_out(form)

    def act(self, **data: Any) -> None:
        self.authority = data["authority"]
        services.forward(
            self.case,
            self.request.user,
            data["authority"],
            data["note"],
            data["said"],
            data["enclosed"],
            in_full=data.get("in_full", False),
            tells_note=data.get("tells_note", False),
            closing=self.closing,
            seen=data["seen"],
        )

    def ends_it(self) -> bool:
        return self.closing is not None

    def get_done(self) -> str:
        values = {"number": self.case.number, "authority": self.authority.name}
        if not self.case.email:
            return (
                _("%(number)s is on its way to %(authority)s. The sender has no e-mail address: call them.") % values
            )
        return _("%(number)s is on its way to %(authority)s. The sender is told when it has been sent.") % values
