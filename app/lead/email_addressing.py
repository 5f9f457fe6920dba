"""What an e-mail says on its outside: Message-IDs, addresses and subjects, in the form in which they are compared."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from app.folding import label_key
from app.text import forbidden

SUBJECT_MAX = 998  # characters
MESSAGE_ID_MAX = 998  # bytes: the longest line of a message, RFC 5322 2.1.1; a claim's key has room for no more
_ANGLED_ID = re.compile(r"<([^<>]+)>")
_ANGLED_END = re.compile(r"<([^<>]*)>\s*$")
# What programs of several languages put before the subject of an answer or of something passed on.
_PREFIXES = (
    "re|fwd?|aw|wg|sv|vs|vb|vl|antw|doorst|tr|rv|res|enc|odp|pd|ynt|ilt|ref|rif|bls|trs|atb|fs|vá|továbbítás"
    "|отв|ответ|пересл|на|回复|答复|转发|回覆|轉寄|返信|転送"
)
_PREFIX = re.compile(
    rf"^((?:\[[^\[\]]*\]\s*)*)(?:{_PREFIXES})\s*(?:\[\d+\]|\(\d+\)|\^\d+)?\s*[:\uff1a]\s*", re.IGNORECASE
)
_TRAILER = re.compile(r"\s*\(fwd\)$", re.IGNORECASE)
_PASSED_ON = re.compile(r"^\[\s*(?:fwd?|wg)\s*:\s*(.*)\]$", re.IGNORECASE)
_TAG = re.compile(r"^\[[^\[\]]*\]\s*(?=\S)")


class Mailbox(NamedTuple):
    """An address and the name before it; `email` as it was written."""

    email: str
    name: str | None


def message_ids(text: str | None) -> tuple[str, ...]:
    """The Message-IDs in a text, in order, as they are compared: without angle brackets and white space.

    A word without brackets is one; among several words, each that has an @. Those that cannot be kept are left out.
    """
    if not text:
        return ()
    words = text.split()
    found = _ANGLED_ID.findall(text) or (words if len(words) == 1 else [one for one in words if "@" in one])
    bare = ("".join(one.split()).strip("<>") for one in found)
    return tuple(one for one in bare if one and not forbidden(one, ()) and len(one.encode()) <= MESSAGE_ID_MAX)


def message_key(text: str | None) -> str | None:
    """The Message-ID of a message as it is compared; None: it has none."""
    if not text:
        return None
    return next(iter(message_ids(text)), None) or "".join(text.split()).strip("<>") or None


def mailbox(text: str | None) -> Mailbox | None:
    """The address in `Name <name@domain>` or `name@domain`; None: there is none."""
    if not text:
        return None
    angled = _ANGLED_END.search(text)
    email = (angled[1] if angled else text).strip()
    if "@" not in email or any(character.isspace() for character in email):
        return None
    name = text[: angled.start()].strip().strip('"').strip() if angled else ""
    return Mailbox(email, name or None)


def participants(texts: Iterable[str | None]) -> frozenset[str]:
    """The addresses in texts, as they are compared."""
    return frozenset(found.email.casefold() for text in texts if (found := mailbox(text)))


def shown_subject(subject: str) -> str:
    """A subject without what answering and passing on put around it; as RFC 5256 has it, but with its [tags]."""
    shown = " ".join(subject[:SUBJECT_MAX].split())
    if ":" not in shown and "\uff1a" not in shown and not shown.endswith(")"):
        return shown  # most are plain
    before = None
    while shown != before:
        before = shown
        shown = _TRAILER.sub("", shown)
        shown = _PASSED_ON.sub(r"\1", shown)
        shown = _PREFIX.sub(r"\1", shown, count=1).strip()
    return shown


def base_subject(subject: str) -> str:
    """What of a subject is compared: also without [tags] before it, and without case. Empty: nothing."""
    base = shown_subject(subject)
    while (untagged := shown_subject(_TAG.sub("", base, count=1))) != base:
        base = untagged
    return label_key(base)
