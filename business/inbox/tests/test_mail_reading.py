"""What is read out of a mail, and what of it its sender wrote."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from business.inbox.checks import check_reply_address
from business.inbox.enums import MailSort
from business.inbox.incoming import charsets, html, parsing, quotes
from business.inbox.incoming.languages import language_of

from .letters import ELSA, OFFICE, letter

pytestmark = pytest.mark.one_database

# As Gmail, Apple Mail, Outlook, Thunderbird and telephones write it, in Swedish and English.
BELOW = [
    "Den 3 november 2026 kl. 10:12 skrev Kim Lindqvist <kim@kommun.example>:\n> Hur många bord?\n",
    "Den tis 3 nov. 2026 10:12Kim Lindqvist <arende+db-2026-00042.abc@kommun.example>\nskrev:\n\n> Hur många bord?\n>\n> Kim\n",
    "tis 3 nov. 2026 kl. 10:12 skrev Kim Lindqvist <kim@kommun.example>:\n\n> Hur många?\n\n-- \nElsa\n",
    "> 3 nov. 2026 kl. 10:12 skrev Kim <kim@kommun.example>:\n> \n> Hur många?\n",
    "On Tue, Nov 3, 2026 at 10:12 AM Kim Lindqvist <\nkim@kommun.example> wrote:\n\n> How many?\n",
    "On Tue, Nov 3, 2026 at 10:12 AM Kim <\narende+db-2026-00042.abc@kommun.example> wrote:\n\n> How many?\n",
    "On 2026-11-03 10:12, Kim Lindqvist wrote:\n> How many?\n",
    "-------- Originalmeddelande --------\nFrån: kim@kommun.example\nDatum: 2026-11-03 10:12 (GMT+01:00)\nTill: Elsa\n\nHur många?",
    "Skickat från Outlook för Android<https://aka.ms/x>\n________________________________\nFrån: Kim\nSkickat: den 3 november\n\nHur många?",
    "Skickat med Proton Mail säker e-post.\n\nDen tisdag den 3 november 2026 kl 10:12 skrev Kim <kim@kommun.example>:\n\n> Hur många?\n",
    "-----Ursprungligt meddelande-----\nFrån: Kim\nSkickat: den 3 november 2026 10:12\nTill: Elsa\n\nHur många?\n",
    "-----Original Message-----\nFrom: Kim\n\nHow many?",
    "________________________________\nFrån: Kim <kim@kommun.example>\nSkickat: den 3 november 2026 10:12\nÄmne: Svar\n\nHur många?\n",
    "Från: Kim Lindqvist <kim@kommun.example>\nDatum: tisdag 3 november 2026 10:12\nTill: Elsa\n\nHur många?\n",
    "*From:* Kim <kim@kommun.example>\n*Sent:* Tuesday, November 3, 2026 10:12 AM\n\nHow many?\n",
    "-- \nElsa Norrby\nKafé Sjöboden AB\n070-174 06 13\n",
    "Skickat från min iPhone\n\n3 nov. 2026 kl. 10:12 skrev Kim <kim@kommun.example>:\n\n> Hur många?\n",
]
WHOLE = [
    "Hej!\n\nKommunen skrev den 3 november 2026 kl 10:12 följande:\nBygg inte.\n\nStämmer det?",
    "> Hur många bord?\nÅtta.\n> När?\nI maj.\n",
    "Den 3 november 2026 kl. 10:12 skrev Kim:\n> Hur många bord?\n\nÅtta, och i maj.\n",
    "> Bara ett citat\n",
    "Från: Stockholm går tåget 10:12.\nTill: Strängnäs\n",
    "Listan:\n- ett\n- två",
    "",
]


@pytest.mark.parametrize("below", BELOW)
def test_what_stands_below_is_folded(below):
    said, rest = quotes.split(f"Åtta bord.\n\nVi börjar i maj.\n\n{below}")
    assert said.strip() == "Åtta bord.\n\nVi börjar i maj."
    assert rest.strip() == below.strip()


@pytest.mark.parametrize("text", WHOLE)
def test_what_its_sender_wrote_is_shown_whole(text):
    assert quotes.split(text) == (text, "")


@given(
    st.lists(st.sampled_from([*BELOW, *WHOLE, "Hej\n", "> a\n", "-- \n", "\n", "skrev 2026 10:12:\n"])).map("".join)
)
def test_no_letter_is_lost_or_hidden_from_who_unfolds_it(text):
    said, rest = quotes.split(text)
    assert said + rest == text
    assert said.strip() or not text.strip() or not rest


def test_names_subjects_and_files_are_read_as_programs_write_them():
    raw = (
        b"From: =?iso-8859-1?Q?=C5sa_=D6berg=2C_VD?= <asa@krogen.example>\r\n"
        b"To: =?utf-8?B?w4RyZW5kZW4=?= <arende@kommun.example>, bo@annan.example\r\n"
        b"Subject: =?utf-8?Q?Fr=C3=A5ga_om?=\r\n =?utf-8?Q?_b=C3=A5tplats?=\r\n"
        b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n'
        b"--x\r\nContent-Type: text/plain; charset=windows-1252\r\n\r\nPris: 100 \x80 \x96 r\xe4cker det?\r\n"
        b"--x\r\nContent-Type: application/pdf; name*=utf-8''%C3%A5%C3%A4%C3%B6.pdf\r\n\r\nA\r\n"
        b'--x\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename="=?utf-8?B?w6XDpMO2?=.pdf"\r\n\r\nB\r\n'
        b"--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: =?utf-8?Q?Inuti_=C3=A5?=\r\n\r\nHej\r\n--x--\r\n"
    )
    mail = parsing.read(raw)
    assert (mail.sender, mail.sender_name) == ("asa@krogen.example", "Åsa Öberg, VD")
    assert mail.to == [OFFICE, "bo@annan.example"]
    assert mail.subject == "Fråga om båtplats"
    assert mail.text == "Pris: 100 € – räcker det?"
    assert [file.name for file in mail.files] == ["åäö.pdf", "åäö.pdf"]
    assert [(one.why, one.name) for one in mail.left_out] == [(parsing.IS_A_MAIL, "Inuti å")]


def test_bytes_in_a_head_that_say_no_script_are_read():
    mail = parsing.read(f"From: Åsa Öberg <{ELSA}>\r\nSubject: Båtplats\r\n\r\nHej".encode("cp1252"))
    assert (mail.sender_name, mail.subject) == ("Åsa Öberg", "Båtplats")


def test_plain_text_is_read_before_html_and_html_as_text_else():
    assert parsing.read(letter("Ren text", html="<p>HTML</p>")).text == "Ren text"
    page = (
        "<style>p{color:red}</style><p>Hej&nbsp;<b>du</b></p><ul><li>ett<li>två</ul><br><br><a href='https://x.example/'>"
        "x.example</a> <a href='https://spy.example'>här</a><blockquote>Gammalt<br>mer</blockquote><table><tr><td>a<td>b"
    )
    mail = parsing.read(f"From: {ELSA}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{page}".encode())
    assert mail.text == ("Hej du\n\n- ett\n- två\n\n\nx.example här <https://spy.example>\n\n> Gammalt\n> mer\n\na b")


def test_lines_that_were_broken_for_the_way_are_one_again():
    raw = b"From: a@b.example\r\nContent-Type: text/plain; format=flowed\r\n\r\nEn lang \r\nrad.\r\n\r\n> Citat \r\n> gar vidare\r\n-- \r\nElsa\r\n"
    assert parsing.read(raw).text == "En lang rad.\n\n> Citat gar vidare\n-- \nElsa"


def test_logos_are_left_out_and_pictures_in_the_text_stand_last():
    raw = (
        b'From: a@b.example\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n'
        b"--x\r\nContent-Type: text/html\r\n\r\n<p>Hej</p>\r\n"
        b'--x\r\nContent-Type: image/png; name="logo.png"\r\nContent-ID: <a>\r\n\r\n' + b"a" * 900 + b"\r\n"
        b'--x\r\nContent-Type: image/png; name="foto.png"\r\nContent-ID: <b>\r\n\r\n' + b"a" * 20_000 + b"\r\n"
        b'--x\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename="bifogad.png"\r\n\r\na\r\n--x--\r\n'
    )
    mail = parsing.read(raw)
    assert [file.name for file in mail.files] == ["bifogad.png", "foto.png"]
    assert [one.name for one in mail.left_out] == ["logo.png"]


@given(
    st.binary(max_size=400),
    st.sampled_from(
        ["", "utf-8", "iso-8859-1", "iso-2022-jp", "utf-16", "klingon", "zlib", "idna", "punycode", "\x00"]
    ),
)
def test_any_bytes_in_any_script_are_text_that_a_database_takes(data, charset):
    text = charsets.readable(charsets.decode(data, charset))
    assert "\x00" not in text
    text.encode()


@given(st.binary(max_size=600))
def test_any_bytes_are_a_mail(data):
    mail = parsing.read(b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=x\r\n" + data)
    (mail.text + mail.subject + mail.sender_name + "".join(file.name for file in mail.files)).encode()


@given(st.text(max_size=60))
def test_no_html_survives_that_could_do_something(text):
    dirty = f"<p onclick='{text}'>{text}</p><script>{text}</script><img src='{text}'><a href='javascript:{text}'>x</a>"
    clean = html.cleaned(dirty)
    assert "<script" not in clean
    assert "<img" not in clean
    assert " onclick=" not in clean.partition(">")[0]
    assert 'href="javascript' not in clean


HOSTILE = {
    "deep HTML": f"From: {ELSA}\r\nContent-Type: text/html\r\n\r\n".encode() + b"<div>" * 200_000,
    "deep bundles over many lines": b"".join(
        f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n'.encode() for n in range(200)
    )
    + b"x\r\n" * 1_000_000,
    "a head of encoded words": b"Subject: " + b"=?utf-8?q?x?= " * 100_000 + b"\r\n\r\nHej",
    "a head of addresses": b"From: " + b"a@b.example, " * 100_000 + b"\r\n\r\nHej",
    "very many quoted lines": b"\r\n" + b"> a\r\n" * 200_000 + b"b",
    "attributions": b"\r\n" + b"Den 2026 skrev\r\n" * 200_000,
}


@pytest.mark.parametrize("what", HOSTILE)
def test_no_mail_keeps_the_worker_long(what):
    begun = time.process_time()
    mail = parsing.read(HOSTILE[what])
    quotes.split(mail.text)
    html.cleaned(parsing.html_of(HOSTILE[what]))
    assert time.process_time() - begun < 10


def test_who_is_at_the_other_end():
    def sort(**headers):
        return parsing.read(letter(headers={name.replace("_", "-"): value for name, value in headers.items()})).sort

    assert sort() == sort(Auto_Submitted="no") == sort(Precedence="first-class") == MailSort.PERSON
    assert sort(Auto_Submitted="auto-generated; owner-email=x@y.example") == MailSort.AUTOMATIC
    assert sort(List_Id="<a.example>") == MailSort.BULK
    assert parsing.read(letter(sender="Post-Master <postmaster@x.example>")).sort == MailSort.AUTOMATIC
    assert parsing.read(letter(sender="Bo Noreply <bo.noreply@x.example>")).sort == MailSort.PERSON


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hej! Vi vill öppna ett kafé och undrar hur lång tid det tar.", "sv"),
        ("Hello, we would like to open a café. Can you tell us what to do?", "en"),
        ("", "sv"),
        ("12345", "sv"),
    ],
)
def test_the_language_is_the_writers(text, language):
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        ("", []),
        (OFFICE, []),
        ("arende", ["inbox.E010"]),
        ("a" * 26 + "@kommun.example", ["inbox.E011"]),
        ("a+b@k.example", ["inbox.E011"]),
    ],
)
def test_an_address_for_replies_must_have_room_for_the_case(settings, address, wrong):
    settings.INBOX_REPLY_ADDRESS = address
    assert [one.id for one in check_reply_address()] == wrong
