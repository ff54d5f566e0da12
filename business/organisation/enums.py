"""Words of the organisation."""

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["OUR_KINDS", "UnitKind"]


class UnitKind(models.TextChoices):
    """What a unit is, which says what it may decide."""

    BOARD = "board", _("board (nämnd)")
    OFFICE = "office", _("office (kontor)")
    UNIT = "unit", _("unit (enhet)")
    COMPANY = "company", _("municipal company (bolag)")
    STATE_AUTHORITY = "state_authority", _("state authority")
    RESCUE_SERVICE = "rescue_service", _("rescue service")
    COURT = "court", _("court")


# The municipality itself; the others are authorities of their own.
OUR_KINDS = frozenset({UnitKind.BOARD, UnitKind.OFFICE, UnitKind.UNIT, UnitKind.COMPANY})
