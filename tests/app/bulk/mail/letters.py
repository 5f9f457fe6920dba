"""Messages for tests: the corpora's, and ones that are written here."""

from __future__ import annotations

from pathlib import Path

from app.bulk.mail.bodies import Bodies, bodies_of
from app.bulk.mail.envelope import Envelope, envelope_of
from app.bulk.mail.parts import parsed

CORPORA = Path(__file__).parents[3] / "corpora"
MIKEL = CORPORA / "mail_mikel" / "spec" / "fixtures" / "emails"
TALON = CORPORA / "mail_talon" / "tests" / "fixtures"
QUOTEQUAIL = CORPORA / "mail_quotequail" / "tests" / "files"


def read(raw: bytes) -> tuple[Envelope, Bodies]:
    """A message, taken apart."""
    part = parsed(raw)
    return envelope_of(part, raw), bodies_of(part)


def from_corpus(name: str) -> tuple[Envelope, Bodies]:
    """The one message of the corpora whose path ends so."""
    (path,) = [path for path in (*MIKEL.rglob("*.eml"), *TALON.rglob("*.eml")) if str(path).endswith(f"/{name}")]
    return read(path.read_bytes())


def written(text: str, **headers: str) -> bytes:
    """A plain message; `_` in the name of a header is a hyphen, and an empty header is left out."""
    usual = {
        "From": "ann@bluth.example",
        "To": "ada@acme.example",
        "Subject": "Hello",
        "Date": "Fri, 2 Jan 2026 10:00:00 +0100",
    }
    both = {**usual, **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = [f"{name}: {value}" for name, value in both.items() if value]
    return ("\r\n".join(lines) + "\r\n\r\n" + text.replace("\n", "\r\n")).encode("utf-8", "surrogateescape")
