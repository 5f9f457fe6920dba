"""In whose inboxes e-mails, text messages and calls come, as the facts that tell of them keep it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from app.ids import UserId
from app.instants import FIRST, LAST
from app.lead.calls import LogCall, UpdateCall
from app.lead.custom_values import CustomValueChanged
from app.lead.emails import LogEmail
from app.lead.inbox import Arrival
from app.lead.notes import EditNote, WriteNote
from app.lead.sms import LogSms
from app.organization.members import RoleChanged, UserDeactivated, UserReactivated
from app.organization.users import UserAdded
from app.vocabulary import CallDisposition, CustomFieldTarget, Direction, InboxItemKind, MessageStatus, Role
from schema.ids import public_id
from tests.support.acme import (
    ADMIN,
    BY_SYSTEM,
    CALL,
    CONTACT,
    CONTACT_ADDED,
    EMAIL,
    LEAD,
    LEAD_CREATED,
    MEMBER,
    NOTE,
    thing,
)
from tests.support.custom import OWNER, TEAM
from tests.support.given import given

IN, OUT = Direction.INBOUND, Direction.OUTBOUND
Kind, Took = InboxItemKind, CallDisposition
PHONE = "+493012345678"
EVE = UserId(thing(71))
SECOND_ADMIN = UserAdded(user_id=EVE, name="Eve", email="eve@acme.example", role=Role.ADMIN, time_zone="UTC")

MAIL = LogEmail(lead_id=LEAD, email_id=EMAIL, direction=IN, sender="l@bluth.example", to=("ada@acme.example",))
TEXT = LogSms(lead_id=LEAD, direction=IN, text="Yes", user_id=None)
MISSED = LogCall(lead_id=LEAD, call_id=CALL, direction=IN, disposition=Took.NO_ANSWER, user_id=None)
TO_HANDLE = (Took.ANSWERED, Took.NO_ANSWER, Took.BUSY, Took.ABANDONED, Took.VOICEMAIL_RECEIVED)
ANSWERED = replace(MISSED, disposition=Took.ANSWERED, phone=PHONE)


def to(kind: InboxItemKind, *user_ids: UserId) -> Arrival:
    return Arrival(kind=kind, user_ids=user_ids)


def named(field: Any, *user_ids: UserId) -> CustomValueChanged:
    """The lead names users in a field."""
    after = tuple(str(one) for one in user_ids)
    return CustomValueChanged(
        target=CustomFieldTarget.LEAD, field_id=field.field_id, owner_id=LEAD, before=(), after=after
    )


# ---------------------------------------------------------------- e-mails


@pytest.mark.parametrize(
    "address",
    ["ada@acme.example", "ADA@Acme.Example", "Ada Admin <ada@acme.example>", '"Admin, Ada" <Ada@ACME.example>'],
)
def test_a_copy_is_a_users_in_any_case_and_with_any_name(address: str) -> None:
    arrival = given(LEAD_CREATED).when(replace(MAIL, to=(address,))).only.arrival
    assert arrival == to(Kind.INCOMING_EMAIL, ADMIN)


@pytest.mark.parametrize("line", ["to", "cc", "bcc"])
def test_a_copy_is_a_copy_in_whatever_line_it_is(line: str) -> None:
    lines: dict[str, Any] = {"to": (), line: ("mem@acme.example",)}
    arrival = given(LEAD_CREATED).when(replace(MAIL, **lines)).only.arrival
    assert arrival == to(Kind.INCOMING_EMAIL, MEMBER)


def test_everybody_with_a_copy_has_it_once() -> None:
    mail = replace(MAIL, to=("mem@acme.example", "Ada@acme.example"), cc=("Ada <ada@acme.example>", "boss@x.example"))
    assert given(LEAD_CREATED).when(mail).only.arrival == to(Kind.INCOMING_EMAIL, MEMBER, ADMIN)


@pytest.mark.parametrize("address", ["boss@x.example", "ada", "Ada", "ada@acme.example.org", "xada@acme.example", "<>"])
def test_a_mail_to_none_of_us_comes_to_nobody(address: str) -> None:
    assert given(LEAD_CREATED).when(replace(MAIL, to=(address,))).only.arrival is None


def test_a_mail_to_somebody_who_is_shut_out_comes_to_nobody() -> None:
    mail = replace(MAIL, to=("mem@acme.example",))
    assert given(UserDeactivated(user_id=MEMBER), LEAD_CREATED).when(mail).only.arrival is None
    back = given(UserDeactivated(user_id=MEMBER), UserReactivated(user_id=MEMBER), LEAD_CREATED).when(mail)
    assert back.only.arrival == to(Kind.INCOMING_EMAIL, MEMBER)


@pytest.mark.parametrize("status", [MessageStatus.SENT, MessageStatus.DRAFT, MessageStatus.ERROR])
def test_our_own_mail_comes_to_nobody(status: MessageStatus) -> None:
    assert given(LEAD_CREATED).when(replace(MAIL, direction=OUT, status=status)).only.arrival is None


@pytest.mark.parametrize("command", [MAIL, TEXT, MISSED, ANSWERED])
def test_history_comes_to_nobody(command: Any) -> None:
    assert given(LEAD_CREATED).when(command).only.arrival is not None
    assert given(LEAD_CREATED).when(replace(command, send_to_inbox=False)).only.arrival is None


# ---------------------------------------------------------------- who handles calls and text messages


@pytest.mark.parametrize("command", [TEXT, MISSED])
def test_it_is_its_users(command: Any) -> None:
    assert given(LEAD_CREATED).when(replace(command, user_id=MEMBER)).only.arrival.user_ids == (MEMBER,)


@pytest.mark.parametrize("command", [TEXT, MISSED])
def test_without_a_user_it_is_whom_the_lead_names(command: Any) -> None:
    lead = (OWNER, TEAM, LEAD_CREATED, named(TEAM, MEMBER, ADMIN), named(OWNER, MEMBER))
    assert given(*lead).when(command).only.arrival.user_ids == (MEMBER, ADMIN)


def test_who_is_shut_out_handles_nothing() -> None:
    gone = UserDeactivated(user_id=MEMBER)
    lead = (OWNER, TEAM, SECOND_ADMIN, LEAD_CREATED, named(TEAM, MEMBER, EVE))
    assert given(*lead, gone).when(MISSED).only.arrival.user_ids == (EVE,)
    assert given(*lead[:4], named(OWNER, MEMBER), gone).when(MISSED).only.arrival.user_ids == (ADMIN, EVE)


def test_where_the_lead_names_nobody_it_is_every_admins() -> None:
    assert given(SECOND_ADMIN, OWNER, LEAD_CREATED).when(MISSED).only.arrival.user_ids == (ADMIN, EVE)
    promoted = RoleChanged(user_id=MEMBER, before=Role.MEMBER, after=Role.ADMIN)
    assert given(promoted, LEAD_CREATED).when(TEXT).only.arrival.user_ids == (ADMIN, MEMBER)


def test_a_text_message_of_ours_comes_to_nobody() -> None:
    assert given(LEAD_CREATED).when(replace(TEXT, direction=OUT, user_id=ADMIN)).only.arrival is None


# ---------------------------------------------------------------- calls


@pytest.mark.parametrize(
    ("disposition", "kind"),
    [
        (Took.NO_ANSWER, Kind.MISSED_CALL),
        (Took.BUSY, Kind.MISSED_CALL),
        (Took.ABANDONED, Kind.MISSED_CALL),
        (Took.VOICEMAIL_RECEIVED, Kind.VOICEMAIL),
    ],
)
def test_what_nobody_took_is_to_be_handled(disposition: CallDisposition, kind: InboxItemKind) -> None:
    call = replace(MISSED, disposition=disposition)
    assert given(LEAD_CREATED).when(call).only.arrival == to(kind, ADMIN)
    assert given(LEAD_CREATED).when(replace(call, direction=OUT)).only.arrival is None


@pytest.mark.parametrize("disposition", [None, *(one for one in Took if one not in TO_HANDLE)])
def test_other_calls_come_to_nobody(disposition: CallDisposition | None) -> None:
    assert given(LEAD_CREATED).when(replace(ANSWERED, disposition=disposition)).only.arrival is None


def test_an_answered_call_from_a_number_that_nobody_has_is_detached() -> None:
    assert given(LEAD_CREATED).when(ANSWERED).only.arrival == to(Kind.DETACHED_CALL, ADMIN)
    assert given(LEAD_CREATED).when(replace(ANSWERED, user_id=MEMBER)).only.arrival.user_ids == (MEMBER,)


def test_a_number_that_somebody_has_is_not_detached() -> None:
    lindsay = (LEAD_CREATED, CONTACT_ADDED)
    assert given(*lindsay).when(replace(ANSWERED, phone=CONTACT_ADDED.phones[0].phone)).only.arrival is None
    assert given(*lindsay).when(replace(ANSWERED, phone="+49 30 1234 5678"), phones=[PHONE]).only.arrival is None
    assert given(*lindsay).when(replace(ANSWERED, contact_id=CONTACT)).only.arrival is None


def test_a_call_without_a_number_is_not_detached() -> None:
    assert given(LEAD_CREATED).when(replace(ANSWERED, phone=None)).only.arrival is None


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({}, (PHONE,)),
        ({"phone": "no number"}, (None,)),
        ({"phone": None}, ()),
        ({"contact_id": CONTACT}, ()),
        ({"direction": OUT}, ()),
        ({"disposition": Took.NO_ANSWER}, ()),
        ({"send_to_inbox": False}, ()),
    ],
)
def test_numbers_are_looked_up_only_where_it_matters(changes: dict[str, Any], asked: tuple[str | None, ...]) -> None:
    assert replace(ANSWERED, **changes).asks_phones(None) == asked  # type: ignore[arg-type]


# ---------------------------------------------------------------- calls that are edited


def edited(*history: Any, phones: tuple[str, ...] = (), **changes: Any) -> Any:
    """How the arrival changes when the logged call is edited; None: it does not."""
    edit = UpdateCall(call_id=CALL, **changes)
    return given(*history).when(edit, phones=phones).only.arrival


def logged(command: LogCall, *before: Any) -> tuple[Any, ...]:
    """A lead on which a call was logged."""
    return (*(before or (LEAD_CREATED,)), given(*(before or (LEAD_CREATED,))).when(command).only)


def test_a_missed_call_that_was_answered_after_all_goes() -> None:
    change = edited(*logged(MISSED), disposition=Took.ANSWERED)
    assert (change.before, change.after) == (to(Kind.MISSED_CALL, ADMIN), None)


def test_a_missed_call_with_a_voicemail_turns_into_one() -> None:
    change = edited(*logged(MISSED), disposition=Took.VOICEMAIL_RECEIVED)
    assert (change.before, change.after) == (to(Kind.MISSED_CALL, ADMIN), to(Kind.VOICEMAIL, ADMIN))


def test_it_stays_with_whom_it_came_to_whoever_would_get_it_now() -> None:
    lead = (OWNER, LEAD_CREATED)
    history = (*logged(MISSED, *lead), named(OWNER, MEMBER))
    assert edited(*history, disposition=Took.VOICEMAIL_RECEIVED).after == to(Kind.VOICEMAIL, ADMIN)
    assert edited(*history, disposition=Took.BUSY) is None
    assert edited(*history, phone=PHONE) is None


def test_it_becomes_the_users_whose_the_call_becomes() -> None:
    assert edited(*logged(MISSED), user_id=MEMBER).after == to(Kind.MISSED_CALL, MEMBER)
    back = edited(*logged(replace(MISSED, user_id=MEMBER)), user_id=None)
    assert (back.before.user_ids, back.after.user_ids) == ((MEMBER,), (ADMIN,))


def test_a_call_that_turns_out_to_be_missed_comes() -> None:
    history = logged(replace(MISSED, direction=OUT))
    change = edited(*history, direction=IN)
    assert (change.before, change.after) == (None, to(Kind.MISSED_CALL, ADMIN))


def test_history_that_is_edited_stays_away() -> None:
    history = logged(replace(MISSED, send_to_inbox=False))
    assert edited(*history, disposition=Took.VOICEMAIL_RECEIVED) is None
    assert edited(*history, user_id=MEMBER) is None


def test_a_detached_call_goes_when_it_is_said_whose_number_it_is() -> None:
    history = (CONTACT_ADDED, *logged(ANSWERED)[1:])
    assert edited(LEAD_CREATED, *history, contact_id=CONTACT).after is None
    assert edited(LEAD_CREATED, *history, phone=CONTACT_ADDED.phones[0].phone).after is None
    assert edited(LEAD_CREATED, *history, phone="+493087654321", phones=("+493087654321",)).after is None
    assert edited(LEAD_CREATED, *history, phone="+493087654321") is None


def test_what_does_not_say_whose_it_is_changes_nothing() -> None:
    assert edited(*logged(ANSWERED), phones=(PHONE,), note="Nice") is None


@pytest.mark.parametrize("at", [FIRST, LAST])
def test_at_either_end_of_the_calendar_calls_come_as_well(at: datetime) -> None:
    change = edited(*logged(replace(MISSED, direction=OUT, occurred_at=at)), direction=IN)
    assert change.at == at


# ---------------------------------------------------------------- notes


def mention(*user_ids: UserId) -> str:
    return "".join(f'<span data-type="mention" data-id="{public_id("user", one)}">@</span>' for one in user_ids) + "Hi"


def test_who_is_shut_out_is_named_and_not_told() -> None:
    gone = given(UserDeactivated(user_id=MEMBER), LEAD_CREATED)
    written = gone.when(WriteNote(lead_id=LEAD, note_id=NOTE, html=mention(ADMIN, MEMBER))).only
    assert (written.mentions, written.inactive) == ((ADMIN, MEMBER), (MEMBER,))
    note = given(LEAD_CREATED).when(WriteNote(lead_id=LEAD, note_id=NOTE, html="Hi"), by=BY_SYSTEM).only
    edit = given(UserDeactivated(user_id=MEMBER), LEAD_CREATED, note).when(EditNote(note_id=NOTE, html=mention(MEMBER)))
    assert edit.only.inactive == (MEMBER,)
