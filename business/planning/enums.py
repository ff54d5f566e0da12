"""Words of the finder, the journeys and the planner."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

__all__ = ["ENDED", "REFUSED", "Effect", "How", "QuestionKind", "Verdict"]

REFUSED = "planning.scheduled.refused"  # in a guide's history: it was not published at its time
ENDED = "planning.scheduled.ended"  # in a guide's history: it ended at its time, and example companies needed it


class QuestionKind(models.TextChoices):
    """How a question is answered."""

    ONE = "one", _("one of the options")
    MANY = "many", _("any number of the options")
    NUMBER = "number", _("a number")


class Effect(models.TextChoices):
    """What a rule says of its guide when it applies."""

    NEEDED = "needed", pgettext_lazy("what a rule says of a guide", "needed")
    MAYBE = "maybe", pgettext_lazy("what a rule says of a guide", "may be needed")
    NOT_NEEDED = "not_needed", pgettext_lazy("what a rule says of a guide", "not needed")


class How(models.TextChoices):
    """How an option counts in a rule."""

    ALL = "all", _("must be chosen")
    ANY = "any", _("this or another “one of these” must be chosen")
    NONE = "none", _("must not be chosen")


class Verdict(models.TextChoices):
    """Whether a plan holds its opening day."""

    SAFE = "safe", _("in time, also if every authority takes all the ordinary time of the law")
    USUAL = "usual", _("in time, if it takes as long as it usually does")
    OPEN = "open", _("not possible to say yet: something in the plan is not known")
    TOO_LATE = "too_late", _("too late")
