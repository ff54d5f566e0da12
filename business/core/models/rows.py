"""The rows that pages are made of."""

from wagtail.models import Orderable, TranslatableMixin

__all__ = ["Row"]


class Row(TranslatableMixin, Orderable):
    """A row of a page; it keeps its identity (``translation_key``) across languages."""

    class Meta(Orderable.Meta):
        abstract = True
        unique_together = [("translation_key", "locale")]
