"""Merging two leads, looking at what that would do, and taking it back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, cast

import strawberry

from app.ids import LeadId
from app.lead.merge import MergeLeads
from app.lead.merge_events import Filled, LeadMerged
from app.lead.unmerge import UnmergeLead
from app.refusal import Refusal, Refused, refusals_of
from projections.activity_feed import read as feed
from projections.activity_feed.criteria import ActivityCriteria
from projections.files_tab import read as files
from projections.lead_view import read as lead_side
from projections.lead_view.rows import LeadRow
from schema.activities import Activity, LeadMerge, activity_of
from schema.commands import CommandInput, Inputs, Payload, answer, given
from schema.context import Context, Info
from schema.differences import LeadDifference, plain_in_our_words
from schema.errors import UserError, user_error
from schema.fields import argument, plain, resolved
from schema.ids import id_argument, public_id
from schema.leads import Lead, lead_of

if TYPE_CHECKING:
    from app.organization.organization import Organization

COUNT_MAX = 1_000  # of what moves; more are counted as so many


@strawberry.input(description="Two leads that are one: the source is merged into the destination.")
class MergeLeadsInput(CommandInput):
    source_id: strawberry.ID = plain("The lead that ends. Its id leads to the destination from then on.")
    destination_id: strawberry.ID = plain(
        "The lead that stays: what it says of itself wins, what it does not say is filled in from the source."
    )
    expected_source_version: int | None = plain(
        "The source's version that was seen: a later change of it is a conflict.", default=strawberry.UNSET
    )
    expected_destination_version: int | None = plain(
        "The destination's version that was seen: a later change of it is a conflict.", default=strawberry.UNSET
    )


@strawberry.type(description="What mergeLeads did.")
class MergeLeadsPayload(Payload):
    @resolved
    def merged_lead_id(self) -> strawberry.ID | None:
        """The source, whose id leads to the destination now; null where nothing was done."""
        return public_id("lead", self.done.ids["source"]) if self.done else None

    @resolved
    async def activity(self, info: Info) -> LeadMerge | None:
        """The new entry of the destination's history; null where nothing was done."""
        row = await info.context.activity_row(self.done.ids["merge"]) if self.done else None
        return cast(LeadMerge, activity_of(row)) if row else None


async def merge_leads(info: Info, input: MergeLeadsInput) -> MergeLeadsPayload | None:
    """Merge a lead into another one. Contacts, opportunities, tasks, activities, threads and files keep their ids and
    are the destination's from then on; unmergeLeads gives them back."""

    def build(ids: Inputs) -> MergeLeads:
        return MergeLeads(
            other_lead_id=ids.id("lead", input.source_id, "source_id"),
            lead_id=ids.id("lead", input.destination_id, "destination_id"),
            expected_version=given(input.expected_destination_version),
            expected_other_version=given(input.expected_source_version),
        )

    return await answer(info, MergeLeadsPayload, input, build)


@strawberry.input(description="A merge to take back.")
class UnmergeLeadsInput(CommandInput):
    source_id: strawberry.ID = plain("The lead that was merged into another one.")


@strawberry.type(description="What unmergeLeads did.")
class UnmergeLeadsPayload(Payload):
    @resolved
    async def lead(self, info: Info) -> Lead | None:
        """The lead that is back; null where nothing was done, or the viewer does not see it."""
        return await _lead_of(info.context, self, "lead")

    @resolved
    async def destination(self, info: Info) -> Lead | None:
        """The lead that it had been merged into; null where nothing was done."""
        return await _lead_of(info.context, self, "destination")


async def unmerge_leads(info: Info, input: UnmergeLeadsInput) -> UnmergeLeadsPayload | None:
    """Take a merge back: both leads are there again. What is the source's own goes back to it as it is by now; what was
    added since stays on the destination."""

    def build(ids: Inputs) -> UnmergeLead:
        source_id = ids.id("lead", input.source_id, "source_id")
        return UnmergeLead(lead_id=source_id, other_lead_id=source_id)

    return await answer(info, UnmergeLeadsPayload, input, build)


