"""Names of files that came with a mail: what its writer called them, fit to be shown and saved."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from app.bulk.mail.charsets import NO_CHARACTER, storable
from app.bulk.mail.parts import Part

NAME_MAX = 200  # characters
_ENDINGS = {
    "application/ms-tnef": ".dat",
    "application/pdf": ".pdf",
    "application/pgp-signature": ".asc",
    "application/pkcs7-signature": ".p7s",
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "image/png": ".png",
    "message/rfc822": ".eml",
    "message": ".txt",
    "text/calendar": ".ics",
    "text/html": ".html",
    "text": ".txt",
}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def file_name(part: Part, number: int) -> str:
    """What a part is called, in whichever header and encoding that stands, else by its type and its place."""
    kind, family = part.kind, part.kind.partition("/")[0]
    return given_name(part) or f"{family}-{number}{_ENDINGS.get(kind) or _ENDINGS.get(family, '.bin')}"


def given_name(part: Part) -> str:
    """The name that a part bears; empty where it bears none."""
    return (
        tidy(part.parameter("filename", "content-disposition"))
        or tidy(part.parameter("name", "content-type"))
        or tidy(_last_of_path(part.text("content-location")))
    )


def tidy(name: str) -> str:
    """Without folders, control characters and marks that turn the writing; not too long, and its ending is kept."""
    text = _CONTROL.sub("", storable(" ".join(name.split())))
    text = (
        text.replace("\\", "/").rpartition("/")[2].strip().strip(NO_CHARACTER) if "/" in text or "\\" in text else text
    )
    if text.strip(". ") == "":
        return ""
    stem, dot, ending = text.rpartition(".")
    if len(text) > NAME_MAX and dot and len(ending) < NAME_MAX // 4:
        return f"{stem[: NAME_MAX - len(ending) - 1]}.{ending}"
    return text[:NAME_MAX]


def _last_of_path(location: str) -> str:
    try:
        path = unquote(urlsplit(location.strip()).path)
    except ValueError:
        return ""
    return path.rpartition("/")[2] if "." in path else ""
