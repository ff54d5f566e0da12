"""A case that was closed years ago: ``python -m e2e.past NAME EMAIL DAYS`` writes it and says its number.

Nobody can wait for one. Time is turned back while the inbox's own services act, as when the demo is loaded.
"""

from __future__ import annotations

import datetime
import sys
from typing import TYPE_CHECKING
from unittest import mock

import django
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

if TYPE_CHECKING:
    from business.inbox.models import Case

DAY = datetime.timedelta(days=1)


def closed_long_ago(name: str, email: str, days: int) -> str:
    """Write a case that came in and was closed so many days ago, with a file and an answer; return its number.

    All at once: the site's worker, which runs meanwhile, never sees a mail that is still to be sent.
    """
    from django.contrib.auth import get_user_model

    from business.inbox import files, services
    from business.inbox.enums import Channel, Triage
    from business.inbox.models import Topic

    start = timezone.now() - days * DAY
    coordinator = get_user_model().objects.get(username="coordinator")
    with mock.patch.object(timezone, "now", return_value=start), transaction.atomic():
        files.hold([SimpleUploadedFile(f"{name}.txt", b"Ett rum med kylskap.\n")], held_key=email)
        request = services.ContactRequest(
            topic=Topic.objects.select_related("unit").get(slug="brandskydd", locale__language_code="sv"),
            text=f"Hej! Jag heter {name} och undrar hur många brandsläckare som behövs.",
            name=name,
            email=email,
            language="sv",
            channel=Channel.WEB,
            submission_key=email,
            attachments=files.sendable(email),
        )
        case = services.receive(request, at=start)
        services.answer(case, coordinator, "Hej! Två stycken, en vid varje utgång.")
        _count_as_sent(case, start)
        services.close(case, coordinator, Triage.INSIGNIFICANT)
        _count_as_sent(case, start)
    return case.number


def _count_as_sent(case: Case, at: datetime.datetime) -> None:
    from business.inbox import outbox

    for mail in case.mails.filter(sent_at=None):
        outbox.count_as_sent(mail, at)


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(closed_long_ago(sys.argv[1], sys.argv[2], int(sys.argv[3])))
