"""Columns of the listing of cases."""

from __future__ import annotations

from typing import Any

from wagtail.admin.ui.tables import Column, TitleColumn

__all__ = ["CellColumn", "NumberColumn"]


class CellColumn(Column):
    """A column whose cell is one small template, drawn with the case and what the view prepared for the whole page."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(name, accessor=lambda case: case.pk, **kwargs)
        self.cell_template_name = f"inbox/columns/{name}.html"

    def get_cell_context_data(self, instance: Any, parent_context: dict[str, Any]) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        return {**context, "case": instance}


class NumberColumn(TitleColumn):
    """The case's number, which leads to the case, and when it came in."""

    cell_template_name = "inbox/columns/number.html"
