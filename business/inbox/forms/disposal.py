"""The forms of disposal: words for a decision, and what stops it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from business.core.days import day
from business.core.models import originals

from ..models import Case, CaseQuerySet, DisposalHold, Topic

__all__ = ["HoldForm", "WhyForm"]


class WhyForm(forms.Form):
    """Words that a decision needs."""

    why = forms.CharField(label=gettext_lazy("Why?"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any = None, *, prefix: str = "why", **kwargs: Any) -> None:
        super().__init__(data, auto_id=f"{prefix}-%s", label_suffix="", **kwargs)


class HoldForm(forms.ModelForm):
    """What is to be kept: a case by its number, or all that fit."""

    number = forms.CharField(
        label=gettext_lazy("Case number"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("Leave it empty to stop disposal of all cases that fit what you choose below."),
    )
    received_from = day(label=gettext_lazy("Received from"), required=False)
    received_to = day(label=gettext_lazy("Received to"), required=False)
    until = day(
        label=pgettext_lazy("disposal", "Until"),
        required=False,
        help_text=gettext_lazy("The last day. Empty: until somebody lifts the stop."),
    )
    field_order = ["number", "topic", "unit", "received_from", "received_to", "why", "until"]

    class Meta:
        model = DisposalHold
        fields = ["topic", "unit", "received_from", "received_to", "why", "until"]
        widgets = {"why": forms.Textarea(attrs={"rows": 2})}
        help_texts = {
            "why": gettext_lazy("For example a dispute, an audit, or somebody who has asked for the records.")
        }

    def __init__(self, data: Any = None, *, cases: CaseQuerySet, **kwargs: Any) -> None:
        self.cases = cases
        super().__init__(data, label_suffix="", **kwargs)
        self.fields["topic"].queryset = Topic.objects.filter(originals())
        self.fields["unit"].queryset = self.fields["unit"].queryset.filter(originals())
        self.fields["topic"].empty_label = _("All topics")
        self.fields["unit"].empty_label = _("All units")

    def clean_number(self) -> Case | None:
        number = self.cleaned_data["number"].strip()
        if not number:
            return None
        found = self.cases.filter(number__iexact=number).first()
        if found is None:
            raise forms.ValidationError(_("There is no case with this number that you may see."))
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("received_from"), cleaned.get("received_to")
        if first and last and last < first:
            self.add_error("received_to", _("The last day cannot come before the first."))
        scope = [cleaned.get(name) for name in ("topic", "unit", "received_from", "received_to")]
        if "number" in self.errors:
            return cleaned
        if cleaned.get("number") is None and not any(scope):
            self.add_error("number", _("Write a case number, or choose below which cases it is about."))
        if cleaned.get("number") is not None and any(scope):
            self.add_error("number", _("Choose one of them: a single case, or all cases that fit."))
        return cleaned
