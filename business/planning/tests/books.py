"""Small random rule books, every way to answer them, and what logic says of them when all ways are tried."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations

from hypothesis import strategies as st

from business.planning.enums import Effect, QuestionKind
from business.planning.rules.rulebook import Answers, Asked, Limit, RuleBook, RuleData, asked

__all__ = ["books", "books_with_answers", "completions"]

KEYS = ("a", "b", "c", "d")
OPTIONS = ("x", "y")
NUMBERS = (0, 1, 2, 3)

choices = st.tuples(st.sampled_from(KEYS), st.sampled_from(OPTIONS))
choice_sets = st.frozensets(choices, max_size=2)
limits = st.builds(
    lambda key, ends: Limit(key, *sorted(ends)), st.sampled_from(KEYS), st.tuples(*[st.sampled_from(NUMBERS)] * 2)
)


@st.composite
def questions(draw: st.DrawFn) -> tuple[Asked, ...]:
    """Questions that hang on any other, also in circles and before those they hang on."""
    found = []
    for key in KEYS[: draw(st.integers(1, len(KEYS)))]:
        kind = draw(st.sampled_from(QuestionKind))
        when = draw(st.lists(st.frozensets(choices, min_size=1, max_size=2), max_size=2))
        if kind == QuestionKind.NUMBER:
            found.append(Asked(key, kind, (), tuple(when), 0, NUMBERS[-1]))
        else:
            found.append(Asked(key, kind, OPTIONS[: draw(st.integers(1, 2))], tuple(when)))
    return tuple(found)


@st.composite
def books(draw: st.DrawFn, rules: int = 3) -> RuleBook:
    made = [
        RuleData(
            number,
            draw(st.integers(1, 2)),
            draw(st.sampled_from(Effect)),
            draw(choice_sets),
            draw(choice_sets),
            draw(choice_sets),
            tuple(draw(st.lists(limits, max_size=1))),
        )
        for number in range(1, draw(st.integers(1, rules)) + 1)
    ]
    return RuleBook(draw(questions()), tuple(made))


def completions(book: RuleBook, answers: Answers) -> Iterator[Answers]:
    """Yield every way to answer the questions that are asked and left."""
    left = next((question for question in asked(book, answers) if not answers.has(question.key)), None)
    if left is None:
        yield answers
        return
    if left.kind == QuestionKind.NUMBER:
        for number in NUMBERS:
            yield from completions(book, Answers(answers.options, {**answers.numbers, left.key: number}))
        return
    sets = combinations(left.options, 1) if left.kind == QuestionKind.ONE else _subsets(left.options)
    for chosen in sets:
        yield from completions(book, Answers({**answers.options, left.key: frozenset(chosen)}, answers.numbers))


def _subsets(options: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    return chain.from_iterable(combinations(options, size) for size in range(len(options) + 1))


@st.composite
def books_with_answers(draw: st.DrawFn) -> tuple[RuleBook, Answers]:
    """A book, and answers to some of its questions, also to some that are not asked."""
    book = draw(books())
    options: dict[str, frozenset[str]] = {}
    numbers: dict[str, int] = {}
    for question in book.questions:
        if not draw(st.booleans()):
            continue
        if question.kind == QuestionKind.NUMBER:
            numbers[question.key] = draw(st.sampled_from(NUMBERS))
        elif question.kind == QuestionKind.ONE:
            options[question.key] = frozenset({draw(st.sampled_from(question.options))})
        else:
            options[question.key] = draw(st.frozensets(st.sampled_from(question.options)))
    return book, Answers(options, numbers)
