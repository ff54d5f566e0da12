"""Files that come with the form."""

import errno
import html
import os
import re
from io import BytesIO
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from business.contact import uploads
from business.contact.keys import MAX_AGE, new_key
from business.inbox import outbox, services
from business.inbox.enums import CaseStatus, ScanState
from business.inbox.files import MOST_BYTES
from business.inbox.models import Attachment, Case, Message, OutboxMail
from business.inbox.sender_links import current_link, token_of
from business.inbox.tests import samples
from business.inbox.tests.factories import ContactRequestFactory, TopicFactory
from business.inbox.tests.letters import ELSA, arrive, letter

from .factories import ContactPageFactory, filled_in, ripe_key

pytestmark = pytest.mark.django_db
ADDRESS = "/sv/kontakt/"


@pytest.fixture(autouse=True)
def _root(settings, tmp_path):
    settings.INBOX_FILES_ROOT = tmp_path / "files"


@pytest.fixture
def topic():
    ContactPageFactory()
    return TopicFactory(name="Tillstånd")


def text(answer):
    return html.unescape(answer.content.decode())


def hidden(answer, name):
    return html.unescape(re.search(rf'name="{name}"[^>]*value="([^"]*)"', answer.content.decode()).group(1))


def names(**which):
    return [file.name for file in Attachment.objects.filter(**which)]


def chosen(name="Ritning.pdf", data=None):
    return SimpleUploadedFile(name, samples.GOOD[name] if data is None else data)


def held(answer):
    return re.findall(r'name="remove"\s+value="(\d+)"', answer.content.decode())


# --- Taken


def test_files_of_every_kind_come_with_the_message(client, topic):
    for number, batch in enumerate([list(samples.GOOD)[:5], list(samples.GOOD)[5:10], list(samples.GOOD)[10:]]):
        fields = filled_in(topic, message=f"Hej {number}", files=[chosen(name) for name in batch])
        assert client.post(ADDRESS, fields).status_code == 303
        message = Message.objects.get(text=f"Hej {number}")
        assert [file.name for file in message.attachments.all()] == batch


def test_receipt_and_mail_say_how_many_files_came_and_not_their_names(client, topic):
    answer = client.post(ADDRESS, filled_in(topic, files=[chosen(), chosen("karta.png")]))
    page, mail = text(client.get(answer["Location"])), OutboxMail.objects.get().body
    for words in (page, mail):
        assert re.search(r"\b2 fil", words)
        assert "Ritning" not in words


def test_a_file_of_some_megabytes_is_read_from_the_disk_and_kept(client, topic):
    data = b"Hej!\n" * 1_000_000
    assert client.post(ADDRESS, filled_in(topic, files=[chosen("stor.txt", data)])).status_code == 303
    assert Attachment.objects.get().size == len(data)


def test_the_form_says_what_is_taken_and_works_as_plain_html(client, topic):
    answer = client.get(ADDRESS)
    page = answer.content.decode()
    assert 'enctype="multipart/form-data"' in page
    field = re.search(r'<input type="file"[^>]*>', page).group(0)
    assert 'name="files"' in field
    assert "multiple" in field
    assert 'aria-describedby="contact-files_helptext"' in field
    assert "10 MB" in page
    assert len(answer.content) < 45_000


# --- Refused, and nothing is lost


def test_what_is_wrong_with_each_file_stands_at_the_field_and_the_right_ones_are_kept(client, topic):
    fields = filled_in(topic, files=[chosen(), chosen("virus.pdf.exe", b"MZ"), chosen("tom.txt", b"")])
    answer = client.post(ADDRESS, fields)
    assert answer.status_code == 422
    assert not Case.objects.exists()
    page = text(answer)
    at_field = page[page.index('id="contact-files_error"') :]
    assert "virus.pdf.exe" in at_field
    assert "tom.txt" in at_field
    assert fields["message"].replace("\r", "") in page.replace("\r", "")
    assert "Ritning.pdf" in page
    assert client.post(ADDRESS, filled_in(topic, key=hidden(answer, "key"))).status_code == 303
    assert names(message__case=Case.objects.get()) == ["Ritning.pdf"]


