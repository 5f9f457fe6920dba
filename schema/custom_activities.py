"""Custom activities: in the history, recording, editing and publishing them."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import strawberry

from app.lead.custom_activities import RecordCustomActivity
from app.lead.custom_activity_changes import PublishCustomActivity, UpdateCustomActivity
from app.lead.custom_values import valid_values
from app.organization.organization import Organization
from app.vocabulary import CustomFieldTarget
from projections.activity_feed.details import CustomActivityDetails
from projections.activity_feed.read import ActivityRow
from schema.activities import HEADLINE_MAX, Activity, activity_of, cut, shared
from schema.commands import CommandInput, Inputs, Payload, answer, change, change_of, given
from schema.context import Context, Info
from schema.custom_values import CustomValue, CustomValueInput, counting_values, value_changes
from schema.enums import CustomFieldType, PublicationStatus
from schema.fields import plain, resolved
from schema.files import File, its_files
from schema.organization import CustomActivityType, custom_activity_type_of

_FILES = "Uploads by POST /files, or files already on this lead; at most 100."
# Types whose values can be read as they are kept.
_READABLE = (
    CustomFieldType.TEXT,
    CustomFieldType.TEXTAREA,
    CustomFieldType.NUMBER,
    CustomFieldType.DATE,
    CustomFieldType.CHOICES,
)


@strawberry.type(description="An activity of a type that the organization defined.")
class CustomActivity(Activity):
    publication_status: PublicationStatus = plain("Whether it is finished.")

    files: list[File] = resolved(its_files)

    @resolved
    async def type(self, info: Info) -> CustomActivityType:
        """Its type as it is now, also when it is archived."""
        organization = await _organization(info.context, self.row)
        return custom_activity_type_of(organization.custom_activity_types[_details(self.row).type_id], organization)

    @resolved
    async def custom_fields(self, info: Info) -> list[CustomValue]:
        """Only fields that have a value, in the order of the type's fields."""
        return await counting_values(info.context, self.id, _details(self.row).values)

    @resolved
    async def headline(self, info: Info) -> str:
        """One line for a kind that the client does not know: the type's name, and the first value."""
        organization = await _organization(info.context, self.row)
        return _headline(self.row, organization)

    @resolved
    async def viewer_can_edit(self, info: Info) -> bool:
        """Whether the viewer's role may edit activities of this type."""
        return await may_be_edited(info.context, self.row)


async def may_be_edited(context: Context, row: ActivityRow) -> bool:
    """Whether the viewer's role may edit custom activities of a row's type."""
    organization = await _organization(context, row)
    user = organization.users[context.principal.user_id]
    return organization.custom_activity_types[_details(row).type_id].editable_by(user.role)


def custom_activity_of(row: ActivityRow) -> CustomActivity:
    """A custom activity, from its row."""
    return CustomActivity(**shared(row), publication_status=_details(row).status)


def _details(row: ActivityRow) -> CustomActivityDetails:
    return cast(CustomActivityDetails, row.details)


async def _organization(context: Context, row: ActivityRow) -> Organization:
    """One that knows the activity's type."""
    type_id = _details(row).type_id
    return await context.organization_with(lambda one: type_id in one.custom_activity_types)


def _headline(row: ActivityRow, organization: Organization) -> str:
    details = _details(row)
    name = organization.custom_activity_types[details.type_id].name
    for field in organization.fields_of(CustomFieldTarget.ACTIVITY, details.type_id):
        kept = valid_values(field, details.values.get(field.id, ()), organization)
        if kept and field.type in _READABLE:
            line = ", ".join(str(one)[: 2 * HEADLINE_MAX] for one in kept)
            return cut(f"{name}: {' '.join(line.split())}")
    return cut(name)


@strawberry.type(description="What a command about one custom activity did.")
class CustomActivityPayload(Payload):
    @resolved
    async def custom_activity(self, info: Info) -> CustomActivity | None:
        """The activity as it is now; null where nothing was done."""
        row = await info.context.activity_row(self.done.ids["custom_activity"]) if self.done else None
        return cast(CustomActivity, activity_of(row)) if row else None


@strawberry.input(description="An activity of one of the organization's own types.")
class RecordCustomActivityInput(CommandInput):
    lead_id: strawberry.ID = plain("The lead.")
    custom_activity_type_id: strawberry.ID = plain("Its type, one that is not archived; for ever.")
    contact_id: strawberry.ID | None = plain("A contact of the same lead.", default=strawberry.UNSET)
    user_id: strawberry.ID | None = plain("Whose it is; absent: the viewer; null: nobody.", default=strawberry.UNSET)
    custom_fields: list[CustomValueInput] | None = plain("Values of the type's fields.", default=strawberry.UNSET)
    publication_status: PublicationStatus | None = plain(
        "PUBLISHED: refused unless every required field has a value.", default=PublicationStatus.PUBLISHED
    )
    file_ids: list[strawberry.ID] | None = plain(_FILES, default=strawberry.UNSET)
    pinned: bool | None = plain("Pin it at once; refused as a whole where five are pinned.", default=False)
    occurred_at: datetime | None = plain("When it happened; absent: now.", default=strawberry.UNSET)


