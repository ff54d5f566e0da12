"""The form of a law: what it touches is shown, and a change asks for a check of those guides."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import Panel

__all__ = ["LawForm", "TouchedGuidesPanel"]


class LawForm(WagtailAdminModelForm):
    """Asks what has changed. The guides that rest on the law are asked to be checked when the law is stored."""

    ask_for_check = forms.BooleanField(
        label=_("Ask for a check of these guides"),
        required=False,
        initial=True,
        help_text=_("Untick it only for a spelling mistake or the like."),
    )
    what_changed = forms.CharField(
        label=_("What has changed"),
        max_length=300,
        required=False,
        help_text=_(
            "For whoever checks: the section, the day, where to read about it. Write it also when the law has been amended and nothing above changes."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            for name in ("ask_for_check", "what_changed"):
                self.fields.pop(name, None)

    def asks_for_check(self, law_facts: tuple[str, ...]) -> list[str] | None:
        """Return the facts of the law that have changed, if its guides are to be checked; else None."""
        if not self.cleaned_data.get("ask_for_check"):
            return None
        changed = [name for name in self.changed_data if name in law_facts]
        return changed if changed or self.cleaned_data.get("what_changed") else None


class TouchedGuidesPanel(Panel):
    """The guides that rest on the law, each a link."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "guides/touched_guides.html"

        def is_shown(self) -> bool:
            return bool(self.instance.pk)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            return {**context, "guides": self.instance.guides_resting_on()}
