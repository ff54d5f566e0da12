"""The words of the mails, in the sender's language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from business.core.translation import Localiser

from .models import Case

__all__ = ["answer_mail", "receipt_mail"]


def _draw(template: str, case: Case, subject: str, **context: Any) -> tuple[str, str]:
    say = Localiser(case.language, [case.topic, case.unit])
    body = render_to_string(
        template,
        {"case": case, "topic": say(case.topic, "name"), "unit": say(case.unit, "name"), **context},
    )
    return " ".join(subject.split()), body.strip() + "\n"


def receipt_mail(case: Case, text: str) -> tuple[str, str]:
    """Return subject and text of the receipt."""
    with translation.override(case.language):
        return _draw(
            "emails/receipt.txt",
            case,
            _("We have received your request %(number)s") % {"number": case.number},
            text=text,
            site_name=settings.WAGTAIL_SITE_NAME,
        )


def answer_mail(case: Case, user: Any, text: str) -> tuple[str, str]:
    """Return subject and text of an answer, exactly as it will be sent."""
    with translation.override(case.language):
        first = case.messages.filter(direction="incoming").first()
        return _draw(
            "emails/answer.txt",
            case,
            _("Answer to your request %(number)s") % {"number": case.number},
            text=text,
            user=user,
            original=first,
            site_name=settings.WAGTAIL_SITE_NAME,
        )
