"""What of a mail its sender wrote, and what is repeated below it. For the eye only: the text itself stays whole."""

from __future__ import annotations

import re

__all__ = ["split"]

# "Den 3 november 2026 kl. 10:12 skrev Kim Lindqvist <kim@kommun.se>:", also on two or three lines, in the ways that
# Gmail, Apple, Outlook and Thunderbird write it in Swedish and English.
_WROTE = re.compile(r"\b(skrev|wrote)\b", re.IGNORECASE)
_WHEN = re.compile(r"\d{1,2}[.:]\d{2}|\b\d{4}\b")
_OPENS = re.compile(
    r"(den|on|mån|tis|ons|tors?|fre|lör|sön|mon|tue|wed|thu|fri|sat|sun)\w*\b|\d{1,4}[ ./-]", re.IGNORECASE
)
MOST_LINES, LONGEST = 3, 300
# "-----Ursprungligt meddelande-----", on telephones "-------- Originalmeddelande --------"
_ORIGINAL = re.compile(
    r"[-_ ]{2,}\s*(ursprungligt meddelande|originalmeddelande|original message)\s*[-_ ]{2,}", re.IGNORECASE
)
# "Från: …" and, close below it, "Skickat: …"
_FROM = re.compile(r"\*?(från|from)\s?:\*?\s", re.IGNORECASE)
_SENT = re.compile(r"\*?(skickat|datum|sent|date)\s?:\*?\s", re.IGNORECASE)
_RULE = re.compile(r"[_-]{5,}")
HEAD_LINES = 6
_SIGNATURE = re.compile(
    r"--\s?|(skickat från (min|e-post för|outlook|yahoo)|skickat med proton|hämta outlook för"
    r"|sent from (my|outlook|yahoo)|sent with proton|get outlook for)\b.{0,60}",
    re.IGNORECASE,
)
MOST_SIGNATURE = 12  # lines: more is no signature


def split(text: str) -> tuple[str, str]:
    """Return what the sender wrote and the rest: a quote, or a signature. Put together they are the text.

    An answer that stands between or below quoted lines is left as it is: nobody could read it without them. So is a text
    that is nothing but a quote.
    """
    lines = text.splitlines(keepends=True)
    end = _end_of_said(lines)
    said = "".join(lines[:end])
    if not said.strip():
        return text, ""
    return said, "".join(lines[end:])


def _end_of_said(lines: list[str]) -> int:
    """Return the number of the line with which the quote begins, or the signature before it."""
    bare = [line.strip() for line in lines]
    tail = _tail(bare)
    end = next((number for number in range(len(bare)) if _begins_quote(bare, number, tail)), len(bare))
    while end and not bare[end - 1]:
        end -= 1
    for number in range(max(0, end - MOST_SIGNATURE), end):
        if _SIGNATURE.fullmatch(bare[number]) and any(bare[:number]):
            return number
    return end if any(bare[end:]) else len(lines)


def _tail(lines: list[str]) -> int:
    """Return the number of the line from which nothing follows but quoted lines, who wrote them, and a signature."""
    least = max(0, len(lines) - MOST_SIGNATURE)
    tail = next((number for number in range(least, len(lines)) if _SIGNATURE.fullmatch(lines[number])), len(lines))
    while tail:
        if not lines[tail - 1] or lines[tail - 1].startswith(">"):
            tail -= 1
        elif length := _attribution_before(lines, tail):
            tail -= length
        else:
            break
    return tail


def _begins_quote(lines: list[str], number: int, tail: int) -> bool:
    line = lines[number]
    if not line or len(line) > LONGEST:
        return False
    if _ORIGINAL.fullmatch(line) or _begins_head(lines, number):
        return True
    if line.startswith(">"):
        return number >= tail
    length = _attribution(lines, number)
    if not length:
        return False
    after = next((one for one in lines[number + length :] if one), "")
    return number >= tail if after.startswith(">") else bool(_OPENS.match(line))


def _attribution(lines: list[str], number: int) -> int:
    """Return how many lines tell who wrote what follows, and when; 0 if these do not."""
    joined = ""
    for length in range(1, MOST_LINES + 1):
        if number + length > len(lines) or not lines[number + length - 1]:
            return 0
        joined = f"{joined} {lines[number + length - 1]}".strip()
        if len(joined) > LONGEST:
            return 0
        if joined.endswith(":"):
            return length if _WROTE.search(joined) and _WHEN.search(joined) else 0
    return 0


def _attribution_before(lines: list[str], end: int) -> int:
    """Return how many lines just before this one tell who wrote what follows; 0 if they do not.

    A line may do so alone and be the end of a longer one: "On Fri, Nov 27, 2026 Kim <", "arende+db-2026-00042@… wrote:".
    """
    lengths = [n for n in range(1, min(MOST_LINES, end) + 1) if _attribution(lines, end - n) == n]
    opening = [length for length in lengths if _OPENS.match(lines[end - length])]
    return max(opening, default=min(lengths, default=0))


def _begins_head(lines: list[str], number: int) -> bool:
    """Whether Outlook's head of the mail that is answered begins here, with or without a line drawn above it."""
    if _RULE.fullmatch(lines[number]):
        number = next((later for later in range(number + 1, min(number + 3, len(lines))) if lines[later]), number)
    return bool(_FROM.match(lines[number])) and any(
        _SENT.match(line) for line in lines[number + 1 : number + 1 + HEAD_LINES]
    )
