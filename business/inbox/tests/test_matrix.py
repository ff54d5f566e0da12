"""Every address of the inbox, for every role, with a case of the unit, of another unit, and under secrecy.

The table is what is right. An address that is not in it fails, and so does one that is in it and not on the site.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from business.inbox import files, permissions
from business.inbox.incoming.storing import keep
from business.inbox.models import Attachment, Case, DisposalRule, InboxSettings, IncomingMail, Membership, SavedView
from business.inbox.rights import CASE_RIGHTS, GROUPS
from business.inbox.views import CaseView
from business.organisation.tests.factories import UnitFactory

from .conftest import signed_in
from .factories import CaseFactory, UserFactory

pytestmark = pytest.mark.django_db

ROLES = (
    "anonymous",
    "editor",
    "officer",
    "stranger",  # an officer of another unit
    "coordinator",
    "registrar",
    "archivist",
    "head",
    "superuser",
)
# What each role meets, in the order above. Three signs: with a case of the officer's unit, of the stranger's unit, and
# of the officer's unit under secrecy, which somebody else has. One sign: whichever the case.
# y: it opens, says what is wrong with what was sent, or that it takes no such request. 0: there is no such thing. -: refused. L: asked to sign in.
RULES = {
    name: dict(zip(ROLES, signs.split(), strict=True))
    for name, signs in {
        #               anonymous editor officer stranger coordinator registrar archivist head superuser
        "inbox": "      L         -      y       y        y           y         y         -    y",
        "work": "       L         -      y       y        y           -         -         -    y",
        "export": "     L         -      -       -        y           y         -         -    y",
        "statistics": " L         -      y       y        y           -         -         y    y",
        "trace": "      L         -      -       -        y           y         -         -    y",
        "hand out": "   L         -      -       -        y           y         -         -    y",
        "operate": "    L         -      -       -        y           -         -         -    y",
        "disposal": "   L         -      -       -        y           y         y         -    y",
        "propose": "    L         -      -       -        y           y         y         -    y",
        "contact": "    L         -      y       y        y           y         -         -    y",
        "read a case": "L         -      y00     0y0      yy0         yyy       yy0       -    yyy",
        "act on it": "  L         -      y00     0y0      yy0         -         -         -    yyy",
        "triage it": "  L         -      y00     0y0      yy0         yyy       -         -    yyy",
        "its contact": "L         -      y00     0y0      yy0         yyy       -         -    yyy",
        "its trace": "  L         -      -       -        yy0         yyy       -         -    yyy",
        "its package": "L         -      -       -        yy0         yyy       -         -    yyy",
        "no saved view": "L        -      0       0        0           0         0         -    0",
        "no disposal": "L         -      -       -        0           0         0         -    0",
        "no operation": "L        -      -       -        0           -         -         -    0",
        "no approval": "L         -      -       -        -           -         0         -    0",
        "no proposal": "L         -      -       -        0           0         0         -    0",
    }.items()
}
READ, ACT, LIST = "read a case", "act on it", "inbox"
# Address: what GET and what POST takes.
TABLE: dict[str, tuple[str, str]] = {
    "inbox:index": (LIST, LIST),
    "inbox:index_results": (LIST, LIST),
    "inbox:export": ("export", "export"),
    "inbox:views": (LIST, LIST),
    "inbox:view": (LIST, LIST),
    "inbox:view_change": (LIST, LIST),
    "inbox:view_remove": (LIST, LIST),
    "inbox:case": (READ, LIST),
    "inbox:file": (READ, LIST),
    "inbox:picture": (READ, LIST),
    "inbox:mail": (READ, LIST),
    "inbox:raw_mail": ("its contact", "contact"),
    "inbox:seen_by": ("its trace", "trace"),
    "inbox:package": ("its package", "its package"),
    "inbox:reveal": ("its contact", "its contact"),
    "inbox:triage": ("triage it", "triage it"),
    "inbox:presence": (READ, READ),
    **{
        f"inbox:{act}": (ACT, ACT)
        for act in (
            "take",
            "release",
            "assign",
            "takeover",
            "reroute",
            "let_in",
            "secrecy",
            "lift",
            "park",
            "resume",
            "describe",
            "note",
            "preview",
            "draft",
            "canned",
            "answer",
            "delay",
            "forward",
            "speak",
            "times",
            "link",
            "close",
            "reopen",
            "merge",
            "unmerge",
            "quarantine",
            "unquarantine",
            "again",
            "settle",
            "withdraw",
        )
    },
    "inbox_register": ("work", "work"),
    "case_statistics": ("statistics", "statistics"),
    "case_accesses": ("trace", "trace"),
    "case_register": ("hand out", "hand out"),
    "case_register_package": ("hand out", "hand out"),
    "case_person": ("hand out", "hand out"),
    "case_notices": ("hand out", "hand out"),
    "inbox_operations": ("operate", "no operation"),
    "disposals": ("disposal", "disposal"),
    "disposal_propose": ("propose", "no proposal"),
    "disposal_holds": ("propose", "propose"),
    "disposal_release": ("propose", "no proposal"),
    "disposal": ("no disposal", "disposal"),
    "disposal_protocol": ("no disposal", "disposal"),
    "disposal_item": ("no proposal", "no proposal"),
    "disposal_act": ("disposal", "no approval"),
}
# Addresses in the inbox's registers are Wagtail's own; `test_no_address_of_ours_opens_without_a_right` covers them.
REGISTERS = "wagtailsnippets"


def admin_addresses() -> Iterator[tuple[str, URLPattern]]:
    """Return every address of the admin: the name that `reverse` takes, and its pattern."""
    admin = next(one for one in get_resolver("config.urls").url_patterns if str(one.pattern) == "admin/")

    def walk(patterns: list[Any], namespace: str) -> Iterator[tuple[str, URLPattern]]:
        for one in patterns:
            if isinstance(one, URLPattern):
                yield f"{namespace}{one.name or ''}", one
            else:
                yield from walk(one.url_patterns, f"{namespace}{one.namespace}:" if one.namespace else namespace)

    return walk(admin.url_patterns, "")


def is_the_inboxes(name: str, pattern: URLPattern) -> bool:
    module = getattr(pattern.callback, "__module__", "")
    return module.startswith(("business.inbox", "business.contact")) and not name.startswith(REGISTERS)


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are not drawn: this is about who comes to them."""
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")
    monkeypatch.setattr(CaseView, "get_context_data", lambda self, **kwargs: {"view": self, "failed": []})
    monkeypatch.setattr("config.urls.handler404", lambda request, exception: HttpResponse(status=404))