@strawberry.type(description="What mergeLeads would do now.")
class MergePreview:
    source: Lead = plain("The lead that would end.")
    destination: Lead = plain("The lead that would stay, as it is now.")
    result: list[LeadDifference] = plain("What the destination would say of itself otherwise: what would be filled in.")
    errors: list[UserError] = plain("What stands against it; empty: it can be done.")
    merged: strawberry.Private[LeadMerged | None]

    @resolved
    async def unpinned_activities(self, info: Info) -> list[Activity]:
        """The source's pinned activities that would not stay pinned, because there are too many."""
        ended = self.merged.member.ended_pins if self.merged else ()
        rows = [await info.context.activity_row(pin.activity_id) for pin in ended]
        return [activity_of(row) for row in rows if row]

    @resolved
    async def contact_count(self, info: Info) -> int:
        """How many contacts would come to the destination."""
        loader = info.context.batch("contact count", lead_side.contact_counts, 0)
        return int(await loader.load(self.source.row.lead_id))

    @resolved
    async def activity_count(self, info: Info) -> int:
        """How many activities would come to it; of more than 1000, 1000."""
        counts = await feed.count(info.context.reader, [self.source.row.lead_id], ActivityCriteria())
        count = counts.get(self.source.row.lead_id, 0)
        return COUNT_MAX if count is None else count

    @resolved
    async def file_count(self, info: Info) -> int:
        """How many files of its tab would come to it; of more than 1000, 1000."""
        counts = await files.count(info.context.reader, [self.source.row.lead_id], files.FileCriteria())
        count = counts.get(self.source.row.lead_id, 0)
        return COUNT_MAX if count is None else count


async def merge_preview(
    info: Info,
    source_id: Annotated[strawberry.ID, argument("The lead that would end.")],
    destination_id: Annotated[strawberry.ID, argument("The lead that would stay.")],
) -> MergePreview | None:
    """What mergeLeads would do now, without doing it. Null where one of the leads is not there."""
    context = info.context
    from_id = LeadId(id_argument("lead", source_id, "sourceId"))
    into_id = LeadId(id_argument("lead", destination_id, "destinationId"))
    merged, errors = await _proposed(context, MergeLeads(other_lead_id=from_id, lead_id=into_id))
    source, destination = await context.lead_row(from_id), await context.lead_row(into_id)
    if source is None or destination is None:
        return None
    return MergePreview(
        source=lead_of(source),
        destination=lead_of(destination),
        result=list(_filled(merged, destination, context.organization)) if merged else [],
        errors=errors,
        merged=merged,
    )


async def _proposed(context: Context, command: MergeLeads) -> tuple[LeadMerged | None, list[UserError]]:
    try:
        proposal = await context.propose(command, None)
    except (Refusal, Refused) as error:
        return None, [user_error(refusal, context.organization) for refusal in refusals_of(error)]
    return next(one.event for one in proposal.entries if isinstance(one.event, LeadMerged)), []


def _filled(merged: LeadMerged, destination: LeadRow, organization: Organization) -> Iterator[LeadDifference]:
    from schema.custom_values import value_of

    filled: Filled = merged.filled
    for name in ("name", "description", "url"):
        after = getattr(filled, name)
        if after:
            yield LeadDifference(path=[name], before=None, after=cast(Any, after))
    if merged.addresses is not None:
        before, after = (plain_in_our_words(one) for one in (destination.addresses, merged.addresses))
        yield LeadDifference(path=["addresses"], before=before, after=after)
    for one in filled.custom_values:
        field = organization.custom_fields.get(one.field_id)
        if field is not None:
            path = ["customFields", public_id("custom_field", field.id)]
            yield LeadDifference(path=path, before=value_of(field, one.before), after=value_of(field, one.after))


async def _lead_of(context: Context, payload: Payload, word: str) -> Lead | None:
    row = await context.lead_row(payload.done.ids[word]) if payload.done else None
    return lead_of(row) if row else None
