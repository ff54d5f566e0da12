"""The list of cases: what an address of it asks for, and how that is shown.

``saved_views`` → ``filters`` → ``selection``
    Which keys and values an address may hold; what they narrow the list to; the cases that come of it, always within what
    the user may see. The page, the export and the acts on many cases all read a `Selection`.
``orders``
    What stands first, and what stands before and after a case.
``columns``, ``counters``
    The cells of a row; what waits, as numbers that lead to the list.
``export``
    The list as a file for a spreadsheet.

What a search looks through is asked of a case as well, without a list: ``searching.py`` beside the models.
"""

from .columns import CellColumn, NumberColumn
from .counters import Count, counters
from .export import Export
from .filters import CaseFilterSet, topics, units
from .orders import ORDERS, PRESSING, order_named
from .saved_views import ORDER, SEARCH, as_query_dict, may_change, views_for
from .selection import Selection

__all__ = [
    "ORDER",
    "ORDERS",
    "PRESSING",
    "SEARCH",
    "CaseFilterSet",
    "CellColumn",
    "Count",
    "Export",
    "NumberColumn",
    "Selection",
    "as_query_dict",
    "counters",
    "may_change",
    "order_named",
    "topics",
    "units",
    "views_for",
]
