"""What comes to the dispatcher and what it answers: commands, requests, results, and its own refusals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import msgspec

from app.event import Elsewhere, Entry, Event, Fact
from app.refusal import Code, Refusal
from app.situation import Actor, Situation


class Command(Protocol):
    """What every command has. Some have more, by which the dispatcher finds what their decision needs:

    `lead_id` (whose stream it is; without it and without `about`, the organization's), `creates` (the stream is new),
    `about` (the activity, task, contact or opportunity by whose facts the stream is found), `found_by` (the claim whose
    owner the stream is; `lead_id` where nobody holds it), `restores` (deleted leads are there for it), `needs_entry`
    (the facts about the last entry that it left in the feed belong to them), `asks_claims()`, `asks_further(situation)`
    (claims that follow from those), `asks_threads(situation)` and `least_threads` (threads whose e-mails it may move),
    `file_ids` (files that it attaches), `asks_phones(situation)` (numbers that some contact may have), `item_ids`
    (items of the actor's own inbox: the stream is the actor's desk), `question` and `asks_about` (what is counted under
    the lock), `expected_version` and `writes` (None: everything), `produces` (ids of the result, by attribute),
    `other_lead_id` (a second lead, into whose stream it may put facts too, as it is without what merges made of it) and
    `expected_other_version`, `words` (what its input calls these, where that is something else).
    """

    def decide(self, state: Any, at: Situation, /) -> Sequence[Event | Elsewhere]:
        """The facts that follow; none where there is nothing to do."""
        ...


class IdempotencyMismatch(Refusal):
    """This idempotency key was used for another input before. Use a new key for a new command."""

    code = Code.IDEMPOTENCY_MISMATCH


class ClaimTaken(Refusal):
    """Another one in this organization has this {kind} already."""

    code = Code.DUPLICATE


class VersionConflict(Refusal):
    """Somebody else changed this in the meantime: the lead is at version {current} now."""

    code = Code.CONFLICT

    def __init__(self, *path: str, lead_id: UUID, changes: Sequence[Fact[Event]], **params: Any) -> None:
        """`changes` are the later facts that stand against the input."""
        super().__init__(*path, **params)
        self.lead_id = lead_id
        self.changes = tuple(changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Idempotency:
    """A client's key and the fingerprint of the input that it stands for."""

    key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Who asks, through what, and which request it belongs to."""

    org_id: UUID
    actor: Actor
    source: str | None = None
    correlation_id: UUID
    causation_id: UUID | None = None
    idempotency: Idempotency | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a command would do now.

    Attributes:
        entries: what it would append; none where there is nothing to do, or where its key was used already.
        done: as it would be; things that it would make have ids in it that nothing bears.
    """

    entries: tuple[Entry[Event], ...] = ()
    done: Done


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What a command did.

    Attributes:
        stream_id: the lead's (or organization's, or of a desk the user's) id.
        version: of the stream, behind it.
        ids: what it made or changed, by the command's own words: {"lead": …, "note": …}.
        events: id of the last event of each name.
        position: of the log behind it.
    """

    stream_id: UUID
    version: int
    ids: dict[str, UUID]
    events: dict[str, UUID]
    position: int = 0
