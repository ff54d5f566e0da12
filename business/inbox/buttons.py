"""Buttons that others put beside the inbox: a second door need not be known here."""

from __future__ import annotations

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.widgets.button import BaseButton

__all__ = ["inbox_buttons"]


def inbox_buttons(request: HttpRequest) -> list[BaseButton]:
    """Return what the hook ``construct_inbox_buttons`` gathers for this user, in order.

    Each function gets the request and a list that it adds to; it asks for the permission itself.
    """
    buttons: list[BaseButton] = []
    for construct in hooks.get_hooks("construct_inbox_buttons"):
        construct(request, buttons)
    return sorted(buttons)
