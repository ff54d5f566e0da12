"""Files that are chosen and not sent yet, and where they lie."""

import datetime
import errno
import io
import os
import stat
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from PIL import Image

from business.inbox import services
from business.inbox.checks import check_files_root
from business.inbox.files import (
    MOST_BYTES,
    MOST_FILES,
    MOST_IN_MAIL,
    StoreError,
    held,
    hold,
    holding,
    let_go,
    move,
    open_stored,
    pictures,
    sendable,
    store,
)
from business.inbox.models import Attachment, Draft

from . import samples
from .factories import CaseFactory, ContactRequestFactory, MessageFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def root(settings, tmp_path):
    settings.INBOX_FILES_ROOT = tmp_path / "files"
    return settings.INBOX_FILES_ROOT


@pytest.fixture
def draft():
    return Draft.objects.create(case=CaseFactory(), user=UserFactory(coordinator=True))


def on_disk(root):
    return [path for path in Path(root).rglob("*") if path.is_file()]


def texts(count, start=0):
    return [samples.upload(f"{number}.txt", f"Hej {number}".encode()) for number in range(start, start + count)]


def put(**values):
    (file,) = hold([samples.upload()], held_key="k")
    Attachment.objects.filter(pk=file.pk).update(**values)
    return file


# --- The store


def test_the_bytes_are_kept_as_they_came_under_a_name_that_tells_nothing(root):
    (file,) = hold([samples.upload("Ritning.pdf")], held_key="k")
    assert open_stored(file.path).read() == samples.pdf()
    assert (file.name, file.size, len(file.digest)) == ("Ritning.pdf", len(samples.pdf()), 64)
    (path,) = on_disk(root)
    assert path.suffix == ""
    assert len(path.name) == 32
    assert "Ritning" not in str(path.relative_to(root))


def test_only_the_site_can_read_them(root):
    hold([samples.upload()], held_key="k")
    (path,) = on_disk(root)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_store_is_not_below_what_is_served(settings, tmp_path):
    assert check_files_root() == []
    for name in ("MEDIA_ROOT", "STATIC_ROOT"):
        setattr(settings, name, tmp_path / name)
        settings.INBOX_FILES_ROOT = tmp_path / name / "files"
        assert [error.id for error in check_files_root()] == ["inbox.E001"]


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "ab/cd/../../x", "", "ab/cd/" + "A" * 32])
def test_no_path_leads_out_of_the_store(path):
    with pytest.raises(StoreError):
        open_stored(path)


def test_file_and_folder_are_on_the_disk_before_the_row_is_written(monkeypatch):
    synced = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append((descriptor, Attachment.objects.count())))
    hold([samples.upload()], held_key="k")
    assert len(synced) >= 2
    assert {count for _descriptor, count in synced} == {0}


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_disk_that_takes_nothing_is_one_clear_error_and_leaves_nothing_behind(root, monkeypatch, code):
    def full(*args):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError):
        hold([samples.upload()], held_key="k")
    assert not on_disk(root)
    assert not Attachment.objects.exists()


def test_files_leave_room_on_the_disk_for_messages(settings):
    settings.INBOX_FILES_SPARE = 10**18
    with pytest.raises(StoreError):
        hold([samples.upload()], held_key="k")


def test_what_anybody_uploads_leaves_room_on_the_disk_for_mail_and_answers(settings, draft):
    settings.INBOX_HELD_SPARE = 10**18
    with pytest.raises(StoreError):
        hold([samples.upload()], held_key="k", is_anybodys=True)
    assert hold([samples.upload()], held_key="of a mail")
    assert hold([samples.upload()], draft=draft)


