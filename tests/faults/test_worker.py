"""The worker dies at the worst moment, or its queue is gone: every mail is sent all the same."""

from __future__ import annotations

from collections import Counter
from itertools import cycle, islice

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from business.inbox.enums import MailStatus
from business.inbox.models import OutboxMail

from .conftest import Report
from .running import Site
from .scale import FULL, SCALE
from .smtp import Moment

QUEUE_LIMIT = 120  # seconds until all is sent, with production's own waits


def die(site: Site, moment: Moment) -> OutboxMail:
    """Have the worker killed while it has this mail; return the mail."""
    if moment is Moment.IDLE:
        site.kill_worker()
    else:
        site.mail.kill(site.worker, moment)
    visitor = site.visitor()
    answer = visitor.ask()
    assert answer.status == 303
    number = visitor.number_on(answer)
    site.wait_for_the_death()
    return OutboxMail.objects.get(case__number=number)


def let_the_lease_pass(mail: OutboxMail) -> None:
    """What a dead worker had is taken up when its lease is over: have that moment come now."""
    left_behind = OutboxMail.objects.filter(pk=mail.pk, status=MailStatus.SENDING, lease_until__isnull=False)
    assert left_behind.update(lease_until=timezone.now()) == 1


def test_killed_at_every_moment(site: Site, report: Report) -> None:
    killed, twice = Counter(), Counter()
    for moment in islice(cycle(Moment), SCALE.kills):
        mail = die(site, moment)
        if moment is not Moment.IDLE:
            let_the_lease_pass(mail)
        site.start_worker()
        site.wait_for_the_mail()
        copies = site.mail.copies()
        assert set(copies) == {mail.message_id_header}, "lost, or sent as another mail"
        assert copies.total() <= 2
        mail.refresh_from_db()
        assert mail.status == MailStatus.SENT
        killed[moment] += 1
        twice[moment] += copies.total() - 1
        site.mail.clear()
    # Only where the mail server had the mail and nobody could know may there be a second copy.
    assert {moment for moment, copies in twice.items() if copies} <= {Moment.ACCEPTED}
    for moment in Moment:
        report(
            f"worker killed {moment.value}",
            f"{killed[moment]} times; lost 0; sent twice {twice[moment]}, with the same Message-ID",
        )


def test_a_lease_that_passes_by_itself(site: Site, report: Report) -> None:
    """Nobody helps: another worker takes the mail up when the lease is over."""
    mail = die(site, Moment.SENDING)
    site.start_worker()
    waited = site.wait_for_the_mail(3 * SCALE.lease * SCALE.slack)
    assert site.mail.copies() == {mail.message_id_header: 1}
    report(f"a lease of {SCALE.lease:.0f} s passes", f"taken up by another worker {waited:.1f} s later")


def ask_and_lose_the_queue(site: Site) -> list[OutboxMail]:
    """Send requests while no worker looks, and empty the queue's table."""
    before = set(OutboxMail.objects.values_list("pk", flat=True))
    visitor = site.visitor()
    assert {visitor.ask().status for _number in range(SCALE.posts)} == {303}
    assert DBTaskResult.objects.all().delete()[0] >= SCALE.posts
    return list(OutboxMail.objects.exclude(pk__in=before))


def assert_all_sent_once(site: Site, mails: list[OutboxMail]) -> None:
    assert len(mails) == SCALE.posts
    assert site.mail.copies() == {mail.message_id_header: 1 for mail in mails}


def test_the_queue_is_emptied(site: Site, report: Report) -> None:
    """The sweep of a worker that runs already finds what the queue no longer tells of."""
    with site.paused():
        mails = ask_and_lose_the_queue(site)
    waited = site.wait_for_the_mail(QUEUE_LIMIT)
    assert_all_sent_once(site, mails)
    report("queue emptied", f"{len(mails)} mails; each sent once, the last {waited:.1f} s later")


if SCALE is FULL:

    def test_the_queue_is_emptied_under_production_settings(site: Site, report: Report) -> None:
        """With a sweep every 30 seconds: nothing here is made shorter."""
        with site.production_worker() as worker:
            # It has swept once at its start: what comes now waits for the next time.
            assert site.visitor().ask().status == 303
            site.wait_for_the_mail()
            site.mail.clear()
            with site.paused(worker.pid):
                mails = ask_and_lose_the_queue(site)
            waited = site.wait_for_the_mail(QUEUE_LIMIT)
        assert_all_sent_once(site, mails)
        report(
            "queue emptied, production's waits", f"{len(mails)} mails; each sent once, the last {waited:.1f} s later"
        )
