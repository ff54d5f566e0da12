"""Guides are published and unpublished in one transaction with the check of the example companies.

Three ways lead to it: an editor's button, the last approval of a workflow, and the clock. A guide that is made private, or
stands below a page that is, is shown to nobody either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.admin.views.page_privacy import SetPrivacyView
from wagtail.log_actions import log
from wagtail.models import Page, Revision

from business.core.translation import source_locale
from business.guides.models import GuidePage

from .enums import ENDED, REFUSED
from .examples.guard import (
    ExamplesBrokenError,
    breaks_between,
    breaks_of_ending,
    breaks_with,
    differences,
    is_original_guide,
    one_at_a_time,
    read_shown,
)
from .examples.personas import Break
from .guide_hooks import lead_back

__all__ = ["GuardedPublishing", "guard_approved", "guard_scheduled", "watch_ending"]

SET_PRIVACY = "wagtailadmin_pages:set_privacy"


class GuardedPublishing:
    """Runs the tool's own views that show or hide a guide as one change of what the finder says.

    The hooks in `guide_hooks` check, and the view acts after them: nobody else may change a rule in between. Deleting and
    acts on many pages run in a transaction already.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if request.method != "POST":
            return None
        if _view_name(request) == SET_PRIVACY:
            return _guard_privacy(request, view, args, kwargs)
        if not _changes_guides(request, kwargs):
            return None
        with one_at_a_time():
            try:
                return view(request, *args, **kwargs)
            except ValidationError as error:
                refused = error  # the draft that was saved before stands
        raise refused

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Say why an approval was refused: :func:`guard_approved` did, in the midst of the tool's own view."""
        if not isinstance(error, ExamplesBrokenError):
            return None
        title = _("Not approved, since that would publish it: example companies would get another result.")
        page = request.resolver_match and request.resolver_match.kwargs.get("page_id")
        back = ("wagtailadmin_pages:edit", page) if page else ("wagtailadmin_home",)
        answer = lead_back(request, error.breaks, title, *back)
        if isinstance(answer, HttpResponseRedirect) and request.headers.get("x-requested-with") == "XMLHttpRequest":
            # What the window of an approval waits for.
            return JsonResponse({"step": "success", "redirect": answer.url})
        return answer


class _PrivacyRefused(SetPrivacyView):
    """The tool's window once more, with what was chosen and why it was not done."""

    breaks: tuple[Break, ...] = ()

    def form_valid(self, form: Any) -> HttpResponse:
        title = _("Nothing was changed: example companies would get another result.")
        advice = _("Change the example company first, if the law has changed.")
        found = differences(self.breaks, timezone.localdate())
        # The window shows what is said of a field alone.
        form.add_error("restriction_type", [title, *(str(difference) for difference in found), advice])
        return self.form_invalid(form)


def _guard_privacy(
    request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: dict[str, Any]
) -> HttpResponse:
    """Run the tool's view that makes a page private or public, and all below it: readers are shown fewer guides or more."""
    try:
        with one_at_a_time():
            before = read_shown()
            answer = view(request, *args, **kwargs)
            if breaks := breaks_between(before, read_shown(), timezone.localdate()):
                raise ExamplesBrokenError(breaks)
        return answer
    except ExamplesBrokenError as error:
        return _PrivacyRefused.as_view(breaks=error.breaks)(request, *args, **kwargs)


@contextmanager
def guard_approved(revision: Revision) -> Iterator[None]:
    """Publish an approved guide inside this.

    Raises:
        ExamplesBrokenError: it would break an example company.
    """
    draft = revision.as_object()
    if not is_original_guide(draft):
        yield
        return
    with one_at_a_time():
        if breaks := breaks_with([draft], timezone.localdate()):
            raise ExamplesBrokenError(breaks)
        yield


@contextmanager
def guard_scheduled(revision: Revision) -> Iterator[None]:
    """Publish a guide whose time has come inside this: not if an example company would get another result by now.

    Then its schedule is taken away, since nobody should be surprised weeks later, and its history and the report of the
    finder's rules say why; the draft waits for its editor.

    Raises:
        ExamplesBrokenError: it must not be published.
    """
    draft = revision.as_object()
    if not is_original_guide(draft):
        yield
        return
    with one_at_a_time():
        breaks = breaks_with([draft], timezone.localdate())
        if not breaks:
            yield
            return
        # Another worker may have been first.
        if Revision.objects.filter(pk=revision.pk).exclude(approved_go_live_at=None).update(approved_go_live_at=None):
            log(instance=draft, action=REFUSED, revision=revision, data={"why": _in_words(breaks)})
    raise ExamplesBrokenError(breaks)


@contextmanager
def watch_ending(page: Page) -> Iterator[None]:
    """Unpublish a page whose time is over inside this. A guide ends although an example company needs it: somebody has
    said so, and readers must not be told what holds no more. Its history and the report of the finder's rules say what
    that broke.
    """
    if not is_original_guide(page):
        yield
        return
    with one_at_a_time():
        breaks = breaks_of_ending(page, timezone.localdate())
        yield
        if breaks:
            log(instance=page, action=ENDED, data={"why": _in_words(breaks)})


def _in_words(breaks: tuple[Break, ...]) -> list[str]:
    with translation.override(settings.LANGUAGE_CODE):
        return [str(difference) for difference in differences(breaks, timezone.localdate())]


def _view_name(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def _changes_guides(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Whether the view shows a guide, or hides pages: a guide may be one of them, or stand below."""
    match _view_name(request):
        case "wagtailadmin_pages:unpublish":
            return True
        case "wagtailadmin_pages:add":
            return "action-publish" in request.POST and kwargs["content_type_model_name"] == GuidePage._meta.model_name
        case "wagtailadmin_pages:edit":
            originals = GuidePage.objects.filter(pk=kwargs["page_id"], locale=source_locale())
            return "action-publish" in request.POST and originals.exists()
    return False
