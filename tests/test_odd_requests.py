"""Requests that no browser sends: odd character sets and cookies get the page or a clear refusal, never a 500."""

import io

import pytest
from django.core.signals import request_started
from django.db import close_old_connections
from django.test import Client

pytestmark = pytest.mark.django_db

CHARSETS = [
    "zlib",
    "idna",
    "undefined",
    "unicode_escape",
    "rot13",
    "utf-7",
    "no-such-thing",
    '"',
    "utf-8; charset=zlib",
]


def through_wsgi(path="/sv/", method="GET", body=b"", **headers):
    """Send a request the way a server hands it over; return status and headers."""
    from config.wsgi import application

    answer = {}

    def start_response(status, response_headers, exc_info=None):
        answer.update(status=int(status.split()[0]), headers=dict(response_headers))

    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http",
        **headers,
    }
    b"".join(application(environ, start_response))
    return answer


@pytest.fixture
def server():
    """Send through WSGI without letting go of the test's own connection, as Django's test client does."""
    request_started.disconnect(close_old_connections)
    yield through_wsgi
    request_started.connect(close_old_connections)


@pytest.mark.parametrize("charset", CHARSETS)
def test_a_charset_of_its_own_is_not_looked_up(charset, server):
    assert server(CONTENT_TYPE=f"text/plain; charset={charset}")["status"] == 200


@pytest.mark.parametrize("charset", CHARSETS)
def test_nor_in_a_form(charset, server):
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    answer = server("/sv/", "POST", rb"message=\ud800&email=%FF", CONTENT_TYPE=kind)
    assert answer["status"] < 500


def test_a_cookie_with_a_nul_is_passed_over(client: Client):
    assert client.get("/sv/", headers={"cookie": 'sessionid="\\000abcdefgh"'}).status_code == 200


def test_a_refused_address_has_the_security_headers(client: Client):
    answer = client.get("/sv/%00")
    assert answer.status_code == 400
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert 'lang="sv"' in answer.content.decode()


def test_what_is_missing_in_the_admin_stays_in_the_admin(client: Client, admin_user):
    client.force_login(admin_user)
    answer = client.get("/admin/no/such/place/")
    assert answer.status_code == 404
