"""Sending on what belongs to another authority."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from business.core.personal_number import seems_to_hold_personal_number

from .. import services
from ..forms import ForwardForm
from ..mails import forward_mail
from .acting import GoesOn

__all__ = ["ForwardView"]


class ForwardView(GoesOn):
    """Sends on what the sender wrote. Whoever may not see contact details sends no personal number in full."""

    name = "forward"
    form_class = ForwardForm

    def carry_out(self, form: Any) -> HttpResponse:
        is_valid = form.is_valid()
        self.closing = form.closing if is_valid else None
        if is_valid and "preview" in self.request.POST and self.sees_contact:  # the mail holds them
            return self.show_mail(form)
        return super().carry_out(form)

    def show_mail(self, form: ForwardForm) -> HttpResponse:
        """Show the mail exactly as it would be sent. That a personal number stands there in full is noted."""
        data, user = form.cleaned_data, self.request.user
        in_full = data.get("in_full", False)
        what = (data["authority"], data["note"], data["said"], data["enclosed"])
        form.preview = forward_mail(self.case, user, *what, in_full=in_full)
        for message in data["said"]:
            if in_full and seems_to_hold_personal_number(message.text):
                services.reveal(message.case, user, message)
        response = self.show_again(form, 200)
        if in_full:
            response["Cache-Control"] = "no-store"
        return response

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
