"""What is checked when an editor saves a guide."""

from __future__ import annotations

from typing import Any

from django.forms import ModelChoiceField, Select
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail_localize.fields import SynchronizedField

from business.core.completeness import PageForm, rows_to_keep

from .dependencies import circle_message, circle_with
from .models.sources import FactRow, next_check
from .rules import DATED, missing_facts, overlap_in, overlap_message

__all__ = ["GuidePageForm"]


def _fact_names(model: Any) -> set[str]:
    return {field.field_name for field in model.translatable_fields if isinstance(field, SynchronizedField)}


class GuidePageForm(PageForm):
    """Also refuses two rows that tell of one fact on one day, in a draft too, and notes what was looked at."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk and "checked_on" in self.fields:
            today = timezone.localdate()
            self.initial["checked_on"] = self.initial.get("checked_on") or today
            self.initial["next_check_on"] = self.initial.get("next_check_on") or next_check(
                today, self.instance.check_every
            )
        self._share_choices()

    def _share_choices(self) -> None:
        """Ask for each register once, not once for each row that has a list of it."""
        known: dict[Any, list[Any]] = {}
        for formset in self.formsets.values():
            for row in [*formset.forms, formset.empty_form]:
                for field in row.fields.values():
                    if isinstance(field, ModelChoiceField) and type(field.widget) is Select:
                        model = field.queryset.model
                        if model not in known:
                            known[model] = [choice for choice in field.choices if choice[0]]
                        field.choices = [("", field.empty_label), *known[model]]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for relation in DATED:
            self._refuse_overlaps(relation)
        for row in rows_to_keep(self, "dependencies"):
            # A new row does not know its page yet and cannot tell by itself.
            if self.instance.pk and row.instance.guide_id == self.instance.pk and "guide" not in row.errors:
                row.add_error("guide", _("Choose another guide than this one."))
        if cleaned.get("no_time_rule") and rows_to_keep(self, "time_rules"):
            self.add_error("no_time_rule", _("There are time rules above. Take them away, or untick this."))
        return cleaned

    def _refuse_overlaps(self, relation: str) -> None:
        """Refuse a row that holds on a day when another row of the same fact does, in the row that comes later."""
        kept = rows_to_keep(self, relation)
        dated = [row for row in kept if not {"valid_from", "valid_to", "band_from", "band_to"} & set(row.errors)]
        rows = [row.instance for row in dated]
        for number, row in enumerate(dated):
            if found := overlap_in(rows, number):
                other_number, other = found
                row.add_error("valid_from", overlap_message(kept.index(dated[other_number]), other))

    def missing(self) -> dict[str, Any]:
        """Return what is lacking, with the rows as they stand in the form."""
        counts = {relation: len(rows_to_keep(self, relation)) for relation in self.formsets}
        own = {
            name: message for name, message in self.instance.missing(ties=False).items() if name not in self.formsets
        }
        return {**own, **missing_facts(self.instance, counts), **self._circle()}

    def _circle(self) -> dict[str, Any]:
        """Return that the guide would wait for itself, with the ties as they stand in the form."""
        ties = [row.instance for row in rows_to_keep(self, "dependencies") if not row.errors]
        circle = circle_with([self.instance], {str(self.instance.translation_key): ties})
        return {"dependencies": circle_message(circle)} if circle else {}

    def save(self, commit: bool = True) -> Any:
        """Note that a fact which is new or changed has been looked at today."""
        today = timezone.localdate()
        for relation, formset in self.formsets.items():
            if issubclass(formset.model, FactRow):
                facts = _fact_names(formset.model)
                for row in rows_to_keep(self, relation):
                    if not row.instance.pk or facts & set(row.changed_data):
                        row.instance.note_check(today, self.instance.checked_by_id, self.instance.check_every)
        return super().save(commit)
