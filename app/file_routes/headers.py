"""Headers of a file that goes out: nothing in it may run, and no name may break out of its header."""

from __future__ import annotations

from urllib.parse import quote

from app.files.names import UNKNOWN_TYPE, file_name
from projections.files_tab.media import media_type

# What a browser may show within a page: pictures without scripts, documents, sound. Never HTML or SVG, which can run
# scripts in our name. Of anything else the claimed type is not repeated.
_SHOWN = frozenset(
    {
        "application/pdf",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/webp",
        "audio/aac",
        "audio/amr",
        "audio/flac",
        "audio/mp4",
        "audio/mpeg",
        "audio/ogg",
        "audio/wav",
        "audio/webm",
        "audio/x-m4a",
        "audio/x-wav",
    }
)
_FIXED = {
    "accept-ranges": "bytes",
    "cache-control": "private, no-store",
    "content-security-policy": "sandbox; default-src 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def file_headers(name: str, content_type: str, *, is_inline: bool) -> dict[str, str]:
    """The headers of a file, whatever part of it goes out."""
    kind = media_type(content_type)
    is_harmless = kind in _SHOWN
    return {
        **_FIXED,
        "content-type": kind if is_harmless else UNKNOWN_TYPE,
        "content-disposition": disposition("inline" if is_inline and is_harmless else "attachment", name),
    }


def disposition(how: str, name: str) -> str:
    """With the name twice, as RFC 6266 has it: for clients that know letters beyond ASCII, and for others."""
    safe = file_name(name)
    plain = "".join(one if " " <= one <= "~" and one not in '"%\\' else "_" for one in safe)
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"
