"""How the files of a case are handed out, and to whom."""

import urllib.parse

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from business.inbox.enums import ScanState
from business.inbox.files import hold, pictures
from business.inbox.models import Attachment, Draft

from . import samples
from .conftest import signed_in
from .factories import CaseFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _root(settings, tmp_path):
    settings.INBOX_FILES_ROOT = tmp_path / "files"


@pytest.fixture
def case():
    return CaseFactory()


def attached(case, name="Ritning.pdf", data=None, **values):
    (file,) = hold([samples.upload(name, data)], held_key=f"k{case.pk}{name}"[:64])
    Attachment.objects.filter(pk=file.pk).update(message=case.messages.get(), **values)
    file.refresh_from_db()
    return file


def address(case, file, view="file"):
    return reverse(f"inbox:{view}", args=[case.pk, file.pk])


def html(answer):
    return answer.content.decode()


def body(answer):
    return b"".join(answer.streaming_content)


# --- Handed out


def test_a_file_is_a_download_that_does_nothing(coordinator, case):
    file = attached(case)
    answer = coordinator.get(address(case, file))
    assert body(answer) == samples.pdf()
    assert answer["Content-Disposition"] == 'attachment; filename="Ritning.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Content-Length"] == str(file.size)


def test_its_name_survives_in_any_script(coordinator, case):
    name = 'Åtgärd "8 bord" 🍽.pdf'
    file = attached(case, name, samples.pdf())
    header = coordinator.get(address(case, file))["Content-Disposition"]
    assert header == "attachment; filename*=utf-8''" + urllib.parse.quote("Åtgärd _8 bord_ 🍽.pdf")


def test_the_picture_is_ours_and_not_the_senders(coordinator, case):
    file = attached(case, "IMG_0042.JPG")
    pictures.draw(file)
    answer = coordinator.get(address(case, file, "picture"))
    assert answer["Content-Type"] == "image/webp"
    assert answer["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert body(answer).startswith(b"RIFF")


def test_a_file_without_a_picture_says_so(coordinator, case):
    answer = coordinator.get(address(case, attached(case), "picture"))
    assert answer.status_code == 404
    assert "no picture" in html(answer)


# --- Not handed out


@pytest.mark.parametrize(
    ("scan", "words"),
    [(ScanState.WAITING, "waiting to be scanned"), (ScanState.INFECTED, "malicious")],
)
@pytest.mark.parametrize("view", ["file", "picture"])
def test_before_a_verdict_or_after_a_bad_one_it_is_not_handed_out(coordinator, case, scan, words, view):
    file = attached(case, "IMG_0042.JPG")
    pictures.draw(file)
    Attachment.objects.update(scan=scan)
    answer = coordinator.get(address(case, file, view))
    assert answer.status_code == 409
    assert words in html(answer)
    assert reverse("inbox:case", args=[case.pk]) in html(answer)


def test_a_file_that_the_disk_has_lost_is_told(coordinator, case):
    file = attached(case, path="00/00/" + "0" * 32)
    answer = coordinator.get(address(case, file))
    assert answer.status_code == 404
    assert "cannot be read right now" in html(answer)


# --- To whom


@pytest.mark.parametrize("view", ["file", "picture"])
def test_an_editor_learns_nothing(editor, case, view):
    file = attached(case, "karta.png")
    pictures.draw(file)
    there = editor.get(address(case, file, view))
    nowhere = editor.get(reverse(f"inbox:{view}", args=[404, 404]))
    assert there.status_code == nowhere.status_code == 302
    assert there["Location"] == nowhere["Location"] == reverse("wagtailadmin_home")


def test_nobody_who_is_not_signed_in_gets_a_file(client, case):
    answer = client.get(address(case, attached(case)))
    assert answer.status_code == 302
    assert reverse("wagtailadmin_login") in answer["Location"]


def test_whoever_may_only_read_cases_gets_their_files(case):
    reader = UserFactory(editor=True)
    reader.user_permissions.set(Permission.objects.filter(codename__in=["view_case", "view_every_case"]))
    assert signed_in(reader).get(address(case, attached(case))).status_code == 200


def test_a_file_is_found_in_its_own_case_only(coordinator, case):
    file = attached(case)
    assert coordinator.get(address(CaseFactory(), file)).status_code == 404
    assert coordinator.get(reverse("inbox:file", args=[404, file.pk])).status_code == 404
    assert coordinator.get(reverse("inbox:file", args=[case.pk, 404])).status_code == 404


def test_a_file_of_a_form_that_was_not_sent_belongs_to_no_case(coordinator, case):
    (file,) = hold([samples.upload()], held_key="k")
    assert coordinator.get(address(case, file)).status_code == 404


def test_the_files_of_a_draft_are_its_writers_alone(coordinator, case):
    mine = Draft.objects.create(case=case, user=coordinator.user)
    (file,) = hold([samples.upload()], draft=mine)
    assert coordinator.get(address(case, file)).status_code == 200
    colleague = signed_in(UserFactory(coordinator=True))
    assert colleague.get(address(case, file)).status_code == 404


# --- On the case's page


def test_the_page_tells_of_each_file_what_it_is_and_whether_it_can_be_opened(coordinator, case):
    good = attached(case)
    waiting = attached(case, "brev.odt", scan=ScanState.WAITING)
    locked = attached(case, "ofarlig.txt", samples.EICAR, scan=ScanState.INFECTED, finding="Eicar-Test-Signature")
    picture = attached(case, "karta.png")
    pictures.draw(picture)
    text = html(coordinator.get(reverse("inbox:case", args=[case.pk])))
    assert address(case, good) in text
    assert "PDF, " in text
    assert "Waiting to be scanned" in text
    assert "Eicar-Test-Signature" in text
    assert f'src="{address(case, picture, "picture")}"' in text
    for file in (waiting, locked):
        assert file.name in text
        assert address(case, file) not in text


def test_files_cost_the_page_no_further_queries(coordinator, case, count_queries):
    def queries(files):
        for number in range(files):
            attached(case, f"{files}-{number}.txt", f"{files} {number}".encode())
        with count_queries() as counted:
            assert coordinator.get(reverse("inbox:case", args=[case.pk])).status_code == 200
        return len(counted)

    assert queries(1) == queries(4)
