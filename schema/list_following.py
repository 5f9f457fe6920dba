"""Following a list of leads: which of those that were touched it has now, and which it may have had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from app.live.hub import BACKLOG_MAX, Gap
from app.live.lists import Follower
from app.organization.organization import Organization
from app.organization.visibility import Assignment
from projections.lead_view import lists
from projections.lead_view import read as lead_side
from projections.lead_view.criteria import LeadCriteria
from projections.lead_view.rows import LeadRow
from projections.machinery.reader import Reader
from projections.touches import Stretch, Touch, read_stretch
from schema.context import Context
from schema.cursors import FeedPlace
from schema.edge import ClientError
from schema.lead_filters import LeadFilter, criteria_of

LEADS_MAX = 1_000  # that were touched since the cursor; beyond it the list is read again


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A lead that was touched.

    Attributes:
        row: as it is now; None where the list does not have it.
        merged_into: the lead that has it, where the viewer may see that one.
    """

    lead_id: UUID
    position: int
    event_type: str
    row: LeadRow | None
    merged_into: UUID | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a list looks like by: when that is another, it is read again.

    Attributes:
        time_zone: None: nothing is shown of which it decides.
    """

    time_zone: str | None
    assignment: Assignment | None
    criteria: LeadCriteria


class ListFollowing:
    """One who follows a list, or all who follow it alike, and how far that has come.

    Args:
        is_for_viewer: something is shown that is computed for one viewer.

    Raises:
        ClientError: INVALID; the filter means nothing in the organization.
    """

    def __init__(self, context: Context, filter: LeadFilter | None, place: FeedPlace, *, is_for_viewer: bool) -> None:
        self.context = context
        self.place = place
        self._filter = filter
        self._is_for_viewer = is_for_viewer
        self.standing = self._standing_in(context.organization)
        self._stood_in = context.organization.version

    async def resume(self, epoch: UUID, position: int) -> None:
        """Make sure that the log is still that of the place, by where it ends now, and that the viewer stands as then.

        Raises:
            Gap: it is not, or the viewer does not.
        """
        if epoch != self.place.epoch:
            raise Gap("the log was restored")
        if position < self.place.position:
            raise Gap("the log went back: it was restored")
        services, org_id = self.context.services, self.place.org_id
        newer = await services.store.select_streams_since(org_id, [org_id], self.place.position, BACKLOG_MAX + 1)
        if len(newer) > BACKLOG_MAX:
            raise Gap("the cursor is too old")
        if not newer:
            return
        then = await services.states.organization_at(org_id, newer[0].stream_version - 1)
        if self.context.principal.user_id in then.users:
            self._compare(then)

    async def missed(self) -> Sequence[Listed]:
        """What happened to the list behind the place by now; a database that is away is waited for.

        Raises:
            Gap: it cannot be told.
            ClientError: UNAUTHENTICATED; the viewer may not be here any more.
        """
        return await self.context.outliving(self._missed)

    async def _missed(self) -> Sequence[Listed]:
        store, place = self.context.services.store, self.place
        stretch = await read_stretch(store, place.org_id, place.position, BACKLOG_MAX + 1)
        if stretch.is_cut:
            raise Gap("the cursor is too old")
        return await self._look(stretch)

    async def step(self, follower: Follower[Stretch]) -> Sequence[Listed]:
        """What happens to the list next; waits for it. As `missed`."""
        stretch = await follower.step()
        return await self.context.outliving(lambda: self._look(stretch))

    async def _look(self, stretch: Stretch) -> Sequence[Listed]:
        behind = self.place.position
        if stretch.is_unreadable:
            raise Gap("an event cannot be read")
        turns = [turn for turn in stretch.turns if turn.position > behind]
        if any(turn.on_pages for turn in turns):
            raise Gap("what the organization calls things changed")
        if turns:
            await self._stand(turns[-1].version)
        touches = [touch for touch in stretch.touches if touch.position > behind]
        if len(touches) > LEADS_MAX:
            raise Gap("too much changed since the cursor")
        listed = await self._listed(touches) if touches else []
        self.place = self.place._replace(position=max(stretch.upto, behind))
        return listed

    async def _listed(self, touches: Sequence[Touch]) -> Sequence[Listed]:
        await self.context.renew()
        found = await _find(self.context.reader, self.standing, touches)
        # What was read counts only if the viewer stood then as it stands by what was read.
        await self._stand(found.version)
        return [
            Listed(
                lead_id=touch.lead_id,
                position=touch.position,
                event_type=touch.event_type,
                row=found.rows.get(touch.lead_id),
                merged_into=found.merged.get(touch.lead_id),
            )
            for touch in touches
            if touch.lead_id in found.rows or touch.lead_id in found.gone
        ]

    async def _stand(self, version: int) -> None:
        await self.context.stand_in_newest(at_least=version)
        organization = self.context.organization
        if organization.version != self._stood_in:
            self._compare(organization)
            self._stood_in = organization.version

    def _compare(self, organization: Organization) -> None:
        try:
            standing = self._standing_in(organization)
        except ClientError:
            raise Gap("what the filter is about is not there any more, or was not yet") from None
        if standing.assignment != self.standing.assignment:
            raise Gap("which leads you see changed")
        if standing != self.standing:
            raise Gap("what the list shows, or what the filter means, changed")

    def _standing_in(self, organization: Organization) -> Standing:
        principal = self.context.principal.within(organization)
        criteria = criteria_of(self._filter, organization)
        # What the organization has, but the filter does not ask for, makes it no other list.
        if criteria.user_ids is None:
            criteria = replace(criteria, user_fields=())
        if criteria.has_active_opportunity is None:
            criteria = replace(criteria, active_stages=())
        return Standing(principal.user.time_zone if self._is_for_viewer else None, principal.assignment, criteria)


@dataclass(frozen=True, slots=True)
class _Found:
    version: int
    rows: Mapping[UUID, LeadRow]
    gone: frozenset[UUID]
    merged: Mapping[UUID, UUID]


async def _find(reader: Reader, standing: Standing, touches: Sequence[Touch]) -> _Found:
    """Which of the leads a list has, and which else it may have had before."""
    criteria, assignment = standing.criteria, standing.assignment
    version, had = await lists.leads_among(reader, criteria, [touch.lead_id for touch in touches])
    rows = await lead_side.leads(reader, list(had)) if had else {}
    gone = [touch for touch in touches if touch.lead_id not in rows and touch.may_move(criteria, assignment)]
    if gone and assignment is not None:
        # Of others that the viewer does not see it must not even be told that they are there.
        kept = await lead_side.custom_values(reader, [touch.lead_id for touch in gone])
        values = {id: {one.field_id: tuple(one.value) for one in some} for id, some in kept.items()}
        gone = [touch for touch in gone if touch.was_seen(assignment, values.get(touch.lead_id, {}))]
    ids = [touch.lead_id for touch in gone]
    return _Found(version, rows, frozenset(ids), await lists.merged_into(reader, ids) if ids else {})
