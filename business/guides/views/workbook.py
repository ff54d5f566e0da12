"""All guides' facts as one spreadsheet: download it, send it in again, see what it would change, apply it."""

from __future__ import annotations

import datetime
import io
from itertools import groupby
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from business.core.models import WorkerSign

from ..enums import ExportStatus, ImportStatus, WorkStage
from ..models import FactExport, FactImport
from ..permissions import can_keep_facts
from ..workbook.difference import ADDED, CHANGED, REMOVED
from ..workbook.forms import WorkbookForm
from ..workbook.progress import state_of
from ..workbook.running import apply_import, ask_for_export, discard, receive_import

__all__ = ["FactWorkbookViewSet"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN_CHANGES = 500
SHOWN_IMPORTS = 25
# The worker gives a sign of life every 15 seconds.
SILENT_FOR = datetime.timedelta(seconds=60)
PATIENCE = datetime.timedelta(minutes=3)

STAGES = {
    WorkStage.READING: _("%(done)s of %(total)s rows read"),
    WorkStage.COMPARING: _("%(done)s of %(total)s guides compared"),
    WorkStage.STORING: _("%(done)s of %(total)s guides stored"),
    WorkStage.INDEXING: _("Stored. The search knows of %(done)s of %(total)s guides"),
    WorkStage.WRITING: _("%(done)s of %(total)s guides"),
}


def progress_of(run: Any) -> dict[str, Any]:
    """Return how far the worker is with a spreadsheet, in numbers and in words."""
    state = state_of(run)
    is_at_work = run.is_at_work or is_indexing(run)
    if state.stage in STAGES and state.total:
        numbers = {
            "done": number_format(state.done, force_grouping=True),
            "total": number_format(state.total, force_grouping=True),
        }
        text = str(STAGES[state.stage]) % numbers
    else:
        text = gettext("Waiting for its turn") if state.stage == WorkStage.WAITING else state.stage.label
    return {
        "at_work": is_at_work,
        "done": state.done,
        "total": state.total,
        "text": text,
        "waits": _waiting() if is_at_work else "",
    }


def is_indexing(run: Any) -> bool:
    """Whether the guides are stored and the search is still to hear of them. It has an hour: then nobody is at it any more."""
    if run.status != ImportStatus.APPLIED or timezone.now() - run.applied_at > datetime.timedelta(hours=1):
        return False
    state = state_of(run)
    return state.stage == WorkStage.INDEXING and state.done < state.total


def _waiting() -> str:
    """Say so when nobody works: the background worker has not been seen for a while."""
    sign = WorkerSign.objects.first()
    if sign is None:
        return gettext("This waits for the background worker, which has never been running.")
    if timezone.now() - sign.seen_at < SILENT_FOR:
        return ""
    seen = timezone.localtime(sign.seen_at)
    return gettext("This waits for the background worker, which was last seen on %(day)s at %(time)s.") % {
        "day": f"{seen:%Y-%m-%d}",
        "time": f"{seen:%H:%M}",
    }


class KeepsFactsMixin(WagtailAdminTemplateMixin):
    """For those who may publish guides. Asked before anything is looked for, so that nobody can guess what exists."""

    header_icon = "table"
    page_title = _("Facts as a spreadsheet")
    viewset: ViewSet

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_keep_facts(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def address(self, name: str, *args: Any) -> str:
        return reverse(self.viewset.get_url_name(name), args=args)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]


class OverviewView(KeepsFactsMixin, View):
    """Download, send in, and what was sent in before."""

    template_name = "guides/workbook/overview.html"
    viewset: Any = None

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=WorkbookForm()))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Take a file in."""
        form = WorkbookForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        file = form.cleaned_data["file"]
        received = receive_import(request.user, file.name, file.read(), timezone.now())
        return redirect(self.address("import", received.pk))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        export = FactExport.objects.without_content().filter(made_by=user).first()
        imports = FactImport.objects.without_content().select_related("uploaded_by")[:SHOWN_IMPORTS]
        return super().get_context_data(
            **{
                "export": export,
                "export_progress": progress_of(export) if export and export.is_at_work else None,
                "export_urls": self._export_urls(export),
                "failed": export is not None and export.status == ExportStatus.FAILED,
                # A worker that was ended in the middle does not come back to it.
                "can_ask": export is None or not export.is_at_work or export.asked_at < timezone.now() - PATIENCE,
                "imports": [(one, self.address("import", one.pk)) for one in imports],
                **kwargs,
            }
        )

    def _export_urls(self, export: FactExport | None) -> dict[str, str]:
        urls = {"ask": self.address("ask_for_export")}
        if export is not None:
            urls["progress"] = self.address("export_progress", export.pk)
            if export.status == ExportStatus.READY:
                urls["download"] = self.address("export", export.pk)
        return urls


class AskForExportView(KeepsFactsMixin, View):
    """Has a workbook made."""

    viewset: Any = None
    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Somebody reloaded the address: lead back."""
        return redirect(self.address("index"))

    def post(self, request: HttpRequest) -> HttpResponse:
        # Pressed twice, it is made once.
        own = FactExport.objects.filter(made_by=request.user, status=ExportStatus.MAKING)
        if not own.filter(asked_at__gt=timezone.now() - PATIENCE).exists():
            ask_for_export(request.user, timezone.now())
        return redirect(self.address("index"))


