"""Files that come with the form: read within limits, and held for a form that is not right yet."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, Protocol

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.utils.translation import gettext_lazy as _

from business.core.errors import error_page
from business.core.requests import row_key
from business.inbox.enums import ScanState
from business.inbox.files import MOST_BYTES, MOST_FILES, StoreError, held, hold, let_go, move
from business.inbox.models import Attachment

from .keys import read_key

__all__ = ["LARGEST_BODY", "LARGEST_TEXT", "BoundedUploads", "HoldsFiles", "accept_bounded", "keep_files"]

# Many times what the form can hold in words, in whatever script they are written.
LARGEST_TEXT = 1_000_000
LARGEST_BODY = MOST_FILES * MOST_BYTES + LARGEST_TEXT

TOO_LARGE = _(
    "That was more than the form can take: at most 10,000 characters of text and 5 files of 10 MB each. "
    "Go back, and what you wrote should still be there."
)
CANNOT_STORE = _(
    "We cannot accept files right now. Everything that you wrote is still here: send it without files, and mail them to us "
    "afterwards with the number of your case."
)
LOST = "The connection was lost"
MALICIOUS = _("“%(name)s” is malicious, so we have removed it.")


class HoldsFiles(Protocol):
    """A form with a field ``files`` that holds files under its signed key."""

    sent_key: str  # the key that came, before the form may get another
    held: list[Attachment]

    def __getitem__(self, name: str) -> Any: ...

    def add_error(self, field: str | None, error: Any) -> None: ...


class BoundedUploads(FileUploadHandler):
    """Stands before Django's own handlers and keeps from them what is beyond the limit of a file.

    Of a file that is too large nothing is kept but its name and size, which the message about it needs.
    """

    size = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.size = start + len(raw_data)
        return raw_data if self.size <= MOST_BYTES else None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        return UploadedFile(io.BytesIO(), self.file_name, size=self.size) if self.size > MOST_BYTES else None


def _to_the_end(read: Callable[[int | None], bytes], left: int) -> Callable[[int | None], bytes]:
    """Read a body as ``read`` does, but raise when it ends before so many bytes."""

    def read_on(size: int | None = None) -> bytes:
        nonlocal left
        data = read(size)
        left -= len(data)
        if not data and left > 0:
            raise UnreadablePostError(LOST)
        return data

    return read_on


def _length(request: HttpRequest) -> int:
    """Return how long the body says that it is: no more is ever read. Rubbish is read as nothing, as Django does."""
    length = request.META.get("CONTENT_LENGTH") or ""
    return int(length) if length.isascii() and length.isdigit() else 0


def _is_too_large(request: HttpRequest) -> bool:
    """Whether the body says that it is longer than any form of ours."""
    has_files = request.content_type == "multipart/form-data"
    return _length(request) > (LARGEST_BODY if has_files else LARGEST_TEXT)


def _limit(request: HttpRequest) -> None:
    """Bound what is read of each file, and refuse a body that ends before its length: Django takes it for a whole form.

    Call before anything asks for the form's fields.

    Raises:
        UnreadablePostError: the connection was lost. Of a form with files that shows when its fields are asked for.
    """
    length = _length(request)
    request.upload_handlers = [BoundedUploads(request), *request.upload_handlers]
    if request.content_type == "multipart/form-data":
        request.read = _to_the_end(request.read, length)  # type: ignore[method-assign,assignment]
    elif len(request.body) < length:
        raise UnreadablePostError(LOST)


def accept_bounded(request: HttpRequest, accept: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    """Return what ``accept`` answers to a form, or an error page when the form is too large or was cut off."""
    if _is_too_large(request):
        return error_page(request, 413, TOO_LARGE)
    try:
        _limit(request)
        return accept(request)
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
        return error_page(request, 413, TOO_LARGE)
    except UnreadablePostError:  # the visitor has lost the connection, and sends it again
        return error_page(request, 400)


def keep_files(form: HoldsFiles, request: HttpRequest) -> None:
    """Hold what came with a form that has been checked, take out what was unticked, and tell at the field what is wrong.

    ``form.held`` is then what the form has. Only a form with the key that we signed for it gets at its files.
    """
    sent, shown = read_key(form.sent_key), read_key(form["key"].value())
    if shown is None:  # as it is in no form that we drew and checked
        return
    if sent is not None and sent.value != shown.value:
        move(sent.value, shown.value)
    if unwanted := [row_key(one) for one in request.POST.getlist("remove")[:MOST_FILES]]:
        let_go(unwanted, held_key=shown.value)
    try:
        hold(request.FILES.getlist("files"), held_key=shown.value, is_anybodys=True)
    except ValidationError as error:
        form.add_error("files", error)
    except StoreError:
        form.add_error("files", ValidationError(CANNOT_STORE, code="store"))
    form.held = _clean(form, held(shown.value), shown.value)


def _clean(form: HoldsFiles, files: list[Attachment], key: str) -> list[Attachment]:
    """Take out what the scanner has found malicious while the form was being corrected."""
    infected = [one for one in files if one.scan == ScanState.INFECTED]
    for one in infected:
        form.add_error("files", ValidationError(MALICIOUS, code="malicious", params={"name": one.name}))
    if infected:
        let_go([one.pk for one in infected], held_key=key)
    return [one for one in files if one not in infected]
