"""Bytes of a mail as text, whatever it says about their script, right or wrong."""

from __future__ import annotations

import codecs
import re
from email.errors import HeaderParseError
from email.header import decode_header

from business.core.plain_text import UNREADABLE, UNREADABLE_IN_LINE

__all__ = ["as_line", "decode", "decode_words", "readable"]

# What programs write, and what they mean: a text that says latin-1 and holds a euro or a dash is windows-1252.
MEANT = {
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "ansi": "cp1252",
    "iso-2022-jp": "iso2022_jp_ext",
    "utf8": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
}
SINGLE_BYTE = frozenset({"cp1252", "iso8859-15", "iso8859-9", "mac-roman", "cp850"})
# What `codecs` knows besides scripts (base64, rot13, zlib …) would unpack or mangle what a stranger sent.
_LINE_BREAKS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def _codec(charset: str) -> str:
    name = charset.strip().strip("\"'").lower()
    name = MEANT.get(name, name)
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    return found.name if getattr(found, "_is_text_encoding", True) else ""


def decode(data: bytes, charset: str = "") -> str:
    """Return the bytes as text, in the script that they say, or else in the one that they are. It never fails."""
    codec = _codec(charset)
    if not codec or codec in SINGLE_BYTE:
        # Every byte is a letter in such a script: if they are UTF-8 all the same, that is no accident.
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return _decode(data, codec or "cp1252")
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        return _decode(data, "cp1252" if codec == "utf-8" else codec)


def _decode(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec, "replace")
    except (UnicodeError, ValueError):  # a few codecs know no "replace"
        return data.decode("latin-1")


def decode_words(raw: str) -> str:
    """Return a header's value with its encoded words (RFC 2047) read, in one line. It never fails."""
    text = decode(raw.encode("utf-8", "surrogateescape"), "utf-8")
    text = re.sub(r"\r?\n[ \t]*", " ", text)
    if "=?" not in text:
        return text
    try:
        parts = decode_header(text)
    except (HeaderParseError, ValueError):
        return text
    return "".join(
        part
        if isinstance(part, str)
        else part.decode("raw-unicode-escape", "replace")
        if charset is None
        else decode(part, charset)
        for part, charset in parts
    )


def readable(text: str) -> str:
    """Return a text with ordinary line ends and without what cannot be read, NUL above all, which no database takes."""
    return UNREADABLE.sub("", _LINE_BREAKS.sub("\n", text))


def as_line(text: str, longest: int) -> str:
    """Return a text as one line without what cannot be read, cut at so many characters."""
    return " ".join(UNREADABLE_IN_LINE.sub(" ", text).split())[:longest]
