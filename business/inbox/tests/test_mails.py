"""The words of the mails."""

import pytest
from django.utils import translation
from wagtail.models import Site

from business.core.models import SiteSettings
from business.inbox import sender_links
from business.inbox.mails import answer_mail, delay_mail, quoted, receipt_mail

from .factories import CaseFactory, MessageFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def case():
    us = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    us.municipality_name_en, us.phone, us.email = "Strängnäs Municipality", "0152-291 00", "naringsliv@kommun.example"
    us.save()
    return CaseFactory(
        language="en", name="Åsa <Öberg> & Co", phone="070-174 06 13", sole_trader=True, text="Min fråga\n  indragen"
    )


@pytest.fixture
def kim():
    return UserFactory(first_name="Kim", last_name="Lindqvist")


def test_the_receipt_says_what_the_sender_needs(case):
    subject, body = receipt_mail(case)
    assert case.number in subject
    assert case.number in body
    assert f"{case.due_on.day} " in body
    assert f"{case.limit_on.day} " in body
    assert case.topic.name in body
    assert "public record" in body
    assert "is kept with your case" in " ".join(body.split())
    assert "0152-291 00" in body  # ours


def test_the_receipt_repeats_nothing_that_the_sender_wrote(case):
    subject, body = receipt_mail(case)
    assert body.startswith("Hello,\n")
    for words in ("Åsa", "Öberg", "Min fråga", "9874", "070-174", case.company or "Kafé", case.email):
        assert words not in subject + body


def test_mail_is_plain_text(case, kim):
    body = answer_mail(case, kim, "<b>1 & 2</b>")[1]
    assert "<b>1 & 2</b>" in body
    case.topic.name = "Hus & hem"
    case.topic.save()
    assert "Hus & hem" in receipt_mail(case)[1]


def test_no_line_is_hard_to_read(case, kim):
    MessageFactory(case=case, text="Ett ord till " * 60)
    for _subject, body in (receipt_mail(case), answer_mail(case, kim, "Yes.")):
        assert max(map(len, body.split("\n"))) <= 72


def test_an_answer_hides_the_personal_numbers_of_the_question(case, kim):
    MessageFactory(case=case, text="Jag har 811228-9874 eller 19811228 9874; ring 0152-291 00 om 556036-0793.")
    body = answer_mail(case, kim, "Yes.")[1].replace("\n> ", " ")
    assert "9874" not in body
    assert "811228-•••• eller 19811228 ••••; ring 0152-291 00 om 556036-0793." in body


def test_an_answer_which_has_copies_never_repeats_the_senders_link(case, kim):
    link = sender_links.address(case, sender_links.token_of(sender_links.new_link(case)))
    MessageFactory(case=case, channel="email", text=f"> Din sida: {link}\n\nJa, den läser jag.")
    body = answer_mail(case, kim, "Yes.")[1]
    assert "den läser jag" in body
    assert sender_links.masked_address(case) in body.partition("wrote")[2].replace("\n> ", " ")
    assert link not in body.replace("\n> ", "")


def test_a_long_address_is_not_broken():
    address = "https://www.strangnas.se/" + "a" * 100
    assert f"> {address}" in quoted(f"Se {address} nu").split("\n")


def test_an_answer_is_signed(case, kim):
    body = answer_mail(case, kim, "Yes.\n")[1]
    assert body.startswith("Yes.\n\nKim Lindqvist\nSträngnäs Municipality\n0152-291 00\n")


def test_an_answer_that_its_writer_has_signed_is_not_signed_again(case, kim):
    assert answer_mail(case, kim, "Yes.\n\nBest wishes\nKim Lindqvist, coordinator")[1].count("Kim Lindqvist") == 1


def test_who_has_no_name_signs_with_the_municipality_and_never_with_the_user_name(case):
    user = UserFactory(first_name="", last_name="", username="kili01")
    body = answer_mail(case, user, "Yes.")[1]
    assert "kili01" not in body
    assert "Strängnäs Municipality" in body


def test_an_answer_repeats_the_question(case, kim):
    assert "> Min fråga" in answer_mail(case, kim, "Yes.")[1]


def test_a_secret_cases_question_stays_out_of_mail(case, kim):
    case.secrecy_ground = "OSL 31:16"
    assert "Min fråga" not in answer_mail(case, kim, "Yes.")[1]


def test_the_mail_follows_the_senders_language_not_the_officers(case, kim):
    with translation.override("sv"):
        assert answer_mail(case, kim, "Yes.")[0] == f"Answer to your request {case.number}"


# --- What an officer took down


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize(
    ("channel", "words"),
    [
        ("phone", {"sv": "Så här antecknade vi ditt samtal", "en": "This is what we wrote down when you called"}),
        ("visit", {"sv": "Så här antecknade vi ditt besök", "en": "This is what we wrote down when you visited us"}),
    ],
)
def test_what_an_officer_wrote_down_is_not_said_to_be_the_senders_words(kim, language, channel, words):
    case = CaseFactory(language=language, channel=channel, text="Ringde om uteservering.")
    case.messages.update(channel=channel)
    answer, receipt = (" ".join(mail[1].split()) for mail in (answer_mail(case, kim, "Ja."), receipt_mail(case)))
    assert words[language] in answer
    assert "> Ringde om uteservering." in answer
    for own in ("Du skrev", "You wrote", "What you wrote", "Det du skrev", "What you sent", "Det du skickade"):
        assert own not in answer + receipt
    assert {"sv": "Du berättade det här", "en": "You told us this"}[language] in receipt


def test_what_the_sender_wrote_after_a_call_is_theirs(case, kim):
    case.messages.update(channel="phone")
    MessageFactory(case=case, text="En sak till.")
    assert "You wrote, " in answer_mail(case, kim, "Yes.")[1]


# --- The delay notice


@pytest.mark.parametrize(
    ("language", "text", "begins"),
    [
        ("sv", "Vi väntar på ritningarna.", "Hej!\n\nVi väntar på ritningarna."),
        ("en", "We wait for the drawings.", "Hello,\n\nWe wait for the drawings."),
        ("sv", "Hej Elsa!\n\nVi väntar.", "Hej Elsa!\n\nVi väntar."),
        ("sv", "God morgon! Vi väntar.", "God morgon! Vi väntar."),
        ("sv", "Hejdå säger vi inte än.", "Hej!\n\nHejdå säger"),
        ("en", "Dear Elsa,\nwe wait.", "Dear Elsa,\nwe wait."),
    ],
)
def test_a_delay_notice_greets_unless_its_writer_has(kim, language, text, begins):
    assert delay_mail(CaseFactory(language=language), kim, text)[1].startswith(begins)
