"""An officer takes down a call or a visit: the same questions as on the site, and who takes the case."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets import AdminDateTimeInput

from business.inbox import services
from business.inbox.enums import CaseStatus, Channel, NoticeTold, PreferredChannel
from business.inbox.models import Case
from business.inbox.owners import chosen_receiver, give_part, receivers

from .forms import RequestForm
from .keys import new_key, read_key

__all__ = ["RegisterForm", "RegisterView"]

ME = "me"
LONGEST_AGO = datetime.timedelta(days=365)


class RegisterForm(RequestForm):
    """What was said, when and how, and how to reach the person.

    No trap for robots: whoever sees it is signed in. The submission key still makes one case of a button that is
    pressed twice.
    """

    number_is_missing = _("Write the telephone number, since they want us to call.")

    channel = forms.ChoiceField(
        label=_("How did they get in touch?"),
        choices=[(one.value, one.label) for one in Channel if one != Channel.WEB],
        initial=Channel.PHONE,
        widget=forms.RadioSelect,
    )
    received_at = forms.DateTimeField(
        label=_("When?"),
        widget=AdminDateTimeInput(),
        help_text=_("The response time counts from here."),
        error_messages={
            "required": _("Write when it came."),
            "invalid": _("Write day and time like 2026-11-26 14:30."),
        },
    )
    language = forms.ChoiceField(
        label=_("Their language"), choices=settings.LANGUAGES, initial="sv", widget=forms.RadioSelect
    )
    sends_receipt = forms.BooleanField(label=_("Send a receipt by e-mail"), required=False, initial=True)
    told = forms.BooleanField(
        label=_("I have told them how we handle personal data"),
        required=False,
        help_text=_(
            "Say that the municipality is responsible, that what they say becomes a public record, and where they can read "
            "more. If you did not, the receipt has a link."
        ),
    )
    owner = forms.ChoiceField(
        label=_("Who takes it?"),
        required=False,
        error_messages={"invalid_choice": _("Choose a person or a unit from the list.")},
    )

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **{"auto_id": "register-%s", **kwargs})
        self.initial.setdefault("received_at", timezone.now())
        self.initial.setdefault("preferred", PreferredChannel.ANY)
        for name, words in {
            "message": {
                "label": _("What was said"),
                "help_text": _("In your words or theirs. It is a public record."),
            },
            "name": {"label": _("Name")},
            "email": {"help_text": _("Leave empty if they have none; we will answer by telephone.")},
            "preferred": {"label": _("How would they like to be reached?")},
        }.items():
            for attribute, text in words.items():
                setattr(self.fields[name], attribute, text)
        for name, message in {
            "topic": _("Choose what it is about."),
            "message": _("Write what was said."),
            "name": _("Write the name."),
        }.items():
            self.fields[name].error_messages["required"] = message
        self.fields["email"].required = False
        for name in ("name", "email", "phone", "company"):
            # The browser would offer the officer's own.
            self.fields[name].widget.attrs["autocomplete"] = "off"
        self.fields["owner"].choices = self._owners()

    def _owners(self) -> list[tuple[str, Any]]:
        return [
            ("", _("Nobody yet: the unit that has the topic")),
            (ME, _("I take it myself")),
            *receivers(besides=self.user),
        ]

    def clean_received_at(self) -> datetime.datetime:
        moment, now = self.cleaned_data["received_at"], timezone.now()
        if moment > now:
            raise forms.ValidationError(_("It cannot have come in the future."), code="future")
        if moment < now - LONGEST_AGO:
            raise forms.ValidationError(_("That is more than a year ago. Look at the year."), code="long_ago")
        return moment

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        has_email = bool(cleaned.get("email")) or "email" in self.errors
        if not has_email and not cleaned.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("Write a telephone number or an e-mail address, so that they can be reached."))
        if not has_email and cleaned.get("preferred") == PreferredChannel.EMAIL:
            self.add_error("preferred", _("There is no e-mail address to write to."))
        self.submission_key = read_key(cleaned.get("key", "")) or read_key(new_key())
        return cleaned

    def get_request(self) -> services.ContactRequest:
        data = self.cleaned_data
        return services.ContactRequest(
            topic=data["topic"],
            text=data["message"],
            **services.sender_in(data),
            language=data["language"],
            channel=data["channel"],
            submission_key=self.submission_key.value,
            sends_receipt=data["sends_receipt"],
            notice_told=NoticeTold.ORALLY if data["told"] else NoticeTold.NOT_TOLD,
        )

    @transaction.atomic
    def save(self) -> Case:
        """Store the request and give it to whoever is to have it: both, or neither.

        Raises:
            NotAllowedError: who was chosen may not have it.
        """
        case = services.receive(self.get_request(), at=self.cleaned_data["received_at"], by=self.user)
        if case.status != CaseStatus.NEW or case.owner_id:  # a button that was pressed twice
            return case
        give_part(case, self.user)  # also when the topic is another unit's
        chosen = self.cleaned_data["owner"]
        if chosen == ME:
            services.take(case, self.user)
        elif chosen:
            user, unit = chosen_receiver(chosen)
            services.assign(case, self.user, user=user, unit=unit)
        return case


class RegisterView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """Shows the form, and leads to the case that it made. Only for those who may work with cases."""

    model = Case
    permission_required = "change"
    http_method_names = ["get", "post"]
    template_name = "contact/register/form.html"
    page_title = _("Register a call or a visit")
    header_icon = "mail"
    # How the fields are grouped on the page.
    parts = (
        ("call", _("The call or visit"), ("channel", "received_at", "topic", "message")),
        (
            "person",
            _("Who it was"),
            (
                "name",
                "phone",
                "email",
                "sends_receipt",
                "told",
                "language",
                "preferred",
                "company",
                "organisation_number",
            ),
        ),
        ("then", _("What happens now"), ("owner",)),
    )

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(RegisterForm(request.user))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = RegisterForm(request.user, request.POST)
        if form.is_valid():
            try:
                case = form.save()
            except services.NotAllowedError as error:
                form.add_error("owner", str(error))
            else:
                messages.success(request, gettext("%(number)s is registered.") % {"number": case.number})
                return redirect("inbox:case", case.pk)
        messages.error(request, gettext("Something needs to be corrected. Nothing has been saved yet."))
        return self.show(form, status=422)

    def show(self, form: RegisterForm, status: int = 200) -> HttpResponse:
        parts = [(name, heading, [form[field] for field in fields]) for name, heading, fields in self.parts]
        context = self.get_context_data(form=form, media=form.media, parts=parts)
        return self.render_to_response(context, status=status)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("inbox:index"), "label": _("Inbox")},
            {"url": "", "label": self.page_title},
        ]
