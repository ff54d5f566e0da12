"""One case on one page: who asks, what was said, what was done, and what can be done now."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from business.core.translation import Localiser, active_locale_code, locale_for

from .. import drafts
from ..canned import available
from ..clock import due
from ..disposal.about import about
from ..duplicates import hints
from ..enums import (
    ANSWERABLE,
    PARKED,
    STUCK,
    AccessKind,
    CaseStatus,
    Direction,
    EventKind,
    MailPurpose,
    MailStatus,
    QuarantineReason,
)
from ..flow import conversation, may_become
from ..forms import (
    ActForm,
    AnswerForm,
    AssignForm,
    CloseForm,
    DelayForm,
    DescribeForm,
    ForwardForm,
    LetInForm,
    LiftSecrecyForm,
    MergeForm,
    NoteForm,
    ParkForm,
    RerouteForm,
    SecrecyForm,
    SendAgainForm,
    SpeakForm,
    TimesForm,
    authorities,
    newest,
    receivers,
)
from ..forms.receivers import Receivers
from ..forms.records import TriageForm
from ..incoming.about import about as mail_in
from ..incoming.about import mail_of
from ..mails import answer_mail
from ..models import Case, Draft, Message, OutboxMail, Rating
from ..permissions import can_propose_disposal, can_see_disposal
from ..records.short_content import objections
from ..services import can_have_link
from ..timeline import Part, mails_of, timeline
from ..trace import looked_at_each
from .base import InboxView

__all__ = ["CaseView"]

MOST_ELSEWHERE = 3  # answers in other cases that can be taken back from here


class CaseView(InboxView):
    """Shows a case. The permission is asked before the case is looked for, so that nobody can guess which exist."""

    template_name = "inbox/case.html"
    header_icon = "mail"
    case: Case

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.case = self.get_case(pk)
        return self.draw()

    def draw(self, status: int = 200, **context: Any) -> HttpResponse:
        """Draw the case, as it is or with what an act left undone, and note that the user has it before them."""
        self.note_look()
        return self.render_to_response(self.get_context_data(**context), status=status)

    def note_look(self) -> None:
        """What is merged here is read here too, and its sender's address stands at what was mailed to it."""
        said, mailed = ({one.case_id for one in some} for some in (self.thread, self.mails_of_thread))
        read = [(self.case, bool(self.case.email or self.case.phone))]
        read += [(one, one.pk in mailed) for one in self.merged if one.pk in said]
        kinds = {False: [AccessKind.CASE], True: [AccessKind.CASE, AccessKind.CONTACT]}
        looked_at_each(self.request.user, [(case, kinds[shown and self.sees_contact]) for case, shown in read])

    def get_case(self, pk: int) -> Case:
        related = ("topic", "unit", "owner", "notice", "merged_into")
        return get_object_or_404(Case.objects.for_user(self.request.user).select_related(*related), pk=pk)

    # Neither tab nor breadcrumb says who wrote: both are seen over a shoulder and kept in the browser's history.
    def get_page_title(self) -> str:
        return self.case.number

    # --- What the page is made of ------------------------------------------------------------------------------

    @cached_property
    def thread(self) -> list[Message]:
        """Everything that was said here and in what is merged here, each outgoing message with its mail."""
        if self.case.disposed_at:  # nothing is left of it
            return []
        said = conversation(self.case).select_related("author", "mail", "case", "incoming").defer("original")
        return list(said.prefetch_related("attachments", "mail__copies").order_by("created_at", "pk"))

    @property
    def mails_of_thread(self) -> list[OutboxMail]:
        return mails_of(self.thread)

    @cached_property
    def seen(self) -> int:
        return newest(self.thread)

    @cached_property
    def said(self) -> list[Message]:
        """What the sender has written in the case itself."""
        return [one for one in self.thread if one.case_id == self.case.pk and one.direction == Direction.INCOMING]

    @property
    def heading(self) -> str:
        """The officer's short content or, until there is one, the subject of the mail that it came in; else nothing."""
        mail = mail_of(self.said[0]) if self.said else None
        return self.case.short_content or (mail.subject if mail else "")

    @cached_property
    def begun(self) -> tuple[Draft | None, list[Draft]]:
        return drafts.begun(self.case, self.request.user)

    @property
    def draft(self) -> Draft | None:
        return self.begun[0]

    @cached_property
    def merged(self) -> list[Case]:
        return list(self.case.merged.order_by("pk"))

    @cached_property
    def receivers(self) -> Receivers:
        return receivers()

    @cached_property
    def can_work(self) -> bool:
        return self.user_has_permission("change") and self.case.disposed_at is None

    @cached_property
    def can_triage(self) -> bool:
        """Whether the user may decide how the record is kept: whoever works the case, and the registrar."""
        may = self.user_has_permission("change") or self.user_has_permission("hand_out")
        return may and self.case.disposed_at is None and self.case.status != CaseStatus.MERGED

    @cached_property
    def sees_contact(self) -> bool:
        return self.user_has_permission("contact")

    @cached_property
    def sees_target(self) -> bool:
        """Whether the user may read the case that this one is merged with: only then is there a link to it."""
        key = self.case.merged_into_id
        return key is not None and Case.objects.for_user(self.request.user).filter(pk=key).exists()

    def get_form_kinds(self) -> dict[str, tuple[type[ActForm], dict[str, Any]]]:
        """Return each act's form, and what it needs besides the case."""
        return {
            "describe": (DescribeForm, {}),
            "note": (NoteForm, {}),
            "answer": (AnswerForm, {"receivers": self.receivers, "merged": self.merged, "draft": self.draft}),
            "close": (CloseForm, {}),
            "triage": (TriageForm, {}),
            "assign": (AssignForm, {"receivers": self.receivers}),
            "park": (ParkForm, {}),
            "delay": (DelayForm, {}),
            "forward": (
                ForwardForm,
                {"thread": self.thread, "authorities": authorities(), "may_reveal": self.sees_contact},
            ),
            "merge": (MergeForm, {"user": self.request.user}),
            "speak": (SpeakForm, {}),
            "times": (TimesForm, {}),
            "reroute": (RerouteForm, {}),
            "let_in": (LetInForm, {"receivers": self.receivers}),
            "secrecy": (SecrecyForm, {}),
            "lift": (LiftSecrecyForm, {}),
        }

    def get_forms(self) -> dict[str, ActForm]:
        """Return the forms of the page, ready to be filled in. Who may only read gets none."""
        if not self.can_work:
            return {"triage": TriageForm(self.case, seen=self.seen, prefix="triage")} if self.can_triage else {}
        kinds = self.get_form_kinds().items()
        return {name: kind(self.case, seen=self.seen, prefix=name, **needs) for name, (kind, needs) in kinds}

    @cached_property
    def other_mails(self) -> list[OutboxMail]:
        """The case's mails that hang on none of its messages: receipts, copies of answers written where it is merged, and what was sent on."""
        if self.case.disposed_at:
            return []
        apart = [MailPurpose.RECEIPT, MailPurpose.COPY, MailPurpose.LINK, MailPurpose.FORWARD]
        mails = self.case.mails.filter(purpose__in=apart)
        return list(mails.select_related("copy_of"))

    def get_failed(self) -> list[tuple[OutboxMail, ActForm]]:
        """Return what could not be sent, here and in what is merged here, each with the form to send it again."""
        mails = {mail.pk: mail for mail in [*self.other_mails, *self.mails_of_thread] if mail.status in STUCK}
        known = {case.pk: case for case in (self.case, *self.merged)}
        for mail in mails.values():
            mail.case = known.get(mail.case_id) or mail.case
        return [
            (mail, SendAgainForm(self.case, mail=mail, seen=self.seen, prefix=f"again-{mail.pk}"))
            for mail in mails.values()
        ]

    def get_withdrawable(self) -> list[OutboxMail]:
        """Return the user's answers that have not left yet; who has gone on to the next case can still take one back."""
        user = self.request.user
        here = [message.mail for message in self.thread if message.author_id == user.pk and hasattr(message, "mail")]
        family = [self.case.pk, *(one.pk for one in self.merged)]
        elsewhere = OutboxMail.objects.not_begun_by(user).filter(next_attempt_at__gt=timezone.now())
        latest = elsewhere.exclude(case__in=family).select_related("case").order_by("-pk")[:MOST_ELSEWHERE]
        return [*(mail for mail in here if mail.is_not_begun), *latest]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case, user, now = self.case, self.request.user, timezone.now()
        found = hints(case, user, self.said[0].text if self.said else "") if self.can_work else []
        topics = [case.topic, *(hint.case.topic for hint in found)]
        say = Localiser(locale_for(active_locale_code()), [*topics, case.unit])
        receipts = [mail for mail in self.other_mails if mail.purpose != MailPurpose.COPY]
        forms = {**self.get_forms(), **kwargs.pop("forms", {})}
        return super().get_context_data(
            **{
                "case": case,
                "heading": self.heading,
                "topic": say(case.topic, "name"),
                "unit": say(case.unit, "name"),
                "dial": "".join(c for c in case.phone if c in "+0123456789"),
                "due": due(case, now),
                "seen": self.seen,
                "timeline": (parts := timeline(case, self.thread, receipts)),
                "ratings": self.get_ratings(parts),
                "directions": Direction,
                "mail_in": mail_in(case, self.thread, user),
                "had_receipt": any(mail.status == MailStatus.SENT and mail.is_the_senders for mail in receipts),
                "failed": self.get_failed(),
                "merged": self.merged,
                "quarantine_reason": dict(QuarantineReason.choices).get(case.quarantine_reason, ""),
                "hints": [(hint, hint.case.described or say(hint.case.topic, "name")) for hint in found],
                "forms": forms,
                "draft": self.draft,
                "others_here": drafts.others_here(case, user, now),
                "begun_by_others": self.begun[1],
                "withdrawable": self.get_withdrawable(),
                "canned": available(case) if self.can_work else [],
                "is_mine": case.owner_id == user.pk,
                "mail": self.get_mail(forms),
                "list_url": self.origin.url if self.origin.is_known else "",
                "from_list": self.origin.keep(""),
                **self.origin.neighbours(case),
                "urls": self.get_urls(),
                "disposal": about(case, timezone.localdate(now, timezone.get_default_timezone())),
                "sees_disposal": can_see_disposal(user),
                "can_hold": can_propose_disposal(user) and not case.disposed_at,
                **self.get_rights(),
                **self.get_record(),
                **kwargs,
            }
        )

    def get_record(self) -> dict[str, Any]:
        """Return what the register has to say: what speaks against the short content, and who has the same number."""
        case = self.case
        said = [message.text for message in self.thread if message.direction == Direction.INCOMING]
        same = Case.objects.for_user(self.request.user).filter(registered_key=case.registered_key).exclude(pk=case.pk)
        return {
            "objections": objections(case.short_content, said, [case.name]) if self.can_work else [],
            "same_number": list(same.order_by("pk")[:MOST_ELSEWHERE]) if case.registered_key else [],
        }

    def get_ratings(self, parts: list[Part]) -> list[Rating]:
        """Return what the sender said when the case was closed. Asked for only where the history knows of it."""
        kinds = {entry.event.kind for part in parts for entry in part.entries}
        return list(self.case.ratings.order_by("-closed_at")) if EventKind.RATED in kinds else []

    def get_rights(self) -> dict[str, bool]:
        """Return what the case's state lets the user do."""
        case = self.case
        is_alive = case.status in ANSWERABLE
        return {
            "can_work": self.can_work,
            "can_triage": self.can_triage,
            "can_hand_out": self.user_has_permission("hand_out"),
            "sees_contact": self.sees_contact,
            "sees_target": self.sees_target,
            "sees_trace": self.user_has_permission("trace"),
            "can_send_link": can_have_link(case, timezone.now()),
            "can_answer": is_alive and bool(case.email),
            "is_alive": is_alive,
            "can_resume": case.status in PARKED,
            "can_delay": is_alive and case.answered_at is None and bool(case.email),
            "can_merge": may_become(case, CaseStatus.MERGED) and case.status != CaseStatus.MERGED and not self.merged,
            "can_reopen": may_become(case, CaseStatus.REOPENED) and case.status != CaseStatus.REOPENED,
            "can_close": may_become(case, CaseStatus.CLOSED) and case.status != CaseStatus.CLOSED,
            "can_quarantine": may_become(case, CaseStatus.QUARANTINED)
            and case.status != CaseStatus.QUARANTINED
            and not self.merged,
            "is_quarantined": case.status == CaseStatus.QUARANTINED,
            "is_merged": case.status == CaseStatus.MERGED,
            "waits_for_answer": any(one.answered_at is None for one in (case, *self.merged)),
            "meets_at": case.meeting_at if case.meeting_at and case.meeting_at > timezone.now() else None,
        }

    def get_mail(self, forms: dict[str, ActForm]) -> tuple[str, str] | None:
        """Return the answer's mail as it stands now; nothing for who may only read."""
        form = forms.get("answer")
        if form is None:
            return None
        text = form.data.get("text", "") if form.is_bound else form.initial.get("text", "")
        return answer_mail(self.case, self.request.user, text or "…", self.said)

    def get_urls(self) -> dict[str, str]:
        """Return the addresses of the acts, by name."""
        names = [
            "take",
            "release",
            "describe",
            "note",
            "answer",
            "preview",
            "draft",
            "canned",
            "close",
            "triage",
            "reopen",
            "assign",
            "takeover",
            "reroute",
            "let_in",
            "secrecy",
            "lift",
            "speak",
            "park",
            "resume",
            "delay",
            "forward",
            "times",
            "link",
            "merge",
            "unmerge",
            "quarantine",
            "unquarantine",
            "presence",
        ]
        return {name: self.origin.keep(reverse(self.act_url_name % name, args=[self.case.pk])) for name in names}
