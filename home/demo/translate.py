"""Translates as an editor would in the admin: source, strings, publish. The translation view then shows every string."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from wagtail.models import Locale
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

__all__ = ["translate"]


def _strings(segments: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for segment in segments:
        if isinstance(segment, StringSegmentValue) and not segment.is_empty():
            found[segment.path].append(segment.string.data)
    return found


def translate(original: Any, in_english: Any, locale: Locale) -> Any:
    """Translate ``original``, taking each string from where it stands in ``in_english``, which is never saved.

    Raises:
        ImproperlyConfigured: the two do not have the same structure.
    """
    source, _created = TranslationSource.update_or_create_from_instance(original)
    translation, _created = Translation.objects.get_or_create(source=source, target_locale=locale)
    english = _strings(extract_segments(in_english))
    rows = []
    segments = StringSegment.objects.filter(source=source).select_related("string", "context").order_by("order")
    for segment in segments:
        path = segment.context.path
        if not english[path]:
            raise ImproperlyConfigured(f"{original!r}: no English for {path}: {segment.string.data[:60]!r}")
        rows.append(
            StringTranslation(
                translation_of=segment.string,
                locale=locale,
                context=segment.context,
                data=english[path].pop(0),
                translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL,
            )
        )
    left = {path: strings for path, strings in english.items() if strings}
    if left:
        raise ImproperlyConfigured(f"{original!r}: English that has no Swedish: {left}")
    StringTranslation.objects.bulk_create(rows, ignore_conflicts=True)
    translation.save_target(publish=True)
    return original.get_translation(locale)
