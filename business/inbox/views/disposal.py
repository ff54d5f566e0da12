"""Disposal in the admin: what may go, what was proposed, looked through and decided, and what went."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from business.core.requests import row_key

from ..disposal import deciding, holds
from ..disposal.protocol import as_csv, as_json
from ..disposal.rules import scope_in_words
from ..enums import DisposalState, ItemState
from ..flow import NotAllowedError
from ..forms.disposal import HoldForm, WhyForm
from ..models import Case, Disposal, DisposalHold, DisposalItem, DisposalProtocol, DisposalRule
from ..permissions import can_approve_disposal, can_keep_disposal_rules, can_propose_disposal, can_see_disposal

__all__ = [
    "ActView",
    "DisposalView",
    "DisposalsView",
    "HoldsView",
    "ItemView",
    "ProposeView",
    "ProtocolView",
    "ReleaseView",
]

log = logging.getLogger(__name__)

PAGE, ITEMS = 25, 100


def _page(rows: QuerySet[Any], request: HttpRequest, number: int) -> Page:
    return Paginator(rows, number).get_page(row_key(request.GET.get("p", "")) or 1)


class DisposalPage(WagtailAdminTemplateMixin, TemplateView):
    """What the pages of disposal share: the right is asked for before anything is looked for."""

    header_icon = "bin"
    may: Callable[[Any], bool] = staticmethod(can_see_disposal)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.may(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def today(self) -> datetime.date:
        return timezone.localdate(timezone=timezone.get_default_timezone())

    def may_read(self, keys: Iterable[int]) -> set[int]:
        """Return which of these cases the user may read; of the others the pages tell number and days."""
        return set(Case.objects.for_user(self.request.user).filter(pk__in=keys).values_list("pk", flat=True))

    def get_trail(self) -> list[dict[str, Any]]:
        return []

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        first = {"url": reverse("disposals"), "label": pgettext("disposal", "Disposal")}
        return [*self.breadcrumbs_items, first, *self.get_trail()]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        rights = {
            "can_propose": can_propose_disposal(user),
            "can_approve": can_approve_disposal(user),
            "can_keep_rules": can_keep_disposal_rules(user),
        }
        return super().get_context_data(**{**rights, **kwargs})


class DisposalsView(DisposalPage):
    """The rules that apply, with what each finds today, and all disposals, latest first."""

    template_name = "inbox/disposal/index.html"
    page_title = pgettext_lazy("disposal", "Disposal")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    @cached_property
    def header_buttons(self) -> list[Any]:
        rules = reverse(DisposalRule.snippet_viewset.get_url_name("list"))
        buttons = [HeaderButton(_("Disposal rules"), url=rules, icon_name="clipboard-list")]
        if can_propose_disposal(self.request.user):
            buttons.append(HeaderButton(_("Stops of disposal"), url=reverse("disposal_holds"), icon_name="lock"))
        return buttons

    def get_rules(self) -> list[tuple[DisposalRule, int]]:
        cases = Case.objects.for_user(self.request.user)
        rules = DisposalRule.objects.on(self.today).select_related("topic")
        return [(rule, deciding.found_by(rule, cases, self.today).count()) for rule in rules]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        counted = Disposal.objects.annotate(
            cases=Count("items", filter=~Q(items__state__in=[ItemState.OUT, ItemState.DROPPED])),
            gone=Count("items", filter=Q(items__state=ItemState.DONE)),
        )
        return super().get_context_data(
            rules=self.get_rules(),
            holds=DisposalHold.objects.on(self.today).count(),
            page=_page(counted.order_by("-proposed_at", "-pk"), self.request, PAGE),
            **kwargs,
        )


class ProposeView(DisposalPage):
    """Writes down which cases may go by a rule, and leads to the list."""

    http_method_names = ["post"]
    may = staticmethod(can_propose_disposal)

    def post(self, request: HttpRequest) -> HttpResponse:
        rule = get_object_or_404(DisposalRule, pk=row_key(request.POST.get("rule", "")))
        try:
            disposal = deciding.propose(rule, request.user, self.today)
        except NotAllowedError as error:
            messages.warning(request, str(error))
            return redirect("disposals")
        messages.success(request, _("The proposal is made. Look it through: the archivist decides."))
        return redirect("disposal", disposal.pk)


class DisposalView(DisposalPage):
    """One disposal: by which rule, how far it has come, and its cases."""

    template_name = "inbox/disposal/disposal.html"

    @cached_property
    def disposal(self) -> Disposal:
        return get_object_or_404(Disposal.objects.select_related("protocol"), pk=self.kwargs["pk"])

    def get_page_title(self) -> str:
        return _("Disposal %(number)s") % {"number": self.disposal.pk}

    def get_trail(self) -> list[dict[str, Any]]:
        return [{"url": "", "label": self.get_page_title()}]

    @cached_property
    def header_buttons(self) -> list[Any]:
        if self.disposal.state != DisposalState.DONE:
            return []
        url = reverse("disposal_protocol", args=[self.disposal.pk])
        return [HeaderButton(_("Protocol"), url=url, icon_name="doc-full")]

    def get_counts(self) -> list[tuple[str, int]]:
        states = self.disposal.items.order_by().values_list("state").annotate(number=Count("pk"))
        counts = dict(states)
        return [(str(state.label), counts[state.value]) for state in ItemState if state.value in counts]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        disposal, user = self.disposal, self.request.user
        page = _page(disposal.items.order_by("received_at", "pk"), self.request, ITEMS)
        undecided = disposal.state in (DisposalState.PROPOSED, DisposalState.SENT_BACK)
        context = super().get_context_data(
            disposal=disposal,
            scope=scope_in_words(disposal.rule_text),
            counts=self.get_counts(),
            page=page,
            visible=self.may_read([item.case_id for item in page.object_list]),
            is_open=undecided,
            is_proposed=disposal.state == DisposalState.PROPOSED,
            is_sent_back=disposal.state == DisposalState.SENT_BACK,
            is_own=disposal.proposed_by_id == user.pk,
            words_form=kwargs.pop("words_form", None) or WhyForm(prefix="words"),
            out_form=kwargs.pop("out_form", None),
            **kwargs,
        )
        if context["is_proposed"] and context["can_approve"]:
            context["seen"] = deciding.print_of(disposal)
        context["can_look_through"] = undecided and (context["can_propose"] or context["can_approve"])
        return context


class ActView(DisposalView):
    """Decides about a disposal. What was typed stays when it could not be done."""

    http_method_names = ["post"]
    acts: dict[str, Callable[[Any], bool]] = {
        "approve": can_approve_disposal,
        "send_back": can_approve_disposal,
        "propose_again": can_propose_disposal,
        "withdraw": can_propose_disposal,
    }
    told = {
        "approve": gettext_lazy(
            "Approved. The cases are disposed of within minutes; the protocol is written when all is done."
        ),
        "send_back": gettext_lazy("The proposal has been sent back."),
        "propose_again": gettext_lazy("The proposal stands before the archivist again."),
        "withdraw": gettext_lazy("The proposal is withdrawn. Nothing has been disposed of."),
    }

    def post(self, request: HttpRequest, pk: int, act: str) -> HttpResponse:
        may = self.acts.get(act)
        if may is None:
            raise Http404
        if not may(request.user):
            raise PermissionDenied
        form = WhyForm(request.POST, prefix="words") if act == "send_back" else None
        if form is not None and not form.is_valid():
            messages.error(request, _("Something needs to be corrected. Nothing has been done yet."))
            return self.render_to_response(self.get_context_data(words_form=form), status=422)
        try:
            self.decide(act, form)
        except deciding.ListChangedError as error:
            messages.warning(request, str(error))
            return self.render_to_response(self.get_context_data(), status=409)
        except NotAllowedError as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, str(self.told[act]))
        return redirect("disposal", pk)

    def decide(self, act: str, form: WhyForm | None) -> None:
        disposal, user = self.disposal, self.request.user
        if act == "approve":
            deciding.approve(disposal, user, seen=self.request.POST.get("seen", ""))
        elif act == "send_back" and form is not None:
            deciding.send_back(disposal, user, form.cleaned_data["why"])
        elif act == "propose_again":
            deciding.propose_again(disposal, user)
        else:
            deciding.withdraw(disposal)


class ItemView(DisposalView):
    """Takes a case out of a disposal, with a reason, or puts it back. Opened by hand it asks for the reason."""

    http_method_names = ["get", "post"]

    @cached_property
    def item(self) -> DisposalItem:
        items = self.disposal.items.select_related("disposal", "case")
        return get_object_or_404(items, pk=self.kwargs["item"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (can_propose_disposal(request.user) or can_approve_disposal(request.user)):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(out_form=WhyForm(prefix="out"), item=self.item))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        back = request.POST.get("act") == "put_back"
        form = WhyForm(request.POST, prefix="out")
        if not back and not form.is_valid():
            return self.render_to_response(self.get_context_data(out_form=form, item=self.item), status=422)
        try:
            if back:
                number = deciding.put_back(self.item, request.user)
            else:
                number = deciding.take_out(self.item, request.user, form.cleaned_data["why"])
        except NotAllowedError as error:
            messages.warning(request, str(error))
        else:
            told = (
                ngettext("%(count)d case put back.", "%(count)d cases put back.", number)
                if back
                else ngettext("%(count)d case taken out.", "%(count)d cases taken out.", number)
            )
            messages.success(request, told % {"count": number})
        return redirect("disposal", self.disposal.pk)


class ProtocolView(DisposalPage):
    """What went, as it was written down: a page that prints, and with ``export`` a file."""

    template_name = "inbox/disposal/protocol.html"

    @cached_property
    def protocol(self) -> DisposalProtocol:
        return get_object_or_404(DisposalProtocol.objects.select_related("disposal"), disposal=self.kwargs["pk"])

    def get_page_title(self) -> str:
        return _("Protocol of disposal %(number)s") % {"number": self.protocol.disposal_id}

    def get_trail(self) -> list[dict[str, Any]]:
        url = reverse("disposal", args=[self.protocol.disposal_id])
        label = _("Disposal %(number)s") % {"number": self.protocol.disposal_id}
        return [{"url": url, "label": label}, {"url": "", "label": _("Protocol")}]

    @cached_property
    def header_buttons(self) -> list[Any]:
        return [
            HeaderButton(_("Download JSON"), url="?export=json", icon_name="download"),
            HeaderButton(_("Download CSV"), url="?export=csv", icon_name="download"),
        ]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        kind = request.GET.get("export")
        if kind is None:
            return super().get(request, *args, **kwargs)
        if kind == "json":
            response: Any = HttpResponse(as_json(self.protocol), content_type="application/json; charset=utf-8")
        elif kind == "csv":
            response = StreamingHttpResponse(as_csv(self.protocol), content_type="text/csv; charset=utf-8")
        else:
            raise Http404
        name = f"gallringsprotokoll-{self.protocol.disposal_id}.{kind}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        log.info("User %s exported the protocol of disposal %s", request.user.pk, self.protocol.disposal_id)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        disposal = self.protocol.disposal
        items = disposal.items.order_by("received_at", "pk")
        gone = [item for item in items if item.state == ItemState.DONE]
        return super().get_context_data(
            protocol=self.protocol,
            disposal=disposal,
            scope=scope_in_words(disposal.rule_text),
            gone=gone,
            visible=self.may_read([item.case_id for item in gone]),
            others=[item for item in items if item.state != ItemState.DONE],
            totals={name: sum(getattr(item, name) for item in gone) for name in ("messages", "mails", "files")},
            **kwargs,
        )


class HoldsView(DisposalPage):
    """What stops disposal, now and before, and a form to stop it."""

    template_name = "inbox/disposal/holds.html"
    page_title = gettext_lazy("Stops of disposal")
    may = staticmethod(can_propose_disposal)

    def get_trail(self) -> list[dict[str, Any]]:
        return [{"url": "", "label": self.get_page_title()}]

    def get_form(self, data: Any = None) -> HoldForm:
        cases = Case.objects.for_user(self.request.user)
        return HoldForm(data, cases=cases, initial={"number": self.request.GET.get("number", "")[:20]})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kept = DisposalHold.objects.select_related("case", "topic", "unit").order_by("-placed_at", "-pk")
        rows = [(hold, hold.stops_on(self.today)) for hold in kept]
        return super().get_context_data(
            form=kwargs.pop("form", None) or self.get_form(),
            running=[hold for hold, stops in rows if stops],
            ended=[hold for hold, stops in rows if not stops],
            visible=self.may_read([hold.case_id for hold in kept if hold.case_id]),
            lift_form=kwargs.pop("lift_form", None) or WhyForm(prefix="lift"),
            **kwargs,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.get_form(request.POST)
        if not form.is_valid():
            messages.error(request, _("Something needs to be corrected. Nothing has been done yet."))
            return self.render_to_response(self.get_context_data(form=form), status=422)
        scope = dict(form.cleaned_data)
        try:
            holds.place(request.user, case=scope.pop("number"), why=scope.pop("why"), **scope)
        except NotAllowedError as error:
            form.add_error(None, str(error))
            return self.render_to_response(self.get_context_data(form=form), status=409)
        messages.success(request, _("Disposal is stopped."))
        return redirect("disposal_holds")


class ReleaseView(HoldsView):
    """Lifts a stop, with a reason."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("disposal_holds")

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        hold = get_object_or_404(DisposalHold, pk=pk)
        form = WhyForm(request.POST, prefix="lift")
        if not form.is_valid():
            messages.error(request, _("Say why the stop is lifted. Nothing has been done yet."))
            return self.render_to_response(self.get_context_data(lift_form=form, lifted=hold.pk), status=422)
        try:
            holds.release(hold, request.user, form.cleaned_data["why"])
        except NotAllowedError as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, _("The stop is lifted."))
        return redirect("disposal_holds")
