from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "business.core"
    label = "core"
    verbose_name = _("Foundation")

    def ready(self) -> None:
        from wagtail.signals import page_published

        from business.core import backup, jobs, periodic
        from business.core.backup.stores import media
        from business.core.signals import note_text_change
        from business.core.spreadsheets import guard_wagtail_exports

        guard_wagtail_exports()
        page_published.connect(note_text_change, dispatch_uid="core.note_text_change")
        backup.register_store(media)
        periodic.register("sign of life", every=15, call=jobs.give_sign_of_life)
        periodic.register("publish scheduled", every=60, call=jobs.publish_scheduled)
        periodic.register("prune the queue", every=24 * 60 * 60, call=jobs.prune_queue)
