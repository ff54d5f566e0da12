"""Reads cases into packages: rows, then data, then what is to be left out, then the files that go along."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import pgettext

from business.core.models import SiteSettings
from business.core.organisation_number import is_personal_number

from ..enums import Channel, Direction
from ..files.names import clean_name
from ..mails import office
from ..models import Case, IncomingMail, Message
from .as_data import as_data
from .masking import Kind, Masker
from .package import Options, Package, StoredFile
from .rows import Party, Rows, incoming_of, read_rows

__all__ = ["RELATED", "read", "read_many"]

RELATED = ("topic", "unit", "notice", "merged_into")  # what a case that is read should come with


def read(case: Case, options: Options, at: datetime.datetime) -> Package:
    """Read a case with everything that the options ask for; masked, when they say so."""
    (package,) = read_many([case], options, at)
    return package


def read_many(cases: Sequence[Case], options: Options, at: datetime.datetime) -> Iterator[Package]:
    """Read cases with as few queries for all of them as for one. Everything of them is in memory meanwhile."""
    rows = read_rows(cases, options)
    us = office() if options.masked else None
    for case in cases:
        # Given up as it goes: what is handed out need not be held any more.
        yield _package(case, rows.pop(case.pk), options, us, at)


def _package(case: Case, rows: Rows, options: Options, us: SiteSettings | None, at: datetime.datetime) -> Package:
    if us is None:
        data = as_data(case, rows, options, at)
    else:
        masker = _masker(case, rows, options, us)
        data = masker.data(as_data(case, rows, options, at, masker.name))
        data["masking"] = [
            {"kind": kind, "name": str(Kind(kind).label), "ground": ground, "count": count}
            for (kind, ground), count in sorted(masker.left_out.items())
        ]
    package = Package(case, options, data)
    package.files = list(_place_files(package, rows))
    return package


def _masker(case: Case, rows: Rows, options: Options, us: SiteSettings) -> Masker:
    """Return what leaves out the sender, whatever name or address they have used, and the senders of what is merged with it."""
    incoming = [one for one in rows.messages if one.direction == Direction.INCOMING]
    mails = [mail.sender for one in incoming if (mail := incoming_of(one))]
    people: list[Case | Party] = [case, *rows.parties]
    numbers = dict.fromkeys(one.organisation_number for one in people)
    return Masker(
        names=tuple(dict.fromkeys([*(one.name for one in people), *(one.author_name for one in incoming)])),
        emails=tuple(dict.fromkeys([*(one.email for one in people), *mails])),
        phones=tuple(dict.fromkeys(one.phone for one in people)),
        numbers=tuple(number for number in numbers if is_personal_number(number)),
        words=options.words,
        kept=(us.email, us.phone),
        ground=options.ground,
    )


def _place_files(package: Package, rows: Rows) -> Iterable[StoredFile]:
    """Give each file that is included its path in the package, named as the data names it."""
    files, originals = _folders()
    data = package.data
    for number, (row, message) in enumerate(zip(data["messages"], rows.messages, strict=True), start=1):
        for place, (told, attachment) in enumerate(zip(row["files"], message.attachments.all(), strict=True), start=1):
            if told["included"]:
                told["path"] = f"{files}/{number:02d}-{place:02d}-{clean_name(told['name']) or 'file'}"
                yield StoredFile(told["path"], attachment.path)
        if (told := row["original"]) and told["included"]:
            mail = incoming_of(message)
            told["path"] = f"{originals}/{number:02d}.{_ending(message, mail)}"
            content = b"" if mail else bytes(message.original or b"")
            yield StoredFile(told["path"], mail.path if mail else "", content)
    for number, (told, mail) in enumerate(zip(data["received_mails"], rows.received, strict=True), start=1):
        if told["included"]:
            told["path"] = f"{originals}/mail-{number:02d}.eml"
            yield StoredFile(told["path"], mail.path)


def _folders() -> tuple[str, str]:
    return pgettext("folder in a package", "files"), pgettext("folder in a package", "originals")


def _ending(message: Message, mail: IncomingMail | None) -> str:
    """Return what kind of file the original is: a mail, the fields of a form, or plain text."""
    if mail is not None:
        return "eml"
    is_form = message.channel == Channel.WEB and bytes(message.original or b"")[:1] == b"{"
    return "json" if is_form else "txt"
