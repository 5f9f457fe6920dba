"""What reading a mail may meet, and what the standard library's readers raise where their authors did not expect it."""

from __future__ import annotations

FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


class NoMessage(Exception):
    """A file cannot be read as a message; the text says why, as a sentence."""
