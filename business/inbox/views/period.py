"""A period of the register: as a list, as files, and as packages of its cases, complete or with parts left out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.widgets.button import HeaderButton

from business.core.requests import row_key

from .. import services
from ..enums import AccessKind
from ..forms.packages import PeriodPackageForm
from ..forms.records import PeriodForm
from ..mails import office
from ..models import CaseQuerySet
from ..records.archive import MEDIA_TYPE, Writer
from ..records.batch import Batch, Masked, as_they_are, fingerprint, packages_of
from ..records.list_files import as_csv, as_page, as_workbook
from ..records.package import Package
from ..records.period import PeriodList
from ..trace import looked_at_each, took_out
from .records import RecordsView

__all__ = ["PeriodListView", "PeriodPackageView"]

log = logging.getLogger(__name__)

ROWS, PAPERS = 100, 10  # on a page of the screen: rows of the list, cases that are looked through
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def handed_out(
    user: Any, batch: Batch, to: str = "", after: Callable[[], Mapping[str, str]] = dict
) -> Iterator[bytes]:
    """Yield an archive of the cases. That each is taken out is noted before its first byte, and what it was when it is written.

    Whoever breaks off has what came so far: the log knows of it, and no event says that the case was handed out.
    """
    writer = Writer()
    options = [*batch.options.named, "period"]

    def begun() -> Iterator[Package]:
        for package in batch.packages():
            took_out(user, AccessKind.PACKAGE, package.case, files=len(package.files), options=options)
            yield package

    def noted() -> None:
        while writer.handed:
            one = writer.handed.pop(0)
            services.handed_out(one.case, user, files=one.files, digest=one.digest, options=options, to=to)

    def parts() -> Iterator[bytes]:
        for part in writer.write(begun(), after=after):
            noted()
            yield part
        noted()

    return parts()


class PeriodView(RecordsView):
    """A page about a period that the address, or a form, asks for."""

    http_method_names = ["get", "post"]
    file_name = "register"

    @property
    def asked(self) -> QueryDict:
        return self.request.GET

    @cached_property
    def form(self) -> PeriodForm:
        return PeriodForm(self.asked, timezone.localdate(timezone=timezone.get_default_timezone()))

    @cached_property
    def cases(self) -> PeriodList | None:
        """What was asked for; nothing where the form tells what is wrong."""
        if not self.form.is_valid():
            return None
        data = self.form.cleaned_data
        return PeriodList(self.request.user, self.form.chosen_period, data["kept"], data["public"])

    @property
    def name(self) -> str:
        period = self.form.chosen_period
        return f"{self.file_name}-{period.first}-{period.last}"

    def url(self, name: str, **more: Any) -> str:
        return f"{reverse(name)}?{urlencode({**self.form.query(), **more})}"

    def sent(self, parts: Iterator[bytes], media_type: str, ending: str) -> StreamingHttpResponse:
        response = StreamingHttpResponse(parts, content_type=media_type)
        response["Content-Disposition"] = f'attachment; filename="{self.name}.{ending}"'
        return response


class PeriodListView(PeriodView):
    """A period's list, as a page, as a file, and with ``post`` as a package of everything in it."""

    template_name = "inbox/records/period.html"
    page_title = _("Register of cases")

    @property
    def asked(self) -> QueryDict:
        return self.request.POST if self.request.method == "POST" else self.request.GET

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
        keys = self.cases.packed().order_by("received_at", "pk").values_list("pk", flat=True)
        parts = handed_out(request.user, Batch(request.user, list(keys)))
        return self.sent(parts, MEDIA_TYPE, "zip")

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

    # --- The page

    @cached_property
    def header_buttons(self) -> list[Any]:
        if self.cases is None:
            return []
        kinds = {"xlsx": _("Download XLSX"), "csv": _("Download CSV"), "print": _("Print")}
        return [
            HeaderButton(label, url=self.url("case_register", export=kind), icon_name="download")
            for kind, label in kinds.items()
        ]

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
                "package_url": self.url("case_register_package"),
                "query": urlencode(self.form.query()),
            }
        return super().get_context_data(**context, **kwargs)


