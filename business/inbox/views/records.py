"""The registrar's reports: a period's list, the versions of the notice, what we hold about somebody."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from .. import services
from ..enums import AccessKind
from ..forms.records import PeriodForm, PersonForm
from ..mails import office
from ..models import Case
from ..permissions import can_hand_out
from ..records.archive import MEDIA_TYPE, Writer
from ..records.contents import Options, Package, read
from ..records.list_files import as_csv, as_page, as_workbook
from ..records.notices import versions
from ..records.period import PeriodList
from ..records.person import Held, held_about
from ..trace import took_out

__all__ = ["NoticeVersionsView", "PeriodListView", "PersonView"]

log = logging.getLogger(__name__)

ROWS = 100  # on a page of the screen
CHUNK = 50  # cases that are read at a time
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class RecordsView(WagtailAdminTemplateMixin, TemplateView):
    """A report for those who may hand records out."""

    header_icon = "list-ul"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not can_hand_out(request.user):
            raise PermissionDenied
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]


class PeriodListView(RecordsView):
    """A period's list, as a page, as a file, and with ``post`` as a package of everything in it."""

    template_name = "inbox/records/period.html"
    page_title = _("Register of cases")
    http_method_names = ["get", "post"]

    @cached_property
    def form(self) -> PeriodForm:
        asked = self.request.POST if self.request.method == "POST" else self.request.GET
        return PeriodForm(asked, timezone.localdate(timezone=timezone.get_default_timezone()))

    @cached_property
    def cases(self) -> PeriodList | None:
        """What was asked for; nothing where the form tells what is wrong."""
        if not self.form.is_valid():
            return None
        data = self.form.cleaned_data
        return PeriodList(self.request.user, self.form.chosen, data["kept"], data["public"])

    @property
    def name(self) -> str:
        period = self.form.chosen
        return f"register-{period.first}-{period.last}"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        kind = request.GET.get("export")
        if kind is None or self.cases is None:
            return super().get(request, *args, **kwargs)
        if kind == "csv":
            return self.sent(self.logged(as_csv(self.cases), self.cases), "text/csv; charset=utf-8", "csv")
        if kind == "print":
            page = as_page(self.cases, period=self.cases.period, public=self.cases.public, office=office())
            return StreamingHttpResponse(self.logged(page, self.cases), content_type="text/html; charset=utf-8")
        if kind != "xlsx":
            raise Http404
        file = as_workbook(self.cases, str(self.page_title))
        self.note(self.cases)
        return FileResponse(file, as_attachment=True, filename=f"{self.name}.xlsx", content_type=XLSX)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.cases is None:
            return self.render_to_response(self.get_context_data(), status=422)
        return self.sent(self.packed(self.cases), MEDIA_TYPE, "zip")

    def sent(self, parts: Iterator[bytes], media_type: str, ending: str) -> StreamingHttpResponse:
        response = StreamingHttpResponse(parts, content_type=media_type)
        response["Content-Disposition"] = f'attachment; filename="{self.name}.{ending}"'
        return response

    # --- What goes out is noted

    def note(self, cases: PeriodList) -> None:
        user: Any = self.request.user
        period = cases.period
        took_out(
            user, AccessKind.REGISTER, cases=cases.written, first=str(period.first), last=str(period.last),
            public=cases.public,
        )  # fmt: skip
        log.info("User %s (%s) exported a register of %s cases", user.pk, user.get_username(), cases.written)

    def logged(self, parts: Iterator[bytes], cases: PeriodList) -> Iterator[bytes]:
        try:
            yield from parts
        finally:
            self.note(cases)

    def packed(self, cases: PeriodList) -> Iterator[bytes]:
        """Yield an archive of the complete cases, and note each when it has been written."""
        writer, user = Writer(), self.request.user
        keys = list(cases.packed().order_by("received_at", "pk").values_list("pk", flat=True))
        options = [*Options().named, "period"]
        language = str(translation.get_language())  # when the archive is drawn it may be another

        def noted() -> None:
            while writer.handed:
                one = writer.handed.pop(0)
                services.hand_out(
                    one.case, user, AccessKind.PACKAGE, files=one.files, digest=one.digest, options=options
                )

        def parts() -> Iterator[bytes]:
            for part in writer.write(self.packages(keys, language)):
                noted()
                yield part
            noted()

        return parts()

    def packages(self, keys: list[int], language: str) -> Iterator[Package]:
        related = ("topic", "unit", "notice", "merged_into")
        now = timezone.now()
        for first in range(0, len(keys), CHUNK):
            # Once more within what the user may see: somebody may have put one under secrecy meanwhile.
            found = Case.objects.for_user(self.request.user).select_related(*related).defer("search_text")
            for case in found.filter(pk__in=keys[first : first + CHUNK]).order_by("received_at", "pk"):
                with translation.override(language):
                    package = read(case, Options(), now)
                yield package

    # --- The page

    @cached_property
    def header_buttons(self) -> list[Any]:
        if self.cases is None:
            return []
        kinds = {"xlsx": _("Download XLSX"), "csv": _("Download CSV"), "print": _("Print")}
        return [HeaderButton(label, url=self.url(export=kind), icon_name="download") for kind, label in kinds.items()]

    def url(self, **more: Any) -> str:
        return f"{reverse('case_register')}?{urlencode({**self.form.query(), **more})}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = {"form": self.form, "cases": self.cases}
        if self.cases is not None:
            page = Paginator(self.cases.cases, ROWS).get_page(self.request.GET.get("p"))
            start = (page.number - 1) * ROWS
            context |= {
                "page": page,
                "rows": list(self.cases.rows(start, start + ROWS)),
                "counts": self.cases.counts(),
                "asked": self.form.query(),
                "previous_url": self.url(p=page.previous_page_number()) if page.has_previous() else "",
                "next_url": self.url(p=page.next_page_number()) if page.has_next() else "",
            }
        return super().get_context_data(**context, **kwargs)


class NoticeVersionsView(RecordsView):
    """Which notice on personal data stood when, and for how many cases."""

    template_name = "inbox/records/notices.html"
    page_title = _("Notice on personal data")
    header_icon = "doc-full"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(versions=versions(self.request.user, dict(settings.LANGUAGES)), **kwargs)


class PersonView(RecordsView):
    """What we hold about somebody. Whom it is about is sent with ``post``: no address and no log of a server shows it."""

    template_name = "inbox/records/person.html"
    page_title = _("What we hold about a person")
    header_icon = "user"
    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=PersonForm()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = PersonForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        held = held_about(form.cleaned_data["who"], request.user, timezone.now())
        takes_out = "download" in request.POST
        took_out(
            request.user,
            AccessKind.PERSON,
            by=held.who.key.value,
            cases=len(held.cases),
            taken_out=takes_out,
        )
        if takes_out:
            return self.as_file(held)
        return self.render_to_response(self.get_context_data(form=form, held=held))

    def as_file(self, held: Held) -> FileResponse:
        """Make the archive, note it in each case, and send it."""
        packages, writer = held.packages(), Writer()
        file = SpooledTemporaryFile(8 << 20)  # noqa: SIM115 (the response closes it)
        for part in writer.write(packages, held.texts(packages)):
            file.write(part)
        file.seek(0)
        for one in writer.handed:
            services.hand_out(
                one.case, self.request.user, AccessKind.PERSON, files=one.files, digest=one.digest, options=["person"]
            )
        name = f"person-{timezone.localtime(held.at):%Y-%m-%d}.zip"
        return FileResponse(file, as_attachment=True, filename=name, content_type=MEDIA_TYPE)
