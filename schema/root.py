"""The roots of the API, and the schema they make."""

from __future__ import annotations

import strawberry
from graphql import GraphQLEnumType, get_named_type
from strawberry.schema.config import StrawberryConfig

from schema.activities import Activity, DeleteActivityPayload, LeadCreated, activity, delete_activity
from schema.activity_links import ActivityLink, activity_link
from schema.api_keys import CreateApiKeyPayload, RevokeApiKeyPayload, create_api_key, revoke_api_key
from schema.calls import Call, LogCallPayload, UpdateCallPayload, log_call, update_call
from schema.contact_changes import (
    RemoveContactPayload,
    ReorderContactsPayload,
    UpdateContactPayload,
    remove_contact,
    reorder_contacts,
    update_contact,
)
from schema.contact_lists import ContactConnection, contacts
from schema.contacts import AddContactPayload, add_contact
from schema.custom_activities import (
    CustomActivity,
    PublishCustomActivityPayload,
    RecordCustomActivityPayload,
    UpdateCustomActivityPayload,
    publish_custom_activity,
    record_custom_activity,
    update_custom_activity,
)
from schema.custom_activity_types import (
    ArchiveCustomActivityTypePayload,
    CreateCustomActivityTypePayload,
    ReorderCustomActivityTypesPayload,
    UnarchiveCustomActivityTypePayload,
    UpdateCustomActivityTypePayload,
    archive_custom_activity_type,
    create_custom_activity_type,
    reorder_custom_activity_types,
    unarchive_custom_activity_type,
    update_custom_activity_type,
)
from schema.custom_fields import (
    CreateCustomFieldPayload,
    DeleteCustomFieldPayload,
    ReorderCustomFieldsPayload,
    UpdateCustomFieldPayload,
    create_custom_field,
    delete_custom_field,
    reorder_custom_fields,
    update_custom_field,
)
from schema.deletion import DeleteLeadPayload, RestoreLeadPayload, delete_lead, restore_lead
from schema.details import CreateLeadPayload, UpdateLeadPayload, create_lead, update_lead
from schema.drafts import EditDraftPayload, edit_draft
from schema.duplicates import possible_duplicates
from schema.email_threads import DeleteEmailThreadPayload, delete_email_thread
from schema.emails import Email, LogEmailPayload, log_email
from schema.enums import VALUE_DESCRIPTIONS
from schema.errors import RefusalError, VersionConflict
from schema.feed import LeadFeedItem, lead_feed
from schema.fields import mutation, resolved, subscription
from schema.inbox_feed import InboxFeedItem, inbox_feed
from schema.inbox_handling import (
    MarkDonePayload,
    MarkNotDonePayload,
    SnoozePayload,
    UnsnoozePayload,
    mark_done,
    mark_not_done,
    snooze,
    unsnooze,
)
from schema.inbox_list import InboxConnection, inbox
from schema.invitations import InviteUserPayload, invite_user
from schema.lead_statuses import (
    ArchiveLeadStatusPayload,
    CreateLeadStatusPayload,
    DeleteLeadStatusPayload,
    ReorderLeadStatusesPayload,
    UnarchiveLeadStatusPayload,
    UpdateLeadStatusPayload,
    archive_lead_status,
    create_lead_status,
    delete_lead_status,
    reorder_lead_statuses,
    unarchive_lead_status,
    update_lead_status,
)
from schema.leads import Lead, lead
from schema.lists import LeadConnection, leads, node, nodes
from schema.meetings import LogMeetingPayload, Meeting, UpdateMeetingPayload, log_meeting, update_meeting
from schema.members import (
    ChangeRolePayload,
    DeactivateUserPayload,
    ReactivateUserPayload,
    UpdateViewerPayload,
    change_role,
    deactivate_user,
    reactivate_user,
    update_viewer,
)
from schema.merge import MergeLeadsPayload, MergePreview, UnmergeLeadsPayload, merge_leads, merge_preview, unmerge_leads
from schema.node import Node
from schema.notes import EditNotePayload, Note, WriteNotePayload, edit_note, write_note
from schema.opportunities import AddOpportunityPayload, add_opportunity
from schema.opportunity_changes import (
    RemoveOpportunityPayload,
    UpdateOpportunityPayload,
    remove_opportunity,
    update_opportunity,
)
from schema.opportunity_list import OpportunityConnection, opportunities
from schema.organization import (
    Organization,
    UpdateOrganizationPayload,
    User,
    organization,
    update_organization,
    viewer,
)
from schema.pins import (
    PinActivityPayload,
    PinNotePayload,
    UnpinActivityPayload,
    UnpinNotePayload,
    pin_activity,
    pin_note,
    unpin_activity,
    unpin_note,
)
from schema.pipelines import (
    CreatePipelinePayload,
    DeletePipelinePayload,
    ReorderPipelinesPayload,
    UpdatePipelinePayload,
    create_pipeline,
    delete_pipeline,
    reorder_pipelines,
    update_pipeline,
)
from schema.scalars import SCALARS
from schema.sms import LogSmsPayload, Sms, log_sms
from schema.stages import (
    CreateOpportunityStatusPayload,
    DeleteOpportunityStatusPayload,
    UpdateOpportunityStatusPayload,
    create_opportunity_status,
    delete_opportunity_status,
    update_opportunity_status,
)
from schema.status_changes import (
    LogLeadStatusChangePayload,
    LogOpportunityStatusChangePayload,
    log_lead_status_change,
    log_opportunity_status_change,
)
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
from schema.upsert import UpsertLeadPayload, upsert_lead


