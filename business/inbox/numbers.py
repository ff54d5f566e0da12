"""Numbers of cases: our own, running without gaps, and the register's, as people type them."""

from __future__ import annotations

import re
import unicodedata

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from .models import CaseSequence

__all__ = ["LONGEST_KEY", "NUMBER", "next_number", "normalised"]

LONGEST_KEY = 40
NUMBER = re.compile(rf"{re.escape(settings.CASE_NUMBER_PREFIX)}-\d{{4}}-\d+", re.IGNORECASE)  # as people type ours


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


def normalised(number: str) -> str:
    """Return a registration number so that *KS 2026:117*, *ks2026-117* and *KS 2026/117* are one: letters and digits."""
    folded = unicodedata.normalize("NFKC", number).casefold()
    return "".join(c for c in folded if c.isalnum())[:LONGEST_KEY]
