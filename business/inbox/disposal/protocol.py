"""What is written down of a disposal: what went, when, and by which decision; nothing of whom it was about.

Those who proposed and approved it are told by the keys of their accounts. A case is told by its number, what it was about
(topic and channel), its days, how much there was and the fingerprint of what went. The words of an officer who took a
case out stand on the page of the disposal alone, and go with the case: so a protocol stays what its fingerprint says.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from typing import Any

from business.core.spreadsheets import BOM, harmless

from ..enums import ItemState
from ..models import Disposal, DisposalItem, DisposalProtocol

__all__ = ["FORMAT", "ProtocolError", "as_csv", "as_json", "digest_of", "parse", "text_of"]

FORMAT = "dukat-bord/disposal/1"
COLUMNS = (
    "number",
    "topic",
    "channel",
    "received",
    "closed",
    "triage",
    "registered_number",
    "messages",
    "mails",
    "files",
    "sha256",
    "disposed",
)


class ProtocolError(ValueError):
    """A file that is no protocol of ours, or one that was changed."""


def digest_of(text: str) -> str:
    """Return the fingerprint of a protocol: the SHA-256 of its text."""
    return hashlib.sha256(text.encode()).hexdigest()


def _text(content: Any) -> str:
    """Return JSON in one form: keys in order, no spaces."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def text_of(disposal: Disposal) -> str:
    """Return the protocol of a disposal that is carried out, as the text that its fingerprint is made of."""
    items = list(disposal.items.order_by("received_at", "pk"))
    done = [_row(item) for item in items if item.state == ItemState.DONE]
    return _text(
        {
            "format": FORMAT,
            "disposal": disposal.pk,
            "repeats": disposal.repeats,
            "decision": disposal.rule_text,
            "as_of": disposal.as_of.isoformat(),
            "proposed_at": disposal.proposed_at.isoformat(),
            "proposed_by": disposal.proposed_by_id,
            "approved_at": disposal.decided_at.isoformat() if disposal.decided_at else "",
            "approved_by": disposal.decided_by_id,
            "finished_at": disposal.finished_at.isoformat() if disposal.finished_at else "",
            "cases": done,
            "not_disposed_of": [
                {"number": item.number, "why": item.reason or ("taken_out" if item.state == ItemState.OUT else "")}
                for item in items
                if item.state != ItemState.DONE
            ],
            "totals": {
                name: sum(row[name] for row in done) if name != "cases" else len(done)
                for name in ("cases", "messages", "mails", "files")
            },
        }
    )


def _row(item: DisposalItem) -> dict[str, Any]:
    return {
        "number": item.number,
        "topic": item.topic,
        "channel": item.channel,
        "received": item.received_at.isoformat(),
        "closed": item.closed_at.isoformat() if item.closed_at else "",
        "triage": item.triage,
        "registered_number": item.registered_number,
        "messages": item.messages,
        "mails": item.mails,
        "files": item.files,
        "sha256": item.digest,
        "disposed": item.done_at.isoformat() if item.done_at else "",
    }


def as_json(protocol: DisposalProtocol) -> str:
    """Return the protocol as a file: its content, and the fingerprint of the content in its one form."""
    return json.dumps(
        {"protocol": json.loads(protocol.text), "sha256": protocol.digest},
        ensure_ascii=False,
        indent=1,
        sort_keys=True,
    )


def as_csv(protocol: DisposalProtocol) -> Iterator[bytes]:
    """Return the cases of the protocol as lines for a spreadsheet."""
    yield BOM.encode()
    for row in [COLUMNS, *([case[name] for name in COLUMNS] for case in json.loads(protocol.text)["cases"])]:
        line = io.StringIO()
        csv.writer(line, delimiter=";").writerow([harmless(value) for value in row])
        yield line.getvalue().encode()


def parse(file: str) -> tuple[dict[str, Any], str]:
    """Read the file that `as_json` wrote, and return its content and its fingerprint.

    Raises:
        ProtocolError: it is another file, or what it holds does not have that fingerprint.
    """
    try:
        whole = json.loads(file)
        content, digest = whole["protocol"], whole["sha256"]
        is_ours = content["format"] == FORMAT and isinstance(content["cases"], list)
    except (ValueError, KeyError, TypeError) as error:
        raise ProtocolError("The file is not a protocol of disposal.") from error
    if not is_ours:
        raise ProtocolError("The file is not a protocol of disposal.")
    if digest_of(_text(content)) != digest:
        raise ProtocolError("The protocol does not have its fingerprint: it has been changed.")
    return content, digest
