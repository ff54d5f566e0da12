"""Closing a case once the mail that was to close it has been taken."""

from __future__ import annotations

import logging
from typing import Any

from ..enums import EventKind
from ..flow import NotAllowedError, shut
from ..flow import log as log_event
from ..models import Case

__all__ = ["close"]

log = logging.getLogger(__package__)


def close(case: Case, by: Any, data: dict[str, Any]) -> None:
    """Close the case as was chosen with the mail, unless the decision on its record that it takes is not there."""
    try:
        shut(case, by, data.get("triage", ""), data.get("registered_number", ""), data.get("reason", ""))
    except NotAllowedError as error:
        log.warning("Case %s: after the mail: %s", case.number, error)
        log_event(case, EventKind.NOT_CLOSED, by)