class Place:
    """Two units with an officer each, a case of both and a secret one; each case with a mail, a file and a message."""

    def __init__(self) -> None:
        ours, theirs = UnitFactory(), UnitFactory()
        owner = UserFactory(officer=True)
        self.cases = [
            CaseFactory(unit=ours, failed=True),
            CaseFactory(unit=theirs, failed=True),
            CaseFactory(unit=ours, failed=True, secrecy_ground="OSL 31 kap. 16 §", owner=owner),
        ]
        self.clients: dict[str, Client] = {"anonymous": Client()}
        for role in ROLES[1:]:
            traits = {"stranger": "officer", "superuser": "administrator"}
            user = UserFactory(**{traits.get(role, role): True})
            if role in ("officer", "stranger"):
                Membership.objects.create(user=user, unit=ours if role == "officer" else theirs)
            self.clients[role] = signed_in(user)
        self.views = {role: self._view(client.user) for role, client in self.clients.items() if role != "anonymous"}
        self.files = {case.pk: self._file(case) for case in self.cases}
        self.incoming = {case.pk: self._incoming(case) for case in self.cases}

    def _view(self, user: Any) -> int:
        return SavedView.objects.create(owner=user, name="Min", query={}).pk

    def _file(self, case: Case) -> int:
        (file,) = files.hold([SimpleUploadedFile("fil.txt", b"Hej")], held_key=f"k{case.pk}")
        Attachment.objects.filter(pk=file.pk).update(message=case.messages.get(), picture_path=file.path)
        return file.pk

    def _incoming(self, case: Case) -> int:
        mail = keep(f"Subject: {case.number}\r\n\r\nHej".encode(), source="test", uid=case.number)
        IncomingMail.objects.filter(pk=mail.pk).update(case=case)
        return mail.pk

    def address(self, name: str, pattern: URLPattern, role: str, case: Case) -> str:
        keys = {
            "file": self.files[case.pk],
            "mail": case.mails.get().pk,
            "incoming": self.incoming[case.pk],
            "message": case.messages.get().pk,
            "item": 1,
            "act": "approve",
        }
        if name.startswith("inbox:view_") or name == "inbox:view":
            keys["pk"] = self.views.get(role, 1)
        elif not name.startswith("inbox:"):
            keys["pk"] = 1  # of a disposal, which there is none of
        else:
            keys["pk"] = case.pk
        return reverse(name, kwargs={key: keys[key] for key in pattern.pattern.converters})


