"""Importing an export: a log goes on in another database, with its ids, times, order and pages.

The file is checked as a whole first. Then it is written batch by batch, each in a transaction of its own, by the same
functions that an append calls; an import that was interrupted goes on where it ended when it is run again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from app.codecs import fact_of
from app.event import Event, Fact
from app.ids import OrganizationId, decode_id
from app.operator_error import OperatorError
from app.proof.exporting import Progress, sealed_to_the_end
from app.proof.leaf import hash_of
from app.proof_check import Checker, Key, Refused, Tree, check_file, parse_json
from app.situation import Claim
from app.store.errors import UndecodableEvent
from app.store.records import RecordedEvent
from app.store.sql_file import load_statements
from app.store.store import Connection
from app.system import System
from projections import INLINE
from projections.machinery.writers import writer_name

SQL = load_statements(Path(__file__).with_name("importing.sql"))
BATCH = 500  # events of one transaction
_TABLES = [table for projection in INLINE for table in projection.tables]


async def import_log(
    system: System, *, file: Path, organization: str, keys: Sequence[Key], progress: Progress
) -> tuple[OrganizationId, int]:
    """Bring an exported log into a database that does not have its organization; its id, and how many events came.

    Args:
        organization: how operators call it here.
        keys: one of which has to have signed the export; none: whichever stands in it.

    Raises:
        OperatorError: the file does not hold, or there is such an organization with another log, or such a name.
    """
    checked = _checked(file, keys)
    org_id = OrganizationId(decode_id("orga", checked["organizationId"]))
    if any(one != org_id for one, _ in await system.keys.organizations(organization)):
        raise OperatorError(f"There is an organization called {organization} already. Choose another name.")
    importing = _Importing(system, org_id)
    await importing.go_on(_events(file), checked["size"], progress)
    await system.keys.add_organization(org_id, organization)
    await system.store.hint(org_id)
    await sealed_to_the_end(system, org_id)
    return org_id, importing.came


class _Importing:
    """One log on its way in."""

    def __init__(self, system: System, org_id: UUID) -> None:
        self._system = system
        self._org_id = org_id
        self._tree = Tree()
        self.came = 0

    async def go_on(self, events: Iterator[RecordedEvent], size: int, progress: Progress) -> None:
        there = await self._skip_what_is_there(events, size)
        while self._tree.size < size:
            batch = [self._hashed(recorded) for recorded in _some(events)]
            await self._write(batch)
            self.came += len(batch)
            progress(there + self.came, size)

    async def _skip_what_is_there(self, events: Iterator[RecordedEvent], size: int) -> int:
        there = await self._system.store.max_notification_id(self._org_id) or 0
        if there >= size:
            raise OperatorError(f"This organization is here already, with {there} events: there is nothing to import.")
        while self._tree.size < there:
            self._hashed(next(events))
        if there:
            tree = await sealed_to_the_end(self._system, self._org_id)
            if await tree.root(there) != self._tree.root():
                raise OperatorError("This organization is here already, with another log: import into a new database.")
        return there

    def _hashed(self, recorded: RecordedEvent) -> RecordedEvent:
        self._tree.add(hash_of(self._org_id, recorded))
        return recorded

    async def _write(self, batch: Sequence[RecordedEvent]) -> None:
        facts = [_fact(recorded) for recorded in batch]
        store = self._system.store
        async with store.writers.acquire() as connection, connection.transaction():
            # An append of nothing takes the lock, and refuses a writer that is too old for the database.
            await store.append(self._org_id, (), connection)
            last = await store.max_notification_id(self._org_id, connection) or 0
            if last != batch[0].position - 1:
                raise OperatorError("Somebody else writes to this organization: stop them, then import again.")
            records = [(self._org_id, *recorded) for recorded in batch]
            columns = ("org_id", *RecordedEvent._fields)
            await connection.copy_records_to_table("events", records=records, columns=columns)
            await self._write_claims(connection, facts)
            await self._write_rows(connection, facts)

    async def _write_claims(self, connection: Connection, facts: Sequence[Fact[Event]]) -> None:
        changed: dict[Claim, UUID | None] = {}
        for fact in facts:
            changed |= dict.fromkeys(fact.event.releases(fact.stream_id))
            changed |= dict(fact.event.takes(fact.stream_id))
        kinds, keys = [claim.kind for claim in changed], [claim.key for claim in changed]
        await connection.execute(SQL["release_claims"], self._org_id, kinds, keys)
        taken = [(self._org_id, *claim, owner) for claim, owner in changed.items() if owner is not None]
        columns = ("org_id", "kind", "key", "owner_id")
        await connection.copy_records_to_table("claims", records=taken, columns=columns)

    async def _write_rows(self, connection: Connection, facts: Sequence[Fact[Event]]) -> None:
        operations: dict[str, list[dict[str, Any]]] = {table.name: [] for table in _TABLES}
        for number, fact in enumerate(facts, start=1):
            for one in (one for projection in INLINE for one in projection.project(fact)):
                # Each event has a time of its own, so the stamps are filled in here.
                operations[one.table.name].append(one.resolved(fact.position, fact.recorded_at).as_json(number))
        positions = [fact.position for fact in facts]
        for table in _TABLES:
            if operations[table.name]:
                sql = SQL["write_rows"].replace("{function}", writer_name(table))
                text = msgspec.json.encode(operations[table.name]).decode()
                await connection.execute(sql, self._org_id, text, positions, facts[-1].recorded_at)


def _checked(file: Path, keys: Sequence[Key]) -> dict[str, Any]:
    """The first line of an export of a log that holds."""
    try:
        check_file(Checker(keys), str(file))
        with file.open(encoding="utf-8", newline="\n") as lines:
            header: dict[str, Any] = parse_json(lines.readline())
    except Refused as error:
        raise OperatorError(f"{file} is not imported, {error}.") from None
    if header.get("leadId", "") is not None:
        raise OperatorError(f"{file} is not imported: it is no export of a whole log.")
    return header


def _events(file: Path) -> Iterator[RecordedEvent]:
    with file.open(encoding="utf-8", newline="\n") as lines:
        next(lines)
        for line in lines:
            value = msgspec.json.decode(line)
            if "envelope" in value:
                yield _recorded(value["envelope"], value["payload"])


def _recorded(envelope: dict[str, Any], payload: str | None) -> RecordedEvent:
    return RecordedEvent(
        position=envelope["position"],
        stream_id=UUID(envelope["streamId"]),
        stream_version=envelope["streamVersion"],
        event_id=UUID(envelope["eventId"]),
        entity_id=_id(envelope["entityId"]),
        name=envelope["name"],
        schema_version=envelope["schemaVersion"],
        payload=None if payload is None else payload.encode(),
        payload_hash=bytes.fromhex(envelope["payloadHash"]),
        recorded_at=datetime.fromisoformat(envelope["recordedAt"]),
        occurred_at=datetime.fromisoformat(envelope["occurredAt"]) if envelope["occurredAt"] else None,
        actor_user=_id(envelope["actorUser"]),
        actor_key=_id(envelope["actorKey"]),
        source=envelope["source"],
        correlation_id=UUID(envelope["correlationId"]),
        causation_id=_id(envelope["causationId"]),
        idempotency_key=envelope["idempotencyKey"],
    )


def _id(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


def _fact(recorded: RecordedEvent) -> Fact[Event]:
    try:
        return fact_of(recorded)
    except UndecodableEvent as error:
        raise OperatorError(f"Position {recorded.position} cannot be imported, {error}.") from None


def _some(events: Iterator[RecordedEvent]) -> Iterator[RecordedEvent]:
    for _ in range(BATCH):
        recorded = next(events, None)
        if recorded is None:
            return
        yield recorded
