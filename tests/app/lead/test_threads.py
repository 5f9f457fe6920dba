"""Threads: which messages of a lead belong together, and how one is not logged twice."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from app.ids import ActivityId, ThreadId
from app.lead.activities import ActivityDeleted
from app.lead.emails import LogEmail, message_claim
from app.lead.refusals import MessageLogged
from app.text import LIST_MAX, TextTooLong
from app.vocabulary import ActivityKind, Direction
from tests.support.acme import EMAIL, EMAIL_LOGGED, LEAD, LEAD_CREATED, THREAD, UNKNOWN, thing
from tests.support.given import given

OFFER = "<offer@acme.example>"
REPLY_ID = ActivityId(thing(60))
REPLY = LogEmail(
    lead_id=LEAD, email_id=REPLY_ID, direction=Direction.INBOUND, sender="lindsay@bluth.example", in_reply_to=OFFER
)
OWN_THREAD = ThreadId(REPLY_ID)
OTHER_THREAD = ThreadId(thing(62))
OTHER_LOGGED = msgspec.structs.replace(
    EMAIL_LOGGED, email_id=ActivityId(thing(61)), thread_id=OTHER_THREAD, message_id="<other@acme.example>"
)
OFFER_DELETED = ActivityDeleted(activity_id=EMAIL, kind=ActivityKind.EMAIL, message_id=OFFER)


def thread_of(log: LogEmail) -> ThreadId:
    thread_id: ThreadId = given(LEAD_CREATED, EMAIL_LOGGED, OTHER_LOGGED).when(log).only.thread_id
    return thread_id


def test_a_message_that_answers_none_begins_a_thread() -> None:
    assert thread_of(replace(REPLY, in_reply_to=None)) == OWN_THREAD


def test_an_answer_joins_the_thread_of_what_it_answers() -> None:
    assert thread_of(REPLY) == THREAD


@pytest.mark.parametrize("written", [f" {OFFER}", f"{OFFER}\n"])
def test_white_space_around_a_message_id_does_not_count(written: str) -> None:
    assert thread_of(replace(REPLY, in_reply_to=written)) == THREAD


def test_references_count_where_nothing_is_answered() -> None:
    assert thread_of(replace(REPLY, in_reply_to=None, references=(OFFER, "<lost@acme.example>"))) == THREAD


def test_the_last_reference_is_the_nearest() -> None:
    assert thread_of(replace(REPLY, in_reply_to=None, references=(OFFER, "<other@acme.example>"))) == OTHER_THREAD


def test_what_is_answered_is_nearer_than_any_reference() -> None:
    assert thread_of(replace(REPLY, references=("<other@acme.example>",))) == THREAD


def test_what_is_not_on_this_lead_begins_a_thread() -> None:
    assert thread_of(replace(REPLY, in_reply_to="<lost@acme.example>")) == OWN_THREAD


def test_message_ids_differ_by_case() -> None:
    assert thread_of(replace(REPLY, in_reply_to=OFFER.upper())) == OWN_THREAD


def test_a_message_is_logged_once_on_a_lead() -> None:
    log = replace(REPLY, message_id=OFFER)
    given(LEAD_CREATED, EMAIL_LOGGED).when(log).then_refused(MessageLogged, "message_id")


def test_white_space_does_not_make_it_another_message() -> None:
    log = replace(REPLY, message_id=f" {OFFER} ", in_reply_to=None)
    given(LEAD_CREATED, EMAIL_LOGGED).when(log).then_refused(MessageLogged, "message_id")


def test_a_message_without_an_id_can_be_logged_again() -> None:
    first = msgspec.structs.replace(EMAIL_LOGGED, message_id=None)
    assert given(LEAD_CREATED, first).when(replace(REPLY, in_reply_to=None)).decided


def test_a_deleted_message_can_be_logged_again() -> None:
    log = replace(REPLY, message_id=OFFER, in_reply_to=None)
    assert given(LEAD_CREATED, EMAIL_LOGGED, OFFER_DELETED).when(log).only.message_id == OFFER


def test_a_deleted_message_is_answered_by_no_thread_of_its_own() -> None:
    assert given(LEAD_CREATED, EMAIL_LOGGED, OFFER_DELETED).when(REPLY).only.thread_id == OWN_THREAD


def test_a_message_id_is_claimed_for_its_thread() -> None:
    logged = given(LEAD_CREATED, EMAIL_LOGGED).when(replace(REPLY, message_id="<yes@bluth.example>")).only
    assert logged.takes(LEAD) == ((message_claim(LEAD, "<yes@bluth.example>"), THREAD),)


def test_two_leads_may_have_the_same_message() -> None:
    assert message_claim(LEAD, OFFER) != message_claim(UNKNOWN, OFFER)


@pytest.mark.parametrize("unstorable", ["\0", "<\ud800>", "é" * 998])
def test_what_a_decision_refuses_is_not_looked_up_before_it(unstorable: str) -> None:
    log = replace(REPLY, message_id=unstorable, in_reply_to=unstorable, references=(unstorable,))
    assert log.asks_claims() == ()


@pytest.mark.parametrize("field", ["message_id", "in_reply_to"])
def test_a_message_id_is_as_long_as_its_bytes(field: str) -> None:
    change: dict[str, Any] = {field: "é" * 500}
    given(LEAD_CREATED).when(replace(REPLY, **change)).then_refused(TextTooLong, field, length=1_000, limit=998)


def test_only_so_many_references_are_looked_up() -> None:
    log = replace(REPLY, in_reply_to=None, references=tuple(f"<{number}@acme.example>" for number in range(10_000)))
    assert len(log.asks_claims()) == LIST_MAX


def test_a_key_has_room_for_the_longest_message_id() -> None:
    log = replace(REPLY, message_id="é" * 499, in_reply_to=None)
    ((claim, _),) = given(LEAD_CREATED).when(log).only.takes(LEAD)
    assert len(claim.key.encode()) < 2_700  # bytes that PostgreSQL can index
