"""What a plan does not know, in words: for its page, and for the coordinator who gets it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from business.core.sent_plan import LONGEST_ANSWER
from business.core.translation import Text

from .reading import PlanGuide

__all__ = ["OpenEnds"]


@dataclass(frozen=True)
class OpenEnds:
    """What may be needed and is not counted with: ``guides`` that the answers leave open, the ``questions`` that would
    settle them, and ``url``, where these are answered (empty without a finder)."""

    guides: tuple[PlanGuide, ...] = ()
    questions: tuple[Text, ...] = ()
    url: str = ""

    def notes(self) -> Iterable[Text]:
        """Yield each as a sentence; which guides may be needed stands in the rows of what is sent."""
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