def sign_of(answer: HttpResponse) -> str:
    """Say how a request was met, in the table's signs."""
    where = answer.headers.get("Location", "")
    if answer.status_code == 302 and where.startswith("/admin/login/"):
        return "L"
    if answer.status_code == 403 or (answer.status_code == 302 and where == "/admin/"):
        return "-"
    if answer.status_code == 404:
        return "0"
    if answer.status_code == 405:
        return "n"
    return "y" if answer.status_code in (200, 302, 400, 409, 410, 422) else str(answer.status_code)


def met(client: Client, method: str, address: str) -> str:
    with transaction.atomic():  # what a request changes is not there for the next
        sign = sign_of(getattr(client, method)(address))
        transaction.set_rollback(True)
    return sign


@pytest.mark.one_database  # some two thousand requests: what the databases could do differently is in `test_visibility`
def test_every_address_of_the_inbox_for_every_role(undrawn, settings, tmp_path):
    settings.INBOX_FILES_ROOT = tmp_path / "files"
    place = Place()
    addresses = {name: pattern for name, pattern in admin_addresses() if is_the_inboxes(name, pattern)}
    assert set(addresses) == set(TABLE)
    wrong = []
    for name, pattern in addresses.items():
        for method, rule in zip(("get", "post"), TABLE[name], strict=True):
            for role, right in RULES[rule].items():
                cases = place.cases[: len(right)]
                client = place.clients[role]
                signs = "".join(met(client, method, place.address(name, pattern, role, case)) for case in cases)
                if signs.replace("n", "y") != right:
                    wrong.append(f"{name} {method} {role}: {signs} instead of {right}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.one_database
def test_rules_and_settings_for_every_role(undrawn):
    """What decides for others: how long cases are kept is the archivist's, when the office works the coordinator's."""
    rules = DisposalRule.snippet_viewset.get_url_name
    settings = reverse("wagtailsettings:edit", args=["inbox", "inboxsettings", InboxSettings.load().pk])
    rights = {
        #                        anonymous editor officer stranger coordinator registrar archivist head superuser
        reverse(rules("list")): "L         -      -       -        y           y         y         -    y",
        reverse(rules("add")): " L         -      -       -        -           -         y         -    y",
        settings: "              L         -      -       -        y           -         -         -    y",
    }
    traits = {"stranger": "officer", "superuser": "administrator"}
    clients = [Client(), *(signed_in(UserFactory(**{traits.get(role, role): True})) for role in ROLES[1:])]
    for address, signs in rights.items():
        assert [met(client, "get", address) for client in clients] == signs.split(), address


def test_an_act_on_many_takes_only_what_each_may_work(undrawn, settings, tmp_path):
    settings.INBOX_FILES_ROOT = tmp_path / "files"
    place = Place()
    keys = [case.pk for case in place.cases]
    taken = {"officer": keys[:1], "stranger": keys[1:2], "coordinator": keys[:2], "superuser": keys}
    for action in ("assign", "state", "reply", "merge", "quarantine", "unquarantine"):
        address = reverse("wagtail_bulk_action", args=["inbox", "case", action])
        for role, client in place.clients.items():
            answer = client.get(address, {"id": keys})
            if role in taken:
                assert sorted(answer.context_data["view"].shown) == taken[role], (action, role)
            else:
                assert sign_of(answer) == ("L" if role == "anonymous" else "-"), (action, role)
    everything = reverse("wagtail_bulk_action", args=["inbox", "case", "assign"])
    for role, mine in taken.items():
        assert sorted(place.clients[role].get(everything, {"id": "all"}).context_data["view"].shown) == mine


OURS = ("business.", "home.", "search.")


def is_ours(pattern: URLPattern) -> bool:
    """Whether the view is ours, or one of Wagtail's that was made for a model of ours."""
    view = getattr(pattern.callback, "view_class", None)
    model = getattr(pattern.callback, "view_initkwargs", {}).get("model") or getattr(view, "model", None)
    modules = [
        getattr(pattern.callback, "__module__", ""),
        getattr(view, "__module__", ""),
        getattr(model, "__module__", ""),
    ]
    return any(module.startswith(OURS) for module in modules)


def names_a_right(pattern: URLPattern) -> bool:
    view = getattr(pattern.callback, "view_class", None)
    given = {**vars(view), **pattern.callback.view_initkwargs} if view else {}
    names = ("permission_required", "any_permission_required")
    return any(given.get(name) or getattr(view, name, None) for name in names)


def is_a_chooser(name: str) -> bool:
    """Whether the address offers what pages may refer to, or the pages that the user may write below.

    Wagtail opens that to all who come into the admin.
    """
    return "chooser" in name or name.endswith(":choose_parent")


@pytest.mark.one_database
def test_no_address_of_ours_opens_without_a_right(undrawn):
    """Signed in and nothing more: no page of ours, in the whole admin."""
    nobody = UserFactory()
    nobody.user_permissions.set(Permission.objects.filter(codename="access_admin"))
    client, tried, open_ = signed_in(nobody), 0, []
    for name, pattern in admin_addresses():
        if not is_ours(pattern) or not name or is_a_chooser(name):
            continue
        keys = {
            key: "1" if "Str" in type(one).__name__ or "Slug" in type(one).__name__ else 1
            for key, one in pattern.pattern.converters.items()
        }
        address = reverse(name, kwargs=keys)
        for method in ("get", "post"):
            tried += 1
            sign = met(client, method, address)
            # Wagtail looks for the object before it asks for the right that the view names.
            if sign not in "-n" and not (sign == "0" and names_a_right(pattern)):
                open_.append(f"{name} {method}: {sign}")
    assert tried > 300
    assert not open_, "\n".join(open_)


# --- Nobody looks past `for_user` -------------------------------------------------------------------------------------

INBOX = Path(__file__).parents[1]
SIFTED = {"for_user", "listed_for", "counted_for", "none"}
# Writers and reckoners, which show nobody a case: they act on those that a view has found, or count all.
WRITERS = {"services", "outbox", "models", "migrations", "tests", "management", "incoming", "disposal", "operations"}
WRITING = {
    "flow.py",
    "promise.py",
    "suspicion.py",
    "inbox/listing/filters.py",  # names of units that have cases
    "inbox/listing/selection.py",  # the case that is open, beside which it looks among those that the user may read
    "inbox/statistics/report.py",  # the day on which the first case came, from which hours are added up
    "inbox/bulk_actions/letters.py",  # what is merged with cases that are answered
    "inbox/records/person.py",  # counts what it has found for the user
    "inbox/records/rows.py",  # whom a case is merged with: their names are left out
}


def unsifted(path: Path) -> Iterator[str]:
    """Find ``Case.objects`` that is not followed at once by what narrows it to a user."""
    tree = ast.parse(path.read_text())
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Attribute) and node.attr == "objects"):
            continue
        if not (isinstance(node.value, ast.Name) and node.value.id == "Case"):
            continue
        after = parents[node]
        if not (isinstance(after, ast.Attribute) and after.attr in SIFTED):
            yield f"{path.relative_to(INBOX.parent)}:{node.lineno}"


