"""A case's whole package: for the archive, or with parts left out for whoever asks for the public record."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from business.core.personal_number import seems_to_hold_personal_number

from .. import services
from ..enums import AccessKind
from ..files import StoreError
from ..forms.packages import PackageForm
from ..models import Case
from ..records.archive import MEDIA_TYPE, Writer, as_text
from ..records.contents import RELATED, read_many
from ..records.package import Options, Package
from ..trace import looked_at_each
from .base import InboxView

__all__ = ["PackageView"]

IN_MEMORY = 8 << 20  # bytes; a larger one is made on the disk


def seen_in(package: Package) -> list[AccessKind]:
    """Return what somebody has before them who reads a package: complete, it hides nothing."""
    case, seen = package.case, [AccessKind.CASE]
    if package.options.masked:
        return seen
    if case.email or case.phone:
        seen.append(AccessKind.CONTACT)
    if seems_to_hold_personal_number(as_text(package.data)):
        seen.append(AccessKind.PERSONAL_NUMBER)
    return seen


class PackageView(InboxView):
    """Asks what is to go out, shows exactly that, and hands it out when somebody has seen it."""

    permission_required = "hand_out"
    template_name = "inbox/records/package.html"
    page_title = gettext_lazy("Hand out")
    header_icon = "download"
    http_method_names = ["get", "post"]
    case: Case

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.find(pk)
        return self.show(PackageForm(self.case, self.merged))

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        self.find(pk)
        form = PackageForm(self.case, self.merged, request.POST)
        if not form.is_valid():
            messages.error(request, _("Something needs to be corrected. Nothing has been handed out."))
            return self.show(form, status=422)
        packages = self.packages(form)
        print_of = " ".join(package.fingerprint for package in packages)
        if "hand_out" not in request.POST:
            return self.show(form, packages, print_of)
        if request.POST.get("seen") != print_of:
            messages.warning(
                request, _("The case has changed since you looked. Look once more before you hand it out.")
            )
            return self.show(form, packages, print_of, status=409)
        try:
            return self.hand_out(form, packages)
        except StoreError:
            messages.error(request, _("A file cannot be read right now. Nothing has been handed out."))
            return self.show(form, self.packages(form), print_of, status=503)

    def find(self, pk: int) -> None:
        self.case = get_object_or_404(Case.objects.for_user(self.request.user).select_related(*RELATED), pk=pk)

    @cached_property
    def merged(self) -> list[Case]:
        """What is merged with the case, as far as the user may read it."""
        found = Case.objects.for_user(self.request.user).filter(merged_into=self.case)
        return list(found.select_related(*RELATED).order_by("pk"))

    def packages(self, form: PackageForm) -> list[Package]:
        cases = [self.case, *(self.merged if form.takes_merged else [])]
        return list(read_many(cases, form.options, timezone.now()))

    def hand_out(self, form: PackageForm, packages: list[Package]) -> FileResponse:
        """Make the archive, note that it goes out, and send it."""
        writer = Writer()
        file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 (the response closes it)
        for part in writer.write(packages):
            file.write(part)
        file.seek(0)
        options: Options = form.options
        for one in writer.handed:
            services.hand_out(
                one.case,
                self.request.user,
                AccessKind.PACKAGE,
                files=one.files,
                digest=one.digest,
                options=options.named,
                to=form.cleaned_data["to"],
            )
        response = FileResponse(file, as_attachment=True, filename=f"{self.case.number}.zip", content_type=MEDIA_TYPE)
        response["Cache-Control"] = "no-store"
        return response

    def show(
        self, form: PackageForm, packages: list[Package] | None = None, seen: str = "", status: int = 200
    ) -> HttpResponse:
        looked_at_each(self.request.user, [(one.case, seen_in(one)) for one in packages or ()])
        context = self.get_context_data(case=self.case, form=form, packages=packages, seen=seen)
        response = self.render_to_response(context, status=status)
        response["Cache-Control"] = "no-store"
        return response

    def get_page_title(self) -> str:
        return _("Hand out %(number)s") % {"number": self.case.number}

    def get_trail(self) -> list[dict[str, Any]]:
        case = {"url": reverse(self.case_url_name, args=[self.case.pk]), "label": self.case.number}
        return [case, {"url": "", "label": self.page_title}]
