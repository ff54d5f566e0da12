from .fees import FeeBasis, GuideFee, HourlyRate, Tariff
from .imports import FactExport, FactImport
from .pages import FeeListPage, GuideIndexPage, GuidePage
from .registers import AuthorityArea, EvidenceType, LegalReference, Trade
from .rows import (
    GuideChannel,
    GuideDependency,
    GuideEvidence,
    GuideLaw,
    GuideQuestion,
    GuideRequirement,
    GuideStep,
    GuideTimeRule,
    GuideTrade,
    RelatedGuide,
)
from .tasks import CheckTask

__all__ = [
    "AuthorityArea",
    "CheckTask",
    "EvidenceType",
    "FactExport",
    "FactImport",
    "FeeBasis",
    "FeeListPage",
    "GuideChannel",
    "GuideDependency",
    "GuideEvidence",
    "GuideFee",
    "GuideIndexPage",
    "GuideLaw",
    "GuidePage",
    "GuideQuestion",
    "GuideRequirement",
    "GuideStep",
    "GuideTimeRule",
    "GuideTrade",
    "HourlyRate",
    "LegalReference",
    "RelatedGuide",
    "Tariff",
    "Trade",
]