def test_files_are_kept_when_something_else_is_wrong(client, topic):
    answer = client.post(ADDRESS, filled_in(topic, email="elsa@", files=[chosen(), chosen("karta.png")]))
    assert answer.status_code == 422
    assert len(held(answer)) == 2
    assert names(message=None) == ["Ritning.pdf", "karta.png"]
    more = filled_in(topic, key=hidden(answer, "key"), files=[chosen("tabell.csv")])
    assert client.post(ADDRESS, more).status_code == 303
    assert names(message__case=Case.objects.get()) == ["Ritning.pdf", "karta.png", "tabell.csv"]


def test_a_file_can_be_taken_out_again(client, topic):
    answer = client.post(ADDRESS, filled_in(topic, email="elsa@", files=[chosen(), chosen("karta.png")]))
    first, _second = held(answer)
    assert client.post(ADDRESS, filled_in(topic, key=hidden(answer, "key"), remove=[first])).status_code == 303
    assert names() == ["karta.png"]


def test_another_forms_key_gets_at_no_file(client, topic):
    answer = client.post(ADDRESS, filled_in(topic, email="elsa@", files=[chosen()]))
    theirs = held(answer)
    assert client.post(ADDRESS, filled_in(topic, remove=theirs)).status_code == 303
    assert names(message=None) == ["Ritning.pdf"]
    assert not Case.objects.get().messages.get().attachments.exists()


@pytest.mark.parametrize("remove", ["x", "-1", "9" * 30, "²", ""])
def test_rubbish_in_the_boxes_does_no_harm(client, topic, remove):
    assert client.post(ADDRESS, filled_in(topic, remove=[remove])).status_code == 303


@pytest.mark.parametrize(
    "changes",
    [{"website": "https://x.example"}, {"key": "rubbish"}, {"key": ""}, {"message": "Jag är 811228-9874"}],
)
def test_whoever_is_asked_to_send_once_more_keeps_the_files(client, topic, changes):
    answer = client.post(ADDRESS, filled_in(topic, files=[chosen()], **changes))
    assert answer.status_code == 422
    assert len(held(answer)) == 1
    again = {"key": hidden(answer, "key"), "told": hidden(answer, "told") if "message" in changes else ""}
    assert client.post(ADDRESS, filled_in(topic, **again)).status_code == 303
    assert names(message__case=Case.objects.get()) == ["Ritning.pdf"]


def test_a_form_that_was_open_for_days_keeps_its_files(client, topic):
    old = ripe_key(MAX_AGE)
    first = client.post(ADDRESS, filled_in(topic, key=old, files=[chosen()]))
    assert len(held(first)) == 1
    second = client.post(ADDRESS, filled_in(topic, key=old, email="elsa@"))
    assert len(held(second)) == 0 or hidden(second, "key") != old
    assert client.post(ADDRESS, filled_in(topic, key=hidden(first, "key"))).status_code == 303


def test_the_same_form_twice_is_one_message_with_its_files(client, topic):
    key = ripe_key()
    for _press in range(3):
        assert client.post(ADDRESS, filled_in(topic, key=key, files=[chosen()])).status_code == 303
    assert (Case.objects.count(), Message.objects.count(), Attachment.objects.count()) == (1, 1, 1)


def test_a_form_that_was_held_and_is_sent_twice_is_one_message(client, topic):
    answer = client.post(ADDRESS, filled_in(topic, email="elsa@", files=[chosen()]))
    for _press in range(2):
        assert client.post(ADDRESS, filled_in(topic, key=hidden(answer, "key"))).status_code == 303
    assert Message.objects.count() == 1


