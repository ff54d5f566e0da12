"""The rows that pages are made of."""

from wagtail.models import Orderable, TranslatableMixin

__all__ = ["Row"]


class Row(TranslatableMixin, Orderable):
    """A row of a page; it keeps its identity (``translation_key``) across languages."""

    class Meta(Orderable.Meta):
        abstract = True
        # Rows without a number, or with one number, stand as they were made: PostgreSQL has no order of its own.
        ordering = ["sort_order", "pk"]
        unique_together = [("translation_key", "locale")]