@strawberry.type(description="Reads. One query sees one moment.")
class Query:
    viewer: User | None = resolved(viewer)
    organization: Organization | None = resolved(organization)
    node: Node | None = resolved(node)
    nodes: list[Node | None] | None = resolved(nodes)
    lead: Lead | None = resolved(lead)
    merge_preview: MergePreview | None = resolved(merge_preview)
    leads: LeadConnection | None = resolved(leads)
    contacts: ContactConnection | None = resolved(contacts)
    possible_duplicates: list[Lead] | None = resolved(possible_duplicates)
    opportunities: OpportunityConnection | None = resolved(opportunities)
    tasks: TaskConnection | None = resolved(tasks)
    inbox: InboxConnection | None = resolved(inbox)
    activity: Activity | None = resolved(activity)
    activity_link: ActivityLink | None = resolved(activity_link)


@strawberry.type(
    description="Every mutation is named after its command. idempotencyKey: same key and same input return the first "
    "result; same key with another input is refused."
)
class Mutation:
    create_lead: CreateLeadPayload | None = mutation(create_lead)
    update_lead: UpdateLeadPayload | None = mutation(update_lead)
    upsert_lead: UpsertLeadPayload | None = mutation(upsert_lead)
    delete_lead: DeleteLeadPayload | None = mutation(delete_lead)
    restore_lead: RestoreLeadPayload | None = mutation(restore_lead)
    merge_leads: MergeLeadsPayload | None = mutation(merge_leads)
    unmerge_leads: UnmergeLeadsPayload | None = mutation(unmerge_leads)
    change_lead_status: ChangeLeadStatusPayload | None = mutation(change_lead_status)
    add_contact: AddContactPayload | None = mutation(add_contact)
    update_contact: UpdateContactPayload | None = mutation(update_contact)
    remove_contact: RemoveContactPayload | None = mutation(remove_contact)
    reorder_contacts: ReorderContactsPayload | None = mutation(reorder_contacts)
    add_opportunity: AddOpportunityPayload | None = mutation(add_opportunity)
    update_opportunity: UpdateOpportunityPayload | None = mutation(update_opportunity)
    remove_opportunity: RemoveOpportunityPayload | None = mutation(remove_opportunity)
    add_task: AddTaskPayload | None = mutation(add_task)
    complete_task: CompleteTaskPayload | None = mutation(complete_task)
    update_task: UpdateTaskPayload | None = mutation(update_task)
    reopen_task: ReopenTaskPayload | None = mutation(reopen_task)
    remove_task: RemoveTaskPayload | None = mutation(remove_task)
    log_call: LogCallPayload | None = mutation(log_call)
    update_call: UpdateCallPayload | None = mutation(update_call)
    log_meeting: LogMeetingPayload | None = mutation(log_meeting)
    update_meeting: UpdateMeetingPayload | None = mutation(update_meeting)
    log_lead_status_change: LogLeadStatusChangePayload | None = mutation(log_lead_status_change)
    log_opportunity_status_change: LogOpportunityStatusChangePayload | None = mutation(log_opportunity_status_change)
    log_email: LogEmailPayload | None = mutation(log_email)
    log_sms: LogSmsPayload | None = mutation(log_sms)
    edit_draft: EditDraftPayload | None = mutation(edit_draft)
    delete_email_thread: DeleteEmailThreadPayload | None = mutation(delete_email_thread)
    write_note: WriteNotePayload | None = mutation(write_note)
    edit_note: EditNotePayload | None = mutation(edit_note)
    pin_note: PinNotePayload | None = mutation(pin_note)
    unpin_note: UnpinNotePayload | None = mutation(unpin_note)
    record_custom_activity: RecordCustomActivityPayload | None = mutation(record_custom_activity)
    update_custom_activity: UpdateCustomActivityPayload | None = mutation(update_custom_activity)
    publish_custom_activity: PublishCustomActivityPayload | None = mutation(publish_custom_activity)
    pin_activity: PinActivityPayload | None = mutation(pin_activity)
    unpin_activity: UnpinActivityPayload | None = mutation(unpin_activity)
    delete_activity: DeleteActivityPayload | None = mutation(delete_activity)
    mark_done: MarkDonePayload | None = mutation(mark_done)
    mark_not_done: MarkNotDonePayload | None = mutation(mark_not_done)
    snooze: SnoozePayload | None = mutation(snooze)
    unsnooze: UnsnoozePayload | None = mutation(unsnooze)
    create_lead_status: CreateLeadStatusPayload | None = mutation(create_lead_status)
    update_lead_status: UpdateLeadStatusPayload | None = mutation(update_lead_status)
    archive_lead_status: ArchiveLeadStatusPayload | None = mutation(archive_lead_status)
    unarchive_lead_status: UnarchiveLeadStatusPayload | None = mutation(unarchive_lead_status)
    delete_lead_status: DeleteLeadStatusPayload | None = mutation(delete_lead_status)
    reorder_lead_statuses: ReorderLeadStatusesPayload | None = mutation(reorder_lead_statuses)
    create_pipeline: CreatePipelinePayload | None = mutation(create_pipeline)
    update_pipeline: UpdatePipelinePayload | None = mutation(update_pipeline)
    delete_pipeline: DeletePipelinePayload | None = mutation(delete_pipeline)
    reorder_pipelines: ReorderPipelinesPayload | None = mutation(reorder_pipelines)
    create_opportunity_status: CreateOpportunityStatusPayload | None = mutation(create_opportunity_status)
    update_opportunity_status: UpdateOpportunityStatusPayload | None = mutation(update_opportunity_status)
    delete_opportunity_status: DeleteOpportunityStatusPayload | None = mutation(delete_opportunity_status)
    create_custom_field: CreateCustomFieldPayload | None = mutation(create_custom_field)
    update_custom_field: UpdateCustomFieldPayload | None = mutation(update_custom_field)
    delete_custom_field: DeleteCustomFieldPayload | None = mutation(delete_custom_field)
    reorder_custom_fields: ReorderCustomFieldsPayload | None = mutation(reorder_custom_fields)
    create_custom_activity_type: CreateCustomActivityTypePayload | None = mutation(create_custom_activity_type)
    update_custom_activity_type: UpdateCustomActivityTypePayload | None = mutation(update_custom_activity_type)
    archive_custom_activity_type: ArchiveCustomActivityTypePayload | None = mutation(archive_custom_activity_type)
    unarchive_custom_activity_type: UnarchiveCustomActivityTypePayload | None = mutation(unarchive_custom_activity_type)
    reorder_custom_activity_types: ReorderCustomActivityTypesPayload | None = mutation(reorder_custom_activity_types)
    invite_user: InviteUserPayload | None = mutation(invite_user)
    deactivate_user: DeactivateUserPayload | None = mutation(deactivate_user)
    reactivate_user: ReactivateUserPayload | None = mutation(reactivate_user)
    change_role: ChangeRolePayload | None = mutation(change_role)
    create_api_key: CreateApiKeyPayload | None = mutation(create_api_key)
    revoke_api_key: RevokeApiKeyPayload | None = mutation(revoke_api_key)
    update_viewer: UpdateViewerPayload | None = mutation(update_viewer)
    update_organization: UpdateOrganizationPayload | None = mutation(update_organization)


@strawberry.type(
    description="Everything after the cursor in commit order, then live. At least once: drop a cursor already applied."
)
class Subscription:
    lead_feed: LeadFeedItem = subscription(lead_feed)
    inbox_feed: InboxFeedItem = subscription(inbox_feed)


def make_schema() -> strawberry.Schema:
    """The whole API."""
    schema = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[Call, Email, Sms, Note, Meeting, CustomActivity, LeadCreated, RefusalError, VersionConflict],
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
