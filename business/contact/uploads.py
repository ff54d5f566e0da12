"""Files that come with the form: read within limits, and held for a form that is not right yet."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, UnreadablePostError
from django.utils.translation import gettext_lazy as _

from business.core.requests import row_key
from business.inbox.enums import ScanState
from business.inbox.files import MOST_BYTES, MOST_FILES, StoreError, held, hold, let_go, move
from business.inbox.models import Attachment

from .forms import ContactForm
from .keys import read_key

__all__ = ["LARGEST_BODY", "LARGEST_TEXT", "BoundedUploads", "keep_files", "limit_uploads"]

# Many times what the form can hold in words, in whatever script they are written.
LARGEST_TEXT = 1_000_000
LARGEST_BODY = MOST_FILES * MOST_BYTES + LARGEST_TEXT

CANNOT_STORE = _(
    "We cannot accept files right now. Everything that you wrote is still here: send it without files, and mail them to us "
    "afterwards with the number that you get."
)
LOST = "The connection was lost"
MALICIOUS = _("“%(name)s” is malicious, so we have removed it.")


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


def limit_uploads(request: HttpRequest, length: int) -> None:
    """Bound what is read of each file, and refuse a body that ends before its length: Django takes it for a whole form.

    Call before anything asks for the form's fields.

    Raises:
        UnreadablePostError: the connection was lost. Of a form with files that shows when its fields are asked for.
    """
    request.upload_handlers = [BoundedUploads(request), *request.upload_handlers]
    if request.content_type == "multipart/form-data":
        request.read = _to_the_end(request.read, length)  # type: ignore[method-assign,assignment]
    elif len(request.body) < length:
        raise UnreadablePostError(LOST)


def keep_files(form: ContactForm, request: HttpRequest) -> None:
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
        hold(request.FILES.getlist("files"), held_key=shown.value)
    except ValidationError as error:
        form.add_error("files", error)
    except StoreError:
        form.add_error("files", ValidationError(CANNOT_STORE, code="store"))
    form.held = _clean(form, held(shown.value), shown.value)


def _clean(form: ContactForm, files: list[Attachment], key: str) -> list[Attachment]:
    """Take out what the scanner has found malicious while the form was being corrected."""
    infected = [one for one in files if one.scan == ScanState.INFECTED]
    for one in infected:
        form.add_error("files", ValidationError(MALICIOUS, code="malicious", params={"name": one.name}))
    if infected:
        let_go([one.pk for one in infected], held_key=key)
    return [one for one in files if one not in infected]
