"""undo-import: an import is taken back lead by lead, in batches. What later changes stand on is left, and reported.

Leads that it made are deleted, and what it did on others is undone. Users that it added stay. It is one request again,
so that it can be undone by the same command; run again after it was broken off, it goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from app.codecs import facts_of
from app.ids import encode_id, uuid7
from app.lead.event import LeadEvent
from app.operator_error import OperatorError
from app.refusal import Refusal, Refused, refusals_of
from app.request import Request
from app.situation import Actor
from app.store.records import Appended
from app.store.sql_file import load_statements
from app.store.store import Connection, EventStore
from app.undo.case import Facts
from app.undo.lookups import LATER_MAX
from app.undo.refusals import NothingRecorded, TooMuchSince
from app.undo.undoing import Plan, Undoing

SQL = load_statements(Path(__file__).with_name("queries.sql"))
SOURCE = "undo-import"
BATCH_LEADS = 50  # of one transaction; some hundred milliseconds under the organization's lock
STREAMS_MAX = 1_000_000  # of one import
LISTED_MAX = 1_000  # leads told one by one; beyond it they are only counted


@dataclass(slots=True, kw_only=True)
class UndoReport:
    """What became of the leads of an import.

    Attributes:
        correlation_id: of what was appended; by it all this can be undone again.
        undone: leads on which something was undone.
        there: leads on which there was nothing to undo any more.
        events: what was appended.
        left: leads that stay as they are, each with the reason.
    """

    correlation_id: UUID
    undone: int = 0
    there: int = 0
    events: int = 0
    left: list[str] = field(default_factory=list)
    left_count: int = 0

    def lines(self) -> list[str]:
        """For people."""
        done = f"{self.undone} leads undone with {self.events} events, {self.there} with nothing left to undo"
        more = self.left_count - len(self.left)
        return [f"{done}, {self.left_count} left as they are", *self.left, *([f"and {more} more"] if more else [])]

    @property
    def exit_code(self) -> int:
        """1 if a lead is left as it is."""
        return 1 if self.left_count else 0

    def leave(self, lead_id: UUID, why: Sequence[Refusal]) -> None:
        """A lead that stays as it is."""
        self.left_count += 1
        if len(self.left) < LISTED_MAX:
            self.left.append(f"{encode_id('lead', lead_id)}: {' '.join(one.message for one in why)}")


async def undo_import(
    store: EventStore,
    undoing: Undoing,
    org_id: UUID,
    correlation_id: UUID,
    *,
    dry_run: bool = False,
    progress: Callable[[int, int], None],
) -> UndoReport:
    """Take an import back; `dry_run`: report all the same, and append nothing.

    Raises:
        OperatorError: there is no such import.
    """
    rows = await store.fetch(None, SQL["streams_of_request"], org_id, correlation_id, STREAMS_MAX)
    if not rows:
        raise OperatorError("Nothing was recorded under this id in the organization: see correlationId in its history.")
    request = Request(org_id=org_id, actor=Actor(), source=SOURCE, correlation_id=uuid7())
    taking = _TakingBack(store, undoing, request, correlation_id, dry_run=dry_run)
    streams = [(row["stream_id"], row["first_version"]) for row in rows]
    for begin in range(0, len(streams), BATCH_LEADS):
        await taking.batch(streams[begin : begin + BATCH_LEADS])
        progress(min(begin + BATCH_LEADS, len(streams)), len(streams))
    return taking.report


class _TakingBack:
    def __init__(
        self, store: EventStore, undoing: Undoing, request: Request, correlation_id: UUID, *, dry_run: bool
    ) -> None:
        self.report = UndoReport(correlation_id=request.correlation_id)
        self._store = store
        self._undoing = undoing
        self._request = request
        self._correlation_id = correlation_id
        self._is_dry = dry_run

    async def batch(self, streams: Sequence[tuple[UUID, int]]) -> None:
        """One transaction. Each lead is decided and appended by itself: what is refused of one is not of the others."""
        appended: list[tuple[Plan, Appended]] = []
        async with self._store.writers.acquire() as connection, connection.transaction():
            await self._store.lock(self._request.org_id, connection)
            for stream_id, first in streams:
                try:
                    plan = await self._plan(stream_id, first, connection)
                    if plan is not None and plan.entries and not self._is_dry:
                        appended.append((plan, await self._undoing.append(plan, self._request, connection)))
                except NothingRecorded:
                    self.report.there += 1
                except (Refusal, Refused) as error:
                    self.report.leave(stream_id, refusals_of(error))
                else:
                    self._count(plan)
        for plan, answer in appended:
            self._undoing.committed(plan, self._request, answer)

    async def _plan(self, stream_id: UUID, first: int, connection: Connection) -> Plan | None:
        """What undoes the import on one lead; None: it is no lead's."""
        wanted = await self._wanted(stream_id, first, connection)
        if not isinstance(wanted[0].event, LeadEvent):
            return None
        return await self._undoing.plan(wanted, self._request, connection)

    async def _wanted(self, stream_id: UUID, first: int, connection: Connection) -> Facts:
        recorded = await self._store.select_events(
            self._request.org_id, stream_id, gt=first - 1, limit=LATER_MAX + 1, connection=connection
        )
        if len(recorded) > LATER_MAX:
            raise TooMuchSince(limit=LATER_MAX)
        return facts_of(one for one in recorded if one.correlation_id == self._correlation_id)

    def _count(self, plan: Plan | None) -> None:
        if plan is None:
            return
        self.report.undone += bool(plan.entries)
        self.report.there += not plan.entries
        self.report.events += len(plan.entries)
