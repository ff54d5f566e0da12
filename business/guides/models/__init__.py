from .pages import GuideIndexPage, GuidePage
from .registers import AuthorityArea, EvidenceType, HourlyRate, LegalReference, Trade
from .rows import GuideEvidence, GuideFee, GuideLaw, GuideStep, GuideTimeRule, GuideTrade, RelatedGuide

__all__ = [
    "AuthorityArea",
    "EvidenceType",
    "GuideEvidence",
    "GuideFee",
    "GuideIndexPage",
    "GuideLaw",
    "GuidePage",
    "GuideStep",
    "GuideTimeRule",
    "GuideTrade",
    "HourlyRate",
    "LegalReference",
    "RelatedGuide",
    "Trade",
]
