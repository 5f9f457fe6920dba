"""Which leads a list has: the filter, and what it means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from app.ids import BadId, CustomFieldId, decode_id
from app.lead.contact_points import e164
from app.lead.custom_values import read_day, read_instant, read_number
from app.organization.custom_fields import CustomField
from app.organization.organization import Organization
from app.vocabulary import CustomFieldTarget, CustomFieldType, OpportunityStatusType
from projections.lead_view.criteria import CustomCriterion, LeadCriteria
from projections.lead_view.search_query import searched_words
from projections.lead_view.terms import number_of
from schema.commands import given
from schema.connections import LIST_MAX
from schema.edge import ClientError
from schema.fields import plain
from schema.ids import PREFIXES, id_argument, id_arguments

CONDITIONS_MAX = 20  # on custom fields, in one filter
_COMPARED = (CustomFieldType.NUMBER, CustomFieldType.DATE, CustomFieldType.DATETIME)
_READERS: dict[CustomFieldType, Callable[[Any], str | None]] = {
    CustomFieldType.NUMBER: read_number,
    CustomFieldType.DATE: read_day,
    CustomFieldType.DATETIME: read_instant,
}


@strawberry.input(
    description="What the value of a custom field must be; what is given narrows. A field of contacts or "
    "opportunities means leads with one for which it holds. Texts are compared without regard to case and accents."
)
class CustomFieldCondition:
    field_id: strawberry.ID = plain("The field.")
    equals: JSON | None = plain("It is this, or among several values there is this.", default=strawberry.UNSET)
    in_: list[JSON] | None = plain("As equals, for one of these; at most 100.", name="in", default=strawberry.UNSET)
    contains: JSON | None = plain(
        "Of a text: words that begin like these. Else as equals: one of its values is this.", default=strawberry.UNSET
    )
    gte: JSON | None = plain("This or more; of NUMBER, DATE and DATETIME.", default=strawberry.UNSET)
    lt: JSON | None = plain("Less than this; of NUMBER, DATE and DATETIME.", default=strawberry.UNSET)
    is_set: bool | None = plain("Whether there is any value.", default=strawberry.UNSET)
    not_: bool | None = plain("The opposite of all this together.", name="not", default=False)


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
    statuses, users = given(filter.status_ids), given(filter.user_ids)
    return LeadCriteria(
        search=given(filter.search),
        status_ids=None if statuses is None else id_arguments("status", statuses, "filter", "statusIds"),
        user_ids=None if users is None else id_arguments("user", users, "filter", "userIds"),
        user_fields=_user_fields(organization),
        custom=_criteria(given(filter.custom_fields, ()), organization),
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


def _user_fields(organization: Organization) -> tuple[UUID, ...]:
    return tuple(
        field.id
        for field in organization.custom_fields.values()
        if field.type is CustomFieldType.USER and field.target is CustomFieldTarget.LEAD
    )


def _active_stages(organization: Organization) -> tuple[UUID, ...]:
    stages = organization.opportunity_statuses.values()
    return tuple(stage.id for stage in stages if stage.type is OpportunityStatusType.ACTIVE)


def email_in(email: str | None, *path: str) -> str | None:
    """An address that is looked for."""
    return None if email is None else storable(email.strip(), *path)


def phone_in(phone: str | None, organization: Organization, *path: str) -> str | None:
    """A number that is looked for, in E.164.

    Raises:
        ClientError: INVALID, with its path.
    """
    if phone is None:
        return None
    number = e164(storable(phone, *path)[:100], organization.country)
    if number is None:
        raise _refused("this is no telephone number.", *path)
    return number


def storable(text: str, *path: str) -> str:
    """A text that the database can compare.

    Raises:
        ClientError: INVALID, with its path.
    """
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise _refused("this text has characters that cannot be stored.", *path)
    return text


# ---------------------------------------------------------------- custom fields


def _criteria(conditions: Sequence[CustomFieldCondition], organization: Organization) -> tuple[CustomCriterion, ...]:
    path = ("filter", "customFields")
    if len(conditions) > CONDITIONS_MAX:
        raise _refused(f"at most {CONDITIONS_MAX} conditions.", *path)
    return tuple(_criterion(one, organization, *path, str(index)) for index, one in enumerate(conditions))


def _criterion(condition: CustomFieldCondition, organization: Organization, *path: str) -> CustomCriterion:
    field_id = CustomFieldId(id_argument("custom_field", condition.field_id, *path, "fieldId"))
    field = organization.custom_fields.get(field_id)
    if field is None:
        raise _refused("there is no such custom field.", *path, "fieldId")
    is_set = given(condition.is_set)
    keys, numbers = _equal_values(condition, field, *path)
    words = _contained_words(condition, field, *path)
    least, below = _bound(condition.gte, field, *path, "gte"), _bound(condition.lt, field, *path, "lt")
    if all(one is None for one in (keys, numbers, words, least, below, is_set)):
        raise _refused("say what the value must be.", *path)
    negated = bool(given(condition.not_, False))
    if is_set is not None and field.type is CustomFieldType.CHOICES and keys is None:
        # Values that are no choice any more do not count.
        return CustomCriterion(field_id=field_id, keys=field.choices, negated=negated is is_set)
    return CustomCriterion(
        field_id=field_id,
        keys=keys,
        words=words,
        numbers=numbers,
        least=least,
        below=below,
        is_set=is_set,
        negated=negated,
    )


def _equal_values(
    condition: CustomFieldCondition, field: CustomField, *path: str
) -> tuple[list[str] | None, list[Decimal] | None]:
    """What equals, in and contains ask for: as texts, or as numbers where the field has numbers."""
    wanted: list[list[tuple[Any, tuple[str, ...]]]] = []
    if given(condition.equals) is not None:
        wanted.append([(condition.equals, (*path, "equals"))])
    if given(condition.in_) is not None:
        values: Sequence[Any] = given(condition.in_)
        if len(values) > LIST_MAX:
            raise _refused(f"at most {LIST_MAX} values.", *path, "in")
        wanted.append([(value, (*path, "in", str(index))) for index, value in enumerate(values)])
    if given(condition.contains) is not None and field.type not in (CustomFieldType.TEXT, CustomFieldType.TEXTAREA):
        wanted.append([(condition.contains, (*path, "contains"))])
    if not wanted:
        return None, None
    if field.type in _COMPARED:
        sets = [{_number(value, field, *here) for value, here in values} for values in wanted]
        return None, sorted(set.intersection(*sets))
    texts = [{_key(value, field, *here) for value, here in values} for values in wanted]
    return sorted(key for key in set.intersection(*texts) if _counts(key, field)), None


def _counts(key: str, field: CustomField) -> bool:
    return field.type is not CustomFieldType.CHOICES or key in field.choices


def _contained_words(condition: CustomFieldCondition, field: CustomField, *path: str) -> Sequence[str] | None:
    text = given(condition.contains)
    if text is None or field.type not in (CustomFieldType.TEXT, CustomFieldType.TEXTAREA):
        return None
    if not isinstance(text, str):
        raise _refused(f"the custom field {field.name} is compared with texts.", *path, "contains")
    return searched_words(text)


def _key(value: Any, field: CustomField, *path: str) -> str:
    if not isinstance(value, str):
        raise _refused(f"the custom field {field.name} is compared with texts.", *path)
    kinds = {CustomFieldType.USER: "user", CustomFieldType.CONTACT: "contact"}
    kind = kinds.get(field.type)
    if kind is None:
        return storable(value, *path)
    try:
        return str(decode_id(PREFIXES[kind], value))
    except BadId:
        raise _refused(f"the custom field {field.name} is compared with ids of a {kind}.", *path) from None


def _bound(value: object, field: CustomField, *path: str) -> Decimal | None:
    if given(value) is None:
        return None
    if field.type not in _COMPARED:
        raise _refused(f"values of the custom field {field.name} have no order.", *path)
    return _number(value, field, *path)


def _number(value: Any, field: CustomField, *path: str) -> Decimal:
    text = _READERS[field.type](value)
    number = None if text is None else number_of((text,))
    if number is None:
        raise _refused(f"this is no {field.type.lower()}, which values of the custom field {field.name} are.", *path)
    return number


def _refused(sentence: str, *path: str) -> ClientError:
    return ClientError("INVALID", f"{'.'.join(path)}: {sentence}")