class PeriodPackageView(PeriodView):
    """A period's cases with parts left out: shows them some at a time, and hands out just what can be looked through.

    Files and messages as they arrived never go along, and neither does a case under secrecy: each of those is looked at
    by itself, on the case's own page.
    """

    template_name = "inbox/records/period_package.html"
    page_title = _("Hand out with names left out")
    header_icon = "download"
    file_name = "handlingar"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.cases is None:
            return redirect(self.url("case_register"))
        return self.show(PeriodPackageForm())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.cases is None:
            return redirect(self.url("case_register"))
        form = PeriodPackageForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Something needs to be corrected. Nothing has been handed out."))
            return self.show(form, status=422)
        print_of = fingerprint(form.options, self.seen, self.out)
        if "hand_out" not in request.POST:
            return self.show(form, print_of)
        if request.POST.get("seen") != print_of:
            messages.warning(request, _("Something has changed since you looked. Look once more before you hand out."))
            return self.show(form, print_of, status=409)
        if not self.seen.keys() - self.out:
            messages.error(request, _("Every case is left out. Nothing has been handed out."))
            return self.show(form, print_of, status=422)
        return self.hand_out(form)

    def hand_out(self, form: PeriodPackageForm) -> StreamingHttpResponse:
        user, cases = self.request.user, self.listed
        keys = cases.cases.order_by("received_at", "pk").values_list("pk", flat=True)
        batch = Masked(user, list(keys), form.options, period=cases.period, out=self.out, seen=self.seen)
        log.info("User %s (%s) hands out a period of %s cases", user.pk, user.get_username(), len(self.seen))
        parts = handed_out(user, batch, form.cleaned_data["to"], after=batch.overview)
        return self.sent(parts, MEDIA_TYPE, "zip")

    # --- What is given

    @property
    def listed(self) -> PeriodList:
        """The period's list, where the address asks for one."""
        if self.cases is None:
            raise Http404
        return self.cases

    @property
    def given(self) -> CaseQuerySet:
        """The cases that can be looked through here."""
        return self.listed.packed().filter(secrecy_ground="")

    @cached_property
    def seen(self) -> dict[int, str]:
        """How each of them is now, by its key, in the order of the register."""
        return as_they_are(self.given)

    @cached_property
    def out(self) -> frozenset[int]:
        """Those that somebody has taken out by hand."""
        keys = (row_key(typed) for typed in self.request.POST.getlist("out"))
        return frozenset(key for key in keys if key in self.seen)

    # --- The page

    def show(self, form: PeriodPackageForm, seen: str = "", status: int = 200) -> HttpResponse:
        """Draw the page, and with ``seen`` ten papers. What was taken out goes along, whether its paper is drawn or not."""
        context: dict[str, Any] = {"form": form, "seen": seen, "out": self.out}
        drawn: list[int] = []
        if seen:
            page = Paginator(list(self.seen), PAPERS).get_page(self.request.POST.get("p"))
            drawn = list(page.object_list)
            packages = list(packages_of(self.given.filter(pk__in=drawn), form.options))
            looked_at_each(self.request.user, [(one.case, [AccessKind.CASE]) for one in packages])
            context |= {"page": page, "packages": packages}
        context["out_elsewhere"] = sorted(self.out.difference(drawn))
        return self.render_to_response(self.get_context_data(**context), status=status)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items = super().get_breadcrumbs_items()
        register = {"url": self.url("case_register"), "label": _("Register of cases")}
        return [*items[:-1], register, items[-1]]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        withheld = self.listed.cases.exclude(pk__in=self.given.values("pk")).order_by("received_at", "pk")
        return super().get_context_data(
            cases=self.listed,
            number=len(self.seen),
            going=len(self.seen) - len(self.out),
            withheld=list(withheld.values_list("number", flat=True)),
            **kwargs,
        )
