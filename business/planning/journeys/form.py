"""The form of a journey, apart from the other forms: the page names it, and they name the page's steps."""

from __future__ import annotations

from typing import Any

from business.core.completeness import PageForm

from ..choices import QuestionChoices, share_choices

__all__ = ["JourneyPageForm"]


class JourneyPageForm(PageForm):
    """Every step offers the same options as its condition."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        share_choices(self, QuestionChoices())
