"""Sides: which mails are logged, on which leads, as sent or as received. Pure: who has which address comes in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from app.bulk.mail.addresses import Mailbox, matching_key
from app.bulk.mail.domains import PUBLIC_DOMAINS
from app.bulk.mail.envelope import Envelope
from app.ids import ContactId, LeadId, UserId
from app.organization.organization import Organization
from app.vocabulary import Direction
from projections.lead_view.correspondents import Correspondent


class Reason(Enum):
    """Why a mail is not logged."""

    AMBIGUOUS = "it comes from an unknown address and answers a message on several leads"
    COLLEAGUES = "it is among colleagues"
    DUPLICATE = "its Message-ID is logged already"
    FAULT = "it could not be read"
    NO_ADDRESS = "it names no address"
    NO_CONTACT = "none of its addresses is a contact's"
    NO_MESSAGE = "its name does not end in .eml; name the file itself to have it read all the same"
    NOT_OURS = "none of its addresses is a user's; name further own ones with --mailbox"
    REFUSED = "it was refused"
    TOO_LARGE = "it is too large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """Addresses that are the organization's own, with the users whose they are, and its own domains."""

    users: Mapping[str, UserId | None]
    domains: Collection[str]

    @classmethod
    def of(cls, organization: Organization, mailboxes: Iterable[str] = ()) -> Ours:
        """Those of all users, whether they are active or not, and `mailboxes` besides.

        A user who is not active any more owns no message.
        """
        users: dict[str, UserId | None] = {matching_key(one) or one.casefold(): None for one in mailboxes}
        for user in organization.users.values():
            users[matching_key(user.email) or user.email.casefold()] = user.id if user.is_active else None
        domains = {address.rpartition("@")[2] for address in users} - PUBLIC_DOMAINS
        return cls(users=users, domains=domains)

    def is_own(self, address: str) -> bool:
        """Whether it is a user's, or a mailbox's that was named."""
        return address in self.users

    def is_colleague(self, address: str) -> bool:
        """Whether it is the organization's own, or of somebody else at its domains: never a customer's."""
        return address in self.users or address.rpartition("@")[2] in self.domains


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Who wrote, and who was written to, as addresses are compared; each once, in the order of the headers.

    Attributes:
        own: the organization's addresses among all that have to do with it, also those it was delivered to.
        others: those of nobody in the organization.
        nearby: those of somebody at its domains who is no user.
    """

    senders: Sequence[str]
    own: Sequence[str]
    others: Sequence[str]
    nearby: Sequence[str]
    is_sent: bool
    has_any: bool

    @classmethod
    def of(cls, envelope: Envelope, ours: Ours) -> Sides:
        """Who stands on which side."""
        senders = _keys(envelope.senders)
        named = _keys((*envelope.senders, *envelope.to, *envelope.cc, *envelope.bcc))
        own = [one for one in (*named, *_keys(envelope.delivered)) if ours.is_own(one)]
        return cls(
            senders=senders,
            own=list(dict.fromkeys(own)),
            others=[one for one in named if not ours.is_colleague(one)],
            nearby=[one for one in named if ours.is_colleague(one) and not ours.is_own(one)],
            is_sent=any(ours.is_colleague(one) for one in senders),
            has_any=bool(named),
        )

    @property
    def direction(self) -> Direction:
        """Sent if one of us wrote it."""
        return Direction.OUTBOUND if self.is_sent else Direction.INBOUND

    @property
    def bar(self) -> Reason | None:
        """Why it is not logged, whoever the contacts are."""
        if not self.has_any:
            return Reason.NO_ADDRESS
        if not self.others:
            return Reason.COLLEAGUES
        return None if self.own else Reason.NOT_OURS

    @property
    def detail(self) -> str:
        """More of the bar."""
        return f"{self.nearby[0]} is at a user's domain" if self.bar is Reason.COLLEAGUES and self.nearby else ""

    def user_id(self, ours: Ours) -> UserId | None:
        """Whose message it is: the sender's among us, else the first's of us who got it."""
        wrote = [one for one in self.own if one in self.senders]
        return next((user for one in (wrote or self.own) if (user := ours.users.get(one)) is not None), None)


class Place(NamedTuple):
    """Where a mail is logged; `contact_id` None: none of the lead's people has one of its addresses."""

    lead_id: LeadId
    contact_id: ContactId | None
    lead_name: str | None


def places(sides: Sides, contacts: Mapping[str, Sequence[Correspondent]]) -> list[Place]:
    """A place on each lead with a contact among the others; who wrote comes before who was written to."""
    found: dict[LeadId, Place] = {}
    for address in sides.others:
        for one in contacts.get(address, ()):
            found.setdefault(one.lead_id, Place(one.lead_id, one.contact_id, one.lead_name))
    return list(found.values())


def answered(envelope: Envelope, sides: Sides, logged: Mapping[str, Collection[LeadId]]) -> Collection[LeadId]:
    """Leads with the nearest message that a mail from an unknown address answers; one of us answers none so."""
    if sides.is_sent:
        return ()
    return next((leads for one in envelope.ancestors if (leads := logged.get(one))), ())


def _keys(mailboxes: Iterable[Mailbox]) -> list[str]:
    keys = (matching_key(one.address) for one in mailboxes)
    return list(dict.fromkeys(key for key in keys if key is not None))