@strawberry.type(description="What recordCustomActivity did.")
class RecordCustomActivityPayload(CustomActivityPayload):
    pass


async def record_custom_activity(info: Info, input: RecordCustomActivityInput) -> RecordCustomActivityPayload | None:
    """Record an activity of one of the organization's types in a lead's history, as a draft or published."""

    def build(ids: Inputs) -> RecordCustomActivity:
        return RecordCustomActivity(
            lead_id=ids.id("lead", input.lead_id, "lead_id"),
            type_id=ids.id("custom_activity_type", input.custom_activity_type_id, "custom_activity_type_id"),
            contact_id=ids.id_or_none("contact", input.contact_id, "contact_id"),
            user_id=ids.owner(input.user_id, "user_id"),
            custom_fields=value_changes(ids, input.custom_fields, "custom_fields"),
            status=given(input.publication_status, PublicationStatus.PUBLISHED),
            file_ids=ids.ids("file", given(input.file_ids, ()), "file_ids"),
            pinned=given(input.pinned, False),
            occurred_at=given(input.occurred_at),
        )

    return await answer(info, RecordCustomActivityPayload, input, build)


@strawberry.input(description="Changes of a custom activity. What is absent stays; null clears.")
class UpdateCustomActivityInput(CommandInput):
    custom_activity_id: strawberry.ID = plain("The activity.")
    contact_id: strawberry.ID | None = plain("A contact of the same lead.", default=strawberry.UNSET)
    user_id: strawberry.ID | None = plain("Whose it is; null: nobody.", default=strawberry.UNSET)
    custom_fields: list[CustomValueInput] | None = plain(
        "Values of the type's fields; fields that are not named stay.", default=strawberry.UNSET
    )
    publication_status: PublicationStatus | None = plain(
        "A published one may become a draft again; null: PUBLISHED.", default=strawberry.UNSET
    )
    file_ids: list[strawberry.ID] | None = plain(
        f"All files that it is to have; null: none. {_FILES}", default=strawberry.UNSET
    )
    occurred_at: datetime | None = plain("When it happened; null: when it was recorded.", default=strawberry.UNSET)
    expected_version: int | None = plain(
        "The lead's version that you saw; refused if something that you write was changed since.",
        default=strawberry.UNSET,
    )


@strawberry.type(description="What updateCustomActivity did.")
class UpdateCustomActivityPayload(CustomActivityPayload):
    pass


async def update_custom_activity(info: Info, input: UpdateCustomActivityInput) -> UpdateCustomActivityPayload | None:
    """Change some of a custom activity. What is published behind it must have a value of every required field."""

    def build(ids: Inputs) -> UpdateCustomActivity:
        return UpdateCustomActivity(
            custom_activity_id=ids.id("activity", input.custom_activity_id, "custom_activity_id"),
            contact_id=ids.change("contact", input.contact_id, "contact_id"),
            user_id=ids.change("user", input.user_id, "user_id"),
            custom_fields=value_changes(ids, input.custom_fields, "custom_fields"),
            status=change(input.publication_status),
            file_ids=change_of(input.file_ids, lambda files: ids.ids("file", files, "file_ids")),
            occurred_at=change(input.occurred_at),
            expected_version=given(input.expected_version),
        )

    return await answer(info, UpdateCustomActivityPayload, input, build)


@strawberry.input(description="A draft to publish.")
class PublishCustomActivityInput(CommandInput):
    custom_activity_id: strawberry.ID = plain("The activity.")
    expected_version: int | None = plain(
        "The lead's version that you saw; refused if the status was changed since.", default=strawberry.UNSET
    )


@strawberry.type(description="What publishCustomActivity did.")
class PublishCustomActivityPayload(CustomActivityPayload):
    pass


async def publish_custom_activity(info: Info, input: PublishCustomActivityInput) -> PublishCustomActivityPayload | None:
    """Publish a draft. Refused, with each field by name, while required ones have no value."""

    def build(ids: Inputs) -> PublishCustomActivity:
        return PublishCustomActivity(
            custom_activity_id=ids.id("activity", input.custom_activity_id, "custom_activity_id"),
            expected_version=given(input.expected_version),
        )

    return await answer(info, PublishCustomActivityPayload, input, build)
