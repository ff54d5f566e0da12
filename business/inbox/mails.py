"""The words of the mails, in the sender's language. Plain text: it can be read everywhere and hides nothing."""

from __future__ import annotations

import datetime
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from business.core.models import SiteSettings
from business.core.personal_number import mask_personal_numbers
from business.core.translation import Localiser, locale_for

from .enclosures import enclosures_of
from .enums import Channel, Direction, MailPurpose, NoticeTold
from .incoming.quotes import split
from .models import Attachment, Case, Message, OutboxMail
from .notice import current_notice
from .sender_links import CODE_MARK, masked_address, without_tokens

__all__ = [
    "Authority",
    "answer_mail",
    "code_mail",
    "delay_mail",
    "failure_alert",
    "forward_mail",
    "forward_note",
    "forwarded_mail",
    "forwarded_text",
    "given_alert",
    "let_in_alert",
    "meeting_alert",
    "not_given_alert",
    "office",
    "quoted",
    "receipt_mail",
    "taken_alert",
    "without_page",
]

WIDTH = 72
# How a text begins whose writer has greeted the reader already.
GREETING = re.compile(
    r"\s*(hej|hejsan|hallå|tjena|god (dag|morgon|kväll|middag)|bästa|bäste|kära|käre|hello|hi|dear|good)\b",
    re.IGNORECASE,
)


def office() -> SiteSettings:
    """Return the municipality's own names and contact details; the defaults where no site is set up."""
    return SiteSettings.objects.filter(site__is_default_site=True).first() or SiteSettings()


def quoted(text: str) -> str:
    """Return the text as a mail quotes it: every line with a mark before it, and none too long to read."""
    lines: list[str] = []
    for line in text.split("\n"):
        lines += textwrap.wrap(
            line, WIDTH - 2, replace_whitespace=False, break_long_words=False, break_on_hyphens=False
        ) or [""]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _signature(user: Any, text: str, us: SiteSettings) -> str:
    """Return name and office, or nothing when the writer has signed the text already."""
    name = user.get_full_name()
    if name and any(name in line for line in text.rstrip().split("\n")[-5:]):
        return ""
    return "\n".join(line for line in (name, us.municipality_name, us.phone) if line)


def _draw(template: str, case: Case, subject: str, **context: Any) -> tuple[str, str]:
    say = Localiser(locale_for(case.language), [case.topic, case.unit])
    # An officer may have set another time zone in the admin; the sender reads the municipality's.
    with timezone.override(None):
        body = render_to_string(
            template,
            {
                "case": case,
                "topic": say(case.topic, "name"),
                "unit": say(case.unit, "name"),
                "page": _page(case),
                "home_url": f"{settings.WAGTAILADMIN_BASE_URL}/{case.language}/",
                **context,
            },
        )
    return " ".join(subject.split()), body.strip("\n") + "\n"


def _page(case: Case) -> str:
    """Return where the sender follows the case; the address is filled in when the mail leaves (`sender_links`)."""
    with translation.override(case.language):
        lead = _("You can also follow your case, answer and send files on your own page:")
        return "\n".join([*textwrap.wrap(lead, WIDTH), masked_address(case)])


def without_page(case: Case, body: str) -> str:
    """Return the text of a mail without the way to the sender's page, for a copy that goes to somebody else."""
    return body.replace(f"\n{_page(case)}\n", "")


def code_mail(case: Case) -> tuple[str, str]:
    """Return subject and text of the mail with a code; the digits are filled in when it leaves (`sender_links`)."""
    with translation.override(case.language):
        subject = _("Your code for case %(number)s") % {"number": case.number}
        return _draw("emails/code.txt", case, subject, office=office(), code=CODE_MARK)


def link_mail(case: Case) -> tuple[str, str]:
    """Return subject and text of the mail with the way to the sender's page, filled in when it leaves. It tells nothing else."""
    with translation.override(case.language):
        subject = _("Your page for case %(number)s") % {"number": case.number}
        return _draw("emails/link.txt", case, subject, office=office(), address=masked_address(case))


