from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContactConfig(AppConfig):
    name = "business.contact"
    label = "contact"
    verbose_name = _("Contact")

    def ready(self) -> None:
        from business.contact.notices import notice_at_the_form
        from business.inbox.notice import tell_from

        tell_from(notice_at_the_form)
