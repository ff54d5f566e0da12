"""What a plan does not know, in words: for its page, and for the coordinator who gets it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from business.core.sent_plan import LONGEST_ANSWER
from business.core.translation import Text

from .plan import Plan
from .reading import PlanGuide

__all__ = ["OpenEnds"]


@dataclass(frozen=True)
class OpenEnds:
    """What may be needed and is not counted with: ``guides`` that the answers leave open, the ``questions`` that would
    settle them, and ``url``, where these are answered (empty without a finder). ``untimed`` are guides in the plan of which
    nobody knows how long they take, ``extended`` those whose time by law may be extended, ``unlimited`` those whose decision
    no law limits. ``lacking`` says what belongs to the plan and cannot be shown."""

    guides: tuple[PlanGuide, ...] = ()
    questions: tuple[Text, ...] = ()
    url: str = ""
    untimed: tuple[PlanGuide, ...] = ()
    extended: tuple[PlanGuide, ...] = ()
    unlimited: tuple[PlanGuide, ...] = ()
    lacking: str = ""

    def with_plan(self, plan: Plan) -> OpenEnds:
        """Return the same with what the plan's own matters leave open."""
        timed = [matter for matter in plan.matters if not matter.is_untimed]
        return replace(
            self,
            untimed=plan.untimed,
            extended=tuple(matter.guide for matter in timed if matter.guide.times.extension),
            unlimited=tuple(matter.guide for matter in timed if matter.guide.times.is_unlimited),
        )

    @property
    def beyond_law(self) -> list[tuple[tuple[PlanGuide, ...], str]]:
        """The guides that may take longer than the ordinary time of the law, with how so."""
        found = [
            (self.extended, _("The authority may extend the time for these. That is not counted with:")),
            (self.unlimited, _("No law limits how long these may take. Here the usual time is counted:")),
        ]
        return [(guides, text) for guides, text in found if guides]

    def notes(self) -> Iterable[Text]:
        """Yield each as a sentence; which guides may be needed stands in the rows of what is sent."""
        if self.lacking:
            yield _note(self.lacking)
        if self.untimed:
            names = _listed(guide.title for guide in self.untimed)
            yield _note(_("We have no time that counts on that day for: %(titles)s.") % {"titles": names})
        for guides, text in self.beyond_law:
            yield _note(f"{text} {_listed(guide.title for guide in guides)}.")
        if self.questions:
            names = _listed(self.questions)
            yield _note(_("Not answered, and it decides what is needed: %(questions)s") % {"questions": names})
        if self.guides:
            names = _listed(guide.title for guide in self.guides)
            yield _note(_("May be needed, and is not counted with: %(titles)s.") % {"titles": names})


def _listed(names: Iterable[Text]) -> str:
    return ", ".join(str(name) for name in names)


def _note(text: str) -> Text:
    return Text(Truncator(text).chars(LONGEST_ANSWER))
