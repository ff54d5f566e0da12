"""Questions, rules and the pages that use them."""

from __future__ import annotations

from typing import Any

import factory
from django.utils.text import slugify

from business.core.tests.factories import PageFactory, QuietFactory, RegisterFactory, locale
from business.guides.tests.factories import GuideFactory
from business.planning.enums import Effect, How, QuestionKind
from business.planning.models import (
    BusinessEvent,
    FinderPage,
    JourneyIndexPage,
    JourneyPage,
    JourneyStep,
    Option,
    Persona,
    PersonaGuide,
    PersonaNumber,
    PersonaOption,
    PlannerPage,
    Question,
    Rule,
    RuleLimit,
    RuleOption,
    ShownWhen,
)

__all__ = [
    "BusinessEventFactory",
    "FinderPageFactory",
    "JourneyFactory",
    "JourneyIndexFactory",
    "JourneyStepFactory",
    "OptionFactory",
    "PersonaFactory",
    "PlannerPageFactory",
    "QuestionFactory",
    "RuleFactory",
    "journey_index",
    "option",
]


class BusinessEventFactory(RegisterFactory):
    name = factory.Sequence(lambda number: f"Händelse {number}")

    class Meta:
        model = BusinessEvent


class QuestionFactory(RegisterFactory):
    """A question that is asked: ``options="ja nej"`` gives it options, ``number=True`` makes it one for a number.

    ``when=[option, …]`` are the options of other questions that it hangs on.
    """

    name = factory.Sequence(lambda number: f"Fråga {number}?")
    kind = QuestionKind.ONE
    live = True

    class Meta:
        model = Question
        skip_postgeneration_save = True

    class Params:
        many = factory.Trait(kind=QuestionKind.MANY)
        number = factory.Trait(kind=QuestionKind.NUMBER, unit="stycken", minimum=0, maximum=1000)

    @factory.post_generation
    def options(question: Question, create: bool, wanted: str | None, **kwargs: Any) -> None:  # noqa: N805
        if wanted is None:
            wanted = "" if question.kind == QuestionKind.NUMBER else "ja nej"
        for order, name in enumerate(wanted.split()):
            OptionFactory(question=question, name=name.capitalize(), sort_order=order)

    @factory.post_generation
    def when(question: Question, create: bool, wanted: list[Option] | None, **kwargs: Any) -> None:  # noqa: N805
        for chosen in wanted or []:
            ShownWhen.objects.create(question=question, option=chosen)


class OptionFactory(QuietFactory):
    question = factory.SubFactory(QuestionFactory)
    name = factory.Sequence(lambda number: f"Svar {number}")
    slug = factory.LazyAttribute(lambda option: slugify(option.name))
    locale = factory.SelfAttribute("question.locale")

    class Meta:
        model = Option


def option(question: str, slug: str) -> Option:
    """Return an original option by the keys of its question and its own."""
    return Option.objects.get(question__slug=question, slug=slug, locale=locale())


def _options(wanted: Any) -> list[Option]:
    return [option(*item.split("=")) for item in wanted.split()] if isinstance(wanted, str) else list(wanted or [])


class RuleFactory(QuietFactory):
    """A rule for a guide: ``RuleFactory(guide=guide, all_of="alkohol=ja ute=ja", limits={"platser": (10, None)})``.

    ``all_of``, ``any_of`` and ``none_of`` take options, or their keys as in an address.
    """

    guide = factory.SubFactory(GuideFactory, ready=True)
    effect = Effect.NEEDED
    why = "Du ska servera alkohol till allmänheten."
    locale = factory.LazyFunction(locale)

    class Meta:
        model = Rule
        skip_postgeneration_save = True

    @factory.post_generation
    def all_of(rule: Rule, create: bool, wanted: Any, **kwargs: Any) -> None:  # noqa: N805
        for chosen in _options(wanted):
            RuleOption.objects.create(rule=rule, option=chosen, how=How.ALL)

    @factory.post_generation
    def any_of(rule: Rule, create: bool, wanted: Any, **kwargs: Any) -> None:  # noqa: N805
        for chosen in _options(wanted):
            RuleOption.objects.create(rule=rule, option=chosen, how=How.ANY)

    @factory.post_generation
    def none_of(rule: Rule, create: bool, wanted: Any, **kwargs: Any) -> None:  # noqa: N805
        for chosen in _options(wanted):
            RuleOption.objects.create(rule=rule, option=chosen, how=How.NONE)

    @factory.post_generation
    def limits(
        rule: Rule,  # noqa: N805
        create: bool,
        wanted: dict[str, tuple[int | None, int | None]] | None,
        **kwargs: Any,
    ) -> None:
        for key, (at_least, at_most) in (wanted or {}).items():
            question = Question.objects.get(slug=key, locale=locale())
            RuleLimit.objects.create(rule=rule, question=question, at_least=at_least, at_most=at_most)


class PersonaFactory(QuietFactory):
    """An example company: ``PersonaFactory(chose="alkohol=ja", said={"platser": 60}, gets={guide: Effect.NEEDED})``."""

    name = factory.Sequence(lambda number: f"Exempelföretag {number}")

    class Meta:
        model = Persona
        skip_postgeneration_save = True

    @factory.post_generation
    def chose(persona: Persona, create: bool, wanted: Any, **kwargs: Any) -> None:  # noqa: N805
        for chosen in _options(wanted):
            PersonaOption.objects.create(persona=persona, option=chosen)

    @factory.post_generation
    def said(persona: Persona, create: bool, wanted: dict[str, int] | None, **kwargs: Any) -> None:  # noqa: N805
        for key, number in (wanted or {}).items():
            question = Question.objects.get(slug=key, locale=locale())
            PersonaNumber.objects.create(persona=persona, question=question, number=number)

    @factory.post_generation
    def gets(persona: Persona, create: bool, wanted: dict[Any, Effect] | None, **kwargs: Any) -> None:  # noqa: N805
        for guide, expected in (wanted or {}).items():
            PersonaGuide.objects.create(persona=persona, guide=guide, expected=expected)


class FinderPageFactory(PageFactory):
    title = "Tillståndskollen"
    intro = "<p>Svara på några frågor.</p>"

    class Meta:
        model = FinderPage


class PlannerPageFactory(PageFactory):
    title = "Öppningsplan"
    intro = "<p>Säg när du vill öppna.</p>"

    class Meta:
        model = PlannerPage


class JourneyIndexFactory(PageFactory):
    title = "Så gör du"

    class Meta:
        model = JourneyIndexPage


def journey_index() -> JourneyIndexPage:
    """Return the Swedish index of journeys, made when it is first asked for."""
    return JourneyIndexPage.objects.filter(locale=locale()).first() or JourneyIndexFactory()


class JourneyFactory(PageFactory):
    """A journey; ``guides=[…]`` are its steps."""

    title = factory.Sequence(lambda number: f"Så öppnar du {number}")
    parent = factory.LazyFunction(journey_index)
    event = factory.SubFactory(BusinessEventFactory)

    class Meta:
        model = JourneyPage

    @factory.post_generation
    def guides(page: JourneyPage, create: bool, wanted: list[Any] | None, **kwargs: Any) -> None:  # noqa: N805
        for order, guide in enumerate(wanted or []):
            JourneyStepFactory(page=page, guide=guide, sort_order=order)


class JourneyStepFactory(QuietFactory):
    locale = factory.SelfAttribute("page.locale")

    class Meta:
        model = JourneyStep
