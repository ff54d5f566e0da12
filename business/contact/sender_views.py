"""The sender's own page: to read by its address, to write on with a code from the mail.

Reading changes nothing: mail scanners open every link, and twice.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from business.inbox.enums import Helped, ScanState
from business.inbox.files import StoreError, as_download, sendable
from business.inbox.models import CaseLink
from business.inbox.sender_links import link_for_token
from business.inbox.senders_page import SendersPage, file_of, gone, senders_page
from business.inbox.services import NotAllowedError, add_message, choose_time, rate, send_code
from business.inbox.trace import sender_had_file
from business.users.addresses import address_seen_by_proxy

from .calendars import write_meeting
from .proofs import asked_for, range_of
from .sender_forms import ProvenForm, RatingForm, ReplyForm, TimeForm
from .uploads import accept_bounded, keep_files

__all__ = ["calendar", "file", "page"]

log = logging.getLogger(__name__)

HEADERS = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
}
DONE = {
    "reply": gettext_lazy("Your message has reached us. It stands last below."),
    "time": gettext_lazy("The time is booked."),
    "rating": gettext_lazy("Thank you for your answer."),
}
WHY_NO_FILE = {
    ScanState.WAITING: gettext_lazy("The file is being scanned for viruses. Try again in a minute."),
    ScanState.INFECTED: gettext_lazy("The file is malicious. It is locked and cannot be opened."),
    ScanState.GONE: gettext_lazy("The file is no longer kept with us."),
}


def _for_one_person(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Keep the answer out of caches, indexes and referrers, and answer an unknown token with 404."""

    @wraps(view)
    def guarded(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponseBase:
        link = link_for_token(token)
        if link is None:
            raise Http404
        why = gone(link, timezone.now())
        response = (
            render(request, "contact/sender_gone.html", {"why": why}, status=410)
            if why
            else view(request, link, **kwargs)
        )
        for name, value in HEADERS.items():
            response[name] = value
        # Nor into our own log, which would tell the token of what was refused.
        response._has_been_logged = True  # type: ignore[attr-defined]
        return response

    return guarded


# No cookie, so no token of Django's: what is sent is let through by a code, or a signed proof of one.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@_for_one_person
def page(request: HttpRequest, link: CaseLink) -> HttpResponse:
    """Show the case to its sender, or carry out what they ask for."""
    shown = senders_page(link.case)
    if request.method == "POST":
        return accept_bounded(request, lambda request: _accept(request, link, shown))
    return _show(request, link, shown)


@require_safe
@_for_one_person
def calendar(request: HttpRequest, link: CaseLink) -> HttpResponse:
    """Return the booked meeting as a calendar file."""
    meeting = senders_page(link.case).meeting
    if meeting is None:
        raise Http404
    response = HttpResponse(write_meeting(meeting, request.get_host()), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{link.case.number}.ics"'
    return response


@require_safe
@_for_one_person
def file(request: HttpRequest, link: CaseLink, key: str) -> HttpResponseBase:
    """Hand out a file that the page names, as a download; before a verdict on it, and for ever after a bad one, say why not."""
    found = file_of(link.case, int(key))
    if found is None:
        raise Http404
    if not found.is_handed_out:
        return _refuse_file(request, str(WHY_NO_FILE[ScanState(found.scan)]), 409)
    try:
        response = as_download(found)
    except StoreError:
        log.exception("File %s is not in the store", found.pk)
        return _refuse_file(request, _("The file cannot be read right now. Try again later, or call us."), 503)
    if request.method == "GET":
        sender_had_file(link.case, found.pk)
    return response


def _refuse_file(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    context = {"sentence": sentence, "page_url": reverse("sender_page", args=[_token(request)])}
    return render(request, "contact/sender_file.html", context, status=status)


def _forms(link: CaseLink, shown: SendersPage) -> dict[str, Callable[..., ProvenForm]]:
    """Return what the sender can do now: each form by its name, to be made of what was sent."""
    if not shown.may_act:
        return {}
    times = shown.may_choose(timezone.now())
    forms: dict[str, Callable[..., ProvenForm]] = {"reply": lambda *sent: ReplyForm(link, *sent)}
    if times:
        forms["time"] = lambda *sent: TimeForm(link, *sent, times=times)
    if shown.may_rate:
        forms["rating"] = lambda *sent: RatingForm(link, *sent, rating=shown.rating)
    return forms


def _show(
    request: HttpRequest,
    link: CaseLink,
    shown: SendersPage,
    status: int = 200,
    *,
    sent: ProvenForm | None = None,
    refused: str = "",
    told: str = "",
) -> HttpResponse:
    forms = {name: make() for name, make in _forms(link, shown).items()}
    if sent is not None:
        forms[sent.purpose] = sent
    context = {
        "shown": shown,
        "case": link.case,
        "link": link,
        "forms": forms,
        "sent": sent,
        "refused": refused,
        "told": told or DONE.get(request.GET.get("done", ""), ""),
        "token": _token(request),
        "calendar_url": reverse("sender_calendar", args=[_token(request)]),
    }
    return render(request, "contact/sender_page.html", context, status=status)


def _accept(request: HttpRequest, link: CaseLink, shown: SendersPage) -> HttpResponse:
    """Carry out what was sent, ask for a code first, or show the form again with everything that was typed."""
    name = request.POST.get("act", "")
    if not shown.may_act:
        return _show(request, link, shown, 403, refused=_("You cannot write here. Call us instead."))
    make = _forms(link, shown).get(name)
    if make is None:
        return _late(request, link, shown, name)
    form = make(request.POST, request.FILES)
    form.full_clean()
    if isinstance(form, ReplyForm):
        keep_files(form, request)
        form.need_something()
    wants_code = "send_code" in request.POST or not (form.has_asked or form.is_proven)
    if wants_code and form.is_valid():
        return _send_code(request, link, shown, form)
    # Also where something else is wrong: whoever has shown a code need not do it twice.
    proven = form.is_proven or (form.has_asked and form.show_code())
    if not (proven and form.is_valid()):
        return _show(request, link, shown, 422, sent=form)
    try:
        ACTS[name](request, link, form)
    except NotAllowedError as error:
        return _crossed(request, form, str(error))
    return _led_back(request, name)


def _led_back(request: HttpRequest, name: str) -> HttpResponse:
    # 303, so that reloading the page never sends the form again.
    return HttpResponseRedirect(f"{request.path}?done={name}#done", status=303)


def _crossed(request: HttpRequest, form: ProvenForm, why: str) -> HttpResponse:
    """Show the case as it is by now, with what was typed if it can still be sent."""
    link = link_for_token(_token(request))
    if link is None:
        raise Http404
    shown = senders_page(link.case)
    if form.purpose not in _forms(link, shown):
        return _show(request, link, shown, 409, refused=why)
    form.add_error(None, why)
    return _show(request, link, shown, 409, sent=form, refused=why)


def _token(request: HttpRequest) -> str:
    return request.resolver_match.kwargs["token"] if request.resolver_match else ""


def _late(request: HttpRequest, link: CaseLink, shown: SendersPage, name: str) -> HttpResponse:
    """Answer what cannot be done any more. Pressed twice, it has been done."""
    if name == "time" and shown.meeting and str(shown.meeting.pk) == request.POST.get("time"):
        return _led_back(request, name)
    if name == "time":
        # Another was chosen, or the office has booked otherwise.
        return _show(request, link, shown, 409, refused=_("No time can be chosen any more. See below what is booked."))
    if name == "rating" and _has_said(link, request.POST):
        return _led_back(request, name)
    if name == "rating":
        return _show(request, link, shown, 409, refused=_("The case is open. We ask you again when it is closed."))
    return _show(request, link, shown, 400, refused=_("Something in what was sent cannot be read. Try again."))


def _has_said(link: CaseLink, sent: QueryDict) -> bool:
    """Whether the sender's latest answer is this one: a no has opened the case."""
    latest = link.case.ratings.last()
    words = sent.get("words", "").replace("\r\n", "\n").strip()
    return latest is not None and (latest.helped, latest.words) == (sent.get("helped", ""), words)


def _send_code(request: HttpRequest, link: CaseLink, shown: SendersPage, form: ProvenForm) -> HttpResponse:
    """Mail a code, and show the form again with all that was typed and a field for it."""
    try:
        code = send_code(link.case, range_of(address_seen_by_proxy(request)))
    except NotAllowedError as error:
        form.add_error(None, str(error))
        return _show(request, link, shown, 429, sent=form, refused=str(error))
    form.put("asked", asked_for(code))
    form.put("code", "")
    return _show(request, link, shown, sent=form, told=_("We have mailed you a code. Type it below."))


def _as_sent(request: HttpRequest, *names: str) -> bytes:
    """Return the fields as they came, to be kept beside what was read of them."""
    return json.dumps({name: request.POST.getlist(name) for name in names}, ensure_ascii=False).encode()


def _reply(request: HttpRequest, link: CaseLink, form: ProvenForm) -> None:
    files, text = sendable(form.submission), form.cleaned_data["message"]
    said = [form.submission, text, sorted(one.digest for one in files)]
    add_message(
        link.case,
        text if text.strip() else _("Files without a message."),
        name=link.case.name,
        digest=hashlib.sha256(json.dumps(said).encode()).hexdigest(),
        original=_as_sent(request, "message"),
        attachments=files,
    )


def _choose(request: HttpRequest, link: CaseLink, form: ProvenForm) -> None:
    choose_time(link.case, form.cleaned_data["time"])


def _rate(request: HttpRequest, link: CaseLink, form: ProvenForm) -> None:
    helped, words = Helped(form.cleaned_data["helped"]), form.cleaned_data["words"]
    rate(link.case, helped, words, original=_as_sent(request, "helped", "words"))


ACTS: dict[str, Callable[[HttpRequest, CaseLink, Any], None]] = {"reply": _reply, "time": _choose, "rating": _rate}