def is_sifted(path: Path) -> bool:
    """Whether the file is one that nobody's page comes from."""
    inside = path.relative_to(INBOX.parent)
    return not WRITERS & set(inside.parts) and not any(
        str(inside).endswith(f"/{one}") or str(inside) == one for one in WRITING
    )


@pytest.mark.one_database
def test_what_a_page_shows_goes_through_the_users_sight():
    paths = sorted([*INBOX.rglob("*.py"), *(INBOX.parent / "contact").rglob("*.py")])
    found = [place for path in paths if is_sifted(path) for place in unsifted(path)]
    assert found == []


@pytest.mark.one_database
def test_the_documentation_tells_the_groups_as_they_are():
    page = (INBOX.parents[1] / "docs/features/permissions.md").read_text()
    table = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines() if line.startswith("| ")]
    names = table[0][2:]
    told = {name: {row[0].strip("`") for row in table[1:] if row[2 + number]} for number, name in enumerate(names)}
    assert told == {name: set(rights) for name, rights in GROUPS.items()}
    assert {row[0].strip("`") for row in table[1:]} == {"view_case", "change_case", "export_case", *dict(CASE_RIGHTS)}
    assert all(hasattr(permissions, row[1].strip("`")) for row in table[1:])


def test_the_groups_hold_in_the_database_what_they_hold_in_the_code():
    for name, rights in GROUPS.items():
        held = Permission.objects.filter(group__name=name, content_type__model="case", content_type__app_label="inbox")
        assert set(held.values_list("codename", flat=True)) == set(rights)
    assert dict(Permission.objects.filter(codename__in=dict(CASE_RIGHTS)).values_list("codename", "name")) == dict(
        CASE_RIGHTS
    )
