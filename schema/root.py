"""The roots of the API, and the schema they make."""

from __future__ import annotations

import strawberry
from graphql import GraphQLEnumType, get_named_type
from strawberry.schema.config import StrawberryConfig

from schema.activities import Activity, DeleteActivityPayload, LeadCreated, activity, delete_activity
from schema.calls import Call, LogCallPayload, log_call
from schema.contacts import AddContactPayload, add_contact
from schema.emails import Email, LogEmailPayload, log_email
from schema.enums import VALUE_DESCRIPTIONS
from schema.errors import RefusalError, VersionConflict
from schema.feed import LeadFeedItem, lead_feed
from schema.fields import mutation, resolved, subscription
from schema.leads import CreateLeadPayload, Lead, UpdateLeadPayload, create_lead, lead, update_lead
from schema.lists import LeadConnection, leads, node, nodes
from schema.node import Node
from schema.notes import Note, WriteNotePayload, write_note
from schema.opportunities import AddOpportunityPayload, add_opportunity
from schema.opportunity_changes import (
    RemoveOpportunityPayload,
    UpdateOpportunityPayload,
    remove_opportunity,
    update_opportunity,
)
from schema.opportunity_list import OpportunityConnection, opportunities
from schema.organization import Organization, User, organization, viewer
from schema.pins import PinNotePayload, UnpinNotePayload, pin_note, unpin_note
from schema.scalars import SCALARS
from schema.statuses import ChangeLeadStatusPayload, change_lead_status
from schema.task_changes import (
    RemoveTaskPayload,
    ReopenTaskPayload,
    UpdateTaskPayload,
    remove_task,
    reopen_task,
    update_task,
)
from schema.task_list import TaskConnection, tasks
from schema.tasks import AddTaskPayload, CompleteTaskPayload, add_task, complete_task


@strawberry.type(description="Reads. One query sees one moment.")
class Query:
    viewer: User | None = resolved(viewer)
    organization: Organization | None = resolved(organization)
    node: Node | None = resolved(node)
    nodes: list[Node | None] | None = resolved(nodes)
    lead: Lead | None = resolved(lead)
    leads: LeadConnection | None = resolved(leads)
    opportunities: OpportunityConnection | None = resolved(opportunities)
    tasks: TaskConnection | None = resolved(tasks)
    activity: Activity | None = resolved(activity)


@strawberry.type(
    description="Every mutation is named after its command. idempotencyKey: same key and same input return the first "
    "result; same key with another input is refused."
)
class Mutation:
    create_lead: CreateLeadPayload | None = mutation(create_lead)
    update_lead: UpdateLeadPayload | None = mutation(update_lead)
    change_lead_status: ChangeLeadStatusPayload | None = mutation(change_lead_status)
    add_contact: AddContactPayload | None = mutation(add_contact)
    add_opportunity: AddOpportunityPayload | None = mutation(add_opportunity)
    update_opportunity: UpdateOpportunityPayload | None = mutation(update_opportunity)
    remove_opportunity: RemoveOpportunityPayload | None = mutation(remove_opportunity)
    add_task: AddTaskPayload | None = mutation(add_task)
    complete_task: CompleteTaskPayload | None = mutation(complete_task)
    update_task: UpdateTaskPayload | None = mutation(update_task)
    reopen_task: ReopenTaskPayload | None = mutation(reopen_task)
    remove_task: RemoveTaskPayload | None = mutation(remove_task)
    log_call: LogCallPayload | None = mutation(log_call)
    log_email: LogEmailPayload | None = mutation(log_email)
    write_note: WriteNotePayload | None = mutation(write_note)
    pin_note: PinNotePayload | None = mutation(pin_note)
    unpin_note: UnpinNotePayload | None = mutation(unpin_note)
    delete_activity: DeleteActivityPayload | None = mutation(delete_activity)


@strawberry.type(
    description="Everything after the cursor in commit order, then live. At least once: drop a cursor already applied."
)
class Subscription:
    lead_feed: LeadFeedItem = subscription(lead_feed)


def make_schema() -> strawberry.Schema:
    """The whole API."""
    schema = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[Call, Email, Note, LeadCreated, RefusalError, VersionConflict],
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    _describe_values(schema)
    _describe_inputs(schema)
    return schema


def _describe_values(schema: strawberry.Schema) -> None:
    """Strawberry takes no description for the values of a plain enum."""
    for name, values in VALUE_DESCRIPTIONS.items():
        enum = schema._schema.type_map[name]  # noqa: SLF001 - Strawberry has no public name for it
        assert isinstance(enum, GraphQLEnumType)
        for value, description in values.items():
            enum.values[value].description = description


def _describe_inputs(schema: strawberry.Schema) -> None:
    """A mutation's one argument is what its type is."""
    mutations = schema._schema.mutation_type  # noqa: SLF001 - as above
    assert mutations is not None
    for field in mutations.fields.values():
        argument = field.args["input"]
        argument.description = get_named_type(argument.type).description
