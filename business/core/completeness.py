"""A draft may be incomplete but never contradictory; what goes live is both complete and right.

What contradicts itself is refused by ``clean()``, always. What is only missing is told by ``missing()``, on a page and
on each of its rows, and is asked for when the page goes live.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME
from wagtail.admin.forms import WagtailAdminPageForm

__all__ = ["PageForm", "missing_in", "refuse_incomplete", "rows_to_keep"]

Missing = dict[str, Any]


def missing_in(item: Any) -> Missing:
    """Return what the page or row still lacks before it can go live: a message by field."""
    ask = getattr(item, "missing", None)
    return ask() if ask else {}


def refuse_incomplete(page: Any) -> None:
    """Refuse a page that lacks something, or has a row in memory that does.

    Raises:
        ValidationError: with a message by field, or one for each row.
    """
    if errors := missing_in(page):
        raise ValidationError(errors)
    for rows in page.__dict__.get("_cluster_related_objects", {}).values():
        for row in rows:
            if errors := missing_in(row):
                raise ValidationError([f"{row}: {message}" for message in errors.values()])


def rows_to_keep(form: Any, relation: str) -> list[Any]:
    """Return the forms of a page's rows that are not taken away, in the order that the editor sees."""
    formset = form.formsets.get(relation)
    if formset is None:
        return []
    checked = [row for row in formset.forms if row.is_valid() or row.is_bound]
    kept = [
        row
        for row in checked
        if not row.cleaned_data.get(DELETION_FIELD_NAME) and (row.instance.pk or row.has_changed())
    ]
    return sorted(kept, key=lambda row: row.cleaned_data.get(ORDERING_FIELD_NAME) or 0)


class PageForm(WagtailAdminPageForm):
    """Asks for what is missing when a page is published, beside the field, in the row that it belongs to."""

    def missing(self) -> Missing:
        """Return what the page lacks, by field or by the relation whose rows are lacking."""
        return missing_in(self.instance)

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.is_deferred_validation:
            return
        _ask(self, self.missing())
        for relation in self.formsets:
            for row in rows_to_keep(self, relation):
                _ask(row, missing_in(row.instance))


def _ask(form: Any, missing: Missing) -> None:
    """Put each message beside its field, or above the rows that it is about."""
    for name, message in missing.items():
        if name in form.fields and name not in form.errors:
            form.add_error(name, message)
        elif name in getattr(form, "formsets", {}):
            form.formsets[name].non_form_errors().append(message)
