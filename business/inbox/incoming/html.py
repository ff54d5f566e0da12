"""The HTML of a mail: cleaned, so that it can be looked at, and as plain text."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

import nh3

__all__ = ["cleaned", "to_text"]

MOST_HTML = 2_000_000  # characters
MOST_HTML_AS_TEXT = 500_000
# Elements within each other. No letter has a tenth of it, and the time that cleaning takes grows with its square.
MOST_DEEP = 300
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# What has no end, or needs none.
_FLAT = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "p",
        "li",
        "dd",
        "dt",
        "tr",
        "td",
        "th",
        "tbody",
        "thead",
        "tfoot",
        "option",
        "optgroup",
        "colgroup",
        "html",
        "head",
        "body",
    ]
)
MOST_NESTED = 20  # quotes within each other, in the text
TAGS = frozenset(
    [
        "a",
        "abbr",
        "address",
        "b",
        "blockquote",
        "br",
        "caption",
        "center",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "div",
        "dl",
        "dt",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "ins",
        "li",
        "ol",
        "p",
        "pre",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "u",
        "ul",
    ]
)
# With everything in them: nobody is to read a style sheet.
EMPTIED = frozenset({"script", "style", "title", "template", "noscript", "svg", "math", "iframe", "object", "form"})
ATTRIBUTES = {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}


def cleaned(html: str) -> str:
    """Return the HTML without script, style, pictures, forms and whatever else could do or fetch something."""
    html = html[:MOST_HTML]
    if _is_too_deep(html):
        html = escape(re.sub(r"<[^>]*>", " ", html))
    return nh3.clean(
        html,
        tags=set(TAGS),
        clean_content_tags=set(EMPTIED),
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )


def _is_too_deep(html: str) -> bool:
    depth = deepest = 0
    for found in _TAG.finditer(html):
        if found[2].lower() in _FLAT:
            continue
        depth = max(0, depth - 1) if found[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest > MOST_DEEP


def to_text(html: str) -> str:
    """Return the HTML as plain text: a quote with marks before its lines, a link with its address behind it."""
    reader = _Reader()
    reader.feed(cleaned(html[:MOST_HTML_AS_TEXT]))
    reader.close()
    return reader.text()


PARAGRAPHS = frozenset(
    ["p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "dl", "pre", "blockquote", "address"]
)
LINES = frozenset(["div", "br", "tr", "li", "dt", "dd", "hr", "center", "caption"])


class _Reader(HTMLParser):
    """Reads what `cleaned` has left. Blanks count as in a browser: however many, they are one."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.line: list[str] = []
        self.gap = 0  # empty lines that are to stand before the next one
        self.quoted = self.quoted_before = 0
        self.kept = 0  # how far within text that keeps its blanks
        self.links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in PARAGRAPHS:
            self.end_line(1)
        elif tag in LINES:
            self.end_line(0, is_break=tag == "br")
        if tag == "blockquote":
            self.quoted += 1
        elif tag == "pre":
            self.kept += 1
        elif tag == "li":
            self.line.append("- ")
        elif tag in ("td", "th") and self.line:
            self.line.append(" ")
        elif tag == "a":
            self.links.append((dict(attributes).get("href") or "", len(self.line)))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.links:
            self.end_link(*self.links.pop())
        elif tag in PARAGRAPHS:
            self.end_line(1)
        elif tag in LINES:
            self.end_line(0)
        if tag == "blockquote":
            self.quoted = max(0, self.quoted - 1)
        elif tag == "pre":
            self.kept = max(0, self.kept - 1)

    def handle_data(self, data: str) -> None:
        if not self.kept:
            self.line.append(re.sub(r"[ \t\r\n\f]+", " ", data))
            return
        first, *rest = data.split("\n")
        self.line.append(first)
        for one in rest:
            self.end_line(0, is_break=True)
            self.line.append(one)

    def end_link(self, address: str, since: int) -> None:
        """Add the address, unless it is what one reads anyway."""
        said = "".join(self.line[since:]).strip().casefold() if since <= len(self.line) else ""
        bare = re.sub(r"^(https?://|mailto:|tel:)", "", address.casefold()).rstrip("/")
        if address and bare not in (said, re.sub(r"^https?://", "", said).rstrip("/")):
            self.line.append(f" <{address}>" if said else address)

    def end_line(self, gap: int, is_break: bool = False) -> None:
        text = "".join(self.line)
        text = text.rstrip() if self.kept else text.strip(" \n")
        self.line.clear()
        if text:
            quoted = min(self.quoted, MOST_NESTED)
            if self.lines:
                self.lines += [("> " * min(quoted, self.quoted_before)).rstrip()] * self.gap
            self.lines.append(f"{'> ' * quoted}{text}")
            self.gap, self.quoted_before = gap, quoted
        elif is_break:
            self.gap = min(self.gap + 1, 2)
        else:
            self.gap = max(self.gap, gap)

    def text(self) -> str:
        self.end_line(0)
        return "\n".join(self.lines).replace("\xa0", " ").strip("\n")
