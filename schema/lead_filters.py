"""Which leads a list has: the filter, and what it means."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import strawberry

from app.organization.organization import Organization
from app.vocabulary import CustomFieldTarget, CustomFieldType, OpportunityStatusType
from projections.lead_view.criteria import LeadCriteria
from schema.commands import given
from schema.custom_filters import CustomFieldCondition, custom_criteria
from schema.fields import plain
from schema.filters import email_in, ids_in, phone_in, refused

NAMES_MAX = 2_000  # users times fields in which they may be named


@strawberry.input(description="The fields narrow each other. since is included, until is not.")
class LeadFilter:
    search: str | None = plain(
        "Words of names, sites, addresses and contacts, or their beginnings; case and accents do not matter.",
        default=strawberry.UNSET,
    )
    status_ids: list[strawberry.ID] | None = plain("Only with one of these.", default=strawberry.UNSET)
    user_ids: list[strawberry.ID] | None = plain(
        "Only those in one of whose user-type custom fields one of these is named.", default=strawberry.UNSET
    )
    custom_fields: list[CustomFieldCondition] | None = plain("All of these hold.", default=strawberry.UNSET)
    created_since: datetime | None = plain("createdAt from here on.", default=strawberry.UNSET)
    created_until: datetime | None = plain("createdAt before this.", default=strawberry.UNSET)
    last_activity_since: datetime | None = plain("lastActivityAt from here on.", default=strawberry.UNSET)
    last_activity_until: datetime | None = plain("lastActivityAt before this.", default=strawberry.UNSET)
    contact_email: str | None = plain("A contact has this address; case does not matter.", default=strawberry.UNSET)
    contact_phone: str | None = plain(
        "A contact has this number: with its country code, or as it is written in the organization's country.",
        default=strawberry.UNSET,
    )
    has_open_task: bool | None = plain("Whether there is a task to do.", default=strawberry.UNSET)
    has_active_opportunity: bool | None = plain(
        "Whether there is an opportunity that is neither won nor lost.", default=strawberry.UNSET
    )


def criteria_of(filter: LeadFilter | None, organization: Organization) -> LeadCriteria:
    """What a filter means in an organization.

    Raises:
        ClientError: INVALID, with the path of what is wrong.
    """
    if filter is None:
        return LeadCriteria()
    user_fields = _user_fields(organization)
    return LeadCriteria(
        search=given(filter.search),
        status_ids=ids_in("status", given(filter.status_ids), "filter", "statusIds"),
        user_ids=_user_ids(given(filter.user_ids), user_fields),
        user_fields=user_fields,
        custom=custom_criteria(given(filter.custom_fields, ()), organization, "filter", "customFields"),
        email=email_in(given(filter.contact_email), "filter", "contactEmail"),
        phone=phone_in(given(filter.contact_phone), organization, "filter", "contactPhone"),
        created_since=given(filter.created_since),
        created_until=given(filter.created_until),
        active_since=given(filter.last_activity_since),
        active_until=given(filter.last_activity_until),
        has_open_task=given(filter.has_open_task),
        has_active_opportunity=given(filter.has_active_opportunity),
        active_stages=_active_stages(organization),
    )


def _user_ids(ids: Sequence[str] | None, fields: Sequence[UUID]) -> tuple[UUID, ...] | None:
    path = ("filter", "userIds")
    if ids is not None and len(ids) * len(fields) > NAMES_MAX:
        raise refused(f"at most {NAMES_MAX // len(fields)} ids, as there are {len(fields)} fields of users.", *path)
    return ids_in("user", ids, *path)


def _user_fields(organization: Organization) -> tuple[UUID, ...]:
    return tuple(
        field.id
        for field in organization.custom_fields.values()
        if field.type is CustomFieldType.USER and field.target is CustomFieldTarget.LEAD
    )


def _active_stages(organization: Organization) -> tuple[UUID, ...]:
    return tuple(stage.id for stage in organization.stages_ever if stage.type is OpportunityStatusType.ACTIVE)
