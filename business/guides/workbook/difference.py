"""What a file would change, and whether the guides would be right afterwards. Everything in memory: nothing is stored.

Each guide is built as it would be, and asked what its editor's form would ask. What is found is a list of changes that can
be shown, and the changed guides themselves, ready to be stored.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import ForeignKey
from django.utils.translation import gettext as _
from wagtail.models import Page, WorkflowState
from wagtail.permissions import policy_registry

from business.core.completeness import missing_in
from business.core.translation import source_locale

from ..dependencies import Tie, circle_among, circle_message, ties_of
from ..models import GuidePage
from ..models.sources import FactRow
from ..rules import DATED, overlap_in, overlap_message
from .cells import Column, shown
from .errors import Errors
from .loading import load, rows_in
from .progress import Report, quietly
from .reading import Book, Line
from .registers import Registers
from .sheets import GUIDE, KEY, SHEETS, VERSION, Sheet, fact_names

__all__ = ["ADDED", "CHANGED", "REMOVED", "Changed", "compare", "same"]

ADDED, CHANGED, REMOVED = "added", "changed", "removed"
OWN = SHEETS[0]
TIES = next(sheet for sheet in SHEETS if sheet.relation == "dependencies")


@dataclass
class Changed:
    """A guide as it would be, with its rows in memory, and what is new about it."""

    page: GuidePage
    changes: list[dict[str, Any]] = field(default_factory=list)
    # The fields of the guide itself that are new, and the rows that are to be stored or taken away.
    fields: set[str] = field(default_factory=set)
    saved: dict[int, Any] = field(default_factory=dict)
    removed: list[Any] = field(default_factory=list)
    lines: dict[int, Line] = field(default_factory=dict)

    def save(self, row: Any) -> None:
        self.saved[id(row)] = row

    def remember(self, row: Any, line: Line) -> None:
        self.lines[id(row)] = line

    def line_of(self, row: Any) -> Line | None:
        return self.lines.get(id(row))


def same(one: Iterable[dict[str, Any]], other: Iterable[dict[str, Any]]) -> bool:
    """Whether two lists of changes say the same. A row's words may be in another reader's language."""
    names = ("pk", "sheet", "key", "action", "fields")
    return [[change[name] for name in names] for change in one] == [
        [change[name] for name in names] for change in other
    ]


def compare(
    book: Book,
    registers: Registers,
    errors: Errors,
    user: Any,
    on: datetime.date,
    report: Report = quietly,
) -> Iterator[Changed]:
    """Yield the guides that the file would change; what is wrong with one is added to ``errors``.

    ``on`` is the day on which changed facts count as checked. Guides come one by one, so that a caller who wants no more
    than the list of changes need not keep them.
    """
    lines = _by_guide(book)
    comparison = _Comparison(book, registers, errors, user, on, lines)
    for number, page in enumerate(load(lines, registers), start=1):
        found = comparison.of(page)
        if found.changes:
            yield found
        if number % 20 == 0:
            report(number, len(lines))
    comparison.refuse_circle()
    comparison.explain_unknown_keys()
    report(len(lines), len(lines))


def _by_guide(book: Book) -> dict[int, dict[str, list[Line]]]:
    """Return the lines by guide and sheet, in the order in which guides first appear."""
    found: dict[int, dict[str, list[Line]]] = {}
    for sheet in SHEETS:
        for line in book.lines.get(sheet.name, []):
            if line.guide is not None:
                found.setdefault(line.guide.pk, defaultdict(list))[sheet.name].append(line)
    return found


class _Comparison:
    """Compares guide after guide with what the file says of it."""

    def __init__(
        self,
        book: Book,
        registers: Registers,
        errors: Errors,
        user: Any,
        on: datetime.date,
        lines: dict[int, dict[str, list[Line]]],
    ) -> None:
        self.book, self.registers, self.errors, self.on, self.lines = book, registers, errors, on, lines
        self.facts = {sheet.name: fact_names(sheet.model) for sheet in SHEETS if issubclass(sheet.model, FactRow)}
        self.unknown: dict[str, list[Line]] = defaultdict(list)
        # What the guides whose ties change would hang on, by translation key.
        self.ties: dict[str, list[Tie]] = {}
        self.titles: dict[str, str] = {}
        self.tied_lines: dict[str, Line] = {}
        policy = policy_registry.get_by_type(Page)
        may_publish = policy.instances_user_has_permission_for(user, "publish")
        reviews = WorkflowState.objects.active().filter(base_content_type=ContentType.objects.get_for_model(Page))
        self.in_review = set(reviews.values_list("object_id", flat=True))
        self.publishable = set(may_publish.filter(pk__in=GuidePage.objects.values("pk")).values_list("pk", flat=True))

    def refuse(self, sheet: Sheet, line: Line | None, message: Any, heading: str = "") -> None:
        place = self.book.place(sheet, heading) if heading else ""
        self.errors.add(message, sheet.name, line.number if line else 0, place)

    def of(self, page: GuidePage) -> Changed:
        """Change the guide in memory and return what is new."""
        found = Changed(page)
        lines = self.lines[page.pk]
        before = self.errors.count
        for sheet in SHEETS:
            self._change_rows(sheet, lines[sheet.name], found) if sheet.relation else self._change_own(
                lines[sheet.name], found
            )
        is_sound = all(line.is_sound for some in lines.values() for line in some) and self.errors.count == before
        if found.changes and self._may_change(found, lines[OWN.name]) and is_sound:
            _Rules(self, found).check()
            if any(change["sheet"] == TIES.name for change in found.changes):
                self.ties[str(page.translation_key)] = ties_of(rows_in(page, TIES.relation))
                self.titles[str(page.translation_key)] = page.title
                self.tied_lines[page.title] = lines[TIES.name][0]
        return found

    def refuse_circle(self) -> None:
        """Refuse a file after which guides would wait for each other, at a row of one of them."""
        if circle := circle_among(self.titles, self.ties):
            line = next(self.tied_lines[title] for title in circle if title in self.tied_lines)
            self.refuse(TIES, line, circle_message(circle), TIES.heading_of("guide"))

    # --- Changing

    def _change_own(self, lines: list[Line], found: Changed) -> None:
        for line in lines:
            found.remember(found.page, line)
            before = {row.pk: row for row in rows_in(found.page, "trades")}
            fields = self._put(OWN, found.page, line)
            if not fields:
                continue
            found.changes.append(self._entry(OWN, found.page, CHANGED, found.page, fields))
            found.fields = {column.field for column, _old, _new in fields}
            if "trades" in found.fields:
                found.fields.remove("trades")
                for row in rows_in(found.page, "trades"):
                    before.pop(row.pk, None)
                    found.save(row)
                found.removed += before.values()

    def _change_rows(self, sheet: Sheet, lines: list[Line], found: Changed) -> None:
        if not lines:
            return
        rows = rows_in(found.page, sheet.relation)
        by_key = {row.translation_key: row for row in rows}
        for line in lines:
            if line.key is None:
                if line.is_sound:
                    self._add(sheet, rows, line, found)
            elif (row := by_key.get(line.key)) is None:
                self.unknown[sheet.name].append(line)
                line.is_sound = False
            elif line.removes:
                rows.remove(row)
                found.removed.append(row)
                found.changes.append(self._entry(sheet, found.page, REMOVED, row))
            else:
                found.remember(row, line)
                if fields := self._put(sheet, row, line):
                    found.save(row)
                    found.changes.append(self._entry(sheet, found.page, CHANGED, row, fields))
                    self._note_check(sheet, row, {column.field for column, _old, _new in fields}, found.page)

    def _put(self, sheet: Sheet, row: Any, line: Line) -> list[tuple[Column, Any, Any]]:
        """Put what differs into the row and return it."""
        different = []
        for column in sheet.columns:
            if column.field not in line.values:
                continue
            old, new = column.get(row, self.registers), line.values[column.field]
            if old != new:
                column.put(row, new, self.registers)
                different.append((column, old, new))
        return different

    def _add(self, sheet: Sheet, rows: list[Any], line: Line, found: Changed) -> None:
        page = found.page
        row = sheet.model(page=page, locale=page.locale)
        fields = []
        for column in sheet.columns:
            value = line.values[column.field]
            column.put(row, value, self.registers)
            if value not in ("", None, ()):
                fields.append((column, None, value))
        self._place(sheet, rows, row, found)
        found.remember(row, line)
        found.changes.append(self._entry(sheet, page, ADDED, row, fields))
        self._note_check(sheet, row, self.facts.get(sheet.name, set()), page)

    @staticmethod
    def _place(sheet: Sheet, rows: list[Any], row: Any, found: Changed) -> None:
        """Put a new row after the last one that tells of the same fact, else last: a new amount follows the old one."""
        numbers = [n for n, other in enumerate(rows) if sheet.relation in DATED and row.is_same_fact(other)]
        rows.insert(numbers[-1] + 1 if numbers else len(rows), row)
        for number, each in enumerate(rows):
            if each is row or each.sort_order != number:
                each.sort_order = number
                found.save(each)

    def _note_check(self, sheet: Sheet, row: Any, fields: set[str], page: GuidePage) -> None:
        if fields & self.facts.get(sheet.name, set()):
            row.note_check(self.on, page.checked_by_id, page.check_every)

    @staticmethod
    def _entry(
        sheet: Sheet, page: GuidePage, action: str, row: Any, fields: Iterable[tuple[Column, Any, Any]] = ()
    ) -> dict[str, Any]:
        """Return a change as it is shown and kept."""
        return {
            "pk": page.pk,
            "guide": page.title,
            "sheet": sheet.name,
            "key": "" if row is page or action == ADDED else str(row.translation_key),
            "row": "" if row is page else str(row)[:200],
            "action": action,
            "fields": [[column.heading, shown(old), shown(new)] for column, old, new in fields],
        }

    # --- May it be changed?

    def _may_change(self, found: Changed, own: list[Line]) -> bool:
        """Refuse a guide that has moved on since the download, is being worked on, or is somebody else's."""
        page = found.page
        names = {"guide": page.title}
        line = own[0] if own else None
        if page.pk not in self.publishable:
            message = _("You may not publish the guide “%(guide)s”, and so not change its facts.") % names
        elif line is None:
            message = (
                _(
                    "The file changes the guide “%(guide)s”, which has no row in this sheet. Without its version nobody can tell whether it was changed since the download."
                )
                % names
            )
        elif not line.is_sound:
            return False
        elif line.version != (page.latest_revision_id or 0):
            message = (
                _(
                    "The guide “%(guide)s” was changed after the file was downloaded. Download it again, or take the rows of this guide out of the file."
                )
                % names
            )
        elif page.has_unpublished_changes:
            message = (
                _("The guide “%(guide)s” has a draft that is not published. Publish or discard the draft first.")
                % names
            )
        elif page.locked or str(page.pk) in self.in_review:
            message = _("The guide “%(guide)s” is locked, or waits for somebody's review.") % names
        else:
            return True
        self.refuse(OWN, line, message, VERSION if line and page.pk in self.publishable else GUIDE)
        return False

    def explain_unknown_keys(self) -> None:
        """Say of each key that was not found whether there is such a row elsewhere."""
        for sheet in SHEETS:
            lines = self.unknown.get(sheet.name, [])
            keys = [line.key for line in lines]
            owners: dict[Any, str] = {}
            for start in range(0, len(keys), 500):
                stored = sheet.model._default_manager.filter(
                    locale=source_locale(), translation_key__in=keys[start : start + 500]
                )
                owners.update(stored.values_list("translation_key", "page__title"))
            for line in lines:
                if owner := owners.get(line.key):
                    message = _("This row belongs to another guide, “%(guide)s”.") % {"guide": owner}
                else:
                    message = _(
                        "There is no row with this key: it may have been taken away. Leave the cell empty for a new row."
                    )
                self.refuse(sheet, line, message, KEY)


