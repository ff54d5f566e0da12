"""The form of a case's data in a package, as JSON Schema: it goes along, so that whoever opens it in ten years can read it."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["CASE_SCHEMA", "as_json"]

_TEXT: dict[str, Any] = {"type": "string"}
_TIME = {"type": ["string", "null"], "format": "date-time"}
_DAY = {"type": ["string", "null"], "format": "date"}
_MONEY = {"type": ["array", "null"], "items": _TEXT, "description": "Kronor, at least and at most"}


def _object(description: str = "", null: bool = False, **properties: Any) -> dict[str, Any]:
    return {
        "type": ["object", "null"] if null else "object",
        **({"description": description} if description else {}),
        "required": sorted(properties),
        "additionalProperties": False,
        "properties": properties,
    }


def _list(items: Any, description: str = "") -> dict[str, Any]:
    return {"type": "array", "items": items, **({"description": description} if description else {})}


_CODED = _object("A code that never changes its meaning, and what it is called", null=True, code=_TEXT, words=_TEXT)
_HELD: dict[str, Any] = {
    "size": {"type": "integer", "description": "Bytes"},
    "sha256": {
        "type": "string",
        "pattern": "^([0-9a-f]{64})?$",
        "description": "Empty for what is not in a package of which something was left out",
    },
    "included": {"type": "boolean"},
    "why_not": {"type": "string", "description": "Why it is not in the package; empty when it is"},
}
_PATH = {"type": "string", "description": "Where it lies in the case's folder; only of what is included"}


def _held(null: bool = False, **properties: Any) -> dict[str, Any]:
    made = _object(null=null, **properties, **_HELD)
    made["properties"]["path"] = _PATH
    return made


_PLAN = _object(
    "The opening plan that came with the message",
    null=True,
    title=_TEXT,
    at={**_DAY, "description": "When it was made"},
    opening=_DAY,
    address=_TEXT,
    costs_once=_MONEY,
    costs_yearly=_MONEY,
    answers=_list(_object(question=_TEXT, answer=_TEXT)),
    matters=_list(_object(title=_TEXT, decider=_TEXT, hand_in=_DAY, decision=_DAY, costs=_MONEY)),
    notes=_list(_TEXT),
)
_MESSAGE = _object(
    "What was said: by the sender, to the sender, or in an internal note",
    direction=_CODED,
    channel=_CODED,
    author=_TEXT,
    at=_TIME,
    text=_TEXT,
    plan=_PLAN,
    files=_list(_held(name=_TEXT, media_type=_TEXT)),
    original=_held(null=True),
)
_CASE = _object(
    number=_TEXT,
    state=_CODED,
    topic=_TEXT,
    unit=_TEXT,
    channel=_CODED,
    language=_TEXT,
    received_at=_TIME,
    first_answer_at=_TIME,
    closed_at=_TIME,
    closing_reason=_TEXT,
    sender=_object(
        name=_TEXT,
        email=_TEXT,
        phone=_TEXT,
        company=_TEXT,
        organisation_number=_TEXT,
        would_like_to_be_reached_by=_TEXT,
    ),
    source=_object("The page that it was sent from", null=True, title=_TEXT, address=_TEXT),
    register=_object(
        "As the register of public records shows it",
        short_content=_TEXT,
        triage=_CODED,
        registration_number=_TEXT,
        decided_at=_TIME,
        decided_by=_TEXT,
    ),
    secrecy=_object("A warning of secrecy, not a decision", null=True, ground=_TEXT, at=_TIME, set_by=_TEXT),
    notice=_object(
        "The notice on personal data", null=True, told=_CODED, text=_TEXT, first_used_at=_TIME, sha256=_TEXT
    ),
    merged_into={"type": ["string", "null"], "description": "The number of the case that it is merged with"},
    merged_here=_list(_TEXT, "Numbers of the cases that are merged with this one"),
    disposed=_object("What was in it has been disposed of", null=True, at=_TIME, decision=_TEXT),
)
CASE_SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "dukat-bord/case/1",
    "description": "A case of the inbox. Times are those of Sweden, with their offset.",
    **_object(
        schema={"const": "dukat-bord/case/1"},
        made_at=_TIME,
        masked={"type": "boolean", "description": "Whether something was left out; it stands under masking"},
        case=_CASE,
        messages=_list(_MESSAGE),
        mails=_list(
            _object(
                "Mail to the sender, and what was sent on to another authority",
                purpose=_CODED,
                state=_CODED,
                to=_TEXT,
                cc=_list(_TEXT),
                subject=_TEXT,
                text=_TEXT,
                at=_TIME,
                sent_at=_TIME,
                message_id=_TEXT,
            )
        ),
        received_mails=_list(_held(author=_TEXT, subject=_TEXT, at=_TIME), "Mail that machines sent"),
        ratings=_list(_object(helped=_CODED, words=_TEXT, at=_TIME)),
        history=_list(_object(kind=_TEXT, what=_TEXT, detail=_TEXT, by=_TEXT, at=_TIME)),
    ),
}
CASE_SCHEMA["properties"]["masking"] = _list(
    _object("What was left out", kind=_TEXT, name=_TEXT, ground=_TEXT, count={"type": "integer"})
)


def as_json() -> bytes:
    """Return the schema as a file."""
    return (json.dumps(CASE_SCHEMA, ensure_ascii=False, indent=1) + "\n").encode()
