"""What senders said, as tables and a chart."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..enums import Helped
from .charts import Chart, Line, lines
from .ratings import Said
from .tables import Cell, Kind, Row, Table

__all__ = ["rating_chart", "rating_definition", "rating_summary", "rating_table"]

KEYS = ("rated", "yes", "partly", "no", "helped_share")


def _cells(said: Said) -> tuple[Cell, ...]:
    answers = (Cell(said[helped]) for helped in (Helped.YES, Helped.PARTLY, Helped.NO))
    return Cell(said.total()), *answers, Cell(said.share, Kind.SHARE)


def rating_summary(total: Said) -> Table:
    """Return what everybody said, a figure a row."""
    names = (
        _("Said whether they were helped"),
        _("of them yes"),
        _("of them partly"),
        _("of them no"),
        _("Share who said yes"),
    )
    rows = (Row(key, name, (cell,)) for key, name, cell in zip(KEYS, names, _cells(total), strict=True))
    return Table(
        "ratings",
        _("What senders said"),
        pgettext("statistics", "Figure"),
        ("value",),
        (pgettext("statistics", "Value"),),
        tuple(rows),
    )


def rating_table(key: str, title: str, of: str, groups: Iterable[tuple[str, str, Said]]) -> Table:
    """Return what was said of each group: its key, its name, and what was said."""
    headings = (
        pgettext("statistics", "Ratings"),
        *(str(Helped(helped).label) for helped in (Helped.YES, Helped.PARTLY, Helped.NO)),
        _("Share who said yes"),
    )
    return Table(key, title, of, KEYS, headings, tuple(Row(one, name, _cells(said)) for one, name, said in groups))


def rating_chart(labels: list[str], said: list[Said]) -> Chart:
    """Return the share that said yes in each week or month; a gap where nobody said anything."""
    return lines(
        _("Share who said that they were helped"),
        labels,
        [Line(_("Share who said yes"), [each.share for each in said])],
        Kind.SHARE,
    )


def rating_definition() -> tuple[str, str]:
    return (
        _("Were they helped?"),
        _(
            "When a case is closed its sender is asked whether they were helped. Counted are the closings of the period, "
            "whenever the request came in, and each closing once: who changed their answer is counted as it stands. "
            "Whoever said nothing is not in the share. Who says no opens the case again."
        ),
    )
