"""Production starts only when it is told everything, and is safe by itself."""

import json

import pytest

from .processes import PRODUCTION, manage, run

pytestmark = pytest.mark.one_database


@pytest.fixture(scope="module")
def var(tmp_path_factory):
    return str(tmp_path_factory.mktemp("var"))


@pytest.mark.parametrize("name", [name for name in PRODUCTION if name != "DJANGO_SETTINGS_MODULE"])
@pytest.mark.parametrize("value", [None, ""])
def test_production_refuses_to_start_without(name, value, var):
    told = {key: text for key, text in PRODUCTION.items() if key != name}
    answer = manage("check", VAR_DIR=var, **told, **({} if value is None else {name: value}))
    assert answer.returncode != 0
    assert f"Set the environment variable {name}" in answer.stderr


def test_the_deploy_check_is_clean(var):
    answer = manage("check", "--deploy", "--fail-level", "INFO", VAR_DIR=var, **PRODUCTION)
    assert answer.returncode == 0, answer.stderr
    assert "System check identified no issues" in answer.stdout


def test_production_never_loads_the_demo(var):
    answer = manage("load_demo", VAR_DIR=var, **PRODUCTION)
    assert answer.returncode != 0
    assert "do not allow demo content" in answer.stderr


ASK = """
import json, logging
from django.conf import settings
from django.test import Client

log = logging.getLogger("business.inbox")
log.warning("One line\\nwith a break and åäö")
try:
    1 / 0
except ZeroDivisionError:
    log.exception("It broke")

host = {"HTTP_HOST": "foretag.kommun.example"}
over_http = Client().get("/", **host)
alive = Client().get("/healthz", **host)
page = Client(raise_request_exception=False).get("/", secure=True, **host)
elsewhere = Client(raise_request_exception=False).get("/healthz", HTTP_HOST="evil.example")
guide = Client(raise_request_exception=False).get("/styleguide/", secure=True, **host)
print("ANSWER " + json.dumps({
    "http": [over_http.status_code, over_http["Location"]],
    "alive": alive.status_code,
    "headers": dict(page.headers),
    "elsewhere": elsewhere.status_code,
    "styleguide": [guide.status_code, guide.get("Location", "")],
    "cookies": [settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY],
    "debug": settings.DEBUG,
    "demo": settings.DEMO_ALLOWED,
    "mail": settings.EMAIL_BACKEND,
}))
"""


@pytest.fixture(scope="module")
def _collected(var):
    """Every file that a stylesheet or template names is there: the manifest storage refuses what is missing."""
    answer = manage("collectstatic", "--noinput", "--verbosity", "0", VAR_DIR=var, **PRODUCTION)
    assert answer.returncode == 0, answer.stderr


@pytest.fixture(scope="module")
def said(var, _collected):
    """What a production process logged and answered."""
    answer = manage("shell", "--no-imports", "-c", ASK, VAR_DIR=var, **PRODUCTION)
    assert answer.returncode == 0, answer.stderr
    lines = answer.stdout.splitlines()
    (told,) = (line.removeprefix("ANSWER ") for line in lines if line.startswith("ANSWER "))
    logged = [line for line in lines if not line.startswith("ANSWER ")]
    return logged, json.loads(told)


def test_production_logs_a_json_object_a_line(said):
    logged, _told = said
    entries = [json.loads(line) for line in logged]
    first = next(entry for entry in entries if entry["message"].startswith("One line"))
    assert first["message"] == "One line\nwith a break and åäö"
    assert (first["level"], first["logger"]) == ("WARNING", "business.inbox")
    assert first["time"]
    assert "ZeroDivisionError" in next(entry for entry in entries if entry["message"] == "It broke")["exc_info"]


def test_production_speaks_https_only(said):
    _logged, told = said
    assert told["http"] == [301, "https://foretag.kommun.example/"]
    assert told["headers"]["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert told["cookies"] == [True, True, True]


def test_production_health_check_works_from_inside(said):
    _logged, told = said
    assert told["alive"] == 200


def test_production_answers_only_to_its_name(said):
    _logged, told = said
    assert told["elsewhere"] == 400


def test_production_has_neither_demo_nor_debug_nor_style_guide(said):
    _logged, told = said
    assert (told["debug"], told["demo"]) == (False, False)
    assert told["styleguide"][0] != 200
    assert told["mail"].endswith("smtp.EmailBackend")


def test_wsgi_starts_with_the_production_settings(var):
    """Whoever serves ``config.wsgi`` without saying anything gets production, not the demo."""
    code = "import config.wsgi; from django.conf import settings; print(settings.SETTINGS_MODULE)"
    told = {key: value for key, value in PRODUCTION.items() if key != "DJANGO_SETTINGS_MODULE"}
    answer = run("-c", code, VAR_DIR=var, **told)
    assert answer.stdout.strip() == "config.settings.production", answer.stderr
