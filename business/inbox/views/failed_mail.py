"""What is done about a mail that failed: sent once more, or settled. Each mail has a form of its own."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from .. import services
from ..forms import ActForm, SendAgainForm
from .acting import MailActView

__all__ = ["SendAgainView", "SettleView"]


class SendAgainView(MailActView):
    """Sends once more what failed."""

    name = "again"
    form_class = SendAgainForm

    def get_form(self) -> ActForm:
        return self.form_class(self.case, self.request.POST, mail=self.mail, prefix=f"again-{self.mail.pk}")

    def show_again(self, form: ActForm, status: int) -> HttpResponse:
        failed = [(mail, form if mail.pk == self.mail.pk else other) for mail, other in self.get_failed()]
        return self.draw(status, failed=failed)

    def act(self, to: str, seen: int | None) -> None:
        services.send_again(self.mail, self.request.user, to)

    def get_done(self) -> str:
        return _("The mail is on its way again.")


class SettleView(MailActView):
    """Notes that a mail that failed needs no further try."""

    name = "settle"
    done = _("Noted: the mail is not sent again.")

    def act(self, seen: int | None) -> None:
        services.settle(self.mail, self.request.user)
