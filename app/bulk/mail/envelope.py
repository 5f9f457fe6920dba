"""Envelope: what the headers of a mail say of it: when, who, to whom, and what it answers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from app.bulk.mail.addresses import Mailbox, mailboxes
from app.bulk.mail.charsets import storable, unworded
from app.bulk.mail.dates import instant, received_at
from app.bulk.mail.faults import NoMessage
from app.bulk.mail.parts import Part
from app.lead.email_addressing import MESSAGE_ID_MAX, SUBJECT_MAX
from app.lead.emails import ADDRESS_MAX, REFERENCES_MAX

ID_WITHOUT_ONE = "{digest}@without.message-id.invalid"
# Where a mail came to, in the words of those who delivered it: also where it was sent to nobody by name.
_DELIVERED = ("delivered-to", "x-delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
_HEADERS = ("from", "sender", "to", "cc", "bcc", "date", "subject", "message-id", "received", "return-path", "reply-to")
_ID = re.compile(r"<\s*([^<>\s][^<>]*)>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Headers as they are logged and compared.

    Attributes:
        at: in UTC; None where neither its Date nor the server that received it tells.
        dated_by: the header that told.
        message_id: made of its content where it has none; with angle brackets, as those it answers.
        delivered: addresses of those who got it, besides those that it names.
    """

    message_id: str
    in_reply_to: str | None
    references: tuple[str, ...]
    at: datetime | None
    dated_by: str | None
    senders: tuple[Mailbox, ...]
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    bcc: tuple[Mailbox, ...]
    delivered: tuple[Mailbox, ...]
    subject: str

    @property
    def sender(self) -> str | None:
        """As it stands there."""
        return ", ".join(one.shown for one in self.senders)[:ADDRESS_MAX] or None

    @property
    def ancestors(self) -> tuple[str, ...]:
        """Messages that it answers, nearest first."""
        return tuple(dict.fromkeys(one for one in (self.in_reply_to, *reversed(self.references)) if one))


def envelope_of(message: Part, raw: bytes) -> Envelope:
    """What its headers say.

    Raises:
        NoMessage: it has no headers.
    """
    if not any(name in message for name in _HEADERS):
        raise NoMessage("It does not begin with the headers of a message.")
    charset = message.charset or _charset_inside(message)

    def people(*names: str) -> tuple[Mailbox, ...]:
        found = chain.from_iterable(mailboxes(text, charset) for name in names for text in message.texts(name))
        return tuple(dict.fromkeys(found))

    replied = _ids(message.texts("in-reply-to"))
    references = (*replied[1:], *_ids(message.texts("references")))
    at = instant(message.text("date"))
    received = received_at(message.texts("received")) if at is None else None
    return Envelope(
        message_id=next(iter(_ids(message.texts("message-id"))), None) or _made_of(raw),
        in_reply_to=replied[0] if replied else None,
        references=_bounded(references),
        at=at or received,
        dated_by="Date" if at else "Received" if received else None,
        senders=people("from") or people("sender") or people("return-path"),
        to=people("to"),
        cc=people("cc"),
        bcc=people("bcc"),
        delivered=people(*_DELIVERED),
        subject=" ".join(unworded(message.text("subject"), charset).split())[:SUBJECT_MAX],
    )


def _charset_inside(message: Part) -> str | None:
    """The charset of its first text, in which headers without any are often written too."""
    for one in message.inner[:10]:
        if charset := one.charset or _charset_inside(one):
            return charset
    return None


def _ids(headers: Iterable[str]) -> tuple[str, ...]:
    """Message-IDs, each once; one without brackets is taken where it stands alone."""
    found: dict[str, None] = {}
    for header in headers:
        matches = [" ".join(match.split()) for match in _ID.findall(header)]
        bare = header.strip().strip("<>")
        if not matches and bare and not any(character.isspace() for character in bare):
            matches = [bare]
        for one in matches:
            kept = f"<{storable(one)}>"
            if len(kept.encode("utf-8", "replace")) <= MESSAGE_ID_MAX:
                found[kept] = None
    return tuple(found)


def _bounded(references: tuple[str, ...]) -> tuple[str, ...]:
    """The first, by which a whole conversation is known, and the last."""
    fit = [one for one in dict.fromkeys(references) if len(one) <= ADDRESS_MAX]
    return tuple(fit if len(fit) <= REFERENCES_MAX else (fit[0], *fit[1 - REFERENCES_MAX :]))


def _made_of(raw: bytes) -> str:
    """The same for the same message, however its lines end."""
    digest = hashlib.sha256(b"\n".join(raw.splitlines()).strip()).hexdigest()
    return f"<{ID_WITHOUT_ONE.format(digest=digest)}>"
