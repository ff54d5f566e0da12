"""People who use the site over HTTP: a visitor who asks, an officer who answers."""

from __future__ import annotations

import datetime
import http.cookiejar
import re
import secrets
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.utils import timezone

from business.contact.keys import new_key

__all__ = ["Answer", "Browser", "File", "Officer", "Sender", "Visitor", "multipart", "read_form", "ripe_key"]

PATIENCE = 120
File = tuple[str, bytes]  # its name and what is in it
URLENCODED = "application/x-www-form-urlencoded"
NUMBER = re.compile(r"\b[A-Z]+-\d{4}-\d{5}\b")


@dataclass(frozen=True)
class Answer:
    """What the site said. ``status`` is 0 when it said nothing."""

    status: int
    text: str
    location: str
    seconds: float
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def multipart(fields: dict[str, str], files: Iterable[File]) -> tuple[bytes, str]:
    """Return the body of a form with files, the files last, and its content type. Names go as they are."""
    boundary = secrets.token_hex(16)
    parts = [(f'name="{name}"', value.encode()) for name, value in fields.items()]
    parts += [(f'name="files"; filename="{name}"\r\nContent-Type: application/pdf', data) for name, data in files]
    lines = [
        f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + data + b"\r\n"
        for head, data in parts
    ]
    return b"".join([*lines, f"--{boundary}--\r\n".encode()]), f"multipart/form-data; boundary={boundary}"


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows nothing: a 303 is an answer to look at."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


class Browser:
    """Keeps cookies, and speaks as the proxy that ends TLS does. ``seen_as`` is the IP address that the proxy saw."""

    def __init__(self, address: str, seen_as: str = "192.0.2.7") -> None:
        self.address, self.seen_as = address, seen_as
        self.cookies = http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(secure_protocols=("http", "https")))
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.cookies), _Stay
        )

    def get(self, path: str) -> Answer:
        return self._send(path, None)

    def head(self, path: str) -> Answer:
        return self._send(path, None, method="HEAD")

    def post(self, path: str, fields: dict[str, str], files: Iterable[File] = ()) -> Answer:
        if files:
            return self._send(path, *multipart(fields, files))
        return self._send(path, urllib.parse.urlencode(fields).encode())

    def _send(self, path: str, body: bytes | None, kind: str = URLENCODED, method: str | None = None) -> Answer:
        own = self.address.replace("http:", "https:")
        headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": self.seen_as, "Referer": f"{own}{path}"}
        if body is not None:
            headers["Content-Type"] = kind
        request = urllib.request.Request(urllib.parse.urljoin(self.address, path), body, headers, method=method)
        begun = time.monotonic()
        try:
            with self._opener.open(request, timeout=PATIENCE) as answer:
                return self._read(answer, begun)
        except urllib.error.HTTPError as error:
            with error:
                return self._read(error, begun)
        except OSError:
            return Answer(0, "", "", time.monotonic() - begun)

    def _read(self, answer: Any, begun: float) -> Answer:
        body, headers = answer.read(), dict(answer.headers.items())
        text = body.decode(errors="replace")
        return Answer(answer.status, text, headers.get("Location", ""), time.monotonic() - begun, headers, body)


class _FormParser(HTMLParser):
    """Collects what a browser would send of one form without touching it."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.fields = action, {}
        self._inside = False
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attributes}
        if tag == "form":
            action = told.get("action", "")
            self._inside = self.action in (action, urllib.parse.urlsplit(action).path)
        if not self._inside:
            return
        name = told.get("name", "")
        if tag == "textarea":
            self._area = name
            self.fields[name] = ""
        elif tag == "select":
            self._select = name
            self.fields[name] = ""
        elif tag == "option" and self._select and "selected" in told:
            self.fields[self._select] = told.get("value", "")
        elif tag == "input" and name and self._is_sent(told):
            self.fields[name] = told.get("value", "")

    def _is_sent(self, told: dict[str, str]) -> bool:
        kind = told.get("type")
        return kind not in ("submit", "file") and (kind not in ("radio", "checkbox") or "checked" in told)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._inside and self._area is not None:
            # A browser leaves out the line end that stands first.
            self.fields[self._area] += data.removeprefix("\n") if not self.fields[self._area] else data


def read_form(page: str, action: str) -> dict[str, str]:
    """Return the fields of the form with this address as they stand on the page.

    Where several have it they are told apart by what stands after ``#``.
    """
    parser = _FormParser(action)
    parser.feed(page)
    assert parser.fields, f"No form with the address {action}"
    return parser.fields


def ripe_key() -> str:
    """Return the key of a form that was drawn a minute ago: nobody is taken for a robot."""
    return new_key(timezone.now() - datetime.timedelta(minutes=1))


class Visitor(Browser):
    """Fills in the contact form. The form is fetched once; every request gets a key of its own."""

    FORM = "/sv/kontakt/"

    def __init__(self, address: str, topic: str) -> None:
        super().__init__(address)
        self.form = read_form(self.get(self.FORM).text, self.FORM)
        self.form.update(topic=topic, message="Hej!\r\n\r\nVi vill ställa ut åtta bord.", name="Elsa Norrby")

    def filled_in(self, **typed: str) -> dict[str, str]:
        return {**self.form, "key": ripe_key(), "email": "elsa@example.se", **typed}

    def ask(self, *files: File, **typed: str) -> Answer:
        return self.post(self.FORM, self.filled_in(**typed), files)

    def number_on(self, answer: Answer) -> str:
        """Return the case number that the receipt shows."""
        found = NUMBER.search(self.get(answer.location).text)
        assert found, "The receipt shows no number"
        return found.group()


class Officer(Browser):
    """Signs in to the admin."""

    def sign_in(self, username: str, password: str) -> None:
        path = "/admin/login/"
        fields = read_form(self.get(path).text, path)
        answer = self.post(path, {**fields, "username": username, "password": password})
        assert answer.status == 302, answer.text


class Sender(Browser):
    """Has the address of a case's page, and fills in its forms."""

    def __init__(self, address: str, path: str, seen_as: str = "192.0.2.7") -> None:
        super().__init__(address, seen_as)
        self.path = path

    def send(self, act: str, **typed: str) -> Answer:
        """Send a form. Without a code that it has asked for, it asks for one."""
        return self.post(self.path, {"act": act, "key": ripe_key(), **typed})

    def form(self, act: str, answer: Answer | None = None) -> dict[str, str]:
        """Return the fields of a form as they stand on the page, or in an answer."""
        return read_form((answer or self.get(self.path)).text, f"{self.path}#{act}")

    def ask_for_code(self, act: str, **typed: str) -> dict[str, str]:
        """Fill in a form, have a code mailed, and return what to send besides it."""
        answer = self.send(act, **typed)
        assert answer.status == 200, answer.text
        return {**self.form(act, answer), **typed}
