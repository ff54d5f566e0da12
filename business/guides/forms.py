"""What is checked when an editor saves a guide."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from business.core.completeness import PageForm, rows_to_keep
from business.core.sorting import fold

__all__ = ["GuidePageForm"]


def _refuse_overlaps(rows: list[Any]) -> None:
    """Refuse a fee that holds on a day when another row of the same fee does, in the row that comes later."""
    for number, row in enumerate(rows):
        for other_number, other in enumerate(rows[:number], start=1):
            same = row.instance.label and fold(row.instance.label.strip()) == fold(other.instance.label.strip())
            dated = not {"valid_from", "valid_to"} & {*row.errors, *other.errors}
            if same and dated and row.instance.overlaps(other.instance):
                names = {
                    "number": other_number,
                    "label": other.instance.label,
                    "period": other.instance.period_text or _("without limits"),
                }
                message = _("The period overlaps with fee %(number)s, “%(label)s” (%(period)s).") % names
                row.add_error("valid_from", message)
                break


class GuidePageForm(PageForm):
    """Also refuses two amounts for the same fee on the same day, in a draft too."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        _refuse_overlaps(rows_to_keep(self, "fees"))
        return cleaned
