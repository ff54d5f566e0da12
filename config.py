"""Gives site/ the importable name ``config`` (``site`` belongs to the standard library)."""

from pathlib import Path

__path__ = [str(Path(__file__).resolve().parent / "site")]
