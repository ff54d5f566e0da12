"""The inbox on the admin's home page and in its menu."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.sidebar import LinkMenuItem

from .clock import due
from .filters import MINE, NOBODY
from .models import Case
from .permissions import can_see_inbox

__all__ = ["InboxMenuItem", "InboxPanel"]


@dataclass(frozen=True)
class Count:
    """A number on the home page, and the listing that holds what was counted."""

    name: str
    label: str
    number: int
    url: str
    icon: str
    alarming: bool = False


class InboxPanel(Component):
    """What waits, what is late, what failed and what is mine. Only for those who may see cases."""

    name = "inbox"
    template_name = "inbox/home_panel.html"
    order = 50
    shown = 5

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def is_shown(self) -> bool:
        return can_see_inbox(self.request.user)

    def render_html(self, parent_context: Mapping[str, Any] | None = None) -> Any:
        return super().render_html(parent_context) if self.is_shown() else ""

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        user, now = self.request.user, timezone.now()
        cases = Case.objects.for_user(user)
        pressing = list(cases.most_pressing().for_listing()[: self.shown])
        for case in pressing:
            case.spoken_due = due(case, now)
        return {"counts": self.counts(cases.summary(now, user)), "pressing": pressing, "request": self.request}

    def counts(self, number: dict[str, int]) -> list[Count]:
        def listing(**query: str) -> str:
            return f"{reverse('inbox:index')}?{urlencode(query)}"

        return [
            Count(
                "waiting",
                _("Waiting for somebody"),
                number["waiting"],
                listing(attention="open", owner=NOBODY),
                "mail",
            ),
            Count("due", _("To answer today"), number["due"], listing(attention="due"), "time"),
            Count("late", _("Late"), number["late"], listing(attention="late"), "warning", number["late"] > 0),
            Count("mine", _("Mine"), number["mine"], listing(attention="open", owner=MINE), "user"),
            Count(
                "failed",
                _("Mail failed"),
                number["failed"],
                listing(attention="failed"),
                "error",
                number["failed"] > 0,
            ),
        ]


class InboxMenuItem(MenuItem):
    """The inbox in the menu, with the number of open cases that nobody has."""

    def is_shown(self, request: HttpRequest) -> bool:
        return can_see_inbox(request.user)

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        component = super().render_component(request)
        if waiting := Case.objects.for_user(request.user).unowned().count():
            words = ngettext("%(count)s waiting", "%(count)s waiting", waiting) % {"count": waiting}
            component.attrs = {
                **component.attrs,
                "data-waiting": str(waiting) if waiting < 100 else "99+",
                "aria-label": f"{self.label}, {words}",
            }
        return component
