"""The plan on its way to the coordinator: what the reader sees, as the plain data that the contact form carries along."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from django.utils.translation import gettext as _

from business.core.sent_plan import Money, PlanEffect, PlanError, SentMatter, SentPlan, pack
from business.core.translation import Text

from .costs import Sum
from .plan import GuideCosts, Matter, Plan
from .plan_view import PlanView
from .reading import PlanGuide

__all__ = ["sent_plan", "token_of"]


def token_of(view: PlanView, title: str, path: str, language: str) -> str:
    """Return the plan as a signed text for the contact page, without its rows if it is too long; empty if it never fits."""
    if view.plan is None:
        return ""
    sent = sent_plan(view, view.plan, title, path, language)
    for attempt in (sent, sent.shortened()):
        try:
            return pack(attempt)
        except PlanError:
            continue
    return ""


def sent_plan(view: PlanView, plan: Plan, title: str, path: str, language: str) -> SentPlan:
    """Return what the reader was shown. ``path`` is that of the planner page."""
    found, money = plan.schedule, plan.costs
    return SentPlan(
        title=view.name or Text(title),
        language=language,
        address=f"{quote(path)}?{view.query}",
        made_on=plan.today,
        opening=plan.opening if found else None,
        verdict=plan.verdict.value if plan.verdict else "",
        earliest=found.earliest_opening if found else None,
        earliest_safe=found.earliest_safe if found else None,
        answers=tuple((told.question, told.answer) for told in view.answers),
        matters=tuple(_matters(view, plan)),
        once=_money(money.once),
        yearly=_money(money.yearly),
        open_fees=len(money.open_lines),
        counts=view.counts,
        notes=tuple(_notes(view, plan)),
    )


def _matters(view: PlanView, plan: Plan) -> Iterable[SentMatter]:
    costs = {cost.guide.pk: _once(cost) for cost in plan.guide_costs}
    for matter in plan.matters:
        yield _matter(matter, costs.get(matter.guide.pk))
    for other in plan.afterwards:
        if not other.guide.times.is_matter:
            guide = other.guide
            yield SentMatter(guide.title, guide.url, decider=_decider(guide), cost=costs.get(guide.pk))
    for guide in view.offered:
        yield SentMatter(guide.title, guide.url, effect=PlanEffect.MAYBE.value, decider=_decider(guide))


def _once(cost: GuideCosts) -> Money | None:
    """Return what a guide costs once; nothing where a fee has no amount yet, or all come every year: that is not free."""
    lines = [line for line in cost.lines if not line.is_yearly]
    return _money(cost.once) if lines and all(line.amount is not None for line in lines) else None


def _matter(matter: Matter, cost: Money | None) -> SentMatter:
    planned = matter.planned
    return SentMatter(
        title=matter.guide.title,
        path=matter.guide.url,
        decider=_decider(matter.guide),
        hand_in=planned.hand_in if planned else None,
        safe_day=planned.hand_in_safe if planned else None,
        earliest=planned.earliest if planned else None,
        decision=matter.decided,
        cost=cost,
    )


def _decider(guide: PlanGuide) -> Text:
    return guide.decider.name if guide.decider else Text()


def _notes(view: PlanView, plan: Plan) -> Iterable[Text]:
    """Yield what the reader was told that the rows do not say."""
    if plan.circle:
        yield Text(_("These wait for each other: %(titles)s.") % {"titles": " → ".join(plan.circle)})
    yield from view.open_ends.notes()
    for condition in view.selection.conditions:
        if condition.chosen:
            yield condition.text
    for coming in view.changes:
        yield Text(f"{coming.title}: {coming.text}")
    for guide in view.removed:
        yield Text(_("Taken out of the plan: %(title)s.") % {"title": guide.title})


def _money(total: Sum) -> Money:
    return total.low, total.high
