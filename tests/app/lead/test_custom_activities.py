"""Custom activities: recording, editing and publishing them, with values of their type's fields."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from app.event import Event
from app.ids import ActivityId, ContactId, CustomActivityTypeId, CustomFieldId, FileId, UserId, encode_id
from app.lead.activities import ActivityDeleted, DeleteActivity
from app.lead.attachments import Attachment, file_claims
from app.lead.contact_changes import ContactRemoved
from app.lead.custom_activities import CustomActivityRecorded, RecordCustomActivity
from app.lead.custom_activity_changes import (
    PublishCustomActivity,
    UpdateCustomActivity,
)
from app.lead.custom_activity_events import CustomActivityContent, CustomActivityEdited
from app.lead.custom_values import CustomValue, touched_word
from app.lead.edits import EDITS_MAX
from app.lead.pins import ActivityPinned
from app.lead.refusals import (
    ActivityTypeArchived,
    ActivityTypeNotEditable,
    ContactNotFound,
    CustomActivityNotFound,
    FieldNotEditable,
    FieldOfAnotherTarget,
    FieldOfAnotherType,
    FileNotFound,
    RequiredValueMissing,
    TooManyEdits,
    TooManyPins,
)
from app.organization.activity_types import (
    CustomActivityTypeArchived,
    CustomActivityTypeCreated,
    CustomActivityTypeRolesChanged,
)
from app.organization.custom_fields import (
    CustomFieldChoicesRemoved,
    CustomFieldCreated,
    CustomFieldDeleted,
    CustomFieldRequirementChanged,
)
from app.organization.refusals import CustomActivityTypeNotFound, UserNotFound
from app.situation import KnownFile, Situation
from app.text import TEXT_MAX, TextTooLong
from app.vocabulary import ActivityKind, CustomFieldTarget, CustomFieldType, PublicationStatus, Role
from tests.support.acme import (
    ADMIN,
    BY_ADMIN,
    BY_MEMBER,
    BY_SYSTEM,
    CALL,
    CALL_LOGGED,
    CONTACT,
    CONTACT_ADDED,
    FIVE_PINS,
    LEAD,
    LEAD_CREATED,
    MEMBER,
    NOW,
    PURPOSE,
    SIX_NOTES,
    UNKNOWN,
    VISIT,
    VISIT_DRAFTED,
    VISIT_TYPE,
    VISITS,
    YESTERDAY,
    thing,
)
from tests.support.custom import SLOGAN, adding, setting
from tests.support.given import Command, Given, facts_of, given, ground

DRAFT, PUBLISHED = PublicationStatus.DRAFT, PublicationStatus.PUBLISHED
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
OTHER_TYPE = CustomActivityTypeCreated(type_id=CustomActivityTypeId(thing(75)), name="Demo")


def field(number: int, name: str, kind: CustomFieldType, **others: Any) -> CustomFieldCreated:
    options: dict[str, Any] = {"activity_type_id": VISITS, **others}
    return CustomFieldCreated(
        field_id=CustomFieldId(thing(80 + number)), target=CustomFieldTarget.ACTIVITY, name=name, type=kind, **options
    )


REPORT = field(1, "Report", CustomFieldType.TEXTAREA)
MET = field(2, "Met", CustomFieldType.CONTACT, accepts_multiple_values=True)
RESULT = field(3, "Result", CustomFieldType.CHOICES, choices=("Won", "Lost"))
FOREIGN = field(4, "Shown", CustomFieldType.TEXT, activity_type_id=OTHER_TYPE.type_id)
OURS = field(5, "Margin", CustomFieldType.NUMBER, editable_with_roles=(Role.ADMIN,))
DEFINED = (*VISIT_TYPE, OTHER_TYPE, REPORT, MET, RESULT, FOREIGN, OURS, SLOGAN)
PURPOSED = setting(VISIT_TYPE[1], "Renewal")
RECORD = RecordCustomActivity(lead_id=LEAD, custom_activity_id=VISIT, type_id=VISITS, custom_fields=(PURPOSED,))
DRAFTING = replace(RECORD, custom_fields=(), status=DRAFT)
KEPT = CustomValue(field_id=PURPOSE, values=("Renewal",))
RECORDED = CustomActivityRecorded(
    custom_activity_id=VISIT, type_id=VISITS, user_id=ADMIN, status=PUBLISHED, values=(KEPT,)
)
PUBLISH = PublishCustomActivity(custom_activity_id=VISIT)
MET_LINDSAY = setting(MET, encode_id("cont", CONTACT))
LINDSAY = CustomValue(field_id=MET.field_id, values=(str(CONTACT),))


def here(*events: Event) -> Given:
    return given(*DEFINED, LEAD_CREATED, CONTACT_ADDED, *events)


def update(**changes: Any) -> UpdateCustomActivity:
    return UpdateCustomActivity(custom_activity_id=VISIT, **changes)


def edited(before: dict[str, Any], after: dict[str, Any]) -> CustomActivityEdited:
    return CustomActivityEdited(
        custom_activity_id=VISIT, before=CustomActivityContent(**before), after=CustomActivityContent(**after)
    )


def none(created: CustomFieldCreated) -> CustomValue:
    return CustomValue(field_id=created.field_id, values=())


PUBLICATION = edited({"status": DRAFT}, {"status": PUBLISHED})
WITHOUT_PURPOSE = (RequiredValueMissing, "custom_fields")


# ---------------------------------------------------------------- recording


def test_an_activity_is_recorded_published() -> None:
    here().when(RECORD).then(RECORDED)


def test_an_activity_is_recorded_with_all_that_it_can_have() -> None:
    values = (PURPOSED, setting(REPORT, "One\n\n  Two\n"), MET_LINDSAY, setting(RESULT, "Won"), setting(OURS, 12.5))
    command = replace(RECORD, contact_id=CONTACT, user_id=MEMBER, custom_fields=values, occurred_at=LONG_AGO)
    here().when(command).then(
        CustomActivityRecorded(
            custom_activity_id=VISIT,
            type_id=VISITS,
            contact_id=CONTACT,
            user_id=MEMBER,
            status=PUBLISHED,
            values=(
                KEPT,
                CustomValue(field_id=REPORT.field_id, values=("One\n\n  Two\n",)),
                LINDSAY,
                CustomValue(field_id=RESULT.field_id, values=("Won",)),
                CustomValue(field_id=OURS.field_id, values=("12.5",)),
            ),
            occurred_at=LONG_AGO,
        )
    )


def test_an_activity_may_be_nobody_s() -> None:
    assert here().when(replace(RECORD, user_id=None)).only.user_id is None
    assert here().when(RECORD, by=BY_SYSTEM).only.user_id is None


def test_each_required_field_without_a_value_is_named() -> None:
    required = [CustomFieldRequirementChanged(field_id=one.field_id, before=False, after=True) for one in (MET, RESULT)]
    outcome = here(*required).when(replace(RECORD, custom_fields=()))
    outcome.then_refused_all(WITHOUT_PURPOSE, WITHOUT_PURPOSE, WITHOUT_PURPOSE)
    assert [one.params["name"] for one in outcome.refusals] == ["Purpose", "Met", "Result"]


@pytest.mark.parametrize("blank", ["", " \n", None])
def test_a_blank_value_is_none(blank: str | None) -> None:
    here().when(replace(RECORD, custom_fields=(setting(VISIT_TYPE[1], blank),))).then_refused(*WITHOUT_PURPOSE)


def test_a_draft_needs_no_values() -> None:
    here().when(DRAFTING).then(VISIT_DRAFTED)


def test_a_field_of_another_type_is_not_required() -> None:
    required = CustomFieldRequirementChanged(field_id=FOREIGN.field_id, before=False, after=True)
    here(required).when(RECORD).then(RECORDED)


def test_values_of_other_fields_are_refused() -> None:
    values = (PURPOSED, setting(FOREIGN, "x"), setting(SLOGAN, "x"))
    here().when(replace(RECORD, custom_fields=values)).then_refused_all(
        (FieldOfAnotherType, "custom_fields.1.field_id"), (FieldOfAnotherTarget, "custom_fields.2.field_id")
    )


def test_a_wrong_value_is_not_called_a_missing_one_too() -> None:
    values = (setting(VISIT_TYPE[1], "x" * 10_001),)
    here().when(replace(RECORD, custom_fields=values)).then_refused(TextTooLong, "custom_fields.0.set")


def test_a_long_text_is_kept_up_to_its_end() -> None:
    most = setting(REPORT, "x" * TEXT_MAX)
    assert here().when(replace(RECORD, custom_fields=(PURPOSED, most))).only.values[1].values == ("x" * TEXT_MAX,)
    more = setting(REPORT, "x" * (TEXT_MAX + 1))
    here().when(replace(RECORD, custom_fields=(PURPOSED, more))).then_refused(TextTooLong, "custom_fields.1.set")


def test_nothing_is_recorded_of_an_archived_type() -> None:
    archived = CustomActivityTypeArchived(type_id=VISITS, name="Visit")
    here(archived).when(RECORD).then_refused(ActivityTypeArchived, "custom_activity_type_id", name="Visit")


def test_roles_that_may_not_use_a_type_neither_record_nor_edit() -> None:
    for_admins = CustomActivityTypeRolesChanged(type_id=VISITS, after=(Role.ADMIN,))
    facts = here(for_admins, VISIT_DRAFTED)
    facts.when(RECORD, by=BY_MEMBER).then_refused(ActivityTypeNotEditable, "custom_activity_type_id", name="Visit")
    refused = (ActivityTypeNotEditable, "custom_activity_id")
    facts.when(update(custom_fields=(PURPOSED,)), by=BY_MEMBER).then_refused(*refused)
    assert facts.when(update(custom_fields=(PURPOSED,)), by=BY_ADMIN).decided
    assert facts.when(DeleteActivity(activity_id=VISIT), by=BY_MEMBER).decided


def test_roles_of_a_field_hold_in_activities_too() -> None:
    command = replace(RECORD, custom_fields=(PURPOSED, setting(OURS, 1)))
    here().when(command, by=BY_MEMBER).then_refused(FieldNotEditable, "custom_fields.1.field_id")


def test_what_is_wrong_with_one_activity_is_told_together() -> None:
    command = replace(
        RECORD,
        type_id=CustomActivityTypeId(UNKNOWN),
        contact_id=ContactId(UNKNOWN),
        user_id=UserId(UNKNOWN),
        pinned=True,
        file_ids=(FileId(UNKNOWN),),
    )
    here(*SIX_NOTES, *FIVE_PINS).when(command).then_refused_all(
        (CustomActivityTypeNotFound, "custom_activity_type_id"),
        (ContactNotFound, "contact_id"),
        (UserNotFound, "user_id"),
        (FileNotFound, "file_ids.0"),
        (TooManyPins, "pinned"),
    )


def test_an_activity_is_pinned_as_it_is_recorded() -> None:
    command = replace(RECORD, pinned=True)
    here(*SIX_NOTES, *FIVE_PINS[:4]).when(command).then(RECORDED, ActivityPinned(activity_id=VISIT))
    here(*SIX_NOTES, *FIVE_PINS).when(command).then_refused(TooManyPins, "pinned", limit=5)


# ---------------------------------------------------------------- editing


def test_an_edit_is_one_fact_of_what_changed() -> None:
    command = update(
        contact_id=CONTACT,
        user_id=None,
        custom_fields=(setting(VISIT_TYPE[1], "Offer"), setting(RESULT, "Won")),
        status=DRAFT,
        occurred_at=LONG_AGO,
    )
    fact = edited(
        {"contact_id": None, "user_id": ADMIN, "status": PUBLISHED, "occurred_at": YESTERDAY}
        | {"values": (KEPT, none(RESULT))},
        {"contact_id": CONTACT, "user_id": None, "status": DRAFT, "occurred_at": LONG_AGO}
        | {
            "values": (
                CustomValue(field_id=PURPOSE, values=("Offer",)),
                CustomValue(field_id=RESULT.field_id, values=("Won",)),
            )
        },
    )
    here(RECORDED).when(command).then(fact)
    here(RECORDED, fact).when(command).then()


def test_what_is_as_it_was_is_no_fact() -> None:
    command = update(
        contact_id=None, user_id=ADMIN, custom_fields=(PURPOSED,), status=PUBLISHED, occurred_at=YESTERDAY, file_ids=()
    )
    here(RECORDED).when(command).then()


def test_null_means_published_and_when_it_was_recorded() -> None:
    drafted = msgspec.structs.replace(VISIT_DRAFTED, values=(KEPT,), occurred_at=LONG_AGO)
    here(drafted).when(update(status=None, occurred_at=None)).then(
        edited({"status": DRAFT, "occurred_at": LONG_AGO}, {"status": PUBLISHED, "occurred_at": YESTERDAY})
    )


def test_values_are_added_and_taken_out_of_lists() -> None:
    fact = edited({"values": (none(MET),)}, {"values": (LINDSAY,)})
    here(RECORDED).when(update(custom_fields=(adding(MET, encode_id("cont", CONTACT)),))).then(fact)
    clear = update(custom_fields=(setting(MET, None),))
    here(RECORDED, fact).when(clear).then(edited({"values": (LINDSAY,)}, {"values": (none(MET),)}))


def test_a_published_activity_keeps_its_required_values() -> None:
    clear = setting(VISIT_TYPE[1], None)
    here(RECORDED).when(update(custom_fields=(clear,))).then_refused(*WITHOUT_PURPOSE)
    assert here(RECORDED).when(update(custom_fields=(clear,), status=DRAFT)).decided
    assert here(VISIT_DRAFTED).when(update(custom_fields=(setting(RESULT, "Won"),))).decided


def test_a_field_that_became_required_matters_with_the_next_edit_alone() -> None:
    required = CustomFieldRequirementChanged(field_id=RESULT.field_id, before=False, after=True)
    facts = here(RECORDED, required)
    facts.when(update(contact_id=CONTACT)).then_refused(*WITHOUT_PURPOSE)
    facts.when(PUBLISH).then()
    assert facts.when(update(contact_id=CONTACT, custom_fields=(setting(RESULT, "Lost"),))).decided


def test_a_required_value_that_nobody_sees_any_more_is_none() -> None:
    required = [CustomFieldRequirementChanged(field_id=one.field_id, before=False, after=True) for one in (MET, RESULT)]
    values = (KEPT, LINDSAY, CustomValue(field_id=RESULT.field_id, values=("Won",)))
    recorded = msgspec.structs.replace(RECORDED, values=values)
    gone = (
        CustomFieldChoicesRemoved(field_id=RESULT.field_id, choices=("Won",)),
        ContactRemoved(contact_id=CONTACT),
    )
    assert here(*required, recorded).when(update(occurred_at=LONG_AGO)).decided
    here(*required, recorded, *gone).when(update(occurred_at=LONG_AGO)).then_refused_all(
        WITHOUT_PURPOSE, WITHOUT_PURPOSE
    )


def test_a_deleted_field_is_required_no_more() -> None:
    here(CustomFieldDeleted(field_id=PURPOSE, name="Purpose"), VISIT_DRAFTED).when(PUBLISH).then(PUBLICATION)


def test_an_activity_of_an_archived_type_is_edited_and_published() -> None:
    archived = CustomActivityTypeArchived(type_id=VISITS, name="Visit")
    values = edited({"values": (none(VISIT_TYPE[1]),)}, {"values": (KEPT,)})
    here(VISIT_DRAFTED, archived).when(update(custom_fields=(PURPOSED,))).then(values)
    here(VISIT_DRAFTED, archived, values).when(PUBLISH).then(PUBLICATION)


def test_a_draft_is_published_once_it_is_complete() -> None:
    here(VISIT_DRAFTED).when(PUBLISH).then_refused(*WITHOUT_PURPOSE, name="Purpose")
    complete = edited({"values": (none(VISIT_TYPE[1]),)}, {"values": (KEPT,)})
    here(VISIT_DRAFTED, complete).when(PUBLISH).then(PUBLICATION)
    here(VISIT_DRAFTED, complete, PUBLICATION).when(PUBLISH).then()
    here(RECORDED).when(update(status=DRAFT)).then(edited({"status": PUBLISHED}, {"status": DRAFT}))


@pytest.mark.parametrize("command", [update(status=DRAFT), PUBLISH])
def test_what_is_no_custom_activity_is_refused(command: Command) -> None:
    deleted = ActivityDeleted(activity_id=VISIT, kind=ActivityKind.CUSTOM)
    refused = (CustomActivityNotFound, "custom_activity_id")
    here().when(command).then_refused(*refused)
    here(RECORDED, deleted).when(command).then_refused(*refused)
    of_call: Any = replace(command, custom_activity_id=ActivityId(CALL))  # type: ignore[type-var]
    here(CALL_LOGGED).when(of_call).then_refused(*refused)


def test_there_is_an_end_to_edits() -> None:
    there_and_back = (edited({"user_id": ADMIN}, {"user_id": None}), edited({"user_id": None}, {"user_id": ADMIN}))
    facts = here(RECORDED, *there_and_back * (EDITS_MAX // 2))
    facts.when(update(user_id=None)).then_refused(TooManyEdits, "custom_activity_id", limit=EDITS_MAX)


def test_two_people_conflict_only_over_the_same_part() -> None:
    fact = edited(
        {"status": DRAFT, "values": (none(RESULT),)},
        {"status": PUBLISHED, "values": (CustomValue(field_id=RESULT.field_id, values=("Won",)),)},
    )
    assert fact.touched == {f"{VISIT}.status", touched_word(VISIT, RESULT.field_id)}
    assert update(custom_fields=(setting(RESULT, "Lost"),)).writes & fact.touched
    assert PUBLISH.writes & fact.touched
    assert not update(custom_fields=(PURPOSED,), contact_id=None, occurred_at=None, file_ids=()).writes & fact.touched


# ---------------------------------------------------------------- files

UPLOAD = KnownFile(
    file_id=FileId(thing(90)),
    name="plan.pdf",
    content_type="application/pdf",
    size_bytes=9,
    sha256="ab" * 32,
    uploaded_by=ADMIN,
    expires_at=datetime(2026, 4, 1, tzinfo=UTC),
)
ATTACHED = Attachment(
    file_id=UPLOAD.file_id, name="plan.pdf", content_type="application/pdf", size_bytes=9, sha256="ab" * 32
)


def decided(command: Command, *events: Event) -> Any:
    """The one fact, where the upload is known."""
    facts = facts_of((), (*DEFINED, LEAD_CREATED, *events))
    state, at = ground(command, facts, by=BY_ADMIN, now=NOW, answers={})
    at = replace(at, files={UPLOAD.file_id: UPLOAD})
    assert isinstance(at, Situation)
    (event,) = command.decide(state, at)
    return event


def test_files_come_with_an_activity_and_with_an_edit() -> None:
    recorded = decided(replace(DRAFTING, user_id=None, file_ids=(UPLOAD.file_id,)))
    assert recorded.files == (ATTACHED,)
    assert recorded.takes(LEAD) == file_claims((ATTACHED,), LEAD) != ()
    edit = decided(update(file_ids=(UPLOAD.file_id,)), VISIT_DRAFTED)
    assert edit == edited({"files": ()}, {"files": (ATTACHED,)})
    assert edit.takes(LEAD) == file_claims((ATTACHED,), LEAD)
    without = decided(update(file_ids=None), recorded)
    assert without == edited({"files": (ATTACHED,)}, {"files": ()})
    assert without.takes(LEAD) == ()
