"""How the site is doing: a page for whoever looks after it, and the same for monitoring."""

from __future__ import annotations

import hmac
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from business.core import periodic
from business.core.requests import row_key

from ..enums import MailStatus
from ..models import OutboxMail
from ..operations import look, worst
from ..operations.acting import send_waiting
from ..operations.looking import FETCH_JOB, Section
from ..operations.parts import Act, State
from ..outbox import held
from ..permissions import can_operate, can_work

__all__ = ["OperationsView", "monitor"]

SHOWN = 100  # held mails at a time
MOST_CHOSEN = 200


class OperationsView(WagtailAdminTemplateMixin, TemplateView):
    """What waits, what has stopped and what to do about it. Who acts here must be allowed to work with cases too."""

    template_name = "inbox/operations.html"
    page_title = gettext_lazy("Operations")
    header_icon = "cogs"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_operate(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_work(request.user):
            raise PermissionDenied
        acts = {
            Act.SEND: self.send,
            Act.FETCH: self.fetch,
            Act.START: self.start,
            Act.RELEASE: self.release,
            Act.SETTLE: self.settle,
        }
        name = request.POST.get("act", "")
        if name not in Act:
            raise Http404
        acts[Act(name)]()
        return redirect("inbox_operations")

    # --- What can be done

    def send(self) -> None:
        done = send_waiting(timezone.now())
        said = ngettext("%(count)s mail was sent.", "%(count)s mails were sent.", done.sent) % {"count": done.sent}
        if not done.left:
            messages.success(self.request, said if done.sent else _("No mail was due."))
            return
        left = ngettext("%(count)s mail waits on", "%(count)s mails wait on", done.left) % {"count": done.left}
        messages.warning(self.request, f"{said} {left}{f': {done.error}' if done.error else ''}.")

    def fetch(self) -> None:
        job = periodic.jobs.get(FETCH_JOB)
        if job is None:
            raise Http404
        if periodic.run_now(job):
            messages.success(self.request, _("The mailbox was read."))
        else:
            messages.error(self.request, _("The mailbox could not be read. The log says why."))

    def start(self) -> None:
        if held.start_sending(self.request.user, timezone.now()):
            messages.success(self.request, _("Mail is sent again. What is held waits until you have decided."))
        else:
            messages.warning(self.request, _("Somebody has looked already: mail is being sent."))

    def release(self) -> None:
        count = held.release(self.chosen(), self.request.user)
        self.tell(count, ngettext("%(count)s mail is sent.", "%(count)s mails are sent.", count))

    def settle(self) -> None:
        count = held.settle(self.chosen(), self.request.user)
        self.tell(count, ngettext("%(count)s mail is not sent.", "%(count)s mails are not sent.", count))

    def chosen(self) -> list[int]:
        """Return the keys of the mails that were ticked; what is no key is left out."""
        keys = (row_key(value) for value in self.request.POST.getlist("mail")[:MOST_CHOSEN])
        return [key for key in keys if key]

    def tell(self, count: int, said: str) -> None:
        if count:
            messages.success(self.request, said % {"count": count})
        else:
            messages.warning(self.request, _("Choose at least one mail that is held."))

    # --- What is shown

    @cached_property
    def sections(self) -> list[Section]:
        return look(timezone.now())

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = OutboxMail.objects.filter(status=MailStatus.HELD).select_related("case").order_by("created_at", "pk")
        readings = [one for section in self.sections for one in section.readings]
        return {
            **super().get_context_data(**kwargs),
            "sections": self.sections,
            "state": worst(readings),
            "pressing": [one for one in readings if one.state in (State.BAD, State.NOTICE)],
            "held": list(waiting[:SHOWN]),
            "can_work": can_work(self.request.user),
            "release": Act.RELEASE,
            "settle": Act.SETTLE,
            "looked_at": timezone.localtime(),
        }


@never_cache
def monitor(request: HttpRequest) -> JsonResponse:
    """Say the same to a monitor that sends ``Authorization: Bearer`` with `settings.MONITOR_TOKEN`: 503 when it is red.

    Without a token in the settings there is no such address.
    """
    if not settings.MONITOR_TOKEN:
        raise Http404
    told = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(told.encode(), settings.MONITOR_TOKEN.encode()):
        raise PermissionDenied
    now = timezone.now()
    try:
        readings = [one for section in look(now) for one in section.readings]
    except Error as error:
        return JsonResponse({"state": State.BAD, "database": type(error).__name__}, status=503)
    state = worst(readings)
    checks = {one.name: one.for_monitoring() for one in readings}
    answer = {"state": state, "at": now.isoformat(), "checks": checks}
    return JsonResponse(answer, status=503 if state == State.BAD else 200)
