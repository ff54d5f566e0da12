"""Guards around the translation tool: nobody publishes Swedish sentences on an English page.

wagtail-localize fills what is not translated with the original's words. In a draft that is a help; on a live page it is a
text in the wrong language that nothing marks as such.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail_localize.models import Translation
from wagtail_localize.views.update_translations import UpdateTranslationsView

__all__ = ["UpdateTextsView", "refuse_untranslated", "untranslated_texts"]


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


class UpdateTextsView(UpdateTranslationsView):
    """Carries new texts across for translation, without the choice to publish them as they are."""

    def get_form(self) -> forms.Form:
        form = super().get_form()
        field = form.fields["publish_translations"]
        field.disabled, field.widget = True, forms.HiddenInput()
        return form
