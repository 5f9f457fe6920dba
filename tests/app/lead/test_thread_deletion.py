"""Deleting a whole thread of e-mails."""

import msgspec

from app.ids import ActivityId, ThreadId
from app.lead.activities import ActivityDeleted
from app.lead.email_threads import EmailThreadsJoined
from app.lead.emails import LogEmail
from app.lead.refusals import ThreadNotFound, ThreadTooLarge
from app.lead.thread_deletion import THREAD_DELETED_MAX, DeleteEmailThread
from app.vocabulary import ActivityKind, Direction
from tests.support.acme import EMAIL, EMAIL_LOGGED, LEAD, LEAD_CREATED, THREAD, UNKNOWN, thing
from tests.support.given import given

ANSWER = ActivityId(thing(61))
ANSWERED = msgspec.structs.replace(EMAIL_LOGGED, email_id=ANSWER, message_id=None)
OTHER = ActivityId(thing(62))
OTHER_LOGGED = msgspec.structs.replace(EMAIL_LOGGED, email_id=OTHER, thread_id=ThreadId(OTHER), message_id=None)
DELETE = DeleteEmailThread(thread_id=THREAD)
GONE = (
    ActivityDeleted(activity_id=EMAIL, kind=ActivityKind.EMAIL, message_id="offer@acme.example"),
    ActivityDeleted(activity_id=ANSWER, kind=ActivityKind.EMAIL),
)


def test_every_message_of_a_thread_goes_and_no_other() -> None:
    given(LEAD_CREATED, EMAIL_LOGGED, OTHER_LOGGED, ANSWERED).when(DELETE).then(*GONE)


def test_a_message_of_it_can_be_logged_again() -> None:
    log = LogEmail(lead_id=LEAD, direction=Direction.OUTBOUND, message_id="<offer@acme.example>")
    assert given(LEAD_CREATED, EMAIL_LOGGED, ANSWERED, *GONE).when(log).decided


def test_a_thread_whose_first_message_is_gone_can_go_too() -> None:
    given(LEAD_CREATED, EMAIL_LOGGED, ANSWERED, GONE[0]).when(DELETE).then(GONE[1])


def test_a_thread_that_was_joined_into_another_is_none_any_more() -> None:
    joined = EmailThreadsJoined(thread_id=THREAD, into_id=ThreadId(OTHER), email_ids=(EMAIL,))
    given(LEAD_CREATED, EMAIL_LOGGED, OTHER_LOGGED, joined).when(DELETE).then_refused(ThreadNotFound, "thread_id")


def test_what_is_no_thread_is_refused() -> None:
    given(LEAD_CREATED, EMAIL_LOGGED, ANSWERED, *GONE).when(DELETE).then_refused(ThreadNotFound, "thread_id")
    unknown = DeleteEmailThread(thread_id=ThreadId(UNKNOWN))
    given(LEAD_CREATED, EMAIL_LOGGED).when(unknown).then_refused(ThreadNotFound, "thread_id")


def test_a_thread_that_is_too_large_stays_whole() -> None:
    many = (
        msgspec.structs.replace(ANSWERED, email_id=ActivityId(thing(10_000 + number)))
        for number in range(THREAD_DELETED_MAX)
    )
    outcome = given(LEAD_CREATED, EMAIL_LOGGED, *many).when(DELETE)
    outcome.then_refused(ThreadTooLarge, "thread_id", limit=THREAD_DELETED_MAX)
