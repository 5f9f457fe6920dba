"""Pins: up to five notes and custom activities at the top of a lead's feed."""

import pytest

from app.event import Event
from app.ids import ActivityId
from app.lead.activities import ActivityDeleted
from app.lead.pins import (
    ActivityPinned,
    ActivityUnpinned,
    NotePinned,
    NoteUnpinned,
    PinActivity,
    PinNote,
    UnpinActivity,
    UnpinNote,
)
from app.lead.refusals import ActivityNotFound, NoteNotFound, NotPinnable, TooManyPins
from app.vocabulary import ActivityKind
from tests.support.acme import (
    BY_MEMBER,
    CALL,
    CALL_LOGGED,
    EMAIL,
    EMAIL_LOGGED,
    FIVE_PINS,
    LEAD_CREATED,
    NOTE,
    NOTE_PINNED,
    NOTE_WRITTEN,
    NOTES,
    SIX_NOTES,
    TASK,
    TASK_ADDED,
    VISIT,
    VISIT_DRAFTED,
    VISIT_TYPE,
)
from tests.support.given import fact_id, given

PIN = PinNote(note_id=NOTE)
UNPIN = UnpinNote(note_id=NOTE)
PIN_THE_SIXTH = PinNote(note_id=NOTES[5])
NOTE_UNPINNED = NoteUnpinned(note_id=NOTE)
NOTE_DELETED = ActivityDeleted(activity_id=NOTE, kind=ActivityKind.NOTE)


def test_a_written_note_is_pinned() -> None:
    given(LEAD_CREATED, NOTE_WRITTEN).when(PIN).then(NOTE_PINNED)


def test_everybody_may_pin() -> None:
    given(LEAD_CREATED, NOTE_WRITTEN).when(PIN, by=BY_MEMBER).then(NOTE_PINNED)


def test_pinning_twice_is_one_fact() -> None:
    given(LEAD_CREATED, NOTE_WRITTEN, NOTE_PINNED).when(PIN).then()


def test_pinning_again_what_is_one_of_five_is_no_sixth() -> None:
    given(LEAD_CREATED, *SIX_NOTES, *FIVE_PINS).when(PinNote(note_id=NOTES[0])).then()


def test_the_fifth_is_pinned() -> None:
    given(LEAD_CREATED, *SIX_NOTES, *FIVE_PINS[:4]).when(PinNote(note_id=NOTES[4])).then(FIVE_PINS[4])


def test_the_sixth_pin_is_refused() -> None:
    given(LEAD_CREATED, *SIX_NOTES, *FIVE_PINS).when(PIN_THE_SIXTH).then_refused(TooManyPins, "note_id", limit=5)


def test_a_refused_pin_says_what_to_do() -> None:
    (refusal,) = given(LEAD_CREATED, *SIX_NOTES, *FIVE_PINS).when(PIN_THE_SIXTH).refusals
    assert refusal.message == "Unpin something first: 5 activities are pinned."


@pytest.mark.parametrize(
    "freeing", [NoteUnpinned(note_id=NOTES[2]), ActivityDeleted(activity_id=NOTES[2], kind=ActivityKind.NOTE)]
)
def test_unpinning_and_deleting_make_room(freeing: Event) -> None:
    facts = (LEAD_CREATED, *SIX_NOTES, *FIVE_PINS, freeing)
    given(*facts).when(PIN_THE_SIXTH).then(NotePinned(note_id=NOTES[5]))


@pytest.mark.parametrize("command", [PIN, UNPIN])
def test_an_unknown_note_is_refused(command: PinNote | UnpinNote) -> None:
    given(LEAD_CREATED).when(command).then_refused(NoteNotFound, "note_id")


@pytest.mark.parametrize("command", [PIN, UNPIN])
def test_a_deleted_note_is_refused(command: PinNote | UnpinNote) -> None:
    facts = (LEAD_CREATED, NOTE_WRITTEN, NOTE_PINNED, NOTE_DELETED)
    given(*facts).when(command).then_refused(NoteNotFound, "note_id")


@pytest.mark.parametrize("other", [CALL, EMAIL, TASK, fact_id(1)])
def test_only_notes_are_pinned(other: ActivityId) -> None:
    facts = (LEAD_CREATED, CALL_LOGGED, EMAIL_LOGGED, TASK_ADDED)
    given(*facts).when(PinNote(note_id=other)).then_refused(NoteNotFound, "note_id")


