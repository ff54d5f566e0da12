"""The page that is shown when something broke on our side."""

import io
import re
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.test import RequestFactory
from django.utils.datastructures import MultiValueDict

from business.core.errors import LARGEST_BODY, LONGEST_FORM, server_error

TEXT = 'Hej!\n\nRad två "med citat" & <b>tecken</b>'


def page(request):
    answer = server_error(request)
    assert answer.status_code == 500
    return BeautifulSoup(answer.content, "html.parser")


def post(path="/sv/kontakt/", **fields):
    return page(RequestFactory().post(path, fields))


def test_what_was_typed_can_be_sent_once_more():
    form = post(message=TEXT, key="abc", preferred=["email", "phone"], csrfmiddlewaretoken="x").form
    assert (form["method"], form["action"]) == ("post", "/sv/kontakt/")
    sent = MultiValueDict()
    for field in form.find_all("input"):
        sent.appendlist(field["name"], field["value"])
    assert dict(sent.lists()) == {"message": [TEXT], "key": ["abc"], "preferred": ["email", "phone"]}
    assert "Skicka en gång till" in form.button.get_text()


def test_who_reads_is_offered_no_form():
    assert page(RequestFactory().get("/sv/")).form is None


def test_nothing_of_the_admin_is_repeated():
    assert post("/admin/inbox/1/answer/", text=TEXT).form is None


def test_a_body_that_is_no_form_of_ours_is_not_repeated():
    assert post(message="x" * (LONGEST_FORM + 1)).form is None


def test_a_body_that_cannot_be_read_gives_the_page_all_the_same():
    request = RequestFactory().post("/sv/kontakt/", b"--x", content_type="multipart/form-data; boundary=y")
    assert page(request).h1 is not None


@pytest.mark.parametrize(
    "path", ["//evil.example/x", "///evil.example/x", "/%5Cevil.example/x", "/%09/evil.example/x"]
)
def test_the_form_is_sent_to_nobody_else(path):
    request = RequestFactory().post("/", {"message": TEXT})
    request.path = unquote(path)
    action = page(request).form["action"]
    assert urlsplit(urljoin("https://kommun.example/sv/", action)).hostname == "kommun.example"
    assert unquote(action) == request.path  # the same page as before
    assert not re.match(r"[/\\\s]{2}", action)  # which browsers take for another host


def test_a_body_that_is_far_too_large_is_not_read():
    class Body(io.BytesIO):
        def read(self, *args):
            raise AssertionError("read")

    request = RequestFactory().post("/sv/kontakt/", {"message": TEXT})
    request._stream, request.META["CONTENT_LENGTH"] = Body(), str(LARGEST_BODY + 1)
    assert page(request).form is None
    request.META["CONTENT_LENGTH"] = "x"
    assert page(request).form is None


def test_what_was_read_already_is_repeated_however_large_its_files_were():
    request = RequestFactory().post("/sv/kontakt/", {"message": TEXT})
    assert request.POST
    request.META["CONTENT_LENGTH"] = str(LARGEST_BODY + 1)
    assert page(request).form is not None
