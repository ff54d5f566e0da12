"""The bytes of a mail, read: who wrote, to whom, what, and with which files. Whatever arrives, something is read."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import collapse_rfc2231_value, getaddresses

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_noop

from ..enums import MailSort
from .charsets import as_line, decode, decode_words, readable
from .html import to_text
from .machines import Bounce, bounce_in, sort_of

__all__ = ["MOST_BYTES", "File", "LeftOut", "Mail", "html_of", "read"]

log = logging.getLogger(__name__)

MOST_BYTES = 25 * 1024 * 1024
# Of a larger mail its beginning is read: who wrote, and mostly what.
BEGINNING = 1024 * 1024
MOST_PARTS = 250
# The library compares each line with the ends of all bundles that it lies in: so many comparisons are a few seconds.
MOST_COMPARED = 10_000_000
MOST_TEXT = 100_000  # characters
MOST_ADDRESSES = 200
LONGEST_HEADER = 8_000  # characters: far more than any program writes, and read in no time
# A picture in the text that is smaller is a logo.
LOGO = 12 * 1024

CUT = gettext_noop("The text is longer than can be shown here.")
TOO_LARGE = gettext_noop("The mail is larger than 25 MB: only its beginning has been read.")
TOO_DEEP = gettext_noop("The mail has too many parts within each other: only its head has been read.")
TOO_MANY_PARTS = gettext_noop("The mail has more than 250 parts: the rest has not been read.")
UNREADABLE = gettext_noop("The mail could not be taken apart.")
IS_A_MAIL = gettext_noop("“%(name)s” is a mail of its own.")
IS_A_LOGO = gettext_noop("“%(name)s” is a small picture in the text, such as a logo.")

_BUNDLE = re.compile(rb"^content-type[ \t]*:[ \t\r\n]*multipart/", re.IGNORECASE | re.MULTILINE)
_FLOWED = re.compile(r"(>*) ?(.*)")


@dataclass(frozen=True)
class LeftOut:
    """Something in the mail that is not shown with it, and why: an English sentence that the catalogue knows."""

    why: str
    name: str = ""


@dataclass(frozen=True)
class File:
    """A file that hangs on a mail."""

    name: str
    data: bytes
    is_in_text: bool = False


@dataclass
class Mail:
    """What could be read. Text and names hold nothing that a database or a browser stumbles over."""

    sender: str = ""
    sender_name: str = ""
    has_one_sender: bool = False
    to: list[str] = field(default_factory=list)
    subject: str = ""
    message_id: str = ""
    references: list[str] = field(default_factory=list)
    text: str = ""
    has_html: bool = False
    files: list[File] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    sort: MailSort = MailSort.PERSON
    bounce: Bounce | None = None
    is_unreadable: bool = False


def read(raw: bytes) -> Mail:
    """Return what is in a mail. It never fails: what cannot be taken apart is empty, and says so."""
    mail = Mail()
    try:
        parsed = _parsed(raw, mail)
    except Exception as error:  # the library does not say what it raises on a broken mail
        log.warning("A mail of %s bytes could not be taken apart: %s", len(raw), type(error).__name__)
        mail.is_unreadable = True
        mail.left_out.append(LeftOut(UNREADABLE))
        return mail
    for step in (_read_head, _read_body):
        try:
            step(parsed, mail)
        except Exception as error:  # as above; a head that cannot be read says nothing against what stands below it
            log.warning("A mail of %s bytes could not be read whole: %s", len(raw), type(error).__name__)
            mail.left_out.append(LeftOut(UNREADABLE))
    return mail


def _parsed(raw: bytes, mail: Mail) -> Message:
    if len(raw) > MOST_BYTES:
        mail.left_out.append(LeftOut(TOO_LARGE))
        raw = raw[:BEGINNING]
    if len(_BUNDLE.findall(raw)) * raw.count(b"\n") > MOST_COMPARED:
        mail.left_out.append(LeftOut(TOO_DEEP))
        return BytesHeaderParser(policy=policy.compat32).parsebytes(raw[:BEGINNING])
    return message_from_bytes(raw, policy=policy.compat32)


# --- The head


def _headers(mail: Message, *names: str) -> list[str]:
    """Return the values of these headers as they stand there: the library's own reading stumbles over odd ones."""
    wanted = {name.lower() for name in names}
    return [str(value) for name, value in mail.raw_items() if name.lower() in wanted]


