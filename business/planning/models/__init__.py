from .pages import FinderPage, JourneyIndexPage, JourneyPage, JourneyStep, PlannerPage
from .personas import Persona, PersonaGuide, PersonaNumber, PersonaOption
from .questions import BusinessEvent, Option, Question, ShownWhen
from .rules import Rule, RuleLimit, RuleOption

__all__ = [
    "BusinessEvent",
    "FinderPage",
    "JourneyIndexPage",
    "JourneyPage",
    "JourneyStep",
    "Option",
    "Persona",
    "PersonaGuide",
    "PersonaNumber",
    "PersonaOption",
    "PlannerPage",
    "Question",
    "Rule",
    "RuleLimit",
    "RuleOption",
    "ShownWhen",
]
