"""Grounds for secrecy that an officer can choose among (offentlighets- och sekretesslag 2009:400).

The list is a help to remember, not a rule: whether a ground applies is decided each time somebody asks for the record,
and the municipality's lawyer confirms the list. Chapter 30 section 23 is written for state authorities; it is here since
their information can bring its secrecy with it.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["LAW", "Ground"]

LAW = "OSL (2009:400)"


class Ground(models.TextChoices):
    """Chapter and section, and what it protects."""

    BUSINESS_RELATIONS = (
        "31 kap. 16 §",
        _("31 kap. 16 §: a company's affairs, when it does business with the authority"),
    )
    SUPERVISION = "30 kap. 23 §", _("30 kap. 23 §: a company's affairs, in a state authority's supervision or support")
    OWN_BUSINESS = "19 kap. 1 §", _("19 kap. 1 §: the municipality's own business activity")
    PROCUREMENT = "19 kap. 3 §", _("19 kap. 3 §: a purchase, sale or procurement that is not over")
    HEALTH = "21 kap. 1 §", _("21 kap. 1 §: health and sexual life")
    THREATENED = "21 kap. 3 §", _("21 kap. 3 §: where somebody who is threatened can be found")
    OTHER = "other", _("Another ground: write it below")
