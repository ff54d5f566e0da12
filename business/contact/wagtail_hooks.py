"""Wiring of the second door, a call or a visit, into the inbox."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets.button import HeaderButton

from business.inbox.permissions import can_work

from .register import RegisterView


@hooks.register("register_admin_urls")
def register_register() -> list[URLPattern]:
    return [path("inbox/register/", RegisterView.as_view(), name="inbox_register")]


@hooks.register("construct_inbox_buttons")
def offer_register(request: HttpRequest, buttons: list[Any]) -> None:
    if can_work(request.user):
        buttons.append(
            HeaderButton(_("Register a call or a visit"), url=reverse("inbox_register"), icon_name="plus", priority=10)
        )
