"""Contrast between two colours, as WCAG 2.2 defines it (1.4.3, relative luminance)."""

__all__ = ["ACCENT", "ACCENT_DARK", "DARK_BACKGROUND", "LIGHT_BACKGROUND", "contrast"]

# The same values stand as tokens in site/static/css; a test holds them together.
LIGHT_BACKGROUND = "#FAF8F4"
DARK_BACKGROUND = "#141A18"
ACCENT = "#A8321E"
ACCENT_DARK = "#F0907C"


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio, 1 to 21, of two colours written as ``#rrggbb``."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
