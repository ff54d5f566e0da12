"""The Swedish messages are whole: nothing missing, nothing fuzzy, every placeholder in its place.

That every string of the source is in the catalogue is checked by ``make lint``, which has gettext.
"""

import re
import string

import polib
import pytest
from django.conf import settings

from .databases import ROOT

pytestmark = pytest.mark.one_database

CATALOGUES = sorted((ROOT / "site/locale").glob("*/LC_MESSAGES/*.po"))
PERCENT = re.compile(r"%\((\w+)\)[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]")


@pytest.fixture(params=CATALOGUES, ids=lambda path: path.parts[-3])
def catalogue(request):
    return polib.pofile(str(request.param))


def placeholders(text: str) -> set[str]:
    braces = {name for _text, name, _spec, _conv in string.Formatter().parse(text) if name} if "{" in text else set()
    return set(PERCENT.findall(text)) | braces


def test_swedish_is_there():
    assert [path.parts[-3] for path in CATALOGUES] == ["sv"]
    assert settings.LANGUAGE_CODE == "sv"


def test_nothing_is_missing(catalogue):
    missing = [entry.msgid for entry in catalogue if not entry.obsolete and not entry.translated() and not entry.fuzzy]
    assert missing == []


def test_nothing_is_fuzzy(catalogue):
    assert [entry.msgid for entry in catalogue if entry.fuzzy] == []


def test_nothing_is_kept_that_is_not_used(catalogue):
    assert [entry.msgid for entry in catalogue.obsolete_entries()] == []


def test_every_placeholder_is_translated(catalogue):
    wrong = []
    for entry in catalogue:
        translations = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        wanted = placeholders(entry.msgid) | placeholders(entry.msgid_plural)
        for text in filter(None, translations):
            # "%(count)s day" may leave the number out in its singular, but nothing may be made up.
            missing = wanted - placeholders(text) if not entry.msgid_plural else set()
            if missing or placeholders(text) - wanted:
                wrong.append((entry.msgid, text))
    assert wrong == []


def test_translations_begin_and_end_as_the_originals(catalogue):
    """A lost space or line break joins words that a template sets apart."""
    wrong = [
        entry.msgid
        for entry in catalogue
        if entry.msgstr
        and (
            entry.msgid[:1].isspace() != entry.msgstr[:1].isspace()
            or entry.msgid[-1:].isspace() != entry.msgstr[-1:].isspace()
        )
    ]
    assert wrong == []


def test_plurals_are_swedish(catalogue):
    assert "nplurals=2" in catalogue.metadata["Plural-Forms"]