def test_what_anybody_uploads_and_never_sends_has_a_limit_altogether(settings, draft):
    settings.INBOX_HELD_MOST = 20
    hold(texts(1), draft=draft)  # an officer's is none of these, and neither is what was sent
    hold(texts(1), held_key="sent")
    Attachment.objects.filter(held_key="sent").update(message=MessageFactory())
    (one,) = hold([samples.upload("a.txt", b"x" * 12)], held_key="a", is_anybodys=True)
    with pytest.raises(StoreError):
        hold([samples.upload("b.txt", b"y" * 9)], held_key="b", is_anybodys=True)
    assert hold([samples.upload("a.txt", b"x" * 12)], held_key="a", is_anybodys=True) == [
        one
    ]  # as it is there already
    assert hold([samples.upload("b.txt", b"y" * 8)], held_key="b", is_anybodys=True)
    assert hold([samples.upload("c.txt", b"z" * 9)], held_key="of a mail")


def test_a_row_that_cannot_be_written_leaves_no_bytes(root, monkeypatch):
    monkeypatch.setattr(Attachment.objects, "create", lambda **values: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        hold([samples.upload()], held_key="k")
    assert not on_disk(root)


# --- Held by a form or a draft


def test_what_is_wrong_is_told_and_the_rest_is_kept():
    with pytest.raises(ValidationError) as refused:
        hold([samples.upload(), samples.upload("x.exe", b"MZ"), samples.upload("tom.txt", b"")], held_key="k")
    assert len(refused.value.messages) == 2
    assert "x.exe" in refused.value.messages[0]
    assert [file.name for file in held("k")] == ["Ritning.pdf"]


def test_the_same_file_again_is_the_same_file():
    first, again = hold([samples.upload()], held_key="k"), hold([samples.upload()], held_key="k")
    assert first == again
    assert len(held("k")) == 1


def test_of_more_than_five_the_first_five_are_kept():
    with pytest.raises(ValidationError) as refused:
        hold(texts(7), held_key="k")
    assert len(refused.value.messages) == 2
    assert "6.txt" in refused.value.messages[1]
    assert len(held("k")) == MOST_FILES
    with pytest.raises(ValidationError):
        hold(texts(1, 9), held_key="k")


def test_another_form_has_files_of_its_own():
    hold([samples.upload()], held_key="a")
    assert held("b") == []
    assert held("") == []
    assert sendable("") == ()


def test_a_draft_has_no_more_than_can_be_mailed(draft):
    big = [samples.upload(f"{letter}.txt", letter.encode() * (MOST_IN_MAIL // 2)) for letter in "abc"]
    with pytest.raises(ValidationError) as refused:
        hold(big, draft=draft)
    assert "c.txt" in refused.value.messages[0]
    assert draft.attachments.count() == 2
    assert MOST_IN_MAIL < MOST_FILES * MOST_BYTES


def test_a_file_has_one_owner(draft):
    for owners in ({}, {"held_key": "k", "draft": draft}):
        with pytest.raises(ValueError, match="a form or by a draft"):
            hold([], **owners)


def test_what_is_let_go_is_gone_and_nothing_else(root, draft, django_capture_on_commit_callbacks):
    mine, other = hold(texts(2), held_key="k")
    (theirs,) = hold(texts(1), held_key="other")
    (drafted,) = hold(texts(1), draft=draft)
    with django_capture_on_commit_callbacks(execute=True):
        let_go([mine.pk, theirs.pk, drafted.pk, 404], held_key="k")
    assert held("k") == [other]
    assert held("other") == [theirs]
    assert draft.attachments.get() == drafted
    assert len(on_disk(root)) == 3
    with django_capture_on_commit_callbacks(execute=True):
        let_go([drafted.pk, other.pk], draft=draft)
    assert not draft.attachments.exists()
    assert held("k") == [other]


def test_what_has_been_sent_cannot_be_let_go(root, django_capture_on_commit_callbacks):
    (file,) = hold([samples.upload()], held_key="k")
    services.receive(ContactRequestFactory(submission_key="k", attachments=sendable("k")))
    with django_capture_on_commit_callbacks(execute=True):
        let_go([file.pk], held_key="k")
    assert Attachment.objects.get().message is not None
    assert len(on_disk(root)) == 1


def test_what_has_been_sent_is_not_held_any_more_but_belongs_to_the_request():
    (file,) = hold([samples.upload()], held_key="k")
    services.receive(ContactRequestFactory(submission_key="k", attachments=sendable("k")))
    assert held("k") == []
    assert sendable("k") == (file,)
    assert hold([samples.upload()], held_key="k") == [file]


def test_a_form_that_got_another_key_keeps_its_files():
    (file,) = hold([samples.upload()], held_key="old")
    move("old", "new")
    assert held("old") == []
    assert held("new") == [file]


# --- Forgotten


LONG_AGO = timezone.now() - holding.FORGOTTEN_AFTER - datetime.timedelta(hours=1)


def test_what_was_never_sent_is_removed_after_some_days(root, django_capture_on_commit_callbacks):
    old = put(created_at=LONG_AGO)
    with django_capture_on_commit_callbacks(execute=True):
        assert holding.remove_forgotten() == 1
    assert not Attachment.objects.filter(pk=old.pk).exists()
    assert not on_disk(root)


def test_a_picture_goes_with_its_file(root, django_capture_on_commit_callbacks):
    (file,) = hold([samples.upload("karta.png")], held_key="k")
    assert pictures.draw(file)
    Attachment.objects.update(created_at=LONG_AGO)
    with django_capture_on_commit_callbacks(execute=True):
        assert holding.remove_forgotten() == 1
    assert not on_disk(root)


def test_what_is_new_or_belongs_to_a_message_or_a_draft_is_never_removed(
    root, draft, django_capture_on_commit_callbacks
):
    put()
    for name, owner in (("a.txt", {"message": MessageFactory()}), ("b.txt", {"draft": draft})):
        (file,) = hold([samples.upload(name, name.encode())], held_key="x")
        Attachment.objects.filter(pk=file.pk).update(created_at=LONG_AGO, **owner)
    with django_capture_on_commit_callbacks(execute=True):
        assert holding.remove_forgotten() == 0
    assert Attachment.objects.count() == len(on_disk(root)) == 3


# --- Pictures


def drawn(name, data):
    (file,) = hold([samples.upload(name, data)], held_key="k")
    assert pictures.draw(file)
    file.refresh_from_db()
    return Image.open(open_stored(file.picture_path))


def test_a_picture_is_drawn_anew_small_upright_and_without_what_the_camera_wrote():
    exif = Image.Exif()
    exif[0x0112] = 6  # lying on its side
    exif[0x010F] = "Kamera AB"
    picture = drawn("IMG_0042.JPG", samples.jpg((4000, 1000), exif=exif, icc_profile=b"x" * 200, comment=b"hej"))
    assert picture.format == "WEBP"
    assert picture.size == (400, 1600)
    assert not picture.getexif()
    assert not {"exif", "icc_profile", "xmp", "comment"} & set(picture.info)


@pytest.mark.parametrize("mode", ["RGBA", "P", "L", "1", "I;16", "LA"])
def test_png_of_every_mode_is_drawn(mode):
    out = io.BytesIO()
    Image.new(mode, (30, 20)).save(out, "PNG")
    assert drawn("karta.png", out.getvalue()).size == (30, 20)


def test_a_picture_that_cannot_be_drawn_is_no_trouble():
    cut = samples.jpg((800, 800), quality=95)[:900]
    (file,) = hold([samples.upload("IMG_0042.JPG", cut)], held_key="k")
    assert not pictures.draw(file)
    assert file.is_handed_out


def test_nothing_is_drawn_of_other_files(root):
    (file,) = hold([samples.upload()], held_key="k")
    assert not pictures.draw(file)
    assert len(on_disk(root)) == 1


def test_it_is_drawn_once():
    (file,) = hold([samples.upload("karta.png")], held_key="k")
    assert pictures.draw(file)
    path = Attachment.objects.get().picture_path
    assert pictures.draw(file)  # another worker, with the row as it was
    assert Attachment.objects.get().picture_path == path
    assert store.PATH.fullmatch(path)
