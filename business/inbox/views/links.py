"""Sends the sender the way to their own page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .. import services
from ..contact_details import shown_address
from .acting import ActView

__all__ = ["SendLinkView"]


class SendLinkView(ActView):
    name = "link"

    def act(self, seen: int | None) -> None:
        services.send_link(self.case, self.request.user)

    def get_done(self) -> str:
        email = shown_address(self.case.email, self.sees_contact)
        return _("The link is on its way to %(email)s.") % {"email": email}