class _Rules:
    """Asks of a changed guide what its form would ask before it is published."""

    def __init__(self, comparison: _Comparison, found: Changed) -> None:
        self.comparison, self.found, self.page = comparison, found, found.page

    def check(self) -> None:
        self._check_own()
        for sheet in SHEETS[1:]:
            rows = rows_in(self.page, sheet.relation)
            for row in rows:
                self._check_row(sheet, row)
            if sheet.relation in DATED:
                self._check_overlaps(sheet, rows)
        known = {sheet.relation for sheet in SHEETS}
        for relation, rows in self.page.__dict__["_cluster_related_objects"].items():
            if relation not in known:
                for row in rows:
                    self._tell(OWN, self.page, missing_in(row), prefix=f"{row}: ")

    def _check_own(self) -> None:
        page = self.page
        self._ask(OWN, page, page.clean_fields, exclude=_not_in(OWN, page))
        self._ask(OWN, page, page.clean)
        lacking = page.missing(ties=False)  # whether guides would wait for each other is asked of all together
        relations = {sheet.relation: sheet for sheet in SHEETS if sheet.relation}
        for name, message in lacking.items():
            # What a relation lacks is told at the guide: there may be no row of it in the file to point at.
            self._tell(OWN, page, {"" if name in relations else name: message})
        if page.no_time_rule and rows_in(page, "time_rules"):
            self._tell(OWN, page, {"no_time_rule": _("There are time rules. Take them away, or write “nej” here.")})

    def _check_row(self, sheet: Sheet, row: Any) -> None:
        if self.found.line_of(row) is not None:
            self._ask(sheet, row, row.clean_fields, exclude=_not_in(sheet, row))
        self._ask(sheet, row, row.clean)
        self._tell(sheet, row, missing_in(row))

    def _check_overlaps(self, sheet: Sheet, rows: list[Any]) -> None:
        for number, row in enumerate(rows):
            if found := overlap_in(rows, number):
                other_number, other = found
                message = overlap_message(other_number, other)
                if (line := self.found.line_of(other)) is not None:
                    message = _("%(message)s It stands in row %(row)s.") % {"message": message, "row": line.number}
                # The one that the file brings is to be corrected, whichever stands first in the guide.
                told = row if self.found.line_of(row) is not None else other
                self._tell(sheet, told, {"valid_from": message})

    def _ask(self, sheet: Sheet, row: Any, question: Callable[..., Any], **kwargs: Any) -> None:
        try:
            question(**kwargs)
        except ValidationError as error:
            lists = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
            self._tell(sheet, row, {name: message for name, some in lists.items() for message in some[:1]})

    def _tell(self, sheet: Sheet, row: Any, messages: dict[str, Any], prefix: str = "") -> None:
        line = self.found.line_of(row)
        for name, message in messages.items():
            text = f"{prefix}{message}"
            if line is None:
                # Not in the file: say which it is.
                what = self.page.title if row is self.page else f"{self.page.title}, {row}"
                text = f"{what}: {text}"
            self.comparison.refuse(sheet, line, text, sheet.heading_of(name))


def _not_in(sheet: Sheet, row: Any) -> set[str]:
    """Return the fields whose values the file does not bring, and those that refer to a record: that was found by its key."""
    brought = {column.field for column in sheet.columns}
    return {
        item.name for item in row._meta.concrete_fields if item.name not in brought or isinstance(item, ForeignKey)
    }
