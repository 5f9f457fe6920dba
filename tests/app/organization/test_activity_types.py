"""Custom activity types: creating, changing, archiving and ordering them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from app.ids import CustomActivityTypeId, CustomFieldId
from app.organization.activity_type_edits import (
    ArchiveCustomActivityType,
    CreateCustomActivityType,
    ReorderCustomActivityTypes,
    UnarchiveCustomActivityType,
    UpdateCustomActivityType,
)
from app.organization.activity_types import (
    TYPES_MAX,
    CustomActivityTypeArchived,
    CustomActivityTypeCreated,
    CustomActivityTypeDescriptionChanged,
    CustomActivityTypeRenamed,
    CustomActivityTypeRolesChanged,
    CustomActivityTypesReordered,
    CustomActivityTypeUnarchived,
)
from app.organization.custom_fields import DESCRIPTION_MAX, CustomFieldsReordered
from app.organization.organization import Organization
from app.organization.refusals import (
    CustomActivityTypeNotFound,
    CustomFieldNotFound,
    ListedTwice,
    NameTaken,
    NotAllowed,
    NotOfTarget,
    TooManyActivityTypes,
)
from app.text import Required, TextTooLong
from app.vocabulary import Role
from tests.support.acme import ACME_FOUNDED, BY_MEMBER, PURPOSE, UNKNOWN, VISIT_TYPE, VISITS, thing
from tests.support.custom import SLOGAN
from tests.support.given import Command, facts_of, given, organization_of

NEW = CustomActivityTypeId(thing(75))
SECOND = CustomFieldId(thing(76))
VISIT, FIELD = VISIT_TYPE
DEMO = CustomActivityTypeCreated(type_id=NEW, name="Demo")
SECOND_FIELD = msgspec.structs.replace(FIELD, field_id=SECOND, name="Outcome")
ARCHIVED = CustomActivityTypeArchived(type_id=VISITS, name="Visit")
UNARCHIVED = CustomActivityTypeUnarchived(type_id=VISITS, name="Visit")
CREATE = CreateCustomActivityType(name="Demo", type_id=NEW)


def update(**changes: Any) -> UpdateCustomActivityType:
    return UpdateCustomActivityType(type_id=VISITS, **changes)


def after(*events: Any) -> Organization:
    return organization_of(facts_of(ACME_FOUNDED, (*VISIT_TYPE, *events)))


def test_a_type_is_created_with_all_that_it_can_have() -> None:
    command = replace(
        CREATE, name=" Demo ", description="How we show it", editable_with_roles=(Role.MEMBER, Role.ADMIN, Role.MEMBER)
    )
    roles = (Role.ADMIN, Role.MEMBER)
    given().when(command).then(
        CustomActivityTypeCreated(type_id=NEW, name="Demo", description="How we show it", editable_with_roles=roles)
    )


@pytest.mark.parametrize("name", ["visit", "VISIT", "Ｖisit", " Visit "])
def test_a_name_is_there_once_whatever_the_case_and_the_characters(name: str) -> None:
    given(*VISIT_TYPE).when(replace(CREATE, name=name)).then_refused(NameTaken, "name")
    given(*VISIT_TYPE, DEMO).when(UpdateCustomActivityType(type_id=NEW, name=name)).then_refused(NameTaken, "name")


def test_the_name_of_an_archived_type_is_taken() -> None:
    given(*VISIT_TYPE, ARCHIVED).when(replace(CREATE, name="Visit")).then_refused(NameTaken, "name")


def test_what_cannot_be_kept_is_refused_together() -> None:
    command = replace(CREATE, name=" ", description="x" * (DESCRIPTION_MAX + 1))
    given().when(command).then_refused_all((Required, "name"), (TextTooLong, "description"))


def test_there_is_an_end_to_types() -> None:
    many = [
        CustomActivityTypeCreated(type_id=CustomActivityTypeId(thing(1_000 + number)), name=f"Type {number}")
        for number in range(TYPES_MAX)
    ]
    given(*many).when(CREATE).then_refused(TooManyActivityTypes, limit=TYPES_MAX)
    assert given(*many[1:]).when(CREATE).only == DEMO


def test_each_thing_that_is_given_becomes_a_fact() -> None:
    command = update(name="Site visit", description="On site", editable_with_roles=(Role.ADMIN,), field_ids=(SECOND,))
    events = (
        CustomActivityTypeRenamed(type_id=VISITS, before="Visit", after="Site visit"),
        CustomActivityTypeDescriptionChanged(type_id=VISITS, after="On site"),
        CustomActivityTypeRolesChanged(type_id=VISITS, after=(Role.ADMIN,)),
        CustomFieldsReordered(before=(PURPOSE, SECOND), after=(SECOND, PURPOSE)),
    )
    given(*VISIT_TYPE, SECOND_FIELD).when(command).then(*events)
    given(*VISIT_TYPE, SECOND_FIELD, *events).when(command).then()
    kind = after(SECOND_FIELD, *events).custom_activity_types[VISITS]
    assert (kind.name, kind.description, kind.editable_with_roles) == ("Site visit", "On site", (Role.ADMIN,))
    assert [one.id for one in after(SECOND_FIELD, *events).custom_fields.values()] == [SECOND, PURPOSE]


def test_null_clears_what_can_be_empty() -> None:
    facts = (
        CustomActivityTypeDescriptionChanged(type_id=VISITS, after="On site"),
        CustomActivityTypeRolesChanged(type_id=VISITS, after=(Role.ADMIN,)),
    )
    given(*VISIT_TYPE, *facts).when(update(description=None, editable_with_roles=None)).then(
        CustomActivityTypeDescriptionChanged(type_id=VISITS, before="On site"),
        CustomActivityTypeRolesChanged(type_id=VISITS, before=(Role.ADMIN,)),
    )
    given(*VISIT_TYPE).when(update(name=None)).then_refused(Required, "name")


def test_what_is_wrong_with_a_change_is_told_together() -> None:
    fields = (SLOGAN.field_id, CustomFieldId(UNKNOWN), PURPOSE, PURPOSE)
    given(*VISIT_TYPE, SLOGAN).when(update(name="", field_ids=fields)).then_refused_all(
        (Required, "name"),
        (NotOfTarget, "field_ids.0"),
        (CustomFieldNotFound, "field_ids.1"),
        (ListedTwice, "field_ids.3"),
    )


def test_a_type_is_archived_and_taken_into_use_again() -> None:
    archive, unarchive = ArchiveCustomActivityType(type_id=VISITS), UnarchiveCustomActivityType(type_id=VISITS)
    given(*VISIT_TYPE).when(archive).then(ARCHIVED)
    given(*VISIT_TYPE, ARCHIVED).when(archive).then()
    given(*VISIT_TYPE, ARCHIVED).when(unarchive).then(UNARCHIVED)
    given(*VISIT_TYPE).when(unarchive).then()
    assert after(ARCHIVED).custom_activity_types[VISITS].is_archived
    assert not after(ARCHIVED, UNARCHIVED).custom_activity_types[VISITS].is_archived


def test_types_are_put_in_order() -> None:
    order = ReorderCustomActivityTypes(type_ids=(NEW,))
    reordered = CustomActivityTypesReordered(before=(VISITS, NEW), after=(NEW, VISITS))
    given(*VISIT_TYPE, DEMO).when(order).then(reordered)
    given(*VISIT_TYPE, DEMO, reordered).when(order).then()
    assert list(after(DEMO, reordered).custom_activity_types) == [NEW, VISITS]
    wrong = ReorderCustomActivityTypes(type_ids=(NEW, CustomActivityTypeId(UNKNOWN), NEW))
    given(*VISIT_TYPE, DEMO).when(wrong).then_refused_all(
        (CustomActivityTypeNotFound, "custom_activity_type_ids.1"), (ListedTwice, "custom_activity_type_ids.2")
    )


UNKNOWN_TYPE = CustomActivityTypeId(UNKNOWN)


@pytest.mark.parametrize(
    "command",
    [
        UpdateCustomActivityType(type_id=UNKNOWN_TYPE, name="x"),
        ArchiveCustomActivityType(type_id=UNKNOWN_TYPE),
        UnarchiveCustomActivityType(type_id=UNKNOWN_TYPE),
    ],
)
def test_an_unknown_type_is_refused(command: Command) -> None:
    given(*VISIT_TYPE).when(command).then_refused(CustomActivityTypeNotFound, "custom_activity_type_id")


@pytest.mark.parametrize(
    "command",
    [
        CREATE,
        update(name="x"),
        ArchiveCustomActivityType(type_id=VISITS),
        UnarchiveCustomActivityType(type_id=VISITS),
        ReorderCustomActivityTypes(type_ids=()),
    ],
)
def test_only_admins_change_types(command: Command) -> None:
    given(*VISIT_TYPE).when(command, by=BY_MEMBER).then_refused(NotAllowed)


@pytest.mark.parametrize(
    "event",
    [
        CustomActivityTypeRenamed(type_id=UNKNOWN_TYPE, before="a", after="b"),
        CustomActivityTypeDescriptionChanged(type_id=UNKNOWN_TYPE),
        CustomActivityTypeRolesChanged(type_id=UNKNOWN_TYPE),
        CustomActivityTypeArchived(type_id=UNKNOWN_TYPE, name="a"),
        CustomActivityTypeUnarchived(type_id=UNKNOWN_TYPE, name="a"),
        CustomActivityTypesReordered(before=(), after=(UNKNOWN_TYPE,)),
    ],
    ids=lambda event: event.event_name(),
)
def test_a_fact_about_an_unknown_type_changes_nothing(event: Any) -> None:
    assert after(event).custom_activity_types == after().custom_activity_types
