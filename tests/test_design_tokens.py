"""The stylesheet and the code that judges an editor's colour speak of the same colours, and they can be read."""

import re

import pytest

from business.core import contrast

from .databases import ROOT

pytestmark = pytest.mark.one_database

CSS = (ROOT / "site/static/css/foundation.css").read_text()


def tokens(css: str) -> dict[str, str]:
    """Return the plain colours of a block of declarations, as six digits."""
    found = dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{3,6})\s*;", css, re.IGNORECASE))
    return {
        name: f"#{''.join(c * 2 for c in value[1:])}" if len(value) == 4 else value for name, value in found.items()
    }


LIGHT = tokens(CSS.split("prefers-color-scheme: dark")[0])
DARK = LIGHT | tokens(CSS.split("prefers-color-scheme: dark")[1].split("@media")[0])
DARK["c-accent"] = DARK["accent-dark"]
LIGHT["c-accent"] = LIGHT["accent-light"]


@pytest.mark.parametrize(
    ("token", "value"),
    [
        (LIGHT["c-paper"], contrast.LIGHT_BACKGROUND),
        (DARK["c-paper"], contrast.DARK_BACKGROUND),
        (LIGHT["accent-light"], contrast.ACCENT),
        (LIGHT["accent-dark"], contrast.ACCENT_DARK),
    ],
)
def test_the_stylesheet_has_the_colours_that_the_code_counts_with(token, value):
    assert token.upper() == value.upper()


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("background", ["c-paper", "c-surface", "c-sunken"])
@pytest.mark.parametrize("text", ["c-ink", "c-soft", "c-accent", "c-danger", "c-warning", "c-success", "c-info"])
def test_text_can_be_read(scheme, background, text):
    assert contrast.contrast(scheme[text], scheme[background]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_what_stands_on_colour_can_be_read(scheme):
    assert contrast.contrast(scheme["c-on-accent"], scheme["c-accent"]) >= 4.5
    assert contrast.contrast(scheme["c-on-deep"], scheme["c-deep"]) >= 4.5
    assert contrast.contrast(scheme["c-deep-soft"], scheme["c-deep"]) >= 4.5
    assert contrast.contrast(scheme["c-ink"], scheme["c-mark"]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_edge_of_a_field_can_be_seen(scheme):
    """WCAG 2.2, 1.4.11: what shows that there is a field needs 3 : 1."""
    assert contrast.contrast(scheme["c-field"], scheme["c-paper"]) >= 3
    assert contrast.contrast(scheme["c-field"], scheme["c-surface"]) >= 3


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21),
        ("#ffffff", "#ffffff", 1),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
    ],
)
def test_contrast_is_counted_as_wcag_does(one, other, ratio):
    assert contrast.contrast(one, other) == pytest.approx(ratio, abs=0.01)
