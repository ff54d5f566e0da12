"""A law that changes sends the guides that rest on it to be checked."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.snippets.views.snippets import EditView

from business.core.admin_bases import OriginalCreateView, RefusedWhenStored

from ..services import LAW_FACTS, open_tasks

__all__ = ["LawCreateView", "LawEditView"]


class LawCreateView(RefusedWhenStored, OriginalCreateView):
    pass


class LawEditView(RefusedWhenStored, EditView):
    def save_instance(self) -> Any:
        """Store the law and ask for the checks, both or neither."""
        with transaction.atomic():
            law = super().save_instance()
            changed = self.form.asks_for_check(LAW_FACTS)
            if changed is not None:
                note = self.form.cleaned_data.get("what_changed", "")
                self.asked_for = open_tasks(law, changed, note, self.request.user)
        return law

    def save_action(self) -> Any:
        response = super().save_action()
        if number := getattr(self, "asked_for", 0):
            text = ngettext(
                "%(number)s guide is now to be checked against the law.",
                "%(number)s guides are now to be checked against the law.",
                number,
            )
            messages.warning(self.request, text % {"number": number})
        return response
