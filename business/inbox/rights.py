"""The rights that a group can be given over cases, besides Django's own, and what the groups are called.

Names end in ``_case``, so that all of them stand together in the form of a group. The words are English here and in the
database; the form shows them in the language of the admin.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop

__all__ = ["CASE_RIGHTS", "GROUPS"]

CASE_RIGHTS: tuple[tuple[str, str], ...] = (
    ("view_every_case", gettext_noop("Can see the cases of every unit")),
    ("view_contact_case", gettext_noop("Can see contact details")),
    ("view_secret_case", gettext_noop("Can see cases under secrecy")),
    ("view_statistics_case", gettext_noop("Can see the statistics")),
    ("view_trace_case", gettext_noop("Can see who has looked")),
    ("hand_out_case", gettext_noop("Can hand out cases and lists of the register")),
    ("approve_disposal_case", gettext_noop("Can approve disposal and keep its rules")),
    ("configure_case", gettext_noop("Can set office hours and response time")),
    ("operate_case", gettext_noop("Can look after mail and operation")),
)

# Each group of the inbox with its rights over cases (ADR 53). `docs/features/permissions.md` holds the same table.
GROUPS: dict[str, tuple[str, ...]] = {
    "Näringslivssamordnare": (
        "view_case",
        "change_case",
        "view_every_case",
        "view_contact_case",
        "view_statistics_case",
        "view_trace_case",
        "export_case",
        "hand_out_case",
        "configure_case",
        "operate_case",
    ),
    "Handläggare": ("view_case", "change_case", "view_contact_case", "view_statistics_case"),
    "Registrator": (
        "view_case",
        "view_every_case",
        "view_contact_case",
        "view_secret_case",
        "view_trace_case",
        "export_case",
        "hand_out_case",
    ),
    "Arkivansvarig": ("view_case", "view_every_case", "approve_disposal_case"),
    "Chef": ("view_statistics_case",),
}
