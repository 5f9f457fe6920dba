"""Following an inbox: what changed in it by what happened, then what fell due, then waiting for either.

Rows are read when the next item is asked for, so that nothing queues for one who is slow.
"""

from __future__ import annotations

import asyncio
import logging
import math
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from app.live.hub import BACKLOG_MAX, Gap
from app.live.inboxes import Follower
from app.organization.visibility import Assignment
from app.store.errors import DATABASE_FAULTS
from projections.inbox.changes import Changed, Changes, changed_items, due_between, next_due, recorded_at
from projections.inbox.rows import ItemRow
from schema.context import Context
from schema.cursors import FeedPlace

log = logging.getLogger(__name__)

CHANGES_MAX = 1_000  # items that may have changed, or fallen due, since the last look; beyond it the page is read again
SLEEP_MAX_S = 3_600.0  # seconds until the clock is looked at again, whatever waits: it may have been put forward
RETRY_S = 1.0  # seconds until the database is tried again
_MARGIN_S = 0.002  # seconds; who wakes just before the moment would look in vain


class Reach(NamedTuple):
    """How far an inbox was told, within this process.

    Attributes:
        position: of the log.
        tick: of a clock that never goes back, when that of the wall showed `moment`.
    """

    position: int
    tick: float
    moment: datetime

    def with_(self, other: Reach) -> Reach:
        """What both have told."""
        latest = max(self, other, key=lambda one: one.tick)
        return Reach(max(self.position, other.position), latest.tick, latest.moment)


END = Reach(sys.maxsize, math.inf, datetime.max.replace(tzinfo=UTC))  # of every inbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is told at once: what one event changed, or what fell due since the step before.

    Attributes:
        place, moment, tick: how far the feed has come with it.
        changed: by an event, whose command had this key.
        due: what fell due.
    """

    place: FeedPlace
    moment: datetime
    tick: float
    changed: Sequence[Changed] = ()
    due: Sequence[ItemRow] = ()
    idempotency_key: str | None = None

    @property
    def reach(self) -> Reach:
        """How far that is."""
        return Reach(self.place.position, self.tick, self.moment)


@dataclass(frozen=True, slots=True)
class _Standing:
    """What the viewer's inbox looks like by: when that is another, the page is read again."""

    time_zone: str
    assignment: Assignment | None


class Following:
    """One subscriber, and how far it has come in the log and in time."""

    def __init__(self, context: Context, place: FeedPlace, moment: datetime) -> None:
        self.place = place
        self.moment = moment
        self._tick = 0.0
        self._context = context
        self._standing = _standing(context)

    async def resume(self, epoch: UUID, position: int) -> None:
        """Make sure that the log is still that of the place, by where it ends now, and that the viewer stands as then.

        Raises:
            Gap: it is not, or the viewer does not.
        """
        self._check(epoch, position)
        context, org_id = self._context, self.place.org_id
        newer = await context.services.store.select_streams_since(
            org_id, [org_id], self.place.position, BACKLOG_MAX + 1
        )
        if len(newer) > BACKLOG_MAX:
            raise Gap("the cursor is too old")
        if not newer:
            return
        then = await context.services.states.organization_at(org_id, newer[0].stream_version - 1)
        if context.principal.user_id in then.users:
            principal = context.principal.within(then)
            self._compare(_Standing(principal.user.time_zone, principal.assignment))

    @property
    def reach(self) -> Reach:
        """How far it has come."""
        return Reach(self.place.position, self._tick, self.moment)

    def went_to(self, reach: Reach) -> None:
        """Go on from where others of the same inbox have come."""
        position, self._tick, self.moment = reach
        self.place = self.place._replace(position=position)

    async def look(self) -> Sequence[Step]:
        """What there is to tell by now; a database that is away is waited for.

        Raises:
            Gap: what was missed cannot be told.
            ClientError: UNAUTHENTICATED; the viewer may not be here any more.
        """
        while True:
            try:
                return await self._look()
            except DATABASE_FAULTS as error:
                log.warning("what changed in an inbox cannot be read now: %s", error)
                await asyncio.sleep(RETRY_S)

    async def wait(self, follower: Follower) -> None:
        """Wait until something changed, or falls due.

        Raises:
            Gap: the log went back.
        """
        await follower.wait(self._sleep_s)

    async def _look(self) -> Sequence[Step]:
        context, viewer_id = self._context, self._context.principal.user_id
        await context.renew()
        reader, zone = context.reader, context.time_zone
        changes = await changed_items(reader, viewer_id, self.place.position, CHANGES_MAX)
        # What was read counts only if the viewer stood then as it stands by what was read.
        await context.stand_in_newest(at_least=changes.version)
        self._compare(_standing(context))
        self._check(changes.epoch, changes.position)
        if changes.is_cut:
            raise Gap("too much changed since the cursor")
        # A clock that was put back tells some things twice, and leaves out none.
        now, tick = datetime.now(UTC), time.monotonic()
        since = min(self.moment, now)
        due = await due_between(reader, viewer_id, since, now, zone, CHANGES_MAX + 1)
        if len(due) > CHANGES_MAX:
            raise Gap("too much fell due since the cursor")
        coming = await next_due(reader, viewer_id, now, zone)
        steps = [*self._changed(changes, since)]
        self.place = self.place._replace(position=changes.position)
        self.moment, self._tick = now, tick
        self._sleep_s = SLEEP_MAX_S if coming is None else min(_seconds(coming - now), SLEEP_MAX_S)
        return [*steps, Step(place=self.place, moment=now, tick=tick, due=due)] if due else steps

    def _changed(self, changes: Changes, moment: datetime) -> Iterator[Step]:
        for position, items in groupby(changes.items, key=lambda one: one.position):
            changed = [*items]
            place = self.place._replace(position=position)
            key = changed[0].idempotency_key
            yield Step(place=place, moment=moment, tick=self._tick, changed=changed, idempotency_key=key)

    def _check(self, epoch: UUID, position: int) -> None:
        if epoch != self.place.epoch:
            raise Gap("the log was restored")
        if position < self.place.position:
            raise Gap("the log went back: it was restored")

    def _compare(self, standing: _Standing) -> None:
        if standing.time_zone != self._standing.time_zone:
            raise Gap("your time zone changed")
        if standing.assignment != self._standing.assignment:
            raise Gap("which leads you see changed")


async def moment_of(context: Context, place: FeedPlace) -> datetime:
    """When the log was at a place: what fell due since then was not told by who only followed the log."""
    return await recorded_at(context.reader, place.position) or datetime.now(UTC)


def _standing(context: Context) -> _Standing:
    return _Standing(context.principal.user.time_zone, context.principal.assignment)


def _seconds(span: timedelta) -> float:
    return max(span.total_seconds(), 0) + _MARGIN_S
