"""Reads the demo's content, which is plain TOML in Swedish and English."""

from __future__ import annotations

import tomllib
import uuid
from pathlib import Path
from typing import Any

__all__ = ["CONTENT", "IMAGES", "key_for", "read", "read_folder", "say"]

CONTENT = Path(__file__).parent / "content"
IMAGES = Path(__file__).parent / "images"
_NAMESPACE = uuid.UUID("5d0f8f0e-6f1c-4a39-9f57-d0c4b0bd0a11")


def key_for(*parts: object) -> uuid.UUID:
    """Return the same identity for the same thing every time, so that loading again finds what is there."""
    return uuid.uuid5(_NAMESPACE, "/".join(str(part) for part in parts))


def read(name: str) -> dict[str, Any]:
    """Return one file's content."""
    with (CONTENT / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def read_folder(name: str) -> dict[str, dict[str, Any]]:
    """Return the files of a folder by their key, in the order of their names."""
    return {path.stem: read(f"{name}/{path.stem}") for path in sorted((CONTENT / name).glob("*.toml"))}


def say(pair: Any, language: str) -> str:
    """Return one language of a pair of texts; a plain text is the same in both."""
    text = pair if isinstance(pair, str) else (pair or {}).get(language, "")
    return text.strip()
