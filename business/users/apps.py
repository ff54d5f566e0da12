from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class UsersConfig(AppConfig):
    name = "business.users"
    label = "users"
    default = True
    verbose_name = _("Users")


class AdminUsersConfig(WagtailUsersAppConfig):
    """Wagtail's users and groups in the admin, with the names of permissions in the admin's language."""

    group_viewset = "business.users.groups.NamedGroupViewSet"
