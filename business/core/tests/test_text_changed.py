""" "Text changed" moves when a reader would read something else, and only then."""

import datetime

import pytest
from django.utils import timezone

from business.core import jobs
from business.core.tests.factories import StandardPageFactory
from business.guides.models import GuidePage
from business.guides.tests.factories import FeeFactory, GuideFactory, StepFactory

pytestmark = pytest.mark.django_db

THEN = datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.UTC)


def publish(page, **changes):
    """Publish the page with changes, as if its text had last changed at the start of the year; return the date after."""
    GuidePage.objects.filter(pk=page.pk).update(text_changed_at=THEN)
    page = GuidePage.objects.get(pk=page.pk)
    for name, value in changes.items():
        setattr(page, name, value)
    page.save_revision().publish()
    return GuidePage.objects.get(pk=page.pk).text_changed_at


@pytest.fixture
def guide():
    guide = GuideFactory(ready=True)
    StepFactory(page=guide, title="Ansök")
    FeeFactory(page=guide, amount=900)
    guide = GuidePage.objects.get(pk=guide.pk)
    guide.save_revision().publish()
    return guide


def test_publishing_the_same_again_does_not_move_it(guide):
    assert publish(guide) == THEN


def test_a_new_sentence_moves_it(guide):
    assert publish(guide, summary="Något annat.") > THEN


def test_new_words_in_a_row_move_it(guide):
    step = GuidePage.objects.get(pk=guide.pk).steps.first()
    step.title = "Ansök i e-tjänsten"
    assert publish(guide, steps=[step]) > THEN


def test_a_fact_or_a_search_word_does_not_move_it(guide):
    assert publish(guide, checked_on=datetime.date(2026, 11, 23), search_terms="krog") == THEN
    fee = GuidePage.objects.get(pk=guide.pk).fees.first()
    fee.amount = 950
    assert publish(guide, fees=[fee]) == THEN


def test_one_page_that_cannot_go_live_stops_no_other():
    past = timezone.now() - datetime.timedelta(minutes=5)
    broken, whole = GuideFactory(draft=True, title="Ofullständig"), StandardPageFactory(draft=True, title="Färdig")
    for page in (broken, whole):
        revision = page.save_revision()
        revision.approved_go_live_at = past
        revision.save()
    GuidePage.objects.filter(pk=broken.pk).update(title="")
    revision = broken.latest_revision
    revision.content["title"] = ""
    revision.save()
    jobs.publish_scheduled()
    whole.refresh_from_db()
    assert whole.live
