"""What no code deletes: public records, and what tells of them. The database refuses it too (``disposal/triggers.py``)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["Kept", "KeptQuerySet", "refuse_deletion"]

REFUSAL = _("A public record is never deleted. What may go, goes by a decision on disposal.")


def refuse_deletion(records: Any) -> None:
    """Refuse to delete some records.

    Raises:
        ProtectedError: always. Wagtail's and Django's own views know it.
    """
    raise models.ProtectedError(str(REFUSAL), set(records))


class KeptQuerySet(models.QuerySet):
    """Records that cannot be deleted many at a time either."""

    def delete(self) -> Any:
        if some := list(self[:100]):
            refuse_deletion(some)
        return 0, {}

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class Kept(models.Model):
    """A record that is never deleted. Its manager is a `KeptQuerySet`'s."""

    class Meta:
        abstract = True

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        refuse_deletion([self])
