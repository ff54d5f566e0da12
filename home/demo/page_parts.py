"""What pages of every kind are made of: texts, running text with links to each other, rows and blocks."""

from __future__ import annotations

import re
from typing import Any

from business.core.models import BasePage

from .content_files import key_for, say
from .registers import Registers

__all__ = ["PageParts"]


class PageParts:
    """Builds the parts of pages, in a language, from their TOML. ``found`` holds the pages, by key, that they refer to."""

    def __init__(self, registers: Registers) -> None:
        self.registers = registers
        self.swedish, self.english = registers.swedish, registers.english
        self.found: dict[str, BasePage] = {}

    def html(self, pair: Any, language: str) -> str:
        """Return running text with our own links as Wagtail stores them."""

        def link(match: re.Match[str]) -> str:
            return f'<a linktype="page" id="{self.found[match[1]].pk}">'

        return re.sub(r'<a href="page:([\w-]+)">', link, say(pair, language))

    def rows(self, model: type, key: str, rows: list[dict[str, Any]], language: str) -> list[Any]:
        locale = self.swedish if language == "sv" else self.english
        return [
            model(translation_key=key_for(model.__name__, key, number), locale=locale, sort_order=number, **values)
            for number, values in enumerate(rows)
        ]

    def body(self, key: str, data: dict[str, Any], language: str) -> list[dict[str, Any]]:
        blocks = []
        for number, block in enumerate(data.get("body", [])):
            kind = block["type"]
            value: Any
            if kind == "text":
                value = self.html(block["value"], language)
            elif kind == "quote":
                value = {
                    "text": say(block["text"], language),
                    "name": block["name"],
                    "title": say(block.get("title"), language),
                }
            else:
                value = {"title": say(block["title"], language), "text": self.html(block["text"], language)}
                if kind == "callout":
                    value["tone"] = block["tone"]
            blocks.append({"type": kind, "value": value, "id": str(key_for("block", key, number))})
        return blocks

    def page_texts(self, data: dict[str, Any], language: str) -> dict[str, Any]:
        return {name: say(data[name], language) for name in ("title", "slug", "summary")}
