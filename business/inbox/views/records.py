"""The registrar's reports besides the list: the versions of the notice, and what we hold about somebody."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from .. import services
from ..enums import AccessKind
from ..forms.records import PersonForm
from ..permissions import can_hand_out
from ..records.archive import MEDIA_TYPE, Writer
from ..records.notices import versions
from ..records.person import Held, held_about
from ..trace import took_out

__all__ = ["NoticeVersionsView", "PersonView", "RecordsView"]


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
