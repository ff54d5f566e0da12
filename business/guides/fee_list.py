"""The list of all fees: read for a day, and written as a file for a spreadsheet."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from wagtail.models import Locale

from business.core.spreadsheets import BOM, harmless
from business.core.translation import Localiser, Text

from .enums import Need
from .parts import Fee, FeeGroup, group_fees
from .reading import pair_with_originals
from .rows import read_fees

if TYPE_CHECKING:
    from .models.pages import GuidePage

__all__ = ["FeeArea", "GuideFees", "read_fee_areas", "write_fees"]


@dataclass(frozen=True)
class GuideFees:
    """A guide in the list, with the fees that hold on the day."""

    page: GuidePage
    groups: list[FeeGroup]


@dataclass
class FeeArea:
    """An area in the list, with its guides."""

    slug: str
    name: Text
    guides: list[GuideFees] = field(default_factory=list)


def read_fee_areas(guides: Iterable[GuidePage], locale: Locale, day: datetime.date) -> list[FeeArea]:
    """Read the fees of guides that come by area, as of a day, in a fixed number of queries."""
    pairs = pair_with_originals(guides, locale)
    fees = read_fees(pairs, locale, day)
    say = Localiser(locale, [source.area for _page, source in pairs])
    areas: dict[int, FeeArea] = {}
    for page, source in pairs:
        if groups := group_fees([fee for fee in fees[source.pk] if fee.holds or fee.upcoming]):
            area = areas.setdefault(source.area_id, FeeArea(source.area.slug, say(source.area, "name")))
            area.guides.append(GuideFees(page, groups))
    return list(areas.values())


def write_fees(target: Any, areas: list[FeeArea], language: str) -> None:
    """Write the list as CSV that a spreadsheet in the reader's language opens as it is."""
    swedish = language == "sv"

    def number(value: Decimal | int | None) -> str:
        text = "" if value is None else str(value)
        return text.replace(".", ",") if swedish else text

    def line(area: FeeArea, guide: GuideFees, fee: Fee) -> list[str]:
        coming = fee.upcoming[0] if fee.upcoming else None
        return [
            harmless(area.name),
            harmless(guide.page.title),
            harmless(fee.label),
            number(fee.band_from),
            number(fee.band_to),
            harmless(fee.basis.many) if fee.basis else "",
            number(fee.lowest),
            number(fee.amount),
            number(fee.hours_from),
            number(fee.hours),
            number(fee.rate),
            number(fee.minimum),
            harmless(Need.ALWAYS.label if fee.always else Need.IF_APPLICABLE.label),
            harmless(fee.paid_label),
            harmless(fee.tariff.name) if fee.tariff else "",
            number(coming.amount) if coming else "",
            coming.valid_from.isoformat() if coming and coming.valid_from else "",
            harmless(fee.note),
        ]

    target.write(BOM)
    writer = csv.writer(target, delimiter=";" if swedish else ",")
    writer.writerow(
        [
            _("Area"),
            _("Guide"),
            _("Fee for"),
            _("From number"),
            _("To number"),
            _("Counted by"),
            _("At least, SEK"),
            _("At most, SEK"),
            _("Hours, at least"),
            _("Hours"),
            _("Hourly rate, SEK"),
            _("Never less than, SEK"),
            _("To be paid"),
            _("Paid"),
            _("Tariff"),
            _("Next amount, SEK"),
            _("From day"),
            pgettext("of a fee", "Note"),
        ]
    )
    for area in areas:
        for guide in area.guides:
            for group in guide.groups:
                writer.writerows(line(area, guide, fee) for fee in group.fees)
