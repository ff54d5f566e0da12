"""What an officer sees of a mail: what was written, the rest folded, and the mail itself when they ask for it."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from business.inbox.enums import AccessKind, ScanState
from business.inbox.models import AccessEntry, Case, IncomingMail

from .clamd import clamd
from .factories import CaseFactory, TopicFactory
from .letters import ELSA, OFFICE, QUOTE, arrive, letter, reply
from .samples import EICAR

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

HTML = (
    "<p>Hej <b>där</b>, mitt nummer är 811228-9874</p><script>alert(1)</script><img src='https://spy.example/p.gif'>"
    "<form action='https://x.example'><input name=a></form><a href='javascript:alert(1)'>a</a><style>p{}</style>"
    "<a href='https://b.example' onclick='x()' style='position:fixed'>b</a><svg onload=x()></svg><iframe src=//c></iframe>"
)


@pytest.fixture(autouse=True)
def _reads_mail(settings, tmp_path):
    settings.INBOX_REPLY_ADDRESS = OFFICE
    settings.INBOX_FILES_ROOT = tmp_path / "files"
    TopicFactory()


def page(client, case):
    return client.get(reverse("inbox:case", args=[case.pk])).content.decode()


def address(name, mail):
    return reverse(f"inbox:{name}", args=[mail.case_id, mail.pk])


def test_the_quote_is_folded_and_what_is_not_shown_is_said(coordinator, count_queries):
    case = CaseFactory(email=ELSA)
    with count_queries() as before:
        page(coordinator, case)
    mail = arrive(reply(case, f"Åtta bord.{QUOTE}", html="<p>Åtta bord.</p>", files={"winmail.dat": b"x" * 999}))
    with count_queries() as after:
        shown = page(coordinator, case)
    assert len(after) <= len(before)
    said, _details, rest = shown.partition('<details class="inbox-message__rest"')
    assert "Åtta bord.</div>" in said
    assert "&gt; Hur många bord" not in said
    assert "Den 3 november 2026" in rest
    assert "1 thing in the mail is not shown here" in shown
    assert "“winmail.dat” is of a kind that we do not take" in shown
    assert address("raw_mail", mail) in shown
    assert f'<iframe src="{address("mail", mail)}"' in shown
    assert "sandbox" in shown


def test_what_came_by_mail_is_headed_by_its_subject_until_somebody_describes_it(coordinator):
    def heading(case):
        return BeautifulSoup(page(coordinator, case), "html.parser").select_one(".inbox-head__subject").get_text()

    case = arrive(letter(subject="Uteservering, 811218-9876")).case
    assert heading(case) == "Uteservering, 811218-••••"
    arrive(reply(case, "Och en sak till.", subject="Något annat"))
    assert heading(case) == "Uteservering, 811218-••••"
    Case.objects.filter(pk=case.pk).update(short_content="Bord på torget")
    assert heading(case) == "Bord på torget"
    assert heading(arrive(letter(subject="", number=5)).case) == case.topic.name


def test_what_claims_a_case_is_told_on_both(coordinator):
    case = CaseFactory(email=ELSA)
    mail = arrive(letter(subject=f"Re: {case.number}", sender="mallory@ond.example"))
    shown = page(coordinator, mail.case)
    assert "we cannot tell that its sender wrote it" in shown
    assert f'href="{reverse("inbox:case", args=[case.pk])}">{case.number}</a>' in shown
    assert mail.case.number in page(coordinator, case)
    arrive(letter(subject="DB-2031-99999", number=2))


def test_automatic_replies_are_listed_and_not_said(coordinator):
    case = CaseFactory(email=ELSA)
    arrive(reply(case, "Jag är på semester.", headers={"Auto-Submitted": "auto-replied"}))
    shown = page(coordinator, case)
    assert "1 automatic reply or mail that came back" in shown
    assert "Automatic reply came" in shown
    assert "semester" not in shown


def test_html_is_shown_where_it_can_do_nothing(coordinator):
    mail = arrive(letter("Hej där", html=HTML))
    answer = coordinator.get(address("mail", mail))
    seen = AccessEntry.objects.filter(user_id=coordinator.user.pk).values_list("case_id", "kind", "data")
    assert list(seen) == [(mail.case_id, AccessKind.CASE, {})]
    coordinator.get(reverse("inbox:case", args=[mail.case_id]))  # the frame stands there: one look
    assert seen.filter(kind=AccessKind.CASE).count() == 1
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert policy.endswith("sandbox")
    assert "allow-" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    shown = answer.content.decode()
    assert "<b>där</b>" in shown
    assert "9874" not in shown
    body = shown.partition("<body>")[2]
    for bad in ("script", "spy.example", "form", "input", "javascript", "onclick", "style", "svg", "iframe", "img"):
        assert bad not in body, bad


def test_the_mail_as_it_came_is_handed_out_to_who_may_see_addresses(coordinator, reader, editor):
    raw = letter("Hej där", html=HTML)
    mail = arrive(raw)
    answer = coordinator.get(address("raw_mail", mail))
    assert b"".join(answer) == raw
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Content-Type"] == "message/rfc822"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert AccessEntry.objects.filter(kind=AccessKind.RAW_MAIL, user_id=coordinator.user.pk).count() == 1
    for client in (reader, editor):
        assert client.get(address("raw_mail", mail)).status_code == 302
    assert address("raw_mail", mail) not in page(reader, mail.case)
    another = CaseFactory()
    assert coordinator.get(reverse("inbox:raw_mail", args=[another.pk, mail.pk])).status_code == 404


def test_the_mail_leaves_only_when_the_scanner_has_seen_it(coordinator, settings):
    with clamd() as scanner:
        settings.CLAMD_ADDRESS = scanner.address
        clean, bad = arrive(letter()), arrive(letter(EICAR.decode(), number=2))
        scanner.mood = "hangs_up"
        assert coordinator.get(address("raw_mail", clean)).status_code == 409
        scanner.mood = "fine"
        assert coordinator.get(address("raw_mail", clean)).status_code == 200
        assert coordinator.get(address("raw_mail", bad)).status_code == 409
    assert IncomingMail.objects.get(pk=bad.pk).scan == ScanState.INFECTED
    assert coordinator.get(address("raw_mail", clean)).status_code == 200


def test_a_mail_that_is_not_in_the_store_is_said_to_be_missing(coordinator, settings, tmp_path):
    mail = arrive(letter(html=HTML))
    settings.INBOX_FILES_ROOT = tmp_path / "elsewhere"
    for name in ("mail", "raw_mail"):
        answer = coordinator.get(address(name, mail))
        assert answer.status_code == 404
        assert "cannot be read right now" in answer.content.decode()
