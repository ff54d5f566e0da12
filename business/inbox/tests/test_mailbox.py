"""Of a mailbox that others use too, nothing is lost when what has been read is put aside."""

from collections.abc import Iterator

import pytest

from business.inbox.incoming.imap import read_mailbox
from business.inbox.models import IncomingMail
from tests.faults.imap import PASSWORD, USER, Mailbox

from .letters import letter

pytestmark = pytest.mark.django_db

DONE = "Klart"
MARKED = 55  # a colleague has marked it as deleted in their mail program; nobody has cleared it away
MAILS = 60  # more than are put aside at once: the last are not fetched when the first are


@pytest.fixture
def mailbox(settings, tmp_path) -> Iterator[Mailbox]:
    box = Mailbox()
    settings.INBOX_FILES_ROOT = tmp_path / "files"
    settings.IMAP_HOST, settings.IMAP_PORT, settings.IMAP_SECURITY = "127.0.0.1", box.port, "none"
    settings.IMAP_USER, settings.IMAP_PASSWORD = USER, PASSWORD
    settings.IMAP_FOLDER, settings.IMAP_DONE_FOLDER = "INBOX", DONE
    box.add(*(letter(f"Fråga {number}", number=number) for number in range(1, MAILS + 1)))
    box.deleted.add(MARKED)
    yield box
    box.stop()


@pytest.mark.parametrize(
    ("abilities", "left"),
    [("MOVE UIDPLUS", 0), ("UIDPLUS", 0), ("", MAILS)],
    ids=["moves", "expunges some", "neither"],
)
def test_what_is_read_is_put_aside_and_nothing_else_is_touched(mailbox, abilities, left):
    mailbox.abilities = abilities
    everything = list(mailbox.mails.values())

    def one_more(handed_out: int) -> None:
        """While the last is read, another arrives, which a colleague deletes at once."""
        if handed_out == MAILS:
            mailbox.add(letter("En till", number=MAILS + 1))
            mailbox.deleted.add(MAILS + 1)

    mailbox.on_fetch = one_more
    assert read_mailbox() == (MAILS, False)
    assert IncomingMail.objects.count() == MAILS
    assert mailbox.folders[DONE] == everything
    assert len(mailbox.mails) == left + 1
    assert MAILS + 1 in mailbox.mails
    if left:  # what cannot leave the folder is marked as read, and put aside once
        assert mailbox.seen == set(range(1, MAILS + 1))
        assert mailbox.deleted == {MARKED, MAILS + 1}
    mailbox.on_fetch = lambda _number: None
    assert read_mailbox() == (1, False)
    assert len(mailbox.folders[DONE]) == MAILS + 1
    assert max(mailbox.fetched.values()) == 1


def test_a_round_that_broke_off_before_it_had_put_aside_is_made_up_for(mailbox, settings):
    settings.IMAP_DONE_FOLDER = ""
    read_mailbox()
    mailbox.seen -= {7, 8}
    settings.IMAP_DONE_FOLDER, mailbox.abilities = DONE, "UIDPLUS"
    assert read_mailbox() == (0, False)
    assert not mailbox.mails
    assert len(mailbox.folders[DONE]) == MAILS
