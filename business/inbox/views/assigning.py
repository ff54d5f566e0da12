"""Who has a case: given to somebody, taken over from a colleague, moved to the unit that it belongs to."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import drafts, services
from ..clock import due
from ..enums import ANSWERABLE
from ..forms import ActForm, AssignForm, NoteForm, RerouteForm, TakeOverForm
from .acting import ActView
from .base import InboxView

__all__ = ["AssignView", "RerouteView", "TakeOverView"]


class AssignView(ActView):
    name = "assign"
    form_class = AssignForm

    def act(self, to: tuple[Any, Any], text: str, seen: int | None) -> None:
        user, unit = to
        self.case = services.assign(self.case, self.request.user, user=user, unit=unit, text=text)

    def get_done(self) -> str:
        receiver = self.case.owner or self.case.unit
        return _("%(receiver)s has %(number)s now.") % {"receiver": receiver, "number": self.case.number}


class TakeOverView(ActView):
    """Takes a case from a colleague. Asked first, with whose it is: they may be in the middle of it."""

    name = "takeover"
    form_class = TakeOverForm
    done = _("%(number)s is yours.")

    def get(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        self.case = self.get_case(pk)
        if not self.can_ask():
            return super().get(request, pk, **kwargs)
        return self.ask(TakeOverForm(self.case, seen=self.seen, prefix=self.name))

    def can_ask(self) -> bool:
        """Whether a colleague has the case, and works on it."""
        return self.case.status in ANSWERABLE and self.case.owner_id not in (None, self.request.user.pk)

    def ask(self, form: ActForm, status: int = 200) -> HttpResponse:
        case, user = self.case, self.request.user
        context = InboxView.get_context_data(
            self,
            case=case,
            form=form,
            due=due(case, timezone.now()),
            others_here=drafts.others_here(case, user, timezone.now()),
            begun_by_others=drafts.begun_by_others(case, user),
            case_url=super().done_at(),
            takeover_url=self.origin.keep(reverse(self.act_url_name % self.name, args=[case.pk])),
        )
        self.template_name = "inbox/take_over.html"
        return self.render_to_response(context, status=status)

    def act(self, owner: int, text: str, seen: int | None) -> None:
        services.take_over(self.case, self.request.user, owner, text=text)

    def show_again(self, form: ActForm, status: int) -> HttpResponse:
        """Ask anew of whoever has it by now; if nobody has, what was typed stands as a note on the case's page."""
        if self.can_ask():
            form.data = form.data.copy()
            form.data["owner"] = self.case.owner_id
            return self.ask(form, status)
        text = form.data.get("text", "")
        forms = {"note": NoteForm(self.case, {"text": text, "seen": self.seen}, prefix="note")} if text else {}
        return self.draw(status, forms=forms)


class RerouteView(ActView):
    """Corrects what the case is about, and which unit it belongs to."""

    name = "reroute"
    form_class = RerouteForm

    def act(self, topic: Any, unit: Any, seen: int | None, to_unit: bool = False) -> None:
        self.case = services.reroute(self.case, self.request.user, topic, unit, to_unit=to_unit)

    def get_done(self) -> str:
        values = {"number": self.case.number, "topic": self.case.topic, "unit": self.case.unit}
        return _("%(number)s is about %(topic)s now, with %(unit)s.") % values
