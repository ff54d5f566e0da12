"""The contact page, and what a browser sends from it."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from business.contact.keys import new_key
from business.contact.models import ContactPage
from business.core.tests.factories import PageFactory

__all__ = ["ContactPageFactory", "filled_in", "ripe_key"]


class ContactPageFactory(PageFactory):
    title = "Kontakta oss"
    slug = "kontakt"
    notice = "<p>Kommunen svarar för uppgifterna. Det du skickar blir allmän handling.</p>"
    receipt_next = "<p>Vi svarar inom en arbetsdag.</p>"

    class Meta:
        model = ContactPage


def ripe_key(age: datetime.timedelta = datetime.timedelta(minutes=2)) -> str:
    """Return the key of a form that was drawn so long ago."""
    return new_key(timezone.now() - age)


def filled_in(topic: Any, /, **changes: Any) -> dict[str, Any]:
    """Return what a browser sends when somebody has filled in the form; ``None`` leaves a field out."""
    fields = {
        "topic": topic.slug,
        "message": "Hej!\r\n\r\nVi vill ställa ut åtta bord.",
        "name": "Elsa Norrby",
        "email": "elsa.norrby@example.se",
        "phone": "",
        "company": "Kafé Sjöboden AB",
        "organisation_number": "559987-0010",
        "preferred": "email",
        "website": "",
        "key": ripe_key(),
        "source": "",
        "told": "",
        "plan": "",
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not None}
