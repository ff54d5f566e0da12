"""Letting somebody outside the unit into a case."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from .. import outbox, owners
from ..enums import EventKind
from ..flow import NotAllowedError, locked, log
from ..models import Case
from ..permissions import can_see_inbox
from .acts import note

__all__ = ["let_in"]


@transaction.atomic
def let_in(case: Case, by: Any, user: Any, text: str = "") -> Case:
    """Let a colleague of another unit read and work in the case; ``text`` becomes a note, and they are told by mail.

    Raises:
        NotAllowedError: they see the case already, may see no cases, or it is under secrecy: then whoever has it is the
            one who opens it.
    """
    case = locked(case)
    if not can_see_inbox(user):
        raise NotAllowedError(_("%(user)s may not see cases.") % {"user": user})
    if case.is_secret:
        raise NotAllowedError(
            _("The case is under secrecy. Hand it over instead: then %(user)s has it.") % {"user": user}
        )
    if Case.objects.for_user(user).filter(pk=case.pk).exists():
        raise NotAllowedError(_("%(user)s sees this case already.") % {"user": user})
    if text:
        note(case, by, text)
    owners.give_part(case, user)
    log(case, EventKind.INVITED, by, colleague=str(user))
    outbox.tell_let_in(case, user, by)
    return case
