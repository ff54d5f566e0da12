"""Imports point one way: see "Direction" in docs/adr and the map in the README."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from .databases import ROOT

pytestmark = pytest.mark.one_database

CORE = {"business.core"}
PEOPLE = CORE | {"business.users", "business.media"}
ORGANISATION = PEOPLE | {"business.organisation"}
GUIDES = ORGANISATION | {"business.guides"}
INBOX = ORGANISATION | {"business.inbox"}
# What each app may import, besides itself. An app that is not here may import nothing of ours.
MAY_IMPORT: dict[str, set[str]] = {
    "business.core": set(),
    "business.users": CORE,
    "business.media": CORE,
    "business.organisation": PEOPLE,
    "business.guides": ORGANISATION,
    "business.planning": GUIDES,
    "business.networks": GUIDES,
    "business.news": GUIDES,
    "business.support": GUIDES,
    "business.premises": GUIDES,
    "business.inbox": ORGANISATION,
    "business.contact": INBOX,
    "business.meetings": INBOX,
}
EVERYTHING_BELOW = set(MAY_IMPORT)
# Both stand on top; what is searched includes the home page.
MAY_IMPORT |= {"home": EVERYTHING_BELOW, "search": EVERYTHING_BELOW | {"home"}}
# These belong to their app alone; only the addresses in site/urls.py and the app itself name them.
PRIVATE = {"views", "forms", "wagtail_hooks", "viewsets"}


@dataclass(frozen=True)
class Import:
    """One imported module of ours, and how it is imported."""

    importer: str
    module: str
    line: int
    function: str = ""
    for_types: bool = False

    def __str__(self) -> str:
        where = f" in {self.function}()" if self.function else ""
        return f"{self.importer}:{self.line} imports {self.module}{where}"


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def sources() -> dict[str, Path]:
    """Every module of ours by its name; tests and what stands at the root are not part of the house."""
    files = (path for top in ("business", "home", "search") for path in (ROOT / top).rglob("*.py"))
    return {module_name(path): path for path in files if "tests" not in path.relative_to(ROOT).parts}


def app_of(module: str) -> str:
    return ".".join(module.split(".")[: 2 if module.startswith("business.") else 1])


def modules_named(node: ast.Import | ast.ImportFrom, package: str) -> Iterator[str]:
    """Yield the full name of each module that a statement imports from."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    base = node.module or ""
    if node.level:
        above = package.split(".")
        base = ".".join([*above[: len(above) - node.level + 1], *([base] if base else [])])
    for alias in node.names:
        inner = f"{base}.{alias.name}"
        yield inner if inner in sources() else base


def statements(node: ast.AST, function: str = "", for_types: bool = False) -> Iterator[tuple[ast.AST, str, bool]]:
    """Yield every import statement, the function it stands in, and whether it is for types only."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, function, for_types
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from statements(child, child.name, for_types)
        else:
            types = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
            yield from statements(child, function, for_types or types)


def imports_in(name: str) -> Iterator[Import]:
    """Yield what a module of ours imports of ours."""
    path = sources()[name]
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node, function, for_types in statements(ast.parse(path.read_text())):
        for module in modules_named(node, package):
            if app_of(module) in MAY_IMPORT or module.split(".")[0] in {"business", "config", "tests"}:
                yield Import(name, module, node.lineno, function, for_types)


@cache
def all_imports() -> list[Import]:
    return [found for name in sources() for found in imports_in(name)]


def test_there_is_something_to_read():
    assert len(sources()) > 60
    assert len(all_imports()) > 100


def test_every_app_has_its_place():
    apps = {app_of(name) for name in sources()} - {"business"}
    assert apps <= set(MAY_IMPORT)


def test_no_arrow_runs_back():
    wrong = [
        str(found)
        for found in all_imports()
        if (there := app_of(found.module)) != (here := app_of(found.importer))
        and there not in MAY_IMPORT.get(here, ())
    ]
    assert wrong == []


def test_nothing_imports_another_apps_views_forms_or_hooks():
    wrong = [
        str(found)
        for found in all_imports()
        if app_of(found.module) != app_of(found.importer) and PRIVATE.intersection(found.module.split("."))
    ]
    assert wrong == []


def test_nothing_imports_tests_or_settings():
    wrong = [str(i) for i in all_imports() if i.module.split(".")[0] in {"config", "tests"} or ".tests" in i.module]
    assert wrong == []


def test_imports_stand_at_the_top():
    """Only ``ready()`` runs late enough to need an import of its own."""
    wrong = [str(found) for found in all_imports() if found.function and found.function != "ready"]
    assert wrong == []


# A page tells its facts (``page.facts(day)``) and whoever reads them is handed the page: they name its type, and no more.
PAGES = {"business.guides.models.pages", "business.networks.models"}


def test_there_is_no_circle():
    """Nor one that runs through what is imported for types alone, but for the type of a page."""
    edges: dict[str, set[str]] = {name: set() for name in sources()}
    for found in all_imports():
        of_a_page = found.for_types and found.module in PAGES
        if not of_a_page and not found.function and found.module in edges and found.module != found.importer:
            edges[found.importer].add(found.module)
    done: set[str] = set()

    def follow(name: str, way: list[str]) -> list[str]:
        if name in way:
            return [*way[way.index(name) :], name]
        if name in done:
            return []
        for there in sorted(edges[name]):
            if circle := follow(there, [*way, name]):
                return circle
        done.add(name)
        return []

    circles = [" → ".join(circle) for name in sorted(edges) if (circle := follow(name, []))]
    assert circles == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from business.guides.facts import read_facts", "business.guides.facts"),
        ("import business.guides.facts", "business.guides.facts"),
        ("from business.guides import facts", "business.guides.facts"),
        ("def f():\n    from business.guides import facts", "business.guides.facts"),
        ("if TYPE_CHECKING:\n    from business.guides import facts", "business.guides.facts"),
        ("from ..guides.facts import read_facts", "business.guides.facts"),
    ],
)
def test_the_reader_of_imports_sees(source, expected, monkeypatch, tmp_path):
    """A test that reads imports must see every way of writing one."""
    module = tmp_path / "made_up.py"
    module.write_text(source)
    monkeypatch.setitem(sources(), "business.news.made_up", module)
    (found,) = imports_in("business.news.made_up")
    assert found.module == expected
