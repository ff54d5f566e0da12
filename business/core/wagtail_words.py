"""Sentences of Wagtail's that its Swedish has in no words, or in words that agree with nothing.

Ours are asked before Wagtail's own (``LOCALE_PATHS``). They stand here so that they are collected with the others.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop

__all__ = ["SENTENCES"]

SENTENCES = (
    gettext_noop("No %(model_name)s match your query."),
    gettext_noop("There are no %(model_name)s to display."),
    gettext_noop('There are no %(model_name)s to display. Why not <a href="%(add_url)s">add one</a>?'),
    gettext_noop("%(start_index)s-%(end_index)s of %(items_count)s %(model_name)s"),
    gettext_noop("%(start_index)s-%(end_index)s of %(items_count)s %(model_name)s across entire site."),
    gettext_noop(
        "%(start_index)s-%(end_index)s of %(items_count)s %(model_name)s in"
        " '<span class=\"w-title-ellipsis\">%(title)s</span>'."
    ),
    gettext_noop("Sorry, you do not have permission to access this area."),
    gettext_noop("%(model_name)s '%(object)s' created."),
    gettext_noop("%(model_name)s '%(object)s' updated."),
    gettext_noop("%(model_name)s '%(object)s' deleted."),
    gettext_noop("Application"),  # heads the keys that hold everywhere
)
