"""Words of the networks."""

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["Scope"]


class Scope(models.TextChoices):
    """How far a network reaches. The 4M area is Eskilstuna, Enköping, Strängnäs and Västerås."""

    TOWN = "town", _("The municipality")
    REGION_4M = "region_4m", _("The 4M area")
    STOCKHOLM = "stockholm", _("The Stockholm region")
    SWEDEN = "sweden", _("Sweden")
    WORLD = "world", _("The world")
