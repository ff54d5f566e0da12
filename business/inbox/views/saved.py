"""Views of the inbox that somebody keeps under a name."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from ..listing import Selection, as_query_dict, may_change, views_for
from ..models import SavedView
from ..permissions import can_work
from .base import InboxView

__all__ = ["ChangeSavedView", "OpenSavedView", "RemoveSavedView", "SavedViewForm", "SavedViewsView"]


class SavedViewForm(forms.ModelForm):
    """The view's name, and whether others see it: only who works with cases puts something before others."""

    class Meta:
        model = SavedView
        fields = ["name", "is_shared"]
        error_messages = {"name": {"required": gettext_lazy("Write a name for the view.")}}

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["is_shared"].label = gettext_lazy("Show it to all who work in the inbox")
        if not can_work(user):
            del self.fields["is_shared"]

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if SavedView.objects.filter(owner=self.instance.owner_id, name=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("You have a view with this name already."))
        return name


class SavedViewBase(InboxView):
    """What the pages of saved views share. They belong to people, not to cases: seeing the inbox is enough."""

    template_name = "inbox/saved_views.html"
    page_title = gettext_lazy("Saved views")
    header_icon = "view"

    def form_for(self, view: SavedView, data: Any = None) -> SavedViewForm:
        return SavedViewForm(data, instance=view, user=self.request.user, auto_id=f"view-{view.pk or 'new'}-%s")

    def show(
        self,
        form: SavedViewForm | None = None,
        changed: int | None = None,
        query: str = "",
        status: int = 200,
    ) -> HttpResponse:
        """Draw the list; ``form`` takes the place of the changed view's, or without one asks for a new view's name."""
        user = self.request.user
        views = [
            (
                view,
                (form if view.pk == changed else self.form_for(view)) if may_change(user, view) else None,
            )
            for view in views_for(user)
        ]
        new_form = form if changed is None else None
        context = self.get_context_data(views=views, new_form=new_form, query=query)
        return self.render_to_response(context, status=status)

    def selection(self, query: str) -> Selection:
        return Selection(self.request, QueryDict(query[:4000]))


class SavedViewsView(SavedViewBase):
    """The views that the user has or sees; a new one is kept by POST."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show()

    def post(self, request: HttpRequest) -> HttpResponse:
        query = request.POST.get("query", "")
        chosen = self.selection(query).filters.chosen
        form = self.form_for(SavedView(owner=request.user, query=chosen.query), request.POST)
        if not form.is_valid():
            return self.show(form, query=query, status=422)
        view = form.save()
        messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
        return redirect(f"{reverse(self.index_url_name)}?{as_query_dict(chosen.query).urlencode()}")


class OneSavedView(SavedViewBase):
    """What is done with one view: a stranger's that is not shared is not there."""

    is_changing = True

    def get_view(self, pk: int) -> SavedView:
        view = get_object_or_404(views_for(self.request.user), pk=pk)
        if self.is_changing and not may_change(self.request.user, view):
            raise PermissionDenied
        return view


class OpenSavedView(OneSavedView):
    """Leads to the listing. What the listing no longer knows is left out, and said."""

    is_changing = False

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        view = self.get_view(pk)
        selection = self.selection(as_query_dict(view.query).urlencode())
        if dropped := selection.dropped():
            text = _("Some of the view “%(name)s” is no longer there, and is left out: %(parts)s.")
            messages.warning(request, text % {"name": view.name, "parts": ", ".join(dropped)})
        return redirect(f"{reverse(self.index_url_name)}?{selection.query.urlencode()}")


class ChangeSavedView(OneSavedView):
    """Renames a view, shares it or keeps it to oneself."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = self.form_for(self.get_view(pk), request.POST)
        if not form.is_valid():
            return self.show(form, changed=pk, status=422)
        view = form.save()
        messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
        return redirect("inbox:views")


class RemoveSavedView(OneSavedView):
    """Removes a view. No case is touched by it."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        view = self.get_view(pk)
        view.delete()
        messages.success(request, _("The view “%(name)s” is removed.") % {"name": view.name})
        return redirect("inbox:views")
