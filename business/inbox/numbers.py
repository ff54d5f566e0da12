"""Running numbers without gaps."""

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from .models import CaseSequence

__all__ = ["next_number"]


def next_number(year: int) -> tuple[int, str]:
    """Return the year's next running number and how it is written (``DB-2026-00042``).

    Call inside the transaction that stores the case: the row stays locked until then, so that a request that fails
    gives its number back and no two get the same.
    """
    if not CaseSequence.objects.filter(year=year).update(last=F("last") + 1):
        try:
            with transaction.atomic():
                CaseSequence.objects.create(year=year, last=1)
        except IntegrityError:  # somebody else opened the year just now
            CaseSequence.objects.filter(year=year).update(last=F("last") + 1)
    running = CaseSequence.objects.values_list("last", flat=True).get(year=year)
    return running, f"{settings.CASE_NUMBER_PREFIX}-{year}-{running:05d}"
