"""What the lists and forms of questions, rules and example companies share."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BaseColumn, BulkActionsCheckboxColumn
from wagtail.admin.widgets.button import HeaderButton
from wagtail.snippets.views.snippets import DeleteView

from business.core.admin_bases import RegisterIndexView
from business.core.translation import source_locale

from ..examples.guard import ExamplesBrokenError, differences, guarded

__all__ = ["FinderButtonMixin", "GuardedDeleteView", "GuardedFormMixin", "OriginalsIndexView"]


class OriginalsIndexView(RegisterIndexView):
    """Originals with their translations. Each is taken away by itself, since each is checked by itself."""

    @cached_property
    def columns(self) -> list[BaseColumn]:
        return [column for column in super().columns if not isinstance(column, BulkActionsCheckboxColumn)]

    def get_base_queryset(self) -> QuerySet:
        # When it was changed: whoever has changed a text since it was translated is led to where it is carried across.
        changed = self._annotate_queryset_updated_at(super().get_base_queryset())
        return changed.annotate(text_changed_at=F("_updated_at"))


class GuardedFormMixin:
    """A form that is stored only if every example company still gets what it must."""

    differences: tuple[Any, ...] = ()

    def save_instance(self) -> Any:
        with guarded(timezone.localdate()):
            return super().save_instance()  # type: ignore[misc]

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)  # type: ignore[misc]
        except ExamplesBrokenError as broken:
            return self.refuse(broken)

    def refuse(self, broken: ExamplesBrokenError) -> HttpResponse:
        """Show what was sent again, with what it would have broken."""
        self.differences = tuple(differences(broken.breaks, timezone.localdate()))
        # The form and its record believe that they are stored: begin again from what was sent.
        view: Any = self
        view.object = view.get_object() if view.view_name == "edit" else None
        form = view.get_form()
        form.is_valid()
        view.produced_error_code = "examples_broken"
        view.produced_error_message = _("Not saved: example companies would get another result. See below.")
        return view.form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "differences": self.differences}  # type: ignore[misc]


class GuardedDeleteView(DeleteView):
    """Takes a record away with its translations, if every example company still gets what it must."""

    template_name = "planning/confirm_delete.html"
    differences: tuple[Any, ...] = ()

    def delete_action(self) -> None:
        with guarded(timezone.localdate()):
            if self.object.locale_id == source_locale().pk:
                kin = type(self.object).objects.filter(translation_key=self.object.translation_key)
                kin.exclude(pk=self.object.pk).delete()
            super().delete_action()

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except ExamplesBrokenError as broken:
            self.differences = tuple(differences(broken.breaks, timezone.localdate()))
            self.object = None
            self.object = self.get_object()
            return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "differences": self.differences}


class FinderButtonMixin:
    """A way from the form to the finder's result, in a window of its own."""

    finder_label: Any = ""

    def finder_url(self) -> str:
        """Return where the button leads; empty where there is nothing to show."""
        raise NotImplementedError

    @cached_property
    def header_buttons(self) -> list[Any]:
        url = self.finder_url()
        attrs = {"target": "_blank", "rel": "noreferrer"}
        return [HeaderButton(self.finder_label, url=url, icon_name="view", attrs=attrs)] if url else []