def _addresses(values: list[str]) -> list[tuple[str, str]]:
    """Return name and address of each that is named. Encoded words are read after the commas are, as they must be."""
    plain = [re.sub(r"\r?\n[ \t]*", " ", value[:LONGEST_HEADER]) for value in values]
    as_text = [decode(value.encode("utf-8", "surrogateescape"), "utf-8") for value in plain]
    found = getaddresses(as_text)[:MOST_ADDRESSES]
    return [(as_line(decode_words(name), 120), as_line(address, 254)) for name, address in found]


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _read_head(parsed: Message, mail: Mail) -> None:
    senders = [(name, address) for name, address in _addresses(_headers(parsed, "From")) if name or address]
    mail.has_one_sender = len(senders) == 1
    if senders:
        name, address = senders[0]
        mail.sender = address if _is_address(address) else ""
        mail.sender_name = name or address
    to = _headers(parsed, "To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "Resent-To", "X-Envelope-To")
    mail.to = [address for _name, address in _addresses(to)]
    mail.subject = _subject(parsed)
    identities = _headers(parsed, "Message-ID")
    mail.message_id = next(iter(_identities(identities)), "")
    mail.references = _identities(_headers(parsed, "In-Reply-To", "References"))
    mail.sort = sort_of(parsed, mail.sender)
    if mail.sort == MailSort.BOUNCE:
        mail.bounce = bounce_in(parsed)


def _subject(parsed: Message) -> str:
    return as_line(decode_words(next(iter(_headers(parsed, "Subject")), "")[:LONGEST_HEADER]), 255)


def _identities(values: list[str]) -> list[str]:
    found = (one for value in values for one in re.findall(r"<[!-;=?-~]{3,250}>", value[:20_000]))
    return list(dict.fromkeys(found))[:100]


# --- The body


def _leaves(parsed: Message, mail: Mail) -> Iterator[Message]:
    """Yield what is no bundle of parts, in order. A mail within the mail is one thing: it is not opened."""
    waiting, seen = [parsed], 0
    while waiting:
        part = waiting.pop(0)
        seen += 1
        if seen > MOST_PARTS:
            mail.left_out.append(LeftOut(TOO_MANY_PARTS))
            return
        payload = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(payload, list):
            waiting[:0] = [one for one in payload if isinstance(one, Message)]
        else:
            yield part


def _is_attached(part: Message) -> bool:
    disposition = (part.get_content_disposition() or "").lower()
    return disposition == "attachment" or bool(_filename(part))


def _is_text(part: Message, kind: str) -> bool:
    return part.get_content_type() == kind and not _is_attached(part)


def _filename(part: Message) -> str:
    """Return the name of a file as RFC 2231 or, against the rules and everywhere, RFC 2047 writes it."""
    found = part.get_param("filename", None, "content-disposition") or part.get_param("name")
    if found is None:
        return ""
    if isinstance(found, tuple):
        charset, _language, value = found
        try:
            return as_line(decode(value.encode("latin-1"), charset or ""), 255)
        except UnicodeEncodeError:
            return as_line(collapse_rfc2231_value(found), 255)
    return as_line(decode_words(str(found)), 255)


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _words(part: Message) -> str:
    return decode(_bytes(part), str(part.get_content_charset() or ""))


def _read_body(parsed: Message, mail: Mail) -> None:
    if any(one.why == TOO_DEEP for one in mail.left_out):
        return
    leaves = list(_leaves(parsed, mail))
    plain = [_flow(readable(_words(part)), part) for part in leaves if _is_text(part, "text/plain")]
    html = [_words(part) for part in leaves if _is_text(part, "text/html")]
    mail.has_html = any(one.strip() for one in html)
    text = "\n\n".join(one.strip("\n") for one in plain if one.strip())
    if not text.strip():
        text = "\n\n".join(readable(to_text(one)) for one in html)
    text = readable(text).strip("\n")
    if len(text) > MOST_TEXT:
        mail.left_out.append(LeftOut(CUT))
    mail.text = text[:MOST_TEXT].rstrip()
    if any(one.why == TOO_LARGE for one in mail.left_out):
        return  # what hangs on it ends in the middle
    for part in leaves:
        if not (_is_text(part, "text/plain") or _is_text(part, "text/html")):
            _read_file(part, mail)
    # What was attached stands before the pictures of a signature.
    mail.files.sort(key=lambda file: file.is_in_text)


def _read_file(part: Message, mail: Mail) -> None:
    name = _filename(part)
    kind = part.get_content_type()
    if kind.startswith("message/"):
        if mail.bounce is None and kind == "message/rfc822":
            mail.left_out.append(LeftOut(IS_A_MAIL, name or _subject_within(part)))
        return
    data = _bytes(part)
    is_in_text = part.get_content_disposition() != "attachment" and part.get("Content-ID") is not None
    name = name or _made_up_name(kind)
    if is_in_text and kind.startswith("image/") and len(data) < LOGO:
        mail.left_out.append(LeftOut(IS_A_LOGO, name))
    elif data or name:
        mail.files.append(File(name, data, is_in_text))


def _subject_within(part: Message) -> str:
    within = part.get_payload()
    first = within[0] if isinstance(within, list) and within else None
    if not isinstance(first, Message):
        return "?"
    return _subject(first)[:120] or "?"


def _made_up_name(kind: str) -> str:
    endings = {
        "image/jpeg": "jpg",
        "image/png": "png",
        "application/pdf": "pdf",
        "text/csv": "csv",
        "text/calendar": "ics",
    }
    return f"bilaga.{endings.get(kind, 'bin')}"


def _flow(text: str, part: Message) -> str:
    """Return a text whose lines were broken for the way (RFC 3676) with its paragraphs in one piece."""
    if str(part.get_param("format") or "").lower() != "flowed":
        return text
    deletes = str(part.get_param("delsp") or "").lower() == "yes"
    lines: list[str] = []
    joins, quoted = False, ""
    for line in text.split("\n"):
        found = _FLOWED.fullmatch(line)
        marks, said = (found[1], found[2]) if found else ("", line)
        if joins and marks == quoted:
            lines[-1] += said
        else:
            lines.append(f"{marks} {said}" if marks else said)
        quoted = marks
        joins = said.endswith(" ") and said != "-- "
        if joins and deletes:
            lines[-1] = lines[-1][:-1]
    return "\n".join(line.rstrip() if line != "-- " else line for line in lines)


def html_of(raw: bytes) -> str:
    """Return the HTML of a mail as it was sent, to be cleaned and shown; nothing if it has none or cannot be read."""
    mail = Mail()
    try:
        leaves = list(_leaves(_parsed(raw, mail), mail))
        return "\n<hr>\n".join(_words(part) for part in leaves if _is_text(part, "text/html"))
    except Exception:  # as above
        log.warning("The HTML of a mail could not be read")
        return ""