def test_another_file_with_the_same_words_is_a_further_message(client, topic):
    key = ripe_key()
    client.post(ADDRESS, filled_in(topic, key=key, files=[chosen()]))
    client.post(ADDRESS, filled_in(topic, key=key, files=[chosen("karta.png")]))
    assert Case.objects.count() == 1
    assert [names(message=message) for message in Message.objects.all()] == [["Ritning.pdf"], ["karta.png"]]


def test_a_file_found_malicious_meanwhile_is_told_and_taken_out(client, topic):
    answer = client.post(ADDRESS, filled_in(topic, email="elsa@", files=[chosen()]))
    Attachment.objects.update(scan=ScanState.INFECTED, finding="Eicar")
    again = client.post(ADDRESS, filled_in(topic, key=hidden(answer, "key")))
    assert again.status_code == 422
    assert "Ritning.pdf" in text(again)
    assert not held(again)
    assert client.post(ADDRESS, filled_in(topic, key=hidden(answer, "key"))).status_code == 303


def test_a_request_in_quarantine_keeps_its_files(client, topic):
    client.post(ADDRESS, filled_in(topic, files=[chosen()]))
    case = services.quarantine(Case.objects.get(), None)
    assert case.status == CaseStatus.QUARANTINED
    assert names(message__case=case) == ["Ritning.pdf"]


# --- A disk that is full


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS])
def test_when_nothing_can_be_stored_the_words_stay_and_can_be_sent_alone(client, topic, monkeypatch, code):
    def full(descriptor):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", full)
    fields = filled_in(topic, files=[chosen()], company="Kafé “Sjöboden”")
    answer = client.post(ADDRESS, fields)
    assert answer.status_code == 422
    assert not Case.objects.exists()
    for name in ("name", "email", "company"):
        assert fields[name] in text(answer)
    assert 'id="contact-files_error"' in text(answer)
    assert client.post(ADDRESS, filled_in(topic, key=hidden(answer, "key"))).status_code == 303
    outbox.sweep()


@pytest.mark.parametrize("limit", ["INBOX_HELD_MOST", "INBOX_HELD_SPARE"])
def test_files_that_nobody_sends_take_no_room_from_mail_and_the_words_go_without(client, topic, settings, limit):
    case = services.receive(ContactRequestFactory(email=ELSA, submission_key="k"))
    senders_page = f"/sv/arende/{token_of(current_link(case))}/"
    room = {"INBOX_HELD_MOST": 5000, "INBOX_HELD_SPARE": 10**18}[limit]
    setattr(settings, limit, room)
    sent = {"act": "reply", "message": "Lång text som är dyr att skriva om."}
    for number in range(4):  # nobody has shown a code, and each is a form of its own
        sent |= {"key": new_key(), "files": chosen("lista.txt", f"{number}".encode() * 2000)}
        answer = client.post(senders_page, sent)
    assert answer.status_code == 422
    words = text(answer)
    assert "Just nu kan vi inte ta emot filer" in words.split('id="reply-files_error"')[1][:600]
    assert sent["message"] in words
    assert sum(Attachment.objects.values_list("size", flat=True)) <= 4000
    held_before = len(names())
    fields = filled_in(topic, files=[chosen("karta.txt", b"k" * 2000)], message="Hej från formuläret")
    answer = client.post(ADDRESS, fields)
    assert answer.status_code == 422
    assert "Just nu kan vi inte ta emot filer" in text(answer).split('id="contact-files_error"')[1][:600]
    assert fields["message"] in text(answer)
    assert client.post(ADDRESS, filled_in(topic, key=hidden(answer, "key"), message="Utan fil")).status_code == 303
    assert len(names()) == held_before
    # Mail goes on, files and all.
    assert names(message__case=arrive(letter(files={"karta.pdf": samples.pdf()})).case) == ["karta.pdf"]


# --- Too much


