"""MappedImport: rows of mapped files become histories of leads, and those go onto the road.

Rows of contacts and opportunities wait for the lead that they name, so that everything about one lead is one history.
What is there already is passed over: leads by their external id, the rest by ids that are made of what they are
called in the other system.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from app.bulk.csv_file import CsvFile, Row
from app.bulk.history import History, Step, chunks, noted
from app.bulk.job import StandsTwice
from app.bulk.mapping.file_map import FileMap
from app.bulk.mapping.readers import Readers
from app.bulk.mapping.rows import MappedRow, Unread
from app.bulk.mapping.steps import Drafted, can_go, drafted, without
from app.bulk.mapping.words import MapKind
from app.bulk.report import Count, ImportReport, Loss, Problem
from app.bulk.road import Road
from app.ids import LeadId, uuid7
from app.lead.details import ExternalId, external_claim
from app.lead.lead import Lead
from app.organization.organization import Organization
from app.refusal import Refusal
from app.system import System
from app.text import Required

CHUNK = 2_000  # rows whose leads are looked up at once


class NoSuchLead(Refusal):
    """No lead is called {value} by {source}, neither in these files nor in the organization."""


LeadKey = tuple[str, str]  # source and key


@dataclass(slots=True, kw_only=True)
class MappedImport:
    """One import of mapped files into one organization.

    Attributes:
        files: with their maps.
        is_rehearsal: decide everything, append nothing.
        waiting: rows of contacts and opportunities, by the lead that they name.
    """

    system: System
    organization: Organization
    report: ImportReport
    files: Sequence[tuple[FileMap, CsvFile]]
    is_rehearsal: bool
    on_row: Callable[[], None]
    correlation_id: UUID = field(default_factory=uuid7)
    waiting: dict[LeadKey, list[MappedRow]] = field(default_factory=dict)
    seen: dict[tuple[str, ...], Row] = field(default_factory=dict)

    async def run(self) -> None:
        """Load everything."""
        # Contacts first: opportunities may name them.
        for row in (*self._rows(MapKind.CONTACT), *self._rows(MapKind.OPPORTUNITY)):
            self.waiting.setdefault(_lead_of(row), []).append(row)
        await self._take(self._leads())
        await self._take(self._other_leads())
        for (source, key), left in self.waiting.items():
            for row in left:
                self._refuse(row, NoSuchLead(value=key, source=source), (row.plan.lead or "",), Loss.ROW)

    def _rows(self, *kinds: MapKind) -> Iterator[MappedRow]:
        for plan, file in self.files:
            if plan.kind in kinds:
                yield from self._rows_of(plan, file)

    def _rows_of(self, plan: FileMap, file: CsvFile) -> Iterator[MappedRow]:
        """Rows that have what is needed, each thing once."""
        counted = self.report.counts[file.path, plan.kind.made]
        for record in file.rows(self.report):
            counted.rows += 1
            self.on_row()
            row = MappedRow(plan, record)
            missing = next((column for column in plan.needed if column not in record.values), None)
            if missing is not None:
                self._refuse(row, Required(), (missing,), Loss.ROW)
                continue
            first = self.seen.setdefault((plan.kind.made, *_lead_of(row), row.key), record)
            if first is record:
                yield row
            elif plan.repeats:
                counted.there += 1
            else:
                twice = StandsTwice(value=row.key, file=str(first.file), line=first.line)
                self._refuse(row, twice, (plan.key,), Loss.ROW)

    async def _leads(self) -> AsyncIterator[History]:
        """Of the leads that these files make."""
        for rows in chunks(self._rows(MapKind.COMPANY, MapKind.PERSON), CHUNK):
            owners = await self._owners([_lead_of(row) for row in rows])
            for row in rows:
                key = _lead_of(row)
                owner = owners.get(key)
                if owner is None:
                    for history in self._new_lead(row, key):
                        yield history
                    continue
                self._count(row).there += 1
                if key in self.waiting:
                    yield await self._known_lead(owner, key)

    async def _other_leads(self) -> AsyncIterator[History]:
        """Of leads that only rows of contacts and opportunities name."""
        for keys in chunks(list(self.waiting), CHUNK):
            for key, owner in (await self._owners(keys)).items():
                yield await self._known_lead(owner, key)

    async def _owners(self, keys: Iterable[LeadKey]) -> dict[LeadKey, UUID]:
        """Leads of those keys that have one."""
        claims = {external_claim(ExternalId(*key)): key for key in keys}
        held = await self.system.store.select_claims(self.organization.id, claims) if claims else {}
        return {key: held[claim] for claim, key in claims.items() if claim in held}

    def _new_lead(self, row: MappedRow, key: LeadKey) -> list[History]:
        lead_id = LeadId(uuid7())
        steps = self._steps([row], lead_id)
        if not steps:
            return []
        return [History(lead_id=lead_id, steps=[*steps, *self._steps(self.waiting.pop(key, []), lead_id)])]

    async def _known_lead(self, owner: UUID, key: LeadKey) -> History:
        """What waits for a lead that is there, without what is there too."""
        lead = await self.system.states.root(self.organization.id, owner)
        assert lead is not None, "whoever holds an external id is a lead"
        new = []
        for row in self.waiting.pop(key):
            if self._is_there(row, lead, owner):
                self._count(row).there += 1
            else:
                new.append(row)
        return History(lead_id=lead.id, steps=self._steps(new, lead.id))

    def _is_there(self, row: MappedRow, lead: Lead, owner: UUID) -> bool:
        """Made on this lead, or on the one that was merged into it."""
        readers = [self._readers(row.plan, LeadId(id)) for id in (lead.id, owner)]
        if row.plan.kind is MapKind.CONTACT:
            return any(one.contact(row.key) in lead.contacts for one in readers)
        return any(one.opportunity(row.key) in lead.opportunities for one in readers)

    def _readers(self, plan: FileMap, lead_id: LeadId) -> Readers:
        return Readers(self.organization, lead_id, plan.source, plan.writing)

    def _steps(self, rows: Iterable[MappedRow], lead_id: LeadId) -> list[Step]:
        made = [one for one in (self._drafted(row, lead_id) for row in rows) if one is not None]
        for one in made:
            self._count(one.row).new += 1
        return [one.step for one in made]

    def _drafted(self, row: MappedRow, lead_id: LeadId) -> Drafted | None:
        """The row without the cells that are no values of their types; None where one of those is needed."""
        while True:
            try:
                return drafted(row, self._readers(row.plan, lead_id))
            except Unread as unread:
                goes = can_go(unread.columns, row)
                self._refuse(row, unread.refusal, unread.columns, Loss.FIELD if goes else Loss.ROW)
                if not goes:
                    return None
                row = MappedRow(row.plan, without(row.row, unread.columns))

    async def _take(self, histories: AsyncIterable[History]) -> None:
        road = Road(
            self.system,
            self.organization.id,
            source="import",
            correlation_id=self.correlation_id,
            rehearsal=self.organization if self.is_rehearsal else None,
        )
        under_way: dict[LeadId, History] = {}
        async for outcome in road.run(noted(histories, under_way)):
            for refusing in outcome.refused:
                self._tell(_drafted_of(refusing.step), refusing.refusals, is_amended=refusing.amended is not None)
            for lead_id in outcome.there:
                self._put_back(under_way[lead_id])
            for lead_id in outcome.done:
                under_way.pop(lead_id, None)

    def _tell(self, one: Drafted, refusals: Iterable[Refusal], *, is_amended: bool) -> None:
        if not is_amended:
            self._count(one.row).new -= 1
        for refusal in refusals:
            self._refuse(one.row, refusal, one.columns(refusal), Loss.FIELD if is_amended else Loss.ROW)

    def _put_back(self, history: History) -> None:
        """Somebody else made this lead in between: what waited for it is taken with what is there."""
        for step in history.steps:
            row = _drafted_of(step).row
            self._count(row).new -= 1
            if row.plan.kind.makes_lead:
                self._count(row).there += 1
            else:
                self.waiting.setdefault(_lead_of(row), []).append(row)

    def _count(self, row: MappedRow) -> Count:
        return self.report.counts[row.row.file, row.plan.kind.made]

    def _refuse(self, row: MappedRow, refusal: Refusal, columns: Sequence[str], loss: Loss) -> None:
        column = ", ".join(dict.fromkeys(columns)) or None
        record = row.row
        problem = Problem(file=record.file, line=record.line, field=column, message=refusal.message, loss=loss)
        self.report.add(problem)


def _lead_of(row: MappedRow) -> LeadKey:
    return row.plan.source, row.lead_key


def _drafted_of(step: Step) -> Drafted:
    assert isinstance(step.origin, Drafted)
    return step.origin
