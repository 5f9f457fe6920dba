"""Custom fields: creating, changing, ordering and deleting their definitions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from app.ids import CustomActivityTypeId, CustomFieldId
from app.organization.activity_types import CustomActivityTypeCreated
from app.organization.custom_fields import (
    CHOICE_MAX,
    CHOICES_MAX,
    DESCRIPTION_MAX,
    FIELDS_MAX,
    CustomField,
    CustomFieldChoicesAdded,
    CustomFieldChoicesRemoved,
    CustomFieldChoicesReplaced,
    CustomFieldCreated,
    CustomFieldDeleted,
    CustomFieldDescriptionChanged,
    CustomFieldMultiplicityChanged,
    CustomFieldRenamed,
    CustomFieldRequirementChanged,
    CustomFieldRolesChanged,
    CustomFieldsReordered,
)
from app.organization.field_edits import CreateCustomField, DeleteCustomField, UpdateCustomField
from app.organization.field_order import ReorderCustomFields
from app.organization.organization import Organization
from app.organization.refusals import (
    ActivityTypeMisplaced,
    ActivityTypeMissing,
    BothChoiceForms,
    ChoicesMisplaced,
    ChoicesMissing,
    ChoiceTaken,
    CustomActivityTypeNotFound,
    CustomFieldNotFound,
    ListedTwice,
    MultipleMisplaced,
    NameTaken,
    NotAllowed,
    NotOfTarget,
    RequirementMisplaced,
    TextareaMisplaced,
    TooManyChoices,
    TooManyFields,
)
from app.organization.users import UserAdded
from app.organization.visibility import Visibility, VisibilityChanged, assignment_of
from app.refusal import Refusal
from app.text import NotUnicode, NulCharacter, Required, TextTooLong, TooManyEntries
from app.vocabulary import CustomFieldTarget, CustomFieldType, Role
from tests.support.acme import ACME_FOUNDED, BY_MEMBER, PURPOSE, STRANGER, UNKNOWN, VISIT_TYPE, VISITS, thing
from tests.support.given import Command, facts_of, given, organization_of

FIELD, SIZE, CITY, NEW = (CustomFieldId(thing(number)) for number in range(70, 74))
TRADE = CustomFieldCreated(
    field_id=FIELD,
    target=CustomFieldTarget.LEAD,
    name="Industry",
    type=CustomFieldType.CHOICES,
    choices=("Banking", "Boats", "Bananas"),
)
SIZED = CustomFieldCreated(field_id=SIZE, target=CustomFieldTarget.LEAD, name="Employees", type=CustomFieldType.NUMBER)
LOCATED = CustomFieldCreated(field_id=CITY, target=CustomFieldTarget.CONTACT, name="City", type=CustomFieldType.TEXT)
FIELDS = (TRADE, SIZED, LOCATED)
CALLS_TYPE = CustomActivityTypeCreated(type_id=CustomActivityTypeId(thing(75)), name="Discovery call")
DELETED = CustomFieldDeleted(field_id=FIELD, name="Industry")


def after(*events: Any) -> Organization:
    return organization_of(facts_of(ACME_FOUNDED, (*FIELDS, *events)))


def create(type: CustomFieldType = CustomFieldType.TEXT, **given: Any) -> CreateCustomField:  # noqa: A002
    return CreateCustomField(
        **{"target": CustomFieldTarget.LEAD, "name": "New", "type": type, "field_id": NEW, **given}
    )


def update(field_id: CustomFieldId = FIELD, **changes: Any) -> UpdateCustomField:
    return UpdateCustomField(field_id=field_id, **changes)


# ---------------------------------------------------------------- creating


def test_a_field_is_created_with_all_that_it_can_have() -> None:
    command = create(
        CustomFieldType.CHOICES,
        name=" Trade ",
        description="What they do",
        choices=(" Banking ", "Boats"),
        accepts_multiple_values=True,
        editable_with_roles=(Role.MEMBER, Role.ADMIN, Role.MEMBER),
    )
    given().when(command).then(
        CustomFieldCreated(
            field_id=NEW,
            target=CustomFieldTarget.LEAD,
            name="Trade",
            description="What they do",
            type=CustomFieldType.CHOICES,
            choices=("Banking", "Boats"),
            accepts_multiple_values=True,
            editable_with_roles=(Role.ADMIN, Role.MEMBER),
        )
    )


@pytest.mark.parametrize("target", [one for one in CustomFieldTarget if one is not CustomFieldTarget.ACTIVITY])
@pytest.mark.parametrize(
    "type", [one for one in CustomFieldType if one not in (CustomFieldType.TEXTAREA, CustomFieldType.CHOICES)]
)
def test_a_field_of_any_type_is_created_for_any_target(
    target: CustomFieldTarget,
    type: CustomFieldType,  # noqa: A002
) -> None:
    assert given().when(create(type, target=target)).only.type is type


@pytest.mark.parametrize("type", [CustomFieldType.TEXT, CustomFieldType.TEXTAREA])
def test_a_field_of_activities_belongs_to_a_type_of_them(type: CustomFieldType) -> None:  # noqa: A002
    command = create(type, target=CustomFieldTarget.ACTIVITY, activity_type_id=VISITS, is_required=True)
    given(*VISIT_TYPE).when(command).then(
        CustomFieldCreated(
            field_id=NEW,
            target=CustomFieldTarget.ACTIVITY,
            name="New",
            type=type,
            activity_type_id=VISITS,
            is_required=True,
        )
    )


def test_a_field_of_activities_without_a_type_is_refused() -> None:
    command = create(target=CustomFieldTarget.ACTIVITY)
    given(*VISIT_TYPE).when(command).then_refused(ActivityTypeMissing, "custom_activity_type_id")


@pytest.mark.parametrize("target", CustomFieldTarget)
def test_an_unknown_type_is_refused(target: CustomFieldTarget) -> None:
    command = create(target=target, activity_type_id=CustomActivityTypeId(UNKNOWN))
    given(*VISIT_TYPE).when(command).then_refused(CustomActivityTypeNotFound, "custom_activity_type_id")


def test_fields_of_other_targets_belong_to_no_type_and_are_not_required() -> None:
    given(*VISIT_TYPE).when(create(activity_type_id=VISITS, is_required=True)).then_refused_all(
        (ActivityTypeMisplaced, "custom_activity_type_id"), (RequirementMisplaced, "is_required")
    )


def test_the_same_name_is_there_once_of_each_type_of_activities() -> None:
    named = create(name="pURPOSE", target=CustomFieldTarget.ACTIVITY, activity_type_id=VISITS)
    given(*VISIT_TYPE).when(named).then_refused(NameTaken, "name")
    elsewhere = replace(named, activity_type_id=CALLS_TYPE.type_id)
    assert given(*VISIT_TYPE, CALLS_TYPE).when(elsewhere).only.name == "pURPOSE"
    assert given(*VISIT_TYPE).when(create(name="Purpose")).only.name == "Purpose"


@pytest.mark.parametrize(("before", "after"), [(True, False), (False, True)])
def test_fields_of_activities_become_required_and_optional(before: bool, after: bool) -> None:
    kind, field = VISIT_TYPE
    facts = (kind, msgspec.structs.replace(field, is_required=before))
    changed = CustomFieldRequirementChanged(field_id=PURPOSE, before=before, after=after)
    given(*facts).when(update(PURPOSE, is_required=after)).then(changed)
    given(*facts, changed).when(update(PURPOSE, is_required=after)).then()
    assert organization_of(facts_of(ACME_FOUNDED, (*facts, changed))).custom_fields[PURPOSE].is_required is after


def test_null_makes_a_field_optional() -> None:
    changed = CustomFieldRequirementChanged(field_id=PURPOSE, before=True, after=False)
    given(*VISIT_TYPE).when(update(PURPOSE, is_required=None)).then(changed)


def test_other_fields_cannot_become_required() -> None:
    given(*FIELDS).when(update(is_required=True)).then_refused(RequirementMisplaced, "is_required")
    given(*FIELDS).when(update(is_required=False)).then()


def test_fields_of_one_type_are_ordered_by_themselves() -> None:
    second, third = (msgspec.structs.replace(VISIT_TYPE[1], field_id=one, name=str(one)) for one in (SIZE, CITY))
    facts = (*VISIT_TYPE, CALLS_TYPE, second, msgspec.structs.replace(third, activity_type_id=CALLS_TYPE.type_id))
    order = ReorderCustomFields(activity_type_id=VISITS, field_ids=(SIZE,))
    given(*facts).when(order).then(CustomFieldsReordered(before=(PURPOSE, SIZE), after=(SIZE, PURPOSE)))
    foreign = replace(order, field_ids=(CITY,))
    given(*facts).when(foreign).then_refused(NotOfTarget, "field_ids.0")
    misplaced = replace(order, target=CustomFieldTarget.LEAD)
    given(*facts).when(misplaced).then_refused(ActivityTypeMisplaced, "custom_activity_type_id")
    unknown = replace(order, activity_type_id=CustomActivityTypeId(UNKNOWN))
    given(*facts).when(unknown).then_refused(CustomActivityTypeNotFound, "custom_activity_type_id")


def test_a_text_of_several_lines_is_for_activities_only() -> None:
    given().when(create(CustomFieldType.TEXTAREA)).then_refused(TextareaMisplaced, "type")


@pytest.mark.parametrize("name", ["Industry", "INDUSTRY", " industry", "Ｉndustry"])
@pytest.mark.parametrize("make", [create, lambda **given: update(SIZE, **given)])
def test_a_name_is_there_once_for_each_target(make: Any, name: str) -> None:
    given(*FIELDS).when(make(name=name)).then_refused(NameTaken, "name")


def test_fields_of_two_targets_may_have_the_same_name() -> None:
    assert given(*FIELDS).when(create(name="City")).decided


@pytest.mark.parametrize(
    ("name", "refusal"),
    [(" ", Required), ("a\0", NulCharacter), ("\ud800", NotUnicode), ("x" * 501, TextTooLong)],
)
@pytest.mark.parametrize("make", [create, update])
def test_a_name_that_is_none_is_refused(make: Any, name: str, refusal: type[Refusal]) -> None:
    given(*FIELDS).when(make(name=name)).then_refused(refusal, "name")


@pytest.mark.parametrize("name", ["شركة", "👩‍👩‍👧", "e\u0301", "a\u200bb", "𝔘𝔫𝔦"])
def test_a_name_is_kept_as_it_is_written(name: str) -> None:
    assert given().when(create(name=name)).only.name == name


@pytest.mark.parametrize("make", [create, update])
def test_a_description_is_short(make: Any) -> None:
    assert given(*FIELDS).when(make(description="x" * DESCRIPTION_MAX)).decided
    given(*FIELDS).when(make(description="x" * (DESCRIPTION_MAX + 1))).then_refused(TextTooLong, "description")


def test_a_field_of_choices_has_choices_and_others_have_none() -> None:
    given().when(create(CustomFieldType.CHOICES)).then_refused(ChoicesMissing, "choices")
    given().when(create(choices=("a",))).then_refused(ChoicesMisplaced, "choices")


def test_choices_that_are_none_are_refused_where_they_stand() -> None:
    choices = ("a", "A", "", "x" * (CHOICE_MAX + 1), "\0")
    given().when(create(CustomFieldType.CHOICES, choices=choices)).then_refused_all(
        (ChoiceTaken, "choices.1"),
        (Required, "choices.2"),
        (TextTooLong, "choices.3"),
        (NulCharacter, "choices.4"),
    )


def test_there_are_only_so_many_choices() -> None:
    choices = tuple(map(str, range(CHOICES_MAX)))
    assert given().when(create(CustomFieldType.CHOICES, choices=choices)).decided
    given().when(create(CustomFieldType.CHOICES, choices=(*choices, "x"))).then_refused(TooManyEntries, "choices")
    full = CustomFieldChoicesReplaced(field_id=FIELD, before=TRADE.choices, after=choices)
    given(*FIELDS, full).when(update(add_choices=("x",))).then_refused(TooManyChoices, "add_choices", limit=CHOICES_MAX)
    assert given(*FIELDS, full).when(update(add_choices=("x",), remove_choices=("1",))).decided


def test_several_values_are_for_choices_users_and_contacts() -> None:
    given().when(create(accepts_multiple_values=True)).then_refused(MultipleMisplaced, "accepts_multiple_values")
    given(*FIELDS).when(update(SIZE, accepts_multiple_values=True)).then_refused(
        MultipleMisplaced, "accepts_multiple_values"
    )
    assert given().when(create(CustomFieldType.USER, accepts_multiple_values=True)).decided


def test_independent_refusals_of_one_field_come_together() -> None:
    given(*FIELDS).when(create(name="industry", choices=("a",), accepts_multiple_values=True)).then_refused_all(
        (NameTaken, "name"), (ChoicesMisplaced, "choices"), (MultipleMisplaced, "accepts_multiple_values")
    )


def test_there_are_only_so_many_fields() -> None:
    many = [
        CustomFieldCreated(
            field_id=CustomFieldId(thing(1_000 + number)),
            target=CustomFieldTarget.CONTACT,
            name=str(number),
            type=CustomFieldType.TEXT,
        )
        for number in range(FIELDS_MAX)
    ]
    assert given(*many[1:]).when(create()).decided
    given(*many).when(create()).then_refused(TooManyFields, limit=FIELDS_MAX)


# ---------------------------------------------------------------- changing


def test_each_change_is_a_fact_and_the_field_is_what_they_say() -> None:
    changes = update(
        name="Trade",
        description="What they do",
        choices=("Boats", "Banking"),
        accepts_multiple_values=True,
        editable_with_roles=(Role.ADMIN,),
    )
    facts = (
        CustomFieldRenamed(field_id=FIELD, before="Industry", after="Trade"),
        CustomFieldDescriptionChanged(field_id=FIELD, after="What they do"),
        CustomFieldChoicesReplaced(field_id=FIELD, before=TRADE.choices, after=("Boats", "Banking")),
        CustomFieldMultiplicityChanged(field_id=FIELD, before=False, after=True),
        CustomFieldRolesChanged(field_id=FIELD, after=(Role.ADMIN,)),
    )
    given(*FIELDS).when(changes).then(*facts)
    assert next(iter(after(*facts).custom_fields.values())) == CustomField(
        id=FIELD,
        target=CustomFieldTarget.LEAD,
        name="Trade",
        description="What they do",
        type=CustomFieldType.CHOICES,
        choices=("Boats", "Banking"),
        accepts_multiple_values=True,
        editable_with_roles=(Role.ADMIN,),
    )


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"name": "Industry"},
        {"description": " "},
        {"choices": TRADE.choices},
        {"add_choices": ("Boats", "Banking")},
        {"remove_choices": ("Tax",)},
        {"accepts_multiple_values": False},
        {"editable_with_roles": None},
    ],
)
def test_what_stays_as_it_is_decides_nothing(changes: dict[str, Any]) -> None:
    given(*FIELDS).when(update(**changes)).then()


def test_null_clears_the_description_and_the_roles() -> None:
    described = CustomFieldDescriptionChanged(field_id=FIELD, after="x")
    entrusted = CustomFieldRolesChanged(field_id=FIELD, after=(Role.ADMIN,))
    given(*FIELDS, described, entrusted).when(update(description=None, editable_with_roles=None)).then(
        CustomFieldDescriptionChanged(field_id=FIELD, before="x"),
        CustomFieldRolesChanged(field_id=FIELD, before=(Role.ADMIN,)),
    )


def test_what_cannot_be_cleared_is_refused() -> None:
    given(*FIELDS).when(update(name=None, choices=None, accepts_multiple_values=None)).then_refused_all(
        (Required, "name"), (ChoicesMissing, "choices"), (Required, "accepts_multiple_values")
    )


def test_a_choice_is_added_behind_the_others() -> None:
    added = CustomFieldChoicesAdded(field_id=FIELD, choices=("Tax",))
    given(*FIELDS).when(update(add_choices=("Boats", " Tax"))).then(added)
    assert after(added).custom_fields[FIELD].choices == ("Banking", "Boats", "Bananas", "Tax")


def test_a_choice_that_there_is_in_another_case_is_refused() -> None:
    given(*FIELDS).when(update(add_choices=("Tax", " BOATS"))).then_refused(ChoiceTaken, "add_choices.1", value="Boats")


def test_a_choice_is_removed_whatever_its_case() -> None:
    removed = CustomFieldChoicesRemoved(field_id=FIELD, choices=("Boats",))
    given(*FIELDS).when(update(remove_choices=("BOATS",))).then(removed)
    assert after(removed).custom_fields[FIELD].choices == ("Banking", "Bananas")


def test_what_is_removed_goes_before_what_is_added_comes() -> None:
    given(*FIELDS).when(update(remove_choices=("Boats",), add_choices=("BOATS",))).then(
        CustomFieldChoicesRemoved(field_id=FIELD, choices=("Boats",)),
        CustomFieldChoicesAdded(field_id=FIELD, choices=("BOATS",)),
    )


def test_a_field_of_choices_keeps_one() -> None:
    given(*FIELDS).when(update(remove_choices=TRADE.choices)).then_refused(ChoicesMissing, "remove_choices")
    assert given(*FIELDS).when(update(remove_choices=TRADE.choices, add_choices=("Tax",))).decided


def test_a_whole_list_and_single_choices_exclude_each_other() -> None:
    given(*FIELDS).when(update(choices=("a",), add_choices=("b",))).then_refused(BothChoiceForms, "choices")


def test_a_field_that_has_no_choices_gets_none() -> None:
    given(*FIELDS).when(update(SIZE, choices=("a",), add_choices=("b",), remove_choices=("c",))).then_refused_all(
        (ChoicesMisplaced, "choices"), (ChoicesMisplaced, "add_choices"), (ChoicesMisplaced, "remove_choices")
    )


# ---------------------------------------------------------------- order and deletion


def test_fields_are_put_in_order() -> None:
    reordered = CustomFieldsReordered(before=(FIELD, SIZE, CITY), after=(CITY, FIELD, SIZE))
    given(*FIELDS).when(ReorderCustomFields(field_ids=(CITY,))).then(reordered)
    assert list(after(reordered).custom_fields) == [CITY, FIELD, SIZE]


def test_fields_of_one_target_are_put_in_order_among_themselves() -> None:
    reordered = CustomFieldsReordered(before=(FIELD, SIZE), after=(SIZE, FIELD))
    given(*FIELDS).when(ReorderCustomFields(field_ids=(SIZE,), target=CustomFieldTarget.LEAD)).then(reordered)
    assert list(after(reordered).custom_fields) == [SIZE, FIELD, CITY]


def test_fields_that_do_not_belong_into_an_order_are_refused_where_they_stand() -> None:
    order = ReorderCustomFields(field_ids=(SIZE, CITY, CustomFieldId(UNKNOWN), SIZE), target=CustomFieldTarget.LEAD)
    given(*FIELDS).when(order).then_refused_all(
        (NotOfTarget, "field_ids.1"), (CustomFieldNotFound, "field_ids.2"), (ListedTwice, "field_ids.3")
    )


def test_a_deleted_field_is_gone() -> None:
    given(*FIELDS).when(DeleteCustomField(field_id=FIELD)).then(DELETED)
    assert list(after(DELETED).custom_fields) == [SIZE, CITY]


def test_its_name_is_free_again() -> None:
    assert given(*FIELDS, DELETED).when(create(name="Industry")).decided


def test_a_deleted_field_decides_no_more_who_sees_a_lead() -> None:
    guest = UserAdded(user_id=STRANGER, name="Guest", email="g@x.example", role=Role.RESTRICTED, time_zone="UTC")
    visible = VisibilityChanged(before=Visibility(), after=Visibility(field_ids=(FIELD, SIZE)))
    given(*FIELDS, visible).when(DeleteCustomField(field_id=FIELD)).then(DELETED)
    assignment = assignment_of(after(guest, visible, DELETED), STRANGER)
    assert assignment is not None
    assert assignment.field_ids == (SIZE,)


@pytest.mark.parametrize("command", [update(name="x"), DeleteCustomField(field_id=FIELD)])
def test_a_field_that_is_gone_is_refused(command: Command) -> None:
    given(*FIELDS, DELETED).when(command).then_refused(CustomFieldNotFound, "field_id")


@pytest.mark.parametrize(
    "command", [create(), update(), DeleteCustomField(field_id=FIELD), ReorderCustomFields(field_ids=())]
)
def test_a_member_may_not(command: Command) -> None:
    given(*FIELDS).when(command, by=BY_MEMBER).then_refused(NotAllowed)