class ExportView(KeepsFactsMixin, View):
    """Hands out a workbook that is made. Whoever asked for it gets it."""

    viewset: Any = None

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        export = get_object_or_404(FactExport, pk=pk, made_by=request.user, status=ExportStatus.READY)
        answer = FileResponse(
            io.BytesIO(bytes(export.file)), as_attachment=True, filename=export.file_name, content_type=XLSX
        )
        answer["Cache-Control"] = "private, no-store"
        return answer


class ProgressView(KeepsFactsMixin, View):
    """How far the worker is, for the script on the page."""

    viewset: Any = None
    model: Any = FactImport

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        runs = self.model.objects.without_content()
        if self.model is FactExport:
            runs = runs.filter(made_by=request.user)
        answer = JsonResponse(progress_of(get_object_or_404(runs, pk=pk)))
        answer["Cache-Control"] = "no-store"
        return answer


class ImportView(KeepsFactsMixin, View):
    """One file: how far it is, what is wrong with it, what it would change, or what it changed."""

    template_name = "guides/workbook/import.html"
    viewset: Any = None

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.received = get_object_or_404(
            FactImport.objects.defer("file").select_related("uploaded_by", "applied_by"), pk=pk
        )
        return self.render_to_response(self.get_context_data())

    def get_page_title(self) -> str:
        return self.received.file_name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": self.address("index"), "label": KeepsFactsMixin.page_title},
            {"url": "", "label": self.received.file_name},
        ]

    @cached_property
    def changes(self) -> list[tuple[str, str, list[dict[str, Any]]]]:
        """The changes by guide: title, the editor's address, and so many changes as anybody reads."""
        words = {ADDED: _("added"), CHANGED: _("changed"), REMOVED: _("taken away")}
        shown = [
            {**change, "word": words[change["action"]], "new_text": change["action"] == ADDED}
            for change in self.received.changes[:SHOWN_CHANGES]
        ]
        return [
            (title, reverse("wagtailadmin_pages:edit", args=[pk]), list(some))
            for (pk, title), some in groupby(shown, lambda change: (change["pk"], change["guide"]))
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        received = self.received
        return super().get_context_data(
            **{
                "received": received,
                "statuses": ImportStatus,
                "progress": progress_of(received) if received.is_at_work or is_indexing(received) else None,
                "can_discard": received.status not in {ImportStatus.APPLIED, ImportStatus.DISCARDED},
                "changes": self.changes,
                "more_changes": max(0, received.change_count - SHOWN_CHANGES),
                "more_errors": max(0, received.error_count - len(received.errors)),
                "urls": {
                    "index": self.address("index"),
                    **{name: self.address(name, received.pk) for name in ("progress", "apply", "discard")},
                },
                **kwargs,
            }
        )


class ActView(KeepsFactsMixin, View):
    """Does one thing with a file and leads back to it."""

    viewset: Any = None
    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Somebody reloaded the address of an act: lead to the file."""
        return redirect(self.address("import", pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        received = get_object_or_404(FactImport.objects.without_content(), pk=pk)
        if not self.act(received):
            messages.warning(request, gettext("Meanwhile something else happened to this file. See below."))
        return redirect(self.address("import", pk))

    def act(self, received: FactImport) -> bool:
        raise Http404


class ApplyView(ActView):
    def act(self, received: FactImport) -> bool:
        if not received.change_count:
            return False
        return apply_import(received.pk, self.request.user)


class DiscardView(ActView):
    def act(self, received: FactImport) -> bool:
        if discard(received.pk):
            messages.success(self.request, gettext("The file is put aside. Nothing was changed."))
            return True
        return False


class FactsMenuItem(MenuItem):
    """Shown to those who may."""

    def is_shown(self, request: HttpRequest) -> bool:
        return can_keep_facts(request.user)


class FactWorkbookViewSet(ViewSet):
    """Wires the pages."""

    name = "guide_workbook"
    icon = "table"
    menu_label = _("Facts as a spreadsheet")
    menu_icon = "table"
    menu_order = 700
    menu_hook = "register_reports_menu_item"
    menu_item_class = FactsMenuItem

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return {"viewset": self, **kwargs}

    def get_urlpatterns(self) -> list[URLPattern]:
        view = self.construct_view
        return [
            path("", view(OverviewView), name="index"),
            path("export/", view(AskForExportView), name="ask_for_export"),
            path("export/<int:pk>/", view(ExportView), name="export"),
            path("export/<int:pk>/progress/", view(ProgressView, model=FactExport), name="export_progress"),
            path("<int:pk>/", view(ImportView), name="import"),
            path("<int:pk>/progress/", view(ProgressView), name="progress"),
            path("<int:pk>/apply/", view(ApplyView), name="apply"),
            path("<int:pk>/discard/", view(DiscardView), name="discard"),
        ]
