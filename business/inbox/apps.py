from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class InboxConfig(AppConfig):
    name = "business.inbox"
    label = "inbox"
    verbose_name = _("Inbox")

    def ready(self) -> None:
        from django.core.checks import Tags, register
        from django.db.models.signals import post_delete, post_save
        from wagtail.permissions import register_permission_policy

        from business.core import periodic
        from business.inbox import outbox, promise
        from business.inbox.checks import check_files_root
        from business.inbox.files import holding, scanning
        from business.inbox.models import Case, InboxSettings, OfficeDay
        from business.inbox.permissions import CasePermissionPolicy

        register_permission_policy(Case, CasePermissionPolicy(Case))
        register(check_files_root, Tags.security)
        periodic.register("send waiting mail", every=settings.OUTBOX_SWEEP_EVERY, call=outbox.sweep)
        periodic.register("scan files", every=settings.INBOX_SCAN_EVERY, call=scanning.scan_waiting)
        periodic.register("remove forgotten files", every=3600, call=holding.remove_forgotten)
        # The office's hours are news at once; this finds a case that was being written at that very moment.
        periodic.register("count promises again", every=3600, call=promise.recount)
        for model in (InboxSettings, OfficeDay):
            for signal in (post_save, post_delete):
                signal.connect(promise.recount_on_commit, sender=model)
