"""Threads: which e-mails of a lead belong together.

Two messages are linked where one names the other in In-Reply-To or References, where both name a third one, or where
neither has these headers and both have the same base subject and participants. A thread is what links hold together,
in whatever order its messages are logged. A thread has the id of the message that began it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from app.ids import ActivityId, LeadId, ThreadId
from app.lead.email_addressing import MESSAGE_ID_MAX, base_subject, message_ids, message_key, participants
from app.lead.event import LeadEvent
from app.situation import Claim
from app.text import forbidden

if TYPE_CHECKING:
    from app.situation import Situation

MESSAGE = "message"  # kind of claim: a Message-ID on a lead, held by the thread that the message was logged into
LINKED = "email link"  # a Message-ID that a message on a lead has or names, held by a thread; for ever
SUBJECT = "email subject"  # a base subject and participants on a lead, held by a thread; for ever
JOINED = "email thread"  # a thread that was joined into another, held by that one; for ever
JOINED_MAX = 1_000  # messages that one event moves; larger threads stay apart
LINKS_MAX = 100  # Message-IDs of one message that link it: the first and the last that it names
_CHAIN_MAX = 100  # threads that were joined one into the next; the smaller into the larger, so that they are few


class EmailThreadsJoined(LeadEvent, frozen=True, kw_only=True, tag="lead.email_threads_joined"):
    """A message linked two threads: the e-mails of one are in the other from now on.

    Attributes:
        thread_lead_id, into_lead_id: the leads in whose streams they began, where those were merged into this one.
    """

    entity: ClassVar[str | None] = "thread_id"

    thread_id: ThreadId
    into_id: ThreadId
    email_ids: tuple[ActivityId, ...] = ()
    thread_lead_id: LeadId | None = None
    into_lead_id: LeadId | None = None

    def takes(self, stream_id: UUID) -> tuple[tuple[Claim, UUID], ...]:
        return ((_joined_claim(self.thread_id), self.into_id),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Headers:
    """What of a message says to which thread it belongs.

    Attributes:
        names: Message-IDs that it names, nearest first.
        subject_key: of its base subject and participants; None where these do not count.
    """

    message_id: str | None
    names: tuple[str, ...]
    subject_key: str | None = None

    @property
    def links(self) -> tuple[str, ...]:
        """Message-IDs by which it is linked: those that it names, and its own."""
        own = (self.message_id,) if self.message_id else ()
        return tuple(dict.fromkeys((*self.names, *own)))

    def asks_claims(self, lead_id: LeadId) -> tuple[Claim, ...]:
        """By which its thread is found, and whether the message is there already."""
        claims = [claim for one in self.links for claim in (_linked_claim(lead_id, one), *message_claims(lead_id, one))]
        return (*claims, subject_claim(lead_id, self.subject_key)) if self.subject_key else tuple(claims)

    def threads(self, lead_id: LeadId, claimed: Mapping[Claim, UUID]) -> tuple[ThreadId, ...]:
        """The threads that it links as they are now, the nearest first."""
        owners = (_owner(claims, claimed) for claims in self._finding(lead_id))
        return tuple(dict.fromkeys(thread_now(ThreadId(owner), claimed) for owner in owners if owner))

    def _finding(self, lead_id: LeadId) -> Iterator[tuple[Claim, ...]]:
        """Claims that find a thread, the first of each that is held.

        What is linked knows its thread best. Messages that were logged before there were links are known by their own
        claims alone.
        """
        for name in self.names:
            yield _linked_claim(lead_id, name), *message_claims(lead_id, name)
        if self.message_id:
            yield (_linked_claim(lead_id, self.message_id),)
        if self.subject_key:
            yield (subject_claim(lead_id, self.subject_key),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a message belongs.

    Attributes:
        links: Message-IDs that nothing has linked before; they find this thread from now on.
        subject_key: as `links`; None where it was known before, or does not count.
        joined: threads that become one with its own.
    """

    thread_id: ThreadId
    links: tuple[str, ...] = ()
    subject_key: str | None = None
    joined: tuple[EmailThreadsJoined, ...] = ()