def receipt_mail(case: Case) -> tuple[str, str]:
    """Return subject and text of the receipt.

    It repeats nothing that the sender wrote, not even the name: the form would else mail any text to any stranger.
    """
    with translation.override(case.language):
        subject = _("We have received your request %(number)s") % {"number": case.number}
        sent = enclosures_of(case)
        notice = current_notice(case.language) if case.notice_told == NoticeTold.LINKED else None
        return _draw(
            "emails/receipt.txt",
            case,
            subject,
            office=office(),
            files=sent.files,
            plan=sent.plan,
            notice_url=notice.address if notice else "",
        )


def answer_mail(case: Case, user: Any, text: str, said: Sequence[Message] = ()) -> tuple[str, str]:
    """Return subject and text of an answer, exactly as it will be sent.

    ``said`` is what the sender has written in the case, oldest first, where it is at hand.
    The question is repeated without personal numbers. A secret case's is not repeated at all: it stays out of mail.
    """
    with translation.override(case.language):
        original = said[-1] if said else case.messages.filter(direction=Direction.INCOMING).last()
        return _draw(
            "emails/answer.txt",
            case,
            _("Answer to your request %(number)s") % {"number": case.number},
            text=text.strip("\n"),
            signature=_signature(user, text, office()),
            original=original,
            quoted=quoted(mask_personal_numbers(_said(original))) if original and not case.is_secret else "",
        )


def _said(message: Message) -> str:
    """Return what the sender wrote; of a mail without what they had repeated of ours, and never with their link: an
    answer has copies.
    """
    said = split(message.text)[0].rstrip() if message.channel == Channel.EMAIL else message.text
    return without_tokens(said)


def delay_mail(case: Case, user: Any, text: str) -> tuple[str, str]:
    """Return subject and text of the notice that an answer takes longer; the case holds the new time already."""
    with translation.override(case.language):
        return _draw(
            "emails/delay.txt",
            case,
            _("Your request %(number)s is taking longer than expected") % {"number": case.number},
            text=text.strip("\n"),
            greets=not GREETING.match(text),
            signature=_signature(user, text, office()),
        )


@dataclass(frozen=True)
class Authority:
    """Another authority that a message is sent on to, and how it is reached."""

    name: str
    email: str
    phone: str = ""
    url: str = ""
    told: str = ""  # its name in the sender's language, where it has one

    @property
    def name_for_sender(self) -> str:
        return self.told or self.name


def forward_note() -> str:
    """Return the note to another authority as it stands before the officer changes it, in the municipality's language."""
    with translation.override(settings.LANGUAGE_CODE):
        return _(
            "Hello,\n\n"
            "We have received a message that we believe is for you, and send it on to you. The sender is told that we "
            "do so. Please answer the sender directly."
        )


def forward_mail(
    case: Case,
    user: Any,
    to: Authority,
    note: str,
    messages: Sequence[Message],
    files: Sequence[Attachment],
    *,
    in_full: bool = False,
) -> tuple[str, str]:
    """Return subject and text of the mail to another authority, in the municipality's language: Swedish law's own.

    What the sender wrote stands as they wrote it, with personal numbers only where ``in_full``, and never with the way
    to the sender's page: the mail is not theirs.
    """
    us = office()
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("To %(authority)s: a message sent on by %(municipality)s, %(number)s") % {
            "authority": to.name,
            "municipality": us.municipality_name,
            "number": case.number,
        }
        return _draw(
            "emails/forward.txt",
            case,
            subject,
            note=without_tokens(note.strip("\n")),
            signature=_signature(user, note, us),
            organisation_number=case.organisation_number if in_full else case.shown_organisation_number,
            files=[one.name for one in files],
            parts=[(one, quoted(_sent_on(one, in_full))) for one in messages],
            site_url=settings.WAGTAILADMIN_BASE_URL,
        )


def _sent_on(message: Message, in_full: bool) -> str:
    return _said(message) if in_full else mask_personal_numbers(_said(message))


def forwarded_text(case: Case, to: Authority, note: str, on: datetime.date, *, closed: bool) -> str:
    """Return what the sender of a case is told of it: to whom it went, on which day, how they are reached, what we wrote."""
    with translation.override(case.language):
        reached = [f"– {one}" for one in (to.email, to.phone, to.url) if one]
        parts = [
            _("What you wrote is for another authority. We sent it on to %(authority)s on %(day)s.")
            % {"authority": to.name_for_sender, "day": date_format(on, "j F Y")},
            _("They answer you themselves. You reach them here:"),
            "\n".join(reached),
            f"{_('We wrote to them:')}\n\n{quoted(without_tokens(note.strip()))}" if note else "",
            _("We have now closed your case with us.") if closed else _("We go on with what is ours to answer."),
        ]
        wrapped = [one if "\n" in one or one.startswith("–") else textwrap.fill(one, WIDTH) for one in parts if one]
        return "\n\n".join(wrapped).replace(":\n\n–", ":\n–")


