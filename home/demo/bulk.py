"""Adds varied content in bulk, for load tests.

``add_child`` costs some thirty queries a page and pages cannot be ``bulk_create``d as one, since they live in two tables.
So the tree is written by parts (Wagtail's table, then ours, then the rows), and both indexes are filled once at the end.
"""

from __future__ import annotations

import datetime
import random
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from modelcluster.models import get_all_child_relations
from wagtail.models import COMMENTS_RELATION_NAME, Page, ReferenceIndex
from wagtail.search.backends import get_search_backend

from business.core.models import BasePage
from business.core.sorting import swedish_sort_key
from business.guides.models import GuideIndexPage, GuidePage, Trade
from business.networks.enums import Scope
from business.networks.models import NetworkIndexPage, NetworkPage
from business.news.models import NewsIndexPage, NewsPage
from business.organisation.models import Place

from . import bulk_cases
from .registers import Registers

__all__ = ["load"]

Vary = Callable[[BasePage, BasePage, int, random.Random], None]

# What tells one copy from the next, in both languages.
SETTINGS = [
    ("liten lokal", "small premises"),
    ("stor lokal", "large premises"),
    ("säsong", "season"),
    ("året runt", "all year"),
    ("ny ägare", "new owner"),
    ("flytt", "move"),
    ("ombyggnad", "rebuilding"),
    ("första året", "first year"),
    ("flera lokaler", "several premises"),
    ("tillfälligt", "temporary"),
]
LEADS = [
    ("Läs det här innan du skriver på hyresavtalet.", "Read this before you sign the lease."),
    ("Räkna med längre tid i juni och december.", "Expect longer times in June and December."),
    (
        "Ring gärna innan du söker, så blir ansökan rätt från början.",
        "Call before you apply, and get it right at once.",
    ),
    ("Har du gjort det förut går det snabbare.", "If you have done it before, it goes faster."),
    (
        "Samordnaren hjälper dig om flera myndigheter berörs.",
        "The coordinator helps when several authorities are involved.",
    ),
]


