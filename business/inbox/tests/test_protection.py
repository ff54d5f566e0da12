"""What a case holds on to cannot be deleted, and says so."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from business.inbox.models import Topic
from business.organisation.models import Unit

from .factories import CaseFactory, MessageFactory, TopicFactory, UserFactory

pytestmark = pytest.mark.django_db


def told(answer):
    return " ".join(str(message) for message in answer.context["messages"])


def test_a_topic_with_cases_is_kept_and_the_message_says_why_and_what_to_do(administrator):
    topic = TopicFactory(name="Livsmedel")
    CaseFactory.create_batch(2, topic=topic)
    for method in (administrator.get, administrator.post):
        answer = method(f"/admin/snippets/inbox/topic/delete/{topic.pk}/", follow=True)
        assert answer.status_code == 200
        assert "“Livsmedel” cannot be deleted: it is used by 2 cases." in told(answer)
        assert "out of use" in told(answer)
    assert Topic.objects.filter(pk=topic.pk).exists()


def test_a_topic_without_cases_can_be_deleted(administrator):
    topic = TopicFactory()
    administrator.post(f"/admin/snippets/inbox/topic/delete/{topic.pk}/")
    assert not Topic.objects.filter(pk=topic.pk).exists()


def test_topics_that_are_deleted_together_are_kept_when_one_has_cases(administrator):
    topic, free = TopicFactory.create_batch(2)
    CaseFactory(topic=topic)
    address = reverse("wagtail_bulk_action", args=["inbox", "topic", "delete"]) + f"?id={topic.pk}&id={free.pk}"
    answer = administrator.post(address, follow=True)
    assert "cannot be deleted" in told(answer)
    assert Topic.objects.count() == 2


@pytest.mark.skipif(not hasattr(Unit, "snippet_viewset"), reason="units are not in the admin yet")
def test_a_unit_with_cases_is_kept(administrator):
    unit = CaseFactory().unit
    answer = administrator.post(reverse(unit.snippet_viewset.get_url_name("delete"), args=[unit.pk]), follow=True)
    assert "1 case" in told(answer)
    assert "1 topic" in told(answer)
    assert Unit.objects.filter(pk=unit.pk).exists()


def test_an_officer_with_cases_is_kept(administrator):
    officer = CaseFactory(taken=True).owner
    answer = administrator.post(reverse("wagtailusers_users:delete", args=[officer.pk]), follow=True)
    assert "1 case" in told(answer)
    assert "inactive" in told(answer)
    assert get_user_model().objects.filter(pk=officer.pk).exists()


def test_whoever_wrote_in_a_case_is_kept_and_its_case_is_counted_once(administrator):
    officer, case = UserFactory(), CaseFactory()
    MessageFactory.create_batch(3, case=case, note=True, author=officer)
    answer = administrator.post(reverse("wagtailusers_users:delete", args=[officer.pk]), follow=True)
    assert "used by 1 case." in told(answer)


def test_officers_who_are_deleted_together_are_kept(administrator):
    officer = CaseFactory(taken=True).owner
    address = reverse("wagtail_bulk_action", args=["users", "user", "delete"]) + f"?id={officer.pk}"
    assert "cannot be deleted" in told(administrator.post(address, follow=True))
    assert get_user_model().objects.filter(pk=officer.pk).exists()


# --- Topics


def test_coordinators_keep_the_topics_and_editors_do_not(coordinator, editor):
    topic = TopicFactory(name="Livsmedel")
    edit = f"/admin/snippets/inbox/topic/edit/{topic.pk}/"
    assert coordinator.get(edit).status_code == 200
    assert coordinator.get("/admin/snippets/inbox/topic/").status_code == 200
    assert editor.get(edit).status_code == 302
    assert editor.get("/admin/snippets/inbox/topic/").status_code == 302
    assert coordinator.get(f"/admin/snippets/inbox/topic/delete/{topic.pk}/").status_code == 302


def test_the_listing_of_topics_has_a_fixed_number_of_queries(coordinator, count_queries):
    TopicFactory()
    with count_queries() as one:
        coordinator.get("/admin/snippets/inbox/topic/")
    TopicFactory.create_batch(29)
    with count_queries() as thirty:
        coordinator.get("/admin/snippets/inbox/topic/")
    assert len(one) == len(thirty) <= 20
