"""Panels that our pages and registers share."""

from typing import Any

from django import forms
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

__all__ = ["FoldedPanel", "RegisterSelect"]


class RegisterSelect(FieldPanel):
    """A short register as a plain list to choose from: one click, where Wagtail's chooser takes four."""

    def __init__(self, field_name: str, **kwargs: Any) -> None:
        super().__init__(field_name, **{"widget": forms.Select, **kwargs})


class FoldedPanel(MultiFieldPanel):
    """What is rarer, below what everybody fills in: folded, and told how much is filled in. Errors unfold it.

    Wagtail's own folding works for panels of a page but not inside its rows.
    """

    def __init__(self, children: Any = (), title: Any = "", **kwargs: Any) -> None:
        # Not ``heading``: in a row that would be drawn above, and again as the name of every field.
        self.title = title
        super().__init__(children, **kwargs)

    def clone_kwargs(self) -> dict[str, Any]:
        return {**super().clone_kwargs(), "title": self.title}

    class BoundPanel(MultiFieldPanel.BoundPanel):
        template_name = "core/folded_panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            fields = list(_bound_fields(self))
            return {
                **super().get_context_data(parent_context),
                "title": self.panel.title,
                "filled": sum(1 for field in fields if field.value() not in (None, "", [], field.field.initial)),
                "has_errors": any(field.errors for field in fields),
            }


def _bound_fields(panel: Any) -> Any:
    for child in getattr(panel, "visible_children", ()):
        if getattr(child, "bound_field", None) is not None:
            yield child.bound_field
        yield from _bound_fields(child)
