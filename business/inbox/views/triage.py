"""How a record is kept, decided by hand; and a personal number, shown in full to who needs it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from .. import services
from ..flow import conversation
from ..forms.records import TriageForm
from .acting import ActView

__all__ = ["RevealView", "TriageView"]


class TriageView(ActView):
    """Decides how the record is kept. The registrar may too, who works no case."""

    name = "triage"
    form_class = TriageForm
    permission_required = None
    any_permission_required = ["change", "hand_out"]
    done = _("How %(number)s is kept is decided.")

    def act(self, triage: str, registered_number: str, seen: int | None) -> None:
        services.triage(self.case, self.request.user, triage, registered_number)


class RevealView(ActView):
    """Shows one message with its personal numbers in full, once: the page that it answers with is not kept."""

    permission_required = "contact"

    def post(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        self.case = self.get_case(pk)
        message = get_object_or_404(conversation(self.case).select_related("case"), pk=kwargs["message"])
        services.reveal(message.case, request.user, message)
        response = self.draw(revealed=message.pk)
        response["Cache-Control"] = "no-store"
        return response
