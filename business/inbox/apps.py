from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class InboxConfig(AppConfig):
    name = "business.inbox"
    label = "inbox"
    verbose_name = _("Inbox")

    def ready(self) -> None:
        from wagtail.permissions import register_permission_policy

        from business.core import periodic
        from business.inbox import outbox
        from business.inbox.models import Case
        from business.inbox.permissions import CasePermissionPolicy

        register_permission_policy(Case, CasePermissionPolicy(Case))
        periodic.register("send waiting mail", every=settings.OUTBOX_SWEEP_EVERY, call=outbox.sweep)