def load(scale: int, registers: Registers, report: Callable[[str], None]) -> None:
    """Add ``scale`` guides, as many news items, a tenth as many networks (each in both languages) and ten times the cases."""
    chance = random.Random(scale)
    trades = _names(registers, Trade)
    places = _names(registers, Place)

    def guide(swedish: BasePage, english: BasePage, number: int, chance: random.Random) -> None:
        _tell_apart(swedish, english, number, chance, trades)
        factor = chance.choice(["0.80", "0.90", "1.10", "1.25", "1.50"])
        for page in (swedish, english):
            for fee in page.fees.all():
                if fee.amount is not None:
                    fee.amount = (fee.amount * type(fee.amount)(factor)).quantize(fee.amount)

    def news(swedish: BasePage, english: BasePage, number: int, chance: random.Random) -> None:
        _tell_apart(swedish, english, number, chance, places)
        swedish.published_on = english.published_on = timezone.localdate() - datetime.timedelta(days=1 + number % 2900)

    def network(swedish: BasePage, english: BasePage, number: int, chance: random.Random) -> None:
        _tell_apart(swedish, english, number, chance, places)
        swedish.scope = english.scope = chance.choice(Scope.values)

    for model, index, count, vary in (
        (GuidePage, GuideIndexPage, scale, guide),
        (NewsPage, NewsIndexPage, scale, news),
        (NetworkPage, NetworkIndexPage, scale // 10, network),
    ):
        with transaction.atomic():
            pages = _copies(model, index, count, vary, chance, registers)
            report(f"{len(pages)} {model._meta.verbose_name_plural}: rows written")
            _index(model, pages)
            report(f"{len(pages)} {model._meta.verbose_name_plural}: indexed")
    with transaction.atomic():
        report(f"{bulk_cases.load(10 * scale, chance)} cases")


def _names(registers: Registers, model: type) -> list[tuple[str, str]]:
    """Return the names in both languages."""
    english = dict(model.objects.filter(locale=registers.english).values_list("translation_key", "name"))
    return [
        (item.name, english.get(item.translation_key, item.name))
        for (kind, _key), item in registers.found.items()
        if kind is model
    ]


def _tell_apart(
    swedish: BasePage, english: BasePage, number: int, chance: random.Random, names: list[tuple[str, str]]
) -> None:
    name, setting, lead = chance.choice(names), chance.choice(SETTINGS), chance.choice(LEADS)
    for page, language in ((swedish, 0), (english, 1)):
        page.title = f"{page.title[:140]}: {name[language].lower()}, {setting[language]} ({number})"
        page.slug = f"{page.slug[:180]}-{number}"
        page.summary = f"{page.summary[: 299 - len(lead[language])]} {lead[language]}"


def _copy(original: BasePage, key: uuid.UUID) -> BasePage:
    """Return an unsaved copy of a page with its rows in memory."""
    model = type(original)
    own = {"id", "page_ptr", "path", "numchild", "latest_revision", "live_revision", "alias_of", "locked_by", "owner"}
    values = {
        field.attname: field.value_from_object(original)
        for field in model._meta.concrete_fields
        if field.name not in own
    }
    rows = {}
    for relation in get_all_child_relations(model):
        name = relation.get_accessor_name()
        if name != COMMENTS_RELATION_NAME and issubclass(relation.related_model, models.Model) and _is_ours(relation):
            rows[name] = [_copy_row(row) for row in getattr(original, name).all()]
    values.update(translation_key=key, has_unpublished_changes=False, text_digest="")
    return model(**values, **rows)


def _is_ours(relation: Any) -> bool:
    return relation.related_model._meta.app_label in {"guides", "networks", "news"}


def _copy_row(row: Any) -> Any:
    values = {f.attname: f.value_from_object(row) for f in row._meta.concrete_fields if f.name not in {"id", "page"}}
    return type(row)(**{**values, "translation_key": uuid.uuid4()})


def _copies(
    model: type[BasePage], index: type[Page], count: int, vary: Vary, chance: random.Random, registers: Registers
) -> list[BasePage]:
    """Write the copies of the demo's own pages and return them."""
    originals = list(
        model.objects.filter(locale=registers.swedish, pk__in=_demo_pages(model, registers)).order_by("pk")
    )
    english = {page.translation_key: page for page in model.objects.filter(locale=registers.english)}
    parents = [index.objects.get(locale=locale) for locale in (registers.swedish, registers.english)]
    first = model.objects.filter(locale=registers.swedish).count() + 1
    pairs = []
    for number in range(first, first + count):
        original = chance.choice(originals)
        key = uuid.uuid4()
        pair = (_copy(original, key), _copy(english[original.translation_key], key))
        vary(*pair, number, chance)
        pairs.append(pair)
    for parent, pages in zip(parents, zip(*pairs, strict=True), strict=False):
        _write(model, parent, list(pages))
    return [page for pair in pairs for page in pair]


def _demo_pages(model: type[BasePage], registers: Registers) -> Iterable[int]:
    """The demo's own pages: those that have a translation and were published by hand, not in bulk."""
    return model.objects.filter(locale=registers.swedish, latest_revision__isnull=False).values_list("pk", flat=True)


def _write(model: type[BasePage], parent: Page, pages: list[BasePage]) -> None:
    """Write pages below a parent: Wagtail's table, ours, then the rows."""
    now = timezone.now()
    last = parent.get_children().order_by("-path").values_list("path", flat=True).first()
    step = (Page._str2int(last[-Page.steplen :]) if last else 0) + 1
    for offset, page in enumerate(pages):
        page.path = Page._get_path(parent.path, parent.depth + 1, step + offset)
        page.depth, page.numchild = parent.depth + 1, 0
        page.url_path = f"{parent.url_path}{page.slug}/"
        page.draft_title, page.sort_key = page.title, swedish_sort_key(page.title)
        page.first_published_at = page.last_published_at = page.latest_revision_created_at = page.text_changed_at = now
    base_fields = [field for field in Page._meta.concrete_fields if not field.primary_key]
    bases = [Page(**{field.attname: getattr(page, field.attname) for field in base_fields}) for page in pages]
    Page.objects.bulk_create(bases, batch_size=200)
    for base, page in zip(bases, pages, strict=True):
        page.pk = page.id = page.page_ptr_id = base.pk
    writer = models.QuerySet(model)
    writer._for_write = True
    # bulk_create refuses a model that spans two tables; its own insert does not, and the first table is written.
    writer._batched_insert(pages, model._meta.local_concrete_fields, 200)
    Page.objects.filter(pk=parent.pk).update(numchild=models.F("numchild") + len(pages))
    for relation in get_all_child_relations(model):
        if not _is_ours(relation):
            continue
        rows = []
        for page in pages:
            for row in getattr(page, relation.get_accessor_name()).all():
                row.page_id = page.pk
                rows.append(row)
        relation.related_model.objects.bulk_create(rows, batch_size=500)


def _index(model: type[BasePage], pages: list[BasePage]) -> None:
    """Fill the search index and the reference index for new pages."""
    backend = get_search_backend()
    for start in range(0, len(pages), 500):
        backend.add_bulk(model, pages[start : start + 500])
    content_type = ContentType.objects.get_for_model(model)
    base_content_type = ContentType.objects.get_for_model(Page)
    references = [
        ReferenceIndex(
            content_type=content_type,
            base_content_type=base_content_type,
            object_id=page.pk,
            to_content_type_id=to_type,
            to_object_id=to_id,
            model_path=model_path,
            content_path=content_path,
            content_path_hash=ReferenceIndex._get_content_path_hash(content_path),
        )
        for page in pages
        for to_type, to_id, model_path, content_path in set(ReferenceIndex._extract_references_from_object(page))
    ]
    ReferenceIndex.objects.bulk_create(references, batch_size=1000, ignore_conflicts=True)
