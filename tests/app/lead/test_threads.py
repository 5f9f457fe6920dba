"""Threads: which messages of a lead belong together, and how one is not logged twice."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import msgspec
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from app.event import Event
from app.ids import ActivityId, ThreadId
from app.lead.activities import ActivityDeleted, DeleteActivity
from app.lead.email_threads import JOINED_MAX, LINKS_MAX, EmailThreadsJoined, message_claims
from app.lead.emails import LogEmail
from app.lead.refusals import MessageLogged
from app.lead.thread_book import ThreadBook
from app.refusal import Refused
from app.situation import Claim, Situation
from app.text import TextTooLong
from app.vocabulary import ActivityKind, Direction, MessageStatus
from tests.support.acme import (
    ACME_AND_PEOPLE,
    BY_ADMIN,
    EMAIL,
    EMAIL_LOGGED,
    LEAD,
    LEAD_CREATED,
    NOW,
    THREAD,
    UNKNOWN,
    thing,
)
from tests.support.given import facts_of, given, lead_of, organization_of

ORGANIZATION = organization_of(facts_of(ACME_AND_PEOPLE, ()))
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


@pytest.mark.parametrize("written", ["offer@acme.example", "<offer@ acme.example>", "Your mail <offer@acme.example>"])
def test_neither_brackets_nor_words_around_a_message_id_count(written: str) -> None:
    assert thread_of(replace(REPLY, in_reply_to=written)) == THREAD


def test_of_two_threads_that_a_message_links_the_nearest_goes_on() -> None:
    link = replace(REPLY, in_reply_to=None, references=(OFFER, "<other@acme.example>"))
    logged, joined = cast(Any, given(LEAD_CREATED, EMAIL_LOGGED, OTHER_LOGGED).when(link).decided)
    assert logged.thread_id == OTHER_THREAD
    assert joined == EmailThreadsJoined(thread_id=THREAD, into_id=OTHER_THREAD, email_ids=(EMAIL,))


def test_what_is_answered_is_nearer_than_any_reference() -> None:
    link = replace(REPLY, references=("<other@acme.example>",))
    logged, _ = cast(Any, given(LEAD_CREATED, EMAIL_LOGGED, OTHER_LOGGED).when(link).decided)
    assert logged.thread_id == THREAD


def test_the_larger_of_two_threads_goes_on() -> None:
    second = msgspec.structs.replace(OTHER_LOGGED, email_id=ActivityId(thing(63)), message_id=None)
    link = replace(REPLY, references=("<other@acme.example>",))
    logged, joined = cast(Any, given(LEAD_CREATED, EMAIL_LOGGED, OTHER_LOGGED, second).when(link).decided)
    assert logged.thread_id == OTHER_THREAD
    assert joined.email_ids == (EMAIL,)


def test_threads_that_are_too_large_to_be_moved_stay_apart() -> None:
    many = [
        msgspec.structs.replace(first, email_id=ActivityId(thing(10_000 * begin + number)), message_id=None)
        for begin, first in ((1, EMAIL_LOGGED), (2, OTHER_LOGGED))
        for number in range(JOINED_MAX)
    ]
    link = replace(REPLY, references=("<other@acme.example>",))
    assert given(LEAD_CREATED, EMAIL_LOGGED, OTHER_LOGGED, *many).when(link).only.thread_id == THREAD


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
    assert (message_claims(LEAD, "yes@bluth.example")[0], THREAD) in logged.takes(LEAD)


def test_two_leads_may_have_the_same_message() -> None:
    assert message_claims(LEAD, OFFER) != message_claims(UNKNOWN, OFFER)


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
    assert len(log.asks_claims()) <= 3 * LINKS_MAX


def test_a_key_has_room_for_the_longest_message_id() -> None:
    log = replace(REPLY, message_id="é" * 499, in_reply_to=None)
    claims = given(LEAD_CREATED).when(log).only.takes(LEAD)
    assert all(len(claim.key.encode()) < 2_700 for claim, _ in claims)  # bytes that PostgreSQL can index


# ---------------------------------------------------------------- in any order


def mail(number: int, *names: int, answers: int | None = None, **words: Any) -> LogEmail:
    """The n-th message of a conversation, which names others."""
    return LogEmail(
        lead_id=LEAD,
        email_id=ActivityId(thing(100 + number)),
        direction=Direction.INBOUND,
        sender=words.pop("sender", "lindsay@bluth.example"),
        message_id=f"<{number}@x.example>",
        in_reply_to=None if answers is None else f"<{answers}@x.example>",
        references=tuple(f"<{one}@x.example>" for one in names),
        **words,
    )


def logged(*logs: Any) -> list[Event]:
    """What happened on a lead where all this was done."""
    events: list[Event] = [LEAD_CREATED]
    for log in logs:
        outcome = given(*events).when(log)
        assert not outcome.refusals, outcome.refusals
        events += outcome.decided
    return events


def grouping(events: Sequence[Event]) -> set[frozenset[ActivityId]]:
    """The messages of a lead by their threads, whatever these are called."""
    book = ThreadBook({})
    for event in events:
        book.follow(event)
    return {frozenset(emails) for emails in book.emails.values() if emails}


def together(*logs: Any) -> bool:
    return len(grouping(logged(*logs))) == 1


def test_an_original_that_comes_after_its_answer_joins_it() -> None:
    assert together(mail(2, answers=1), mail(1))


def test_two_answers_to_what_nobody_logged_are_together() -> None:
    assert together(mail(2, answers=1), mail(3, answers=1))


def test_the_missing_link_joins_what_was_apart() -> None:
    answers = (mail(2, answers=1), mail(4, answers=3))
    assert not together(*answers)
    assert together(*answers, mail(3, 1, 2, answers=2))


@pytest.mark.parametrize("loop", [(mail(1, 1, answers=1),), (mail(1, answers=2), mail(2, answers=1))])
def test_messages_that_answer_themselves_or_each_other_are_one_thread(loop: Sequence[LogEmail]) -> None:
    assert together(*loop)


def test_a_thousand_references_are_a_bounded_look() -> None:
    long = mail(2_000, *range(1_000))
    assert together(mail(0), long, mail(999))
    assert len(logged(long)[-1].takes(LEAD)) <= LINKS_MAX + 2


def test_an_answer_to_what_was_deleted_stays_with_the_others() -> None:
    first = mail(1)
    assert together(first, mail(2, answers=1), DeleteActivity(activity_id=first.email_id), mail(3, answers=1))


@st.composite
def conversations(draw: st.DrawFn) -> list[LogEmail]:
    """Messages with and without headers, in two orders."""
    count = draw(st.integers(2, 7))
    others = st.lists(st.integers(0, 8), max_size=3)
    subjects = st.sampled_from(["", "Offer", "Re: Offer", "Cabin", "AW: [ext] cabin"])
    senders = st.sampled_from(["lindsay@bluth.example", "Tobias <tobias@bluth.example>"])
    return [
        mail(number, *draw(others), answers=draw(st.none() | st.integers(0, 8)), subject=draw(subjects), sender=who)
        for number in range(count)
        for who in [draw(senders)]
    ]


@for_all(conversations().flatmap(lambda logs: st.tuples(st.just(logs), st.permutations(logs))))
def test_the_order_in_which_messages_are_logged_does_not_matter(orders: tuple[list[LogEmail], list[LogEmail]]) -> None:
    one, other = orders
    assert grouping(logged(*one)) == grouping(logged(*other))


# ---------------------------------------------------------------- without headers


def test_the_same_subject_among_the_same_people_is_one_thread() -> None:
    assert together(mail(1, subject="Offer"), mail(2, subject="Re: Offer"))


@pytest.mark.parametrize("second", [{"subject": "Other"}, {"subject": "Offer", "sender": "tobias@bluth.example"}])
def test_another_subject_or_other_people_are_another_thread(second: dict[str, Any]) -> None:
    assert not together(mail(1, subject="Offer"), mail(2, **second))


def test_direction_and_spelling_of_addresses_do_not_count() -> None:
    answer = LogEmail(
        lead_id=LEAD, direction=Direction.OUTBOUND, to=("Lindsay <LINDSAY@bluth.example>",), subject="AW: offer"
    )
    assert together(mail(1, subject="Offer", to=("ada@acme.example",)), answer)


@pytest.mark.parametrize("subject", ["", "Re:", "Fwd: AW: "])
def test_an_empty_subject_groups_nothing(subject: str) -> None:
    assert not together(mail(1, subject=subject), mail(2, subject=subject))


def test_who_names_another_message_is_not_grouped_by_subject() -> None:
    assert not together(mail(1, subject="Offer"), mail(2, subject="Re: Offer", answers=7))


def test_a_draft_joins_a_thread_and_links_none() -> None:
    draft = LogEmail(
        lead_id=LEAD,
        direction=Direction.OUTBOUND,
        status=MessageStatus.DRAFT,
        message_id="<draft@acme.example>",
        in_reply_to="<1@x.example>",
        references=("<3@x.example>",),
    )
    events = logged(mail(1), mail(3), draft)
    assert len(grouping(events)) == 2
    assert {len(one) for one in grouping(events)} == {1, 2}


def test_what_was_logged_by_earlier_versions_is_found_as_it_was_claimed() -> None:
    raw = Claim("message", f"{LEAD}\x1f{OFFER}")
    assert raw in REPLY.asks_claims()
    at = Situation(now=NOW, actor=BY_ADMIN, organization=ORGANIZATION, claimed={raw: THREAD})
    lead = lead_of(facts_of((), (LEAD_CREATED,)))
    assert lead is not None
    (answer,) = REPLY.decide(lead, at)
    assert getattr(answer, "thread_id", None) == THREAD
    with pytest.raises(Refused, match="message_logged"):
        replace(REPLY, message_id="offer@acme.example").decide(lead, at)