def test_a_pinned_note_is_unpinned() -> None:
    given(LEAD_CREATED, NOTE_WRITTEN, NOTE_PINNED).when(UNPIN).then(NOTE_UNPINNED)


def test_a_note_that_is_not_pinned_is_not_unpinned() -> None:
    given(LEAD_CREATED, NOTE_WRITTEN).when(UNPIN).then()


def test_a_note_can_be_pinned_again() -> None:
    given(LEAD_CREATED, NOTE_WRITTEN, NOTE_PINNED, NOTE_UNPINNED).when(PIN).then(NOTE_PINNED)


# ---------------------------------------------------------------- custom activities, and both kinds by one command

VISITED = (*VISIT_TYPE, LEAD_CREATED, VISIT_DRAFTED)
VISIT_PINNED = ActivityPinned(activity_id=VISIT)
VISIT_UNPINNED = ActivityUnpinned(activity_id=VISIT)
PIN_VISIT = PinActivity(activity_id=VISIT)
UNPIN_VISIT = UnpinActivity(activity_id=VISIT)


def test_a_custom_activity_is_pinned_and_unpinned() -> None:
    given(*VISITED).when(PIN_VISIT, by=BY_MEMBER).then(VISIT_PINNED)
    given(*VISITED, VISIT_PINNED).when(PIN_VISIT).then()
    given(*VISITED, VISIT_PINNED).when(UNPIN_VISIT, by=BY_MEMBER).then(VISIT_UNPINNED)
    given(*VISITED, VISIT_PINNED, VISIT_UNPINNED).when(UNPIN_VISIT).then()
    given(*VISITED, VISIT_PINNED, VISIT_UNPINNED).when(PIN_VISIT).then(VISIT_PINNED)


def test_a_note_is_the_same_fact_by_either_command() -> None:
    given(LEAD_CREATED, NOTE_WRITTEN).when(PinActivity(activity_id=NOTE)).then(NOTE_PINNED)
    given(LEAD_CREATED, NOTE_WRITTEN, NOTE_PINNED).when(UnpinActivity(activity_id=NOTE)).then(NOTE_UNPINNED)


def test_notes_and_custom_activities_share_five_places() -> None:
    full = (*VISITED, *SIX_NOTES, *FIVE_PINS)
    given(*full).when(PIN_VISIT).then_refused(TooManyPins, "activity_id", limit=5)
    taken = (*VISITED, *SIX_NOTES, VISIT_PINNED, *FIVE_PINS[:4])
    given(*taken).when(PIN_THE_SIXTH).then_refused(TooManyPins, "note_id", limit=5)
    freed = ActivityDeleted(activity_id=VISIT, kind=ActivityKind.CUSTOM, was_pinned=True)
    given(*taken, freed).when(PIN_THE_SIXTH).then(NotePinned(note_id=NOTES[5]))


@pytest.mark.parametrize("command", [PIN_VISIT, UNPIN_VISIT])
def test_an_unknown_or_deleted_activity_is_refused(command: PinActivity | UnpinActivity) -> None:
    deleted = ActivityDeleted(activity_id=VISIT, kind=ActivityKind.CUSTOM)
    given(LEAD_CREATED).when(command).then_refused(ActivityNotFound, "activity_id")
    given(*VISITED, deleted).when(command).then_refused(ActivityNotFound, "activity_id")


@pytest.mark.parametrize("other", [CALL, EMAIL, fact_id(1)])
@pytest.mark.parametrize("kind", [PinActivity, UnpinActivity])
def test_other_kinds_are_never_pinned(other: ActivityId, kind: type[PinActivity] | type[UnpinActivity]) -> None:
    facts = (LEAD_CREATED, CALL_LOGGED, EMAIL_LOGGED)
    given(*facts).when(kind(activity_id=other)).then_refused(NotPinnable, "activity_id")


def test_a_task_is_no_activity() -> None:
    given(LEAD_CREATED, TASK_ADDED).when(PinActivity(activity_id=ActivityId(TASK))).then_refused(
        ActivityNotFound, "activity_id"
    )


@pytest.mark.parametrize("command", [PinNote(note_id=VISIT), UnpinNote(note_id=VISIT)])
def test_a_custom_activity_is_no_note(command: PinNote | UnpinNote) -> None:
    given(*VISITED).when(command).then_refused(NoteNotFound, "note_id")
