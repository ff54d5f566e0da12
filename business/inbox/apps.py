from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class InboxConfig(AppConfig):
    name = "business.inbox"
    label = "inbox"
    verbose_name = _("Inbox")

    def ready(self) -> None:
        from django.core.checks import Tags, register
        from django.db.models.signals import post_delete, post_migrate, post_save, pre_migrate
        from wagtail.permissions import register_permission_policy

        from business.core import backup, health, periodic
        from business.inbox import outbox, promise
        from business.inbox.checks import check_files_root, check_reply_address
        from business.inbox.disposal import execution, triggers
        from business.inbox.disposal.policy import RulePolicy
        from business.inbox.files import holding, named, scanning
        from business.inbox.incoming import fetching
        from business.inbox.models import Case, DisposalRule, InboxSettings, OfficeDay
        from business.inbox.outbox import held
        from business.inbox.permissions import CasePermissionPolicy
        from business.inbox.services import codes

        register_permission_policy(Case, CasePermissionPolicy(Case))
        register_permission_policy(DisposalRule, RulePolicy(DisposalRule))
        register(check_files_root, Tags.security)
        register(check_reply_address)
        register(triggers.check_triggers, Tags.database)
        health.register("triggers", triggers.missing)
        pre_migrate.connect(triggers.remove, sender=self)
        post_migrate.connect(triggers.install, sender=self)
        backup.register_store(named.store)
        backup.after_restore("hold mail", held.hold)
        periodic.register("send waiting mail", every=settings.OUTBOX_SWEEP_EVERY, call=outbox.sweep)
        periodic.register("scan files", every=settings.INBOX_SCAN_EVERY, call=scanning.scan_waiting)
        if fetching.is_set_up():
            periodic.register("fetch mail", every=settings.INBOX_MAIL_EVERY, call=fetching.fetch)
        periodic.register("remove forgotten files", every=3600, call=holding.remove_forgotten)
        periodic.register("remove expired codes", every=3600, call=codes.remove_expired)
        # The office's hours are news at once; this finds a case that was being written at that very moment.
        periodic.register("count promises again", every=3600, call=promise.recount)
        periodic.register("dispose of what was approved", every=settings.INBOX_DISPOSE_EVERY, call=execution.run)
        periodic.register("look after the triggers", every=3600, call=triggers.watch)
        for model in (InboxSettings, OfficeDay):
            for signal in (post_save, post_delete):
                signal.connect(promise.recount_on_commit, sender=model)
