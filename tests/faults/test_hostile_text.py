"""Line ends, further recipients and script in every field: one mail to one address, and text that stays text."""

from __future__ import annotations

import html
from email.utils import parseaddr

from business.inbox.models import Case, OutboxMail

from .browser import Answer
from .conftest import Report
from .running import Site
from .scale import FULL, SCALE

LINE_ENDS = ("\r\nBcc: c@d.se", "\nTo: c@d.se", "\rSubject: c@d.se", "\x0bBcc: c@d.se", "\u2028Cc: c@d.se")
FIELDS = (
    "name",
    "email",
    "phone",
    "company",
    "organisation_number",
    "topic",
    "message",
    "preferred",
    "source",
    "told",
)
# What a mail of ours may have for headers, each once.
HEADERS = {
    "auto-submitted",
    "content-transfer-encoding",
    "content-type",
    "date",
    "from",
    "message-id",
    "mime-version",
    "reply-to",
    "subject",
    "to",
}
ADDRESSES = (
    "a@b.se,c@d.se",
    "a@b.se;c@d.se",
    "a@b.se c@d.se",
    "<a@b.se>,<c@d.se>",
    "a@b.se>,<c@d.se",
    "a@b.se\r\nRCPT TO:<c@d.se>",
    "a@b.se\r\n.\r\nMAIL FROM:<c@d.se>",
    '"a@b.se,c@d.se"@e.se',
    '"a@b.se>,<c@d.se"@e.se',
    "a@b.se%0d%0aBcc:c@d.se",
)
SCRIPT = "<script>alert(1)</script>"
MARKUP = f"{SCRIPT}<img src=x onerror=alert(1)>\"'>"


def assert_harmless(site: Site) -> int:
    """Each mail went to the one address that was typed, with our headers and no others; return how many there were."""
    site.wait_for_the_mail()
    for one in site.mail.accepted:
        typed = OutboxMail.objects.get(message_id_header=one.message_id).case.email
        assert one.to == (typed,)
        assert parseaddr(one.mail["To"])[1] == typed
        names = [name.lower() for name in one.mail]
        assert len(names) == len(set(names))
        assert set(names) <= HEADERS
        assert one.mail.get_content_type() == "text/plain"
        assert "c@d.se" not in one.mail.get_content()
    return len(site.mail.accepted)


def counted(answers: list[Answer]) -> str:
    statuses = [answer.status for answer in answers]
    assert set(statuses) <= {303, 422}
    return f"{len(answers)} posts, {statuses.count(422)} shown again, {statuses.count(303)} taken"


def test_line_ends_in_every_field(site: Site, report: Report) -> None:
    visitor = site.visitor()
    usual = {**visitor.form, "email": "elsa@example.se"}
    ends = LINE_ENDS if SCALE is FULL else LINE_ENDS[:1]
    answers = [visitor.ask(**{name: usual[name] + end}) for name in FIELDS for end in ends]
    said, mails = counted(answers), assert_harmless(site)
    report("line ends in every field", f"{said}; {mails} mails, each to one address with our headers alone")


def test_more_than_one_address(site: Site, report: Report) -> None:
    visitor = site.visitor()
    answers = [visitor.ask(email=address) for address in ADDRESSES]
    assert answers[0].status == 422
    said, mails = counted(answers), assert_harmless(site)
    report("further recipients in the address", f"{said}; {mails} mails, each to one address")


def assert_no_markup(*answers: Answer) -> None:
    for answer in answers:
        assert answer.status in (200, 422)
        assert SCRIPT not in answer.text
        assert "<img src=x" not in answer.text


def test_script_in_every_field(site: Site, report: Report) -> None:
    """What a visitor wrote is text: in the form shown again, on the receipt, and wherever an officer reads it."""
    visitor, officer = site.visitor(), site.officer()
    answers = [visitor.ask(**{name: MARKUP}) for name in FIELDS]
    said, taken = counted(answers), [answer for answer in answers if answer.status == 303]
    assert_no_markup(*(answer for answer in answers if answer.status == 422))
    answer = visitor.ask(
        **dict.fromkeys(("name", "company", "message"), MARKUP),
        email=f'"{SCRIPT}"@example.se',
        source=f"/sv/{SCRIPT}/",
    )
    taken += [answer if answer.status == 303 else visitor.ask(name=MARKUP, company=MARKUP, message=MARKUP)]
    for receipt in taken:
        case = Case.objects.get(number=visitor.number_on(receipt))
        page = officer.get(f"/admin/inbox/{case.pk}/")
        assert_no_markup(visitor.get(receipt.location), page)
        if SCRIPT in f"{case.name} {case.company} {case.messages.get().text}":
            assert html.escape(SCRIPT) in page.text
    assert_no_markup(officer.get("/admin/inbox/"), officer.get("/admin/"), officer.get("/admin/inbox/?q=%3Cscript%3E"))
    report("script in every field", f"{said}; escaped in the form, on the receipt, in the case and the lists")