def forwarded_mail(case: Case, user: Any, text: str) -> tuple[str, str]:
    """Return subject and text of the notice to the sender that what they wrote was sent on (`forwarded_text`)."""
    with translation.override(case.language):
        subject = _("Your request %(number)s has been sent on") % {"number": case.number}
        signature = _signature(user, text, office()) if user else ""
        return _draw("emails/forwarded.txt", case, subject, text=text, signature=signature)


def given_alert(case: Case, by: Any) -> tuple[str, str]:
    """Return the notice to an officer who has been given a case. Notices say nothing of what is in it."""
    with translation.override(settings.LANGUAGE_CODE):
        sentence = _("%(by)s has given you case %(number)s.") % {"by": by, "number": case.number}
        return _("You have been given case %(number)s") % {"number": case.number}, _alert(case, sentence)


def let_in_alert(case: Case, by: Any) -> tuple[str, str]:
    """Return the notice to an officer who may see a case of another unit from now on."""
    with translation.override(settings.LANGUAGE_CODE):
        sentence = _("%(by)s has let you into case %(number)s, and asks for your help with it.") % {
            "by": by,
            "number": case.number,
        }
        return _("You have been let into case %(number)s") % {"number": case.number}, _alert(case, sentence)


def taken_alert(case: Case, by: Any) -> tuple[str, str]:
    """Return the notice to an officer whose case a colleague has taken over."""
    with translation.override(settings.LANGUAGE_CODE):
        sentence = _("%(by)s has taken over case %(number)s from you.") % {"by": by, "number": case.number}
        return _("Case %(number)s has been taken over") % {"number": case.number}, _alert(case, sentence)


def not_given_alert(case: Case, why: str) -> tuple[str, str]:
    """Return the notice to the writer of an answer that the case could not be handed over when it had been sent."""
    with translation.override(settings.LANGUAGE_CODE):
        sentence = _(
            "Your answer in case %(number)s has been sent, but the case could not be handed over. %(why)s"
        ) % {
            "number": case.number,
            "why": why,
        }
        return _("Case %(number)s could not be handed over") % {"number": case.number}, _alert(case, sentence)


def meeting_alert(case: Case) -> tuple[str, str]:
    """Return the notice to an officer that the sender has chosen one of the times that were proposed."""
    with translation.override(settings.LANGUAGE_CODE), timezone.override(None):
        when = date_format(timezone.localtime(case.meeting_at), "j F Y H:i") if case.meeting_at else ""
        sentence = _("The sender of case %(number)s has chosen a time to meet: %(when)s.") % {
            "number": case.number,
            "when": when,
        }
        return _("Meeting booked in case %(number)s") % {"number": case.number}, _alert(case, sentence)


def failure_alert(case: Case, mail: OutboxMail) -> tuple[str, str]:
    """Return the notice that the sender of a case was not reached, or the authority that it was sent on to."""
    with translation.override(settings.LANGUAGE_CODE):
        sentence = _(
            "A mail in case %(number)s could not be sent (%(purpose)s). The sender has not had it. Open the case, "
            "look at the address and send it again, or call."
        )
        if mail.purpose == MailPurpose.FORWARD:
            sentence = _(
                "Case %(number)s was to be sent on to another authority, but the mail could not be sent or came back. "
                "The authority has not had it. Open the case, look at the address and send it again, or call."
            )
        sentence %= {"number": case.number, "purpose": mail.get_purpose_display()}
        return _("Mail could not be sent in case %(number)s") % {"number": case.number}, _alert(case, sentence)


def _alert(case: Case, sentence: str) -> str:
    address = f"{settings.WAGTAILADMIN_BASE_URL}{reverse('inbox:case', args=[case.pk])}"
    return "\n".join([*textwrap.wrap(sentence, WIDTH), "", address, ""])
