"""The form of a group in the admin."""

import re

import pytest
from django.contrib.auth.models import Group, Permission
from wagtail.users.models import UserProfile

pytestmark = pytest.mark.django_db


def labels(browser, group):
    """What is written or read aloud at the boxes of the models' permissions."""
    html = browser.get(f"/admin/groups/edit/{group.pk}/").content.decode()
    part = html.split('id="object-permissions-section"')[1].split("<tfoot>")[0]
    return [
        " ".join(re.sub(r"<[^>]+>", " ", found).split()) for found in re.findall(r"<label.*?</label>", part, re.DOTALL)
    ]


@pytest.fixture
def admin(client, admin_user):
    client.force_login(admin_user)
    return client


def speaks(user, language):
    profile = UserProfile.get_for_user(user)
    profile.preferred_language = language
    profile.save()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("sv", {"Kan exportera", "Kan visa", "Kan ändra ärende", "Kan lägga till stängd eller kort dag"}),
        ("en", {"Can export", "Can view", "Can change case", "Can add closed or short day"}),
    ],
)
def test_permissions_are_said_in_the_admins_language(admin, admin_user, language, said):
    speaks(admin_user, language)
    found = labels(admin, Group.objects.get(name="Näringslivssamordnare"))
    assert said <= set(found)
    if language == "sv":
        assert not [label for label in found if re.match(r"Can (add|change|delete|view|export)", label)]


def test_what_is_ticked_is_what_the_group_may(admin, admin_user):
    group = Group.objects.create(name="Läsare")
    form = admin.get(f"/admin/groups/edit/{group.pk}/").context["form"]
    chosen = Permission.objects.filter(content_type__app_label="inbox", codename__in=["view_case", "export_case"])
    data = {"name": "Läsare", "permissions": [one.pk for one in chosen]}
    bound = type(form)(data, instance=group)
    assert bound.is_valid()
    bound.save()
    assert set(group.permissions.all()) == set(chosen)
    assert Permission.objects.get(codename="export_case").name == "Can export case"  # nothing is renamed