def test_fifty_files_are_refused_in_a_few_sentences_and_nothing_typed_is_lost(client, topic):
    files = [chosen(f"{number}.txt", f"Hej {number}".encode()) for number in range(50)]
    fields = filled_in(topic, files=files, name="Elsa Norrby")
    answer = client.post(ADDRESS, fields)
    assert answer.status_code == 422
    assert "Elsa Norrby" in text(answer)
    assert len(held(answer)) == 5
    page = text(answer)
    at_field = page[page.index('id="contact-files_error"') : page.index('type="file"')]
    assert at_field.count("field__error") == 6
    assert "40" in at_field


def test_a_file_over_the_limit_is_refused_and_not_kept_while_it_is_read(client, topic, monkeypatch):
    kept = []
    monkeypatch.setattr(
        uploads, "hold", lambda files, **owner: kept.extend((one.name, one.size, len(one.read())) for one in files)
    )
    big = chosen("film.pdf", samples.pdf() + b"x" * (MOST_BYTES + 1))
    client.post(ADDRESS, filled_in(topic, files=[chosen(), big, chosen("karta.png")]))
    pdf, png = len(samples.pdf()), len(samples.png())
    assert kept == [("Ritning.pdf", pdf, pdf), ("film.pdf", pdf + MOST_BYTES + 1, 0), ("karta.png", png, png)]


def test_a_file_over_the_limit_is_named_at_the_field_and_its_neighbours_are_kept(client, topic):
    big = chosen("film.pdf", samples.pdf() + b"x" * (MOST_BYTES + 1))
    answer = client.post(ADDRESS, filled_in(topic, files=[chosen(), big, chosen("karta.png")]))
    assert answer.status_code == 422
    assert "film.pdf" in text(answer)
    assert names() == ["Ritning.pdf", "karta.png"]
    assert "Elsa Norrby" in text(answer)


class Unread:
    """A body that nobody may read."""

    def read(self, *args):
        raise AssertionError("read")

    readline = read


@pytest.mark.parametrize(
    ("content_type", "length", "status"),
    [
        ("multipart/form-data; boundary=x", uploads.LARGEST_BODY + 1, 413),
        ("multipart/form-data; boundary=x", 10**15, 413),
        ("application/x-www-form-urlencoded", uploads.LARGEST_TEXT + 1, 413),
    ],
)
def test_a_body_over_the_limit_is_answered_before_it_is_read(client, topic, content_type, length, status):
    answer = client.generic(
        "POST", ADDRESS, b"", content_type=content_type, CONTENT_LENGTH=str(length), **{"wsgi.input": Unread()}
    )
    assert answer.status_code == status
    assert "<main" in text(answer)
    assert "10" in text(answer)


@pytest.mark.parametrize("missing", [1, 3, 30, 200])
@pytest.mark.parametrize("content_type", [MULTIPART_CONTENT, "application/x-www-form-urlencoded"])
def test_a_body_that_stops_before_its_end_is_no_request(client, topic, content_type, missing):
    fields = filled_in(topic)
    if content_type == MULTIPART_CONTENT:
        whole = encode_multipart(BOUNDARY, {**fields, "files": [chosen()]})
    else:
        whole = urlencode(fields).encode()
    for body, status in ((whole[:-missing], 400), (whole, 303)):
        said = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(len(whole)), "wsgi.input": BytesIO(body)}
        answer = client.generic("POST", ADDRESS, b"", **said)
        assert answer.status_code == status
        assert Message.objects.count() == (status == 303)


def test_more_files_than_django_takes_are_refused_in_words(client, topic):
    files = [chosen(f"{number}.txt", b"a") for number in range(101)]
    answer = client.post(ADDRESS, filled_in(topic, files=files))
    assert answer.status_code == 413
    assert "<main" in text(answer)


def test_five_files_of_ten_megabytes_fit(client, topic):
    files = [chosen(f"{letter}.txt", letter.encode() * MOST_BYTES) for letter in "abcde"]
    assert client.post(ADDRESS, filled_in(topic, files=files)).status_code == 303
    assert Attachment.objects.filter(size=MOST_BYTES).count() == 5
