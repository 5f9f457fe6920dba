"""Media types, as filters compare them."""

from __future__ import annotations

UNKNOWN = "application/octet-stream"


def media_type(content_type: str) -> str:
    """In small letters and without parameters; what has no slash is of no known type."""
    essence = content_type.partition(";")[0].strip().lower()
    group, slash, kind = essence.partition("/")
    return essence if slash and group.strip() and kind.strip() else UNKNOWN
