"""Words of the guides."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from business.core.spans import TimeUnit

__all__ = ["CountedFrom", "EvidenceRequirement", "FeeKind", "GuideKind", "LawKind", "TimeRuleKind", "TimeUnit"]


class GuideKind(models.TextChoices):
    """What the company has to do with the authority."""

    PERMIT = "permit", _("Permit")
    NOTICE = "notice", _("Notice")
    REGISTRATION = "registration", _("Registration")
    SUPERVISION = "supervision", _("Supervision")
    INFORMATION = "information", _("Information")


class EvidenceRequirement(models.TextChoices):
    """Whether a paper must always be handed in."""

    ALWAYS = "always", _("always")
    IF_APPLICABLE = "if_applicable", _("if it applies to you")


class FeeKind(models.TextChoices):
    """How a fee is worked out."""

    FIXED = "fixed", _("fixed amount")
    HOURS = "hours", _("hours × the area's hourly rate")
    FREE = "free", _("free of charge")


class TimeRuleKind(models.TextChoices):
    """What a time means. The legal limit is not the usual time."""

    LEGAL_LIMIT = "legal_limit", _("legal limit for the decision")
    EXTENSION = "extension", _("longest extension")
    USUAL = "usual", _("our usual time")
    NOTICE_BEFORE_START = "notice_before_start", _("notice before you start")
    RENEWAL_BEFORE = "renewal_before", _("renewal before expiry")


class CountedFrom(models.TextChoices):
    """When the clock starts."""

    RECEIVED = "received", _("from when the application arrived")
    COMPLETE = "complete", _("from a complete application")
    START = "start", _("before you start")
    AFTER_START = "after_start", _("after you start")
    EXPIRY = "expiry", _("before it expires")


class LawKind(models.TextChoices):
    """What sort of rule it is."""

    ACT = "act", _("act (lag)")
    ORDINANCE = "ordinance", _("ordinance (förordning)")
    EU_REGULATION = "eu_regulation", _("EU regulation")
    LOCAL = "local", _("local rule")