def headers_of(message_id: str | None, in_reply_to: str | None, references: Sequence[str]) -> Headers:
    """The headers of a message, as they are compared."""
    named = [one for text in references for one in message_ids(text)]
    named = named if len(named) < LINKS_MAX else [named[0], *named[2 - LINKS_MAX :]]
    names = dict.fromkeys((*message_ids(in_reply_to)[:LINKS_MAX], *reversed(named)))
    return Headers(message_id=_storable(message_id), names=tuple(names))


def subject_key(subject: str, addresses: Iterable[str | None]) -> str | None:
    """What messages without headers are grouped by; None: by nothing, because they say too little."""
    base, people = base_subject(subject), sorted(participants(addresses))
    if not base or not people:
        return None
    return hashlib.sha256("\x1f".join((base, *people)).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def place_of(email_id: ActivityId, headers: Headers, lead_id: LeadId, at: Situation, *, is_draft: bool) -> Place:
    """Where a message belongs. A draft joins the nearest thread, and links nothing until it is sent."""
    threads = headers.threads(lead_id, at.claimed)
    if is_draft:
        return Place(thread_id=threads[0] if threads else ThreadId(email_id))
    size = {one: min(len(at.threads.get(one, ())), JOINED_MAX + 1) for one in threads}
    thread_id = max(threads, key=size.__getitem__, default=ThreadId(email_id))
    key = headers.subject_key
    return Place(
        thread_id=thread_id,
        links=tuple(one for one in headers.links if _linked_claim(lead_id, one) not in at.claimed),
        subject_key=key if key and subject_claim(lead_id, key) not in at.claimed else None,
        joined=tuple(_joined(thread_id, threads, at)),
    )


def place_claims(
    lead_id: UUID, thread_id: ThreadId, links: Iterable[str], key: str | None
) -> tuple[tuple[Claim, UUID], ...]:
    """What a message takes by which its thread is found from now on."""
    linked = tuple((_linked_claim(lead_id, one), thread_id) for one in links)
    return (*linked, (subject_claim(lead_id, key), thread_id)) if key else linked


def message_claims(lead_id: UUID, message_id: str) -> tuple[Claim, ...]:
    """The claims of a message on a lead, in every form in which one was ever taken; the first is how it is now."""
    bare = message_key(message_id) or message_id
    forms = dict.fromkeys((bare, f"<{bare}>", message_id))
    return tuple(Claim(MESSAGE, f"{lead_id}\x1f{one}") for one in forms)


def joined_claims(threads: Iterable[UUID], claimed: Mapping[Claim, UUID]) -> Iterator[Claim]:
    """What tells whether threads were joined into others, and those into others again."""
    for thread_id in threads:
        yield _joined_claim(thread_now(ThreadId(thread_id), claimed))


def thread_now(thread_id: ThreadId, claimed: Mapping[Claim, UUID]) -> ThreadId:
    """The thread that one has become by being joined into others, as far as that is known."""
    for _ in range(_CHAIN_MAX):
        into = claimed.get(_joined_claim(thread_id))
        if into is None:
            break
        thread_id = ThreadId(into)
    return thread_id


def subject_claim(lead_id: UUID, key: str) -> Claim:
    """The claim that finds the thread of messages without headers."""
    return Claim(SUBJECT, f"{lead_id}\x1f{key}")


def _storable(message_id: str | None) -> str | None:
    """A Message-ID in the form in which it is compared; one that is refused is looked up as little as none."""
    key = message_key(message_id)
    return key if key and not forbidden(key, ()) and len(key.encode()) <= MESSAGE_ID_MAX else None


def _owner(claims: Iterable[Claim], claimed: Mapping[Claim, UUID]) -> UUID | None:
    return next((claimed[one] for one in claims if one in claimed), None)


def _joined(into_id: ThreadId, threads: Iterable[ThreadId], at: Situation) -> Iterator[EmailThreadsJoined]:
    for thread_id in threads:
        emails = tuple(sorted(at.threads.get(thread_id, ())))
        if thread_id != into_id and len(emails) <= JOINED_MAX:
            yield EmailThreadsJoined(thread_id=thread_id, into_id=into_id, email_ids=emails)


def _linked_claim(lead_id: UUID, message_id: str) -> Claim:
    return Claim(LINKED, f"{lead_id}\x1f{message_id}")


def _joined_claim(thread_id: UUID) -> Claim:
    return Claim(JOINED, str(thread_id))
