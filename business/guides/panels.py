"""How a guide is laid out in the editor: what everybody fills in first, what is rarer folded below it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    MultipleChooserPanel,
)

from business.core.panels import RegisterSelect

__all__ = ["CHECK_PANELS", "CONNECTION_PANELS", "FACT_PANELS", "TEXT_PANELS"]

TEXT_PANELS = [
    MultiFieldPanel([FieldPanel("needed_when"), FieldPanel("not_needed_when")], heading=_("Who needs it")),
    InlinePanel("steps", heading=_("How to do it, step by step"), label=_("step")),
    FieldPanel("body"),
    InlinePanel(
        "questions",
        heading=_("Questions and answers"),
        label=_("question"),
        help_text=_("Questions that companies really ask, answered in a few sentences."),
    ),
]

FACT_PANELS = [
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("kind"), RegisterSelect("area")]),
            FieldRowPanel([RegisterSelect("decider"), RegisterSelect("contact_unit")]),
        ],
        heading=_("What it is and who decides"),
    ),
    InlinePanel(
        "fees",
        heading=_("What it costs"),
        label=_("fee"),
        help_text=_(
            "A new amount is a new row with its own dates: end the old row the day before. Readers then see both what it costs today and what is decided for later. Put what the matter itself costs first. Costs nothing? Add a row that is free of charge."
        ),
    ),
    InlinePanel(
        "time_rules",
        heading=_("How long it takes"),
        label=_("time rule"),
        help_text=_("Keep the legal limit apart from your usual time: the page shows both, and says which is which."),
    ),
    FieldPanel("no_time_rule"),
    InlinePanel(
        "requirements",
        heading=_("What you must meet"),
        label=_("requirement"),
        help_text=_("Conditions on the company, the people or the premises. What is handed in stands below."),
    ),
    MultipleChooserPanel(
        "evidence",
        chooser_field_name="evidence_type",
        heading=_("What to hand in"),
        label=_("paper"),
        help_text=_("Choose from the register of papers; what the paper must show here, write in its row."),
    ),
    InlinePanel("channels", heading=_("Ways to apply"), label=_("way")),
    MultipleChooserPanel(
        "laws",
        chooser_field_name="law",
        heading=_("Laws"),
        label=_("law"),
        help_text=_("Put the law that gives the decider its power first: it is shown beside who decides."),
    ),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("output_name"), RegisterSelect("output_evidence")]),
            FieldRowPanel(
                [
                    FieldPanel("validity"),
                    FieldPanel("valid_for_from"),
                    FieldPanel("valid_for"),
                    FieldPanel("valid_for_unit"),
                ]
            ),
            FieldPanel("bound_to"),
        ],
        heading=_("What the company gets"),
    ),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("appeal_to"), FieldPanel("appeal_days")]),
            FieldRowPanel([FieldPanel("silence_rule"), FieldPanel("silence_note")]),
        ],
        heading=_("If the answer is no, or does not come"),
    ),
]

CONNECTION_PANELS = [
    InlinePanel(
        "dependencies",
        heading=_("What hangs together"),
        label=_("other guide"),
        help_text=_(
            "What must come first, and where the result is handed in. Tell it at one end: the other guide shows it too."
        ),
    ),
    MultipleChooserPanel("trades", chooser_field_name="trade", heading=_("Trades"), label=_("trade")),
    MultipleChooserPanel("related_guides", chooser_field_name="guide", heading=_("Related guides"), label=_("guide")),
]

CHECK_PANELS = [
    MultiFieldPanel(
        [
            FieldRowPanel([RegisterSelect("checked_by"), FieldPanel("check_every")]),
            FieldRowPanel([FieldPanel("checked_on"), FieldPanel("next_check_on")]),
        ],
        heading=_("Checked facts"),
        help_text=_(
            "The unit is told when it is time to check. A fact that you change here counts as checked today. Single facts are checked off in the report “Facts to check”."
        ),
    ),
    FieldPanel("author_notes"),
]
