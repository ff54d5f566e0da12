"""Loads what the finder asks, the rules that lead from answers to guides, and the example companies that guard them."""

from __future__ import annotations

from typing import Any

from business.core.models import BasePage
from business.guides.models import FeeBasis, Trade
from business.planning.enums import Effect, How
from business.planning.models import (
    BusinessEvent,
    Option,
    Persona,
    PersonaGuide,
    PersonaNumber,
    PersonaOption,
    Question,
    Rule,
    RuleLimit,
    RuleOption,
    ShownWhen,
)

from .content_files import key_for, read, say
from .registers import Registers
from .translate import translate

__all__ = ["Planning"]

Data = dict[str, Any]


class Planning:
    """The finder's questions and options by their keys, in the source language.

    Questions are loaded before the pages, since journeys refer to options; rules after them, since they lead to guides.
    What is there already stays as editors have left it.
    """

    def __init__(self, registers: Registers) -> None:
        self.registers = registers
        self.data = read("planning")
        self.questions: dict[str, Question] = {}
        self.options: dict[str, Option] = {}

    def load_questions(self) -> None:
        for row in self.data["events"]:
            self.registers.one(BusinessEvent, row)
        for row in self.data["questions"]:
            question = self._question(row)
            self.questions[row["key"]] = question
            self.options.update({f"{row['key']}={option.slug}": option for option in question.options.all()})

    def load_rules(self, pages: dict[str, BasePage]) -> None:
        """Create the rules and the example companies. ``pages`` are the originals by key."""
        for row in self.data["rules"]:
            self._rule(row, pages)
        for row in self.data["personas"]:
            if not Persona.objects.filter(name=row["name"]).exists():
                self._persona(row, pages)

    # --- Questions --------------------------------------------------------------------------------------------------

    def _question(self, row: Data) -> Question:
        swedish, english = self.registers.swedish, self.registers.english
        key = key_for("Question", row["key"])
        original = Question.objects.filter(translation_key=key, locale=swedish).first()
        if original is None:
            original = self._unsaved_question(row, "sv")
            original.shown_when = [ShownWhen(option=self.options[name]) for name in row.get("shown_when", [])]
            original.full_clean()
            original.save()
            translate(original, self._unsaved_question(row, "en"), english)
        return original

    def _unsaved_question(self, row: Data, language: str) -> Question:
        locale = self.registers.swedish if language == "sv" else self.registers.english
        question = Question(
            translation_key=key_for("Question", row["key"]),
            locale=locale,
            slug=row["key"],
            kind=row["kind"],
            live=True,
            minimum=row.get("minimum"),
            maximum=row.get("maximum"),
            basis=self.registers.get(FeeBasis, row.get("basis")),
            name=say(row["name"], language),
            help_text=say(row.get("help"), language),
            unit=say(row.get("unit"), language),
        )
        question.options = [
            Option(
                translation_key=key_for("Option", row["key"], option["key"]),
                locale=locale,
                sort_order=number,
                slug=option["key"],
                trade=self.registers.get(Trade, option.get("trade")),
                event=self.registers.get(BusinessEvent, option.get("event")),
                name=say(option["name"], language),
                help_text=say(option.get("help"), language),
            )
            for number, option in enumerate(row.get("options", []))
        ]
        return question

    # --- Rules and example companies --------------------------------------------------------------------------------

    def _rule(self, row: Data, pages: dict[str, BasePage]) -> None:
        # A rule has no name: it is known by what it says of which guide, and when.
        key = key_for("Rule", *(row.get(name) for name in ("guide", "effect", *How.values, "limits")))
        shared = {"translation_key": key, "guide": pages[row["guide"]], "effect": row["effect"]}
        if Rule.objects.filter(translation_key=key).exists():
            return
        rule = Rule(locale=self.registers.swedish, why=say(row["why"], "sv"), **shared)
        rule.options = [
            RuleOption(option=self.options[option], how=how) for how in How.values for option in row.get(how, [])
        ]
        rule.limits = [
            RuleLimit(
                question=self.questions[limit["question"]],
                at_least=limit.get("at_least"),
                at_most=limit.get("at_most"),
            )
            for limit in row.get("limits", [])
        ]
        rule.full_clean()
        rule.save()
        in_english = Rule(locale=self.registers.english, why=say(row["why"], "en"), **shared)
        translate(rule, in_english, self.registers.english)

    def _persona(self, row: Data, pages: dict[str, BasePage]) -> None:
        persona = Persona(name=row["name"], note=row["note"])
        answers = row["answers"].items()
        numbers = [(key, answer) for key, answer in answers if isinstance(answer, int)]
        chosen = [
            f"{key}={option}"
            for key, answer in answers
            if not isinstance(answer, int)
            for option in ([answer] if isinstance(answer, str) else answer)
        ]
        persona.options = [PersonaOption(option=self.options[name]) for name in chosen]
        persona.numbers = [PersonaNumber(question=self.questions[key], number=number) for key, number in numbers]
        persona.guides = [
            PersonaGuide(guide=pages[guide], expected=effect)
            for effect in Effect.values
            for guide in row.get(effect, [])
        ]
        persona.full_clean()
        persona.save()
