"""The documents name files that are there, and the index names every document."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from .databases import ROOT
from .test_imports import MAY_IMPORT, app_of, sources

pytestmark = pytest.mark.one_database

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
# What only the machine that runs the site has; and so is every folder that begins with a dot, but for `.ci`. In some of
# them a program that runs beside us writes and removes files, and a folder may be gone before we look into it.
LEFT_OUT = {"__pycache__", "node_modules", "var"}
NAMED = re.compile(r"`([\w./{},-]+\.(?:py|html|css|js|toml))`")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def files() -> set[str]:
    """Return every file below the root, each with a slash before it, so that the end of a path can be looked for."""
    found, places = set(), [ROOT]
    while places:
        for path in places.pop().iterdir():
            if path.is_dir():
                if path.name == ".ci" or not (path.name in LEFT_OUT or path.name.startswith(".")):
                    places.append(path)
            elif path.is_file():
                found.add(f"/{path.relative_to(ROOT)}")
    return found


def spelled(name: str) -> list[str]:
    """Return the names that one with braces stands for: ``a/{b,c}.html`` is two."""
    parts = re.split(r"\{([^}]*)\}", name)
    choices = [part.split(",") if place % 2 else [part] for place, part in enumerate(parts)]
    return ["".join(one) for one in product(*choices)]


def test_names_with_braces_are_spelled_out():
    assert spelled("case/{plan,mail}.html") == ["case/plan.html", "case/mail.html"]
    assert spelled("case.py") == ["case.py"]


def test_every_file_that_a_document_names_is_there():
    """Decisions are left out: they tell what was so on their day."""
    there = files()
    ends = {path[place:] for path in there for place, sign in enumerate(path) if sign == "/"}
    gone = [
        f"{page.relative_to(ROOT)}: {name}"
        for page in PAGES
        if page.parent.name != "adr"
        for found in NAMED.findall(page.read_text())
        for name in spelled(found)
        if f"/{name.lstrip('/')}" not in ends
    ]
    assert gone == []


def test_every_link_of_a_document_leads_somewhere():
    dead = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in PAGES
        for link in LINK.findall(page.read_text())
        if not (page.parent / link).exists()
    ]
    assert dead == []


def test_the_index_names_every_feature_and_decision():
    index = ROOT / "docs" / "README.md"
    links = [link for link in LINK.findall(index.read_text()) if re.fullmatch(r"(features|adr)/.+\.md", link)]
    pages = [str(Path(page).relative_to(index.parent)) for page in PAGES if page.parent.name in {"features", "adr"}]
    assert set(links) == set(pages)


def test_no_two_decisions_have_one_number():
    numbers = [page.name[:4] for page in PAGES if page.parent.name == "adr"]
    assert sorted(set(numbers)) == sorted(numbers)


def test_the_picture_of_the_house_shows_every_app_and_no_arrow_that_may_not_be():
    arrow = re.compile(r"^  (\w+)(?:\[.*\])? --> (\w+)$", re.MULTILINE)
    drawn = {tuple(one) for one in arrow.findall((ROOT / "docs" / "README.md").read_text())}
    apps = {app_of(name).removeprefix("business.") for name in sources()} - {"business"}
    assert {end for one in drawn for end in one} == apps
    allowed = {
        here.removeprefix("business."): {one.removeprefix("business.") for one in may}
        for here, may in MAY_IMPORT.items()
    }
    assert [one for one in sorted(drawn) if one[1] not in allowed[one[0]]] == []
