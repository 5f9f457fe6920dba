"""What a decision may know besides the state of its own stream. Everything comes in; nothing is fetched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from app.ids import ActivityId, FileId, ItemId, KeyId, LeadId, ThreadId, UserId
from app.vocabulary import InboxItemKind

if TYPE_CHECKING:
    from app.event import Event, Fact
    from app.organization.organization import Organization


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts, through which key. Both are None for the system itself."""

    user_id: UserId | None = None
    key_id: KeyId | None = None


class Claim(NamedTuple):
    """A key that only one owner in an organization may hold, such as a message id on a lead."""

    kind: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFile:
    """A file that a command names: one that a lead has, or an upload that waits to be used.

    Attributes:
        content_type: as whoever sent it claims.
        sha256: of its bytes, 64 hexadecimal digits.
        lead_id: None for an upload that no lead has yet.
        uploaded_by, expires_at: of an upload; None for a file that a lead has.
    """

    file_id: FileId
    name: str
    content_type: str
    size_bytes: int
    sha256: str
    lead_id: UUID | None = None
    uploaded_by: UserId | None = None
    expires_at: datetime | None = None


class EmailInThread(NamedTuple):
    """One e-mail of a thread. `message_id` is as it is compared, `files` as its facts have them."""

    message_id: str | None = None
    files: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownItem:
    """An item of somebody's inbox, as it was when the command looked.

    Attributes:
        first_mail: position at which the first of its unread e-mails came; None: it is no e-mail's.
        position: of the log in that look: what came later, nobody has seen.
    """

    item_id: ItemId
    kind: InboxItemKind
    lead_id: LeadId
    owner_id: UserId
    snoozed_until: datetime | None
    done_at: datetime | None
    position: int
    first_mail: int | None = None


class KnownPin(NamedTuple):
    """A pin that there is: when and where in the log what is pinned was recorded, and since when it is pinned."""

    created_at: datetime
    position: int
    pinned_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """The moment of a decision.

    Attributes:
        now: UTC.
        lead_id: whose stream it is about; None where that is no lead's, or not known.
        other: the state of the second lead that the command names, if there is such a one for who acts.
        pins: on both leads, where the command names two.
        subject: every fact about the activity or task that the command names, oldest first; empty: no such one.
        claimed: owners of the claims that the command asked about.
        files: those that the command asked about, as far as there are such.
        threads: e-mails of the threads that the command asked about; of large ones, some.
        known_phones: those of the numbers that the command asked about which some contact has.
        items: those that the command asked about, as far as there are such.
        answers: what a guarded command asked the projections, read under the organization's lock.
    """

    now: datetime
    actor: Actor
    organization: Organization
    lead_id: LeadId | None = None
    other: Any = None
    pins: Mapping[ActivityId, KnownPin] = field(default_factory=dict)
    subject: tuple[Fact[Event], ...] = ()
    claimed: Mapping[Claim, UUID] = field(default_factory=dict)
    files: Mapping[FileId, KnownFile] = field(default_factory=dict)
    threads: Mapping[ThreadId, Mapping[ActivityId, EmailInThread]] = field(default_factory=dict)
    known_phones: frozenset[str] = frozenset()
    items: Mapping[ItemId, KnownItem] = field(default_factory=dict)
    answers: Mapping[str, int] = field(default_factory=dict)
