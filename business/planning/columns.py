"""Columns of the lists of questions, rules and example companies."""

from __future__ import annotations

from typing import Any

from wagtail.admin.ui.tables import Column

__all__ = ["LinesColumn", "StateColumn"]


class LinesColumn(Column):
    """Several short texts, one a line."""

    cell_template_name = "planning/columns/lines.html"


class StateColumn(Column):
    """Whether something is as it should be, as a sign and in words: a list of what is not, or None where it is not asked."""

    cell_template_name = "planning/columns/state.html"

    def __init__(self, *args: Any, good: Any, unasked: Any, **kwargs: Any) -> None:
        self.good, self.unasked = good, unasked
        super().__init__(*args, **kwargs)
