"""What a guide says on one day, ready to show: whole for its own page, in short for a card. ``reading`` fills these in."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from business.core.translation import Text

from .enums import ChannelKind, GuideKind, TimeRuleKind
from .parts import (
    Area,
    Channel,
    Check,
    Dependency,
    Evidence,
    Fee,
    FeeGroup,
    Law,
    Output,
    Price,
    Question,
    Requirement,
    Step,
    TimeRule,
    UnitText,
    group_fees,
)

__all__ = ["GuideCard", "GuideFacts"]


class Summary:
    """What a card and a guide's own page say in short, from its fees and time rules."""

    fees: list[Fee]
    time_rules: list[TimeRule]

    @property
    def main_fee(self) -> Fee | None:
        """The fee that the editor put first, of those that hold: what the matter itself costs. Others may come on top."""
        return next((fee for fee in self.fees if fee.holds), None)

    @property
    def _main_fees(self) -> list[Fee]:
        main = self.main_fee
        return [fee for fee in self.fees if fee.holds and main is not None and fee.key == main.key]

    def _main_price(self, sums: list[tuple[Decimal | None, Decimal | None]]) -> Price:
        lows, highs = [low for low, _high in sums], [high for _low, high in sums]
        main = self.main_fee
        per = main.per if main else Text()
        if any(value is None for value in [*lows, *highs]):
            return Price(None, None, per)
        return Price(min(low for low in lows if low is not None), max(high for high in highs if high is not None), per)

    @property
    def price(self) -> Price | None:
        """What the matter itself costs, over all its bands and hours."""
        fees = self._main_fees
        return self._main_price([(fee.lowest, fee.amount) for fee in fees]) if fees else None

    @property
    def coming_price(self) -> tuple[Price, datetime.date] | None:
        """What the matter itself will cost next, and from which day."""
        fees = self._main_fees
        days = [coming.valid_from for fee in fees for coming in fee.upcoming if coming.valid_from]
        if not days:
            return None
        day = min(days)
        return self._main_price([fee.sums_on(day) for fee in fees]), day

    @property
    def _fees_beside(self) -> dict[str, bool]:
        """The fees beside the main one by key, bands being one, with whether everybody pays them. What is free is no fee."""
        found: dict[str, bool] = {}
        for fee in self.fees:
            if not fee.is_free:
                found[fee.key] = fee.always or found.get(fee.key, False)
        return {key: always for key, always in found.items() if key not in {fee.key for fee in self._main_fees}}

    @property
    def more_fees(self) -> int:
        """How many fees everybody pays beside the main one."""
        return sum(self._fees_beside.values())

    @property
    def other_fees(self) -> int:
        """How many fees there are beside the main one that only some pay."""
        return len(self._fees_beside) - self.more_fees

    @property
    def costs_more(self) -> bool:
        """Whether further fees than the main one may come on top."""
        main = self.main_fee
        return any(fee.holds and not fee.is_free and main and fee.key != main.key for fee in self.fees)

    @property
    def is_free(self) -> bool:
        current = [fee for fee in self.fees if fee.holds]
        return bool(current) and all(fee.is_free for fee in current)

    def _time(self, kind: TimeRuleKind) -> TimeRule | None:
        return next((rule for rule in self.time_rules if rule.kind == kind and rule.holds), None)

    @property
    def usual_time(self) -> TimeRule | None:
        return self._time(TimeRuleKind.USUAL)

    @property
    def legal_limit(self) -> TimeRule | None:
        return self._time(TimeRuleKind.LEGAL_LIMIT)

    @property
    def notice_before_start(self) -> TimeRule | None:
        return self._time(TimeRuleKind.NOTICE_BEFORE_START)

    @property
    def notice_beside(self) -> TimeRule | None:
        """When to notify or apply, where that is not what is shown as the time already."""
        return self.notice_before_start if self.notice_before_start is not self.main_time else None

    @property
    def main_time(self) -> TimeRule | None:
        """What to show as “takes”: the usual time, else the legal limit, else the notice, else whatever there is."""
        return (
            self.usual_time
            or self.legal_limit
            or self.notice_before_start
            or next((rule for rule in self.time_rules if rule.holds), None)
        )


@dataclass(frozen=True)
class GuideFacts(Summary):
    """Everything a company plans by, as of ``on``."""

    on: datetime.date
    kind: GuideKind
    kind_label: Any
    area: Area | None
    decider: UnitText | None
    contact: UnitText | None
    check: Check
    no_time_rule: bool
    appeal_days: int | None
    silence_label: Any
    silence_note: Text
    output: Output | None
    steps: list[Step] = field(default_factory=list)
    requirements: list[Requirement] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    fees: list[Fee] = field(default_factory=list)
    time_rules: list[TimeRule] = field(default_factory=list)
    laws: list[Law] = field(default_factory=list)
    channels: list[Channel] = field(default_factory=list)
    before: list[Dependency] = field(default_factory=list)
    after: list[Dependency] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    related: list[GuideCard] = field(default_factory=list)

    @property
    def check_is_overdue(self) -> bool:
        return self.check.is_overdue

    @property
    def fee_groups(self) -> list[FeeGroup]:
        return group_fees(self.fees)

    @property
    def e_service(self) -> Channel | None:
        """Where to apply on the web: the first such way."""
        return next((channel for channel in self.channels if channel.kind == ChannelKind.WEB), None)

    @property
    def time_law(self) -> Law | None:
        """The law behind the time that is shown: its own, else that of the legal limit beside it."""
        rules = (self.main_time, self.legal_limit, self.notice_before_start)
        return next((rule.law for rule in rules if rule and rule.law), None)

    @property
    def legal_limits(self) -> list[TimeRule]:
        """The limits that the law sets today: one, or one for each sort of matter."""
        return [rule for rule in self.time_rules if rule.kind == TimeRuleKind.LEGAL_LIMIT and rule.holds]

    def extension_of(self, limit: TimeRule) -> TimeRule | None:
        """By how much a legal limit may be extended."""
        rules = (rule for rule in self.time_rules if rule.kind == TimeRuleKind.EXTENSION and rule.holds)
        return next((rule for rule in rules if rule.key == limit.key), None)

    @property
    def required_evidence(self) -> list[Evidence]:
        return [paper for paper in self.evidence if paper.required]

    @property
    def conditional_evidence(self) -> list[Evidence]:
        return [paper for paper in self.evidence if not paper.required]

    @property
    def evidence_check(self) -> Check | None:
        """The oldest check among the papers: all of them have been looked at since."""
        checks = [paper.check for paper in self.evidence if paper.check.on]
        return min(checks, key=lambda check: check.on or datetime.date.min) if checks else None

    @property
    def evidence_law(self) -> Law | None:
        """The first law that names a paper."""
        return next((paper.law for paper in self.evidence if paper.law), None)


@dataclass(frozen=True)
class GuideCard(Summary):
    """What a list shows of a guide: the page in the reader's language, its kind, area, cost and time."""

    page: Any
    kind: GuideKind
    kind_label: Any
    area: Area | None
    fees: list[Fee]
    time_rules: list[TimeRule]
