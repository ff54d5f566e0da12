"""Guards around the translation tool: nobody publishes Swedish sentences on an English page.

wagtail-localize fills what is not translated with the original's words. In a draft that is a help; on a live page it is a
text in the wrong language that nothing marks as such.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from wagtail.admin import messages
from wagtail.models import Page
from wagtail_localize.models import Translation, TranslationSource
from wagtail_localize.views.update_translations import UpdateTranslationsView

__all__ = [
    "TRANSLATION_STATES",
    "UpdateTextsView",
    "in_translation_state",
    "refuse_untranslated",
    "untranslated_texts",
]

TRANSLATION_STATES = [
    ("missing", _("not begun")),
    ("draft", _("not published")),
    ("behind", _("the text has changed since")),
    ("current", pgettext_lazy("a translation", "up to date")),
]


def untranslated_texts(instance: Any) -> int:
    """Return how many texts of a translation are still missing."""
    translation = (
        Translation.objects.filter(
            source__object_id=instance.translation_key, target_locale_id=instance.locale_id, enabled=True
        )
        .select_related("source")
        .first()
    )
    if translation is None:
        return 0
    segments = translation.source.stringsegment_set.annotate_translation(translation.target_locale)
    return segments.filter(translation__isnull=True).count()


def refuse_untranslated(request: HttpRequest, instance: Any) -> HttpResponse | None:
    """Keep a translation from being published while texts are missing, and say how many."""
    if request.method != "POST" or request.POST.get("action") != "publish" or not hasattr(instance, "translation_key"):
        return None
    number = untranslated_texts(instance)
    if not number:
        return None
    message = ngettext(
        "%(number)s text is still to be translated. Until then readers would meet it in the original's language.",
        "%(number)s texts are still to be translated. Until then readers would meet them in the original's language.",
        number,
    )
    messages.error(request, message % {"number": number})
    return redirect(request.path)


def in_translation_state(state: str) -> Q | Exists:
    """A condition on original pages: how it stands with their translations, one of :data:`TRANSLATION_STATES`."""
    others = Page.objects.filter(translation_key=OuterRef("translation_key")).exclude(locale=OuterRef("locale"))
    source = TranslationSource.objects.filter(object_id=OuterRef("translation_key"))
    behind = Exists(source.filter(last_updated_at__lt=OuterRef("text_changed_at")))
    live = Exists(others.filter(live=True))
    conditions = {
        "missing": ~Exists(others),
        "draft": Exists(others.filter(live=False)),
        "behind": live & behind,
        "current": live & ~behind & ~Exists(others.filter(live=False)),
    }
    return conditions[state]


class UpdateTextsView(UpdateTranslationsView):
    """Carries new texts across for translation, without the choice to publish them as they are."""

    def get_form(self) -> forms.Form:
        form = super().get_form()
        field = form.fields["publish_translations"]
        field.disabled, field.widget = True, forms.HiddenInput()
        return form
