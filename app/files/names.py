"""Names and types of files as people and programs claim them, made fit to be kept and shown."""

from __future__ import annotations

import re
import unicodedata

NAME_MAX = 255  # characters: what file systems take
EXTENSION_MAX = 20  # characters behind the last dot that survive where a name is cut
TYPE_MAX = 255  # characters
UNNAMED = "file"
UNKNOWN_TYPE = "application/octet-stream"
# What turns the direction of writing round: a name that ends in "gpj.exe" shows as one that ends in "exe.jpg".
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_NEVER = frozenset({"Cc", "Cs", "Zl", "Zp"})  # controls, half characters, ends of lines
_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+\s*(;[\x20-\x7e]*)?", re.ASCII)


def file_name(claimed: str | None) -> str:
    """A name without folders, controls and tricks; at most NAME_MAX characters, its extension kept."""
    last = re.split(r"[/\\]", claimed or "")[-1]
    name = "".join(one for one in last if one not in _TURNING and unicodedata.category(one) not in _NEVER).strip()
    if not name.strip("."):
        return UNNAMED
    if len(name) <= NAME_MAX:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > EXTENSION_MAX:
        return name[:NAME_MAX]
    return f"{stem[: NAME_MAX - len(extension) - 1]}.{extension}"


def content_type(claimed: str | None) -> str:
    """The type as claimed, where it looks like one; nobody checks whether it is true."""
    kept = (claimed or "").strip()
    return kept if len(kept) <= TYPE_MAX and _TYPE.fullmatch(kept) else UNKNOWN_TYPE
