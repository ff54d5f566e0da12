"""Words of the guides."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from business.core.spans import TimeUnit

__all__ = [
    "Actor",
    "ChannelKind",
    "CountedFrom",
    "DependencyKind",
    "EvidenceFormat",
    "ExportStatus",
    "FeeKind",
    "GuideKind",
    "Identification",
    "ImportStatus",
    "LateEffect",
    "LawKind",
    "Need",
    "PaidWhen",
    "Payer",
    "Refund",
    "SilenceRule",
    "StepNecessity",
    "TimeRuleKind",
    "TimeUnit",
    "Validity",
    "WaitsFor",
    "WorkStage",
]


class GuideKind(models.TextChoices):
    """What the company has to do with the authority."""

    PERMIT = "permit", _("Permit")
    NOTICE = "notice", _("Notice")
    REGISTRATION = "registration", _("Registration")
    SUPERVISION = "supervision", _("Supervision")
    INFORMATION = "information", _("Information")


class Need(models.TextChoices):
    """Whether a paper must always be handed in, a requirement always be met, a fee always be paid."""

    ALWAYS = "always", _("always")
    IF_APPLICABLE = "if_applicable", _("if it applies to you")


class StepNecessity(models.TextChoices):
    """Whether everybody takes a step. Neighbouring steps that are “either” are alternatives: one of them is taken."""

    REQUIRED = "required", _("everybody does this")
    OPTIONAL = "optional", _("optional")
    EITHER = "either", _("one of several ways: this or the step beside it")


class WaitsFor(models.TextChoices):
    """What must be done before a step can begin."""

    NOTHING = "nothing", _("nothing: it can be begun at once")
    PREVIOUS = "previous", _("the step before")
    ALL = "all", _("all steps before")


class Actor(models.TextChoices):
    """Who does a step."""

    COMPANY = "company", pgettext_lazy("who does a step", "you")
    AUTHORITY = "authority", pgettext_lazy("who does a step", "the authority")
    OTHER = "other", pgettext_lazy("who does a step", "somebody else")


class FeeKind(models.TextChoices):
    """How a fee is worked out."""

    FIXED = "fixed", _("fixed amount")
    HOURS = "hours", _("hours × the area's hourly rate")
    PER_UNIT = "per_unit", _("amount for each unit")
    FREE = "free", _("free of charge")


class Payer(models.TextChoices):
    """Who pays a fee."""

    APPLICANT = "applicant", _("the applicant")
    OPERATOR = "operator", _("whoever runs the business")
    PROPERTY_OWNER = "property_owner", _("the property owner")
    ORGANISER = "organiser", _("the organiser")


class PaidWhen(models.TextChoices):
    """When a fee is paid."""

    WITH_APPLICATION = "with_application", _("in advance, with the application")
    AFTER_DECISION = "after_decision", _("after the decision")
    AFTERWARDS = "afterwards", _("afterwards, for what was done")
    YEARLY = "yearly", _("every year")


class Refund(models.TextChoices):
    """Whether a fee is paid back."""

    NO = "no", _("is not paid back, whatever the answer")
    IF_WITHDRAWN = "if_withdrawn", _("is paid back in part if you withdraw")
    YES = "yes", _("is paid back if the answer is no")


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


class LateEffect(models.TextChoices):
    """What follows when a time is not kept."""

    FEE_CUT = "fee_cut", _("the fee falls by a fifth for each started week")
    MAY_START = "may_start", _("you may start")
    SANCTION = "sanction", _("whoever starts without it pays a sanction fee")
    LAPSES = "lapses", _("the permit ends")


class LawKind(models.TextChoices):
    """What sort of rule it is."""

    ACT = "act", _("act (lag)")
    ORDINANCE = "ordinance", _("ordinance (förordning)")
    EU_REGULATION = "eu_regulation", _("EU regulation")
    LOCAL = "local", _("local rule")


class ChannelKind(models.TextChoices):
    """How a matter reaches the authority."""

    WEB = "web", _("e-service on the web")
    EMAIL = "email", _("e-mail")
    POST = "post", _("post")
    VISIT = "visit", _("visit")
    TELEPHONE = "telephone", _("telephone")


class Identification(models.TextChoices):
    """How whoever hands something in may show who they are."""

    E_ID = "e_id", _("Swedish e-identification")
    FOREIGN_E_ID = "foreign_e_id", _("e-identification from another EU country")
    ID_DOCUMENT = "id_document", _("identity document")
    SIGNATURE = "signature", _("signature by hand")
    NONE = "none", _("no identification needed")


class DependencyKind(models.TextChoices):
    """How one guide hangs on another."""

    NEEDS = "needs", _("needs the other one first")
    EVIDENCE_FOR = "evidence_for", _("is evidence in the other one")
    BLOCKS = "blocks", _("must be done before the other one may start")


class SilenceRule(models.TextChoices):
    """What it means when the authority does not answer in time."""

    MAY_START = "may_start", _("you may start")
    NO_RIGHT = "no_right", _("silence is not a yes")


class Validity(models.TextChoices):
    """How long what the company gets is valid."""

    UNTIL_FURTHER_NOTICE = "until_further_notice", _("until further notice")
    LIMITED = "limited", _("for a limited time")
    ONE_OCCASION = "one_occasion", _("for one occasion")


class EvidenceFormat(models.TextChoices):
    """The forms in which a paper is accepted."""

    PDF = "pdf", "PDF"
    DOCX = "docx", "DOCX"
    ODT = "odt", "ODT"
    XLSX = "xlsx", "XLSX"
    ODS = "ods", "ODS"
    JPG = "jpg", "JPG"
    PNG = "png", "PNG"
    DWG = "dwg", "DWG"
    PAPER = "paper", pgettext_lazy("a form in which something is handed in", "on paper")


class ImportStatus(models.TextChoices):
    """How far a spreadsheet of facts has come on its way in. Nothing of it is stored before it is applied."""

    CHECKING = "checking", _("being checked")
    REFUSED = "refused", _("refused")
    READY = "ready", _("ready to apply")
    APPLYING = "applying", _("being applied")
    APPLIED = "applied", _("applied")
    FAILED = "failed", _("failed")
    DISCARDED = "discarded", _("discarded")

    @classmethod
    def at_work(cls) -> set[ImportStatus]:
        """The states in which the background worker has it."""
        return {cls.CHECKING, cls.APPLYING}


class ExportStatus(models.TextChoices):
    """How far a spreadsheet of facts has come on its way out."""

    MAKING = "making", _("being made")
    READY = "ready", _("ready to download")
    FAILED = "failed", _("failed")

    @classmethod
    def at_work(cls) -> set[ExportStatus]:
        """The states in which the background worker has it."""
        return {cls.MAKING}


class WorkStage(models.TextChoices):
    """What the background worker is doing with a spreadsheet, and so what it counts."""

    WAITING = "waiting", _("waiting")
    READING = "reading", _("reading rows")
    COMPARING = "comparing", _("comparing guides")
    STORING = "storing", _("storing guides")
    INDEXING = "indexing", _("updating the search")
    WRITING = "writing", _("writing guides")
