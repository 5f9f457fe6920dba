"""What is logged: on which leads a message is, by Message-ID, in the log and earlier in the same import."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from app.ids import LeadId
from app.lead.email_addressing import message_ids
from app.lead.email_threads import message_claims
from app.store.store import EventStore
from projections.email_threads.read import places_of_messages
from projections.machinery.members import members_of
from projections.machinery.reader import Reader


@dataclass(slots=True)
class Met:
    """A message of this import: its file, and the leads it is on."""

    file: Path
    leads: set[LeadId] = field(default_factory=set)


class LoggedMessages:
    """Looks at one organization, and remembers what an import adds: of each message some 300 bytes."""

    def __init__(self, store: EventStore, reader: Reader) -> None:
        self._store = store
        self._reader = reader
        self._met: dict[str, Met] = {}

    def met(self, message_id: str) -> Met | None:
        """The message of this import with an id."""
        return self._met.get(message_id)

    def add(self, message_id: str, file: Path, leads: Iterable[LeadId]) -> None:
        """One more message is logged on these leads."""
        self._met.setdefault(message_id, Met(file)).leads.update(leads)

    def leads_with(self, message_ids: Iterable[str]) -> dict[str, set[LeadId]]:
        """By Message-ID, the leads of this import that have it."""
        return {one: self._met[one].leads for one in message_ids if one in self._met}

    async def held(self, wanted: Collection[tuple[LeadId, str]]) -> set[tuple[LeadId, str]]:
        """Those pairs of lead and Message-ID that are logged before this import, or since."""
        members = await members_of(self._reader, {lead_id for lead_id, _ in wanted})
        claims = {
            claim: (lead_id, message_id)
            for lead_id, message_id in wanted
            for holder in (lead_id, *members.get(lead_id, ()))
            for claim in message_claims(holder, message_id)
        }
        found = await self._store.select_claims(self._reader.org_id, claims) if claims else {}
        return {pair for claim, pair in claims.items() if claim in found}

    async def in_log(self, named: Iterable[str]) -> dict[str, set[LeadId]]:
        """By Message-ID, the leads that have it in the log."""
        bare = {one: next(iter(message_ids(one)), one) for one in named}
        found = await places_of_messages(self._reader, list(bare.values())) if bare else {}
        return {one: {place.lead_id for place in found.get(wanted, ())} for one, wanted in bare.items()}
