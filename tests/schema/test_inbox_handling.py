"""Done and snoozed: for oneself alone, item by item, and once however often it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from time import monotonic, sleep
from typing import Any

import pytest

from app.ids import ActivityId, TaskId, encode_id, uuid7
from app.lead.inbox import Arrival
from app.lead.sms import SmsLogged
from app.lead.tasks import OPEN_TASKS_MAX, CompleteTask, TaskAdded
from app.vocabulary import Direction, InboxItemKind, MessageStatus, Role
from tests.support import histories
from tests.support.api import Api
from tests.support.custom import OWNER, public, record, seen_by_named, user_named
from tests.support.feeds import cursor_of
from tests.support.inboxes import ITEM, day, inbox, item, items, mail, moment, sms, titles, user

ITEMS = f"items {{ {ITEM} }} inboxCount"
MUTATIONS = ("markDone", "markNotDone", "snooze", "unsnooze")


@pytest.fixture
def mem(api: Api) -> Api:
    """A colleague."""
    return api.colleague()


def events(api: Api) -> int:
    return api.site.operate(api.site.system.store.max_notification_id(api.org_id)) or 0


def run(api: Api, mutation: str, *ids: str, **others: Any) -> Any:
    """The payload, whatever stood against items."""
    until = {"until": moment(days=1)} if mutation == "snooze" else {}
    return api.answer(mutation, ITEMS, itemIds=list(ids), **{**until, **others})


def against(payload: Any) -> list[tuple[str, str, str]]:
    """Code, reason and dotted path of each error."""
    return [(one["code"], one["reason"], ".".join(one["path"][1:])) for one in payload["errors"]]


def task(api: Api, lead: str, text: str = "Call back", **input: Any) -> str:
    """A task that is due, and the id of its item."""
    api.do("addTask", leadId=lead, text=text, **{"dueDate": day(-1), **input})
    made: str = next(one["id"] for one in items(api, kinds=["TASK"]) if one["title"] == text)
    return made


def test_what_is_done_is_handled_until_it_is_not(api: Api, lead: str) -> None:
    id = sms(api, lead)
    done = run(api, "markDone", id)
    assert [(one["id"], one["view"], one["doneAt"] is not None) for one in done["items"]] == [(id, "DONE", True)]
    assert (done["inboxCount"], done["errors"]) == (0, [])
    assert titles(api) == []
    again = run(api, "markNotDone", id)
    assert [(one["view"], one["doneAt"]) for one in again["items"]] == [("INBOX", None)]
    assert (again["inboxCount"], item(api)["id"]) == (1, id)


def test_what_is_snoozed_is_out_of_sight_and_keeps_its_time(api: Api, lead: str) -> None:
    id = sms(api, lead, occurredAt="2026-03-01T00:00:00Z")
    until = "2035-01-01T00:00:00.000000Z"
    payload = run(api, "snooze", id, until="2035-01-01T01:00:00+01:00")
    (snoozed,) = payload["items"]
    assert (snoozed["view"], snoozed["snoozedUntil"], snoozed["arrivedAt"]) == (
        "FUTURE",
        until,
        "2026-03-01T00:00:00.000000Z",
    )
    assert (payload["inboxCount"], titles(api), item(api, view="FUTURE")) == (0, [], snoozed)
    (back,) = run(api, "unsnooze", id)["items"]
    assert (back["view"], back["snoozedUntil"], back["arrivedAt"]) == ("INBOX", None, snoozed["arrivedAt"])


def test_what_was_snoozed_comes_back_by_itself(api: Api, lead: str) -> None:
    id = sms(api, lead)
    run(api, "snooze", id, until=moment(seconds=0.7))
    assert titles(api) == []
    for _ in range(100):
        if found := items(api):
            break
        sleep(0.05)
    assert [(one["id"], one["snoozedUntil"], one["view"]) for one in found] == [(id, None, "INBOX")]


@pytest.mark.parametrize(
    ("until", "reason"),
    [
        ("2020-01-01T00:00:00Z", "snooze_in_the_past"),
        ("0001-01-01T00:00:00Z", "snooze_in_the_past"),
        ("9999-12-31T23:59:59Z", "snooze_too_far"),
        ("9999-12-31T23:59:59.999999Z", "snooze_too_far"),
    ],
)
def test_a_moment_that_is_past_or_far_away_is_refused(api: Api, lead: str, until: str, reason: str) -> None:
    id = sms(api, lead)
    payload = run(api, "snooze", id, until=until)
    assert against(payload) == [("INVALID", reason, "until")]
    assert (payload["items"], payload["cursor"], payload["inboxCount"]) == ([], None, 1)


@pytest.mark.parametrize("until", ["2035-01-01T00:00:00", "tomorrow", "2035-02-30T00:00:00Z", None])
def test_what_is_no_moment_is_refused_by_name(api: Api, lead: str, until: str | None) -> None:
    id = sms(api, lead)
    document = "mutation ($input: SnoozeInput!) { snooze(input: $input) { cursor } }"
    (fault,) = api.faults(document, input={"itemIds": [id], "until": until})
    assert "until" in fault["message"]
    assert item(api)["id"] == id


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_twice_changes_nothing(api: Api, lead: str, mutation: str) -> None:
    ids = [sms(api, lead), task(api, lead)]
    if mutation == "markNotDone":
        run(api, "markDone", *ids)
    if mutation == "unsnooze":
        run(api, "snooze", *ids)
    until = {"until": "2035-01-01T00:00:00Z"} if mutation == "snooze" else {}
    first, before = run(api, mutation, *ids, **until), events(api)
    assert run(api, mutation, *ids, **until) == first
    assert events(api) == before


def test_what_is_done_is_not_snoozed_and_what_is_snoozed_can_be_done(api: Api, lead: str) -> None:
    done, snoozed = sms(api, lead), sms(api, lead)
    run(api, "markDone", done)
    payload = run(api, "snooze", done, snoozed)
    assert against(payload) == [("INVALID", "item_is_done", "itemIds.0")]
    assert [one["id"] for one in payload["items"]] == [snoozed]
    (handled,) = run(api, "markDone", snoozed)["items"]
    assert (handled["view"], handled["snoozedUntil"]) == ("DONE", None)
    assert items(api, view="FUTURE") == []


# ---------------------------------------------------------------- e-mails


def test_done_is_for_one_recipient_alone(api: Api, mem: Api, lead: str) -> None:
    mail(api, lead, to=("ada@example.com", "mem@example.com"))
    run(mem, "markDone", item(mem)["id"])
    assert (titles(mem), titles(api)) == ([], ["Stairs"])


def test_a_new_mail_brings_a_done_thread_back_with_itself_alone(api: Api, lead: str) -> None:
    for number in (1, 2):
        mail(api, lead, messageId=f"<{number}@b.example>", references=["<1@b.example>"])
    first = item(api)
    assert first["activityCount"] == 2
    run(api, "markDone", first["id"])
    new = mail(api, lead, inReplyTo="<1@b.example>", subject="Re: Stairs")
    back = item(api)
    assert (back["id"], back["activityCount"], back["activity"]["id"]) == (first["id"], 1, new)
    assert items(api, view="DONE") == []


def test_a_mail_that_nobody_saw_stays_unread(api: Api, lead: str) -> None:
    mail(api, lead, messageId="<1@b.example>")
    seen = inbox(api)
    new = mail(api, lead, inReplyTo="<1@b.example>", subject="Re: Stairs")
    payload = run(api, "markDone", seen["nodes"][0]["id"], seenUntil=seen["feedCursor"])
    (left,) = payload["items"]
    assert (left["view"], left["activityCount"], left["activity"]["id"], payload["inboxCount"]) == ("INBOX", 1, new, 1)
    run(api, "markDone", left["id"], seenUntil=inbox(api)["feedCursor"])
    assert titles(api) == []


def test_the_same_seen_twice_changes_nothing(api: Api, lead: str) -> None:
    mail(api, lead, messageId="<1@b.example>")
    seen = inbox(api)
    mail(api, lead, inReplyTo="<1@b.example>", subject="Re: Stairs")
    first, before = run(api, "markDone", seen["nodes"][0]["id"], seenUntil=seen["feedCursor"]), events(api)
    assert run(api, "markDone", seen["nodes"][0]["id"], seenUntil=seen["feedCursor"]) == first
    assert events(api) == before


def test_a_cursor_of_something_else_says_nothing_of_what_was_seen(api: Api, stranger: Api, lead: str) -> None:
    id = sms(api, lead)
    for cursor in ("x", "", inbox(api)["pageInfo"]["endCursor"], cursor_of(stranger, stranger.lead())):
        payload = run(api, "markDone", id, seenUntil=cursor)
        assert against(payload) == [("INVALID", "invalid_cursor", "seenUntil")]
    assert item(api)["id"] == id


# ---------------------------------------------------------------- tasks


def test_done_completes_a_task_and_the_other_way_round(api: Api, lead: str) -> None:
    id = task(api, lead)
    (done,) = run(api, "markDone", id)["items"]
    assert (done["view"], done["task"]["text"]) == ("DONE", "Call back")
    page = api.look(lead, "tasks { id } activities(filter: { kinds: [TASK_COMPLETED] }) { nodes { headline } }")
    assert page == {"tasks": [], "activities": {"nodes": [{"headline": "Task completed: Call back"}]}}
    (back,) = run(api, "markNotDone", id)["items"]
    assert back["view"] == "INBOX"
    page = api.look(lead, "tasks { id } activities(filter: { kinds: [TASK_COMPLETED] }) { nodes { id } }")
    assert page == {"tasks": [{"id": back["task"]["id"]}], "activities": {"nodes": []}}
    api.do("completeTask", taskId=back["task"]["id"])
    assert (titles(api), item(api, view="DONE")["id"]) == ([], id)


def test_a_task_that_is_not_yet_due_can_be_done_and_put_off(api: Api, lead: str) -> None:
    api.do("addTask", leadId=lead, text="later", dueDate=day(5))
    id = item(api, view="FUTURE")["id"]
    (snoozed,) = run(api, "snooze", id, until=moment(days=9))["items"]
    assert snoozed["view"] == "FUTURE"
    (back,) = run(api, "unsnooze", id)["items"]
    assert (back["view"], back["snoozedUntil"]) == ("FUTURE", None)
    run(api, "markDone", id)
    assert (items(api, view="FUTURE"), item(api, view="DONE")["id"]) == ([], id)


def test_a_task_that_is_somebody_else_s_by_now_is_in_nobody_s_way(api: Api, mem: Api, lead: str) -> None:
    id = task(api, lead)
    api.do("updateTask", taskId=item(api)["task"]["id"], assignedToId=user(mem))
    assert against(run(api, "markDone", id)) == [("NOT_FOUND", "item_not_found", "itemIds.0")]
    assert [one["kind"] for one in items(mem)] == ["TASK", "MENTION"]
    api.do("completeTask", taskId=items(mem)[0]["task"]["id"])
    assert titles(mem) == []


def test_what_stands_against_a_task_is_told_at_its_place(api: Api, lead: str) -> None:
    ids = [task(api, lead), sms(api, lead)]
    run(api, "markDone", *ids)
    histories.record(api, lead, [TaskAdded(task_id=TaskId(uuid7()), text="x") for _ in range(OPEN_TASKS_MAX)])
    payload = run(api, "markNotDone", *reversed(ids))
    assert against(payload) == [("LIMIT_REACHED", "too_many_open_tasks", "itemIds.1")]
    assert [(one["id"], one["view"]) for one in payload["items"]] == [(ids[1], "INBOX")]


# ---------------------------------------------------------------- whose, and which


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_colleague_s_item_is_not_touched(api: Api, mem: Api, lead: str, mutation: str) -> None:
    ids = [sms(api, lead), task(api, lead)]
    before = events(api)
    payload = run(mem, mutation, *ids)
    assert against(payload) == [("FORBIDDEN", "not_your_item", f"itemIds.{index}") for index in (0, 1)]
    assert (payload["items"], events(api)) == ([], before)
    assert {one["id"] for one in items(api)} == set(ids)


def test_an_admin_touches_nobody_else_s_either(api: Api, mem: Api, lead: str) -> None:
    id = sms(mem, lead)
    assert against(run(api, "markDone", id)) == [("FORBIDDEN", "not_your_item", "itemIds.0")]


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_what_stands_against_one_item_is_told_at_its_place_and_the_rest_is_done(
    api: Api, mem: Api, stranger: Api, lead: str, mutation: str
) -> None:
    own = [sms(api, lead, "a"), task(api, lead), sms(api, lead, "b")]
    if mutation == "markNotDone":
        run(api, "markDone", *own)
    if mutation == "unsnooze":
        run(api, "snooze", *own)
    theirs, foreign = sms(mem, lead), sms(stranger, stranger.lead())
    gone = sms(api, lead)
    api.do("deleteActivity", activityId=next(one for one in items(api) if one["id"] == gone)["activity"]["id"])
    ids = [own[0], theirs, encode_id("inbx", uuid7()), foreign, own[1], gone, "lead_1", lead, own[2], own[0], theirs]
    payload = run(api, mutation, *ids)
    assert [one["id"] for one in payload["items"]] == own
    views = {"markDone": "DONE", "snooze": "FUTURE"}
    assert {one["view"] for one in payload["items"]} == {views.get(mutation, "INBOX")}
    assert against(payload) == [
        ("FORBIDDEN", "not_your_item", "itemIds.1"),
        ("NOT_FOUND", "item_not_found", "itemIds.2"),
        ("NOT_FOUND", "item_not_found", "itemIds.3"),
        ("NOT_FOUND", "item_not_found", "itemIds.5"),
        ("INVALID", "invalid_id", "itemIds.6"),
        ("INVALID", "invalid_id", "itemIds.7"),
    ]


def test_no_items_are_no_work(api: Api) -> None:
    before = events(api)
    payload = run(api, "markDone")
    assert (payload["items"], payload["errors"], events(api)) == ([], [], before)


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_more_than_500_are_refused_as_a_whole(api: Api, lead: str, mutation: str) -> None:
    id = sms(api, lead)
    payload = run(api, mutation, id, *(encode_id("inbx", uuid7()) for _ in range(499)), "x")
    assert against(payload) == [("INVALID", "too_many_entries", "itemIds")]
    assert (payload["items"], payload["cursor"], item(api)["view"]) == ([], None, "INBOX")


def test_more_than_500_until_a_moment_that_is_past_is_told_together(api: Api) -> None:
    payload = run(api, "snooze", *(encode_id("inbx", uuid7()) for _ in range(501)), until="2020-01-01T00:00:00Z")
    assert {path for _, _, path in against(payload)} == {"itemIds", "until"}


def test_an_item_on_a_lead_that_is_not_seen_any_more_is_not_there(api: Api) -> None:
    record(api, OWNER, seen_by_named(OWNER))
    viewer = api.colleague("restricted@example.com", Role.RESTRICTED)
    lead = api.lead(customFields=[{"fieldId": public(OWNER), "set": user_named(viewer.user_id)}])
    mail(api, lead, to=("restricted@example.com",))
    id = item(viewer)["id"]
    api.do("updateLead", leadId=lead, customFields=[{"fieldId": public(OWNER), "set": user_named(api.user_id)}])
    for mutation in MUTATIONS:
        payload = run(viewer, mutation, id)
        assert against(payload) == [("NOT_FOUND", "item_not_found", "itemIds.0")]
        assert payload["inboxCount"] == 0
    assert item(api, userId=user(viewer))["view"] == "INBOX"


# ---------------------------------------------------------------- repetitions


@pytest.mark.parametrize("mutation", ["markDone", "snooze"])
def test_a_repetition_with_tasks_does_nothing_more(api: Api, lead: str, mutation: str) -> None:
    ids = [task(api, lead), sms(api, lead), task(api, lead, "Write")]
    input = {"until": "2035-01-01T00:00:00Z"} if mutation == "snooze" else {}
    first, before = run(api, mutation, *ids, **input, idempotencyKey="k"), events(api)
    assert run(api, mutation, *ids, **input, idempotencyKey="k") == first
    assert events(api) == before


def test_a_task_that_was_opened_again_since_stays_open_on_a_repetition(api: Api, lead: str) -> None:
    id = task(api, lead)
    (done,) = run(api, "markDone", id, idempotencyKey="k")["items"]
    api.do("reopenTask", taskId=done["task"]["id"])
    (again,) = run(api, "markDone", id, idempotencyKey="k")["items"]
    assert again["view"] == "INBOX"


def test_what_was_done_since_it_was_snoozed_is_no_refusal_on_a_repetition(api: Api, lead: str) -> None:
    id = sms(api, lead)
    input = {"until": "2035-01-01T00:00:00Z", "idempotencyKey": "k"}
    first = run(api, "snooze", id, **input)
    run(api, "markDone", id)
    again = run(api, "snooze", id, **input)
    assert (again["errors"], again["cursor"]) == ([], first["cursor"])
    assert [one["view"] for one in again["items"]] == ["DONE"]


def test_a_key_counts_even_where_there_are_tasks_alone(api: Api, lead: str) -> None:
    ids = [task(api, lead), task(api, lead, "Write")]
    run(api, "markDone", ids[0], idempotencyKey="k")
    payload = run(api, "markDone", ids[1], idempotencyKey="k")
    assert against(payload) == [("IDEMPOTENCY_MISMATCH", "idempotency_mismatch", "idempotencyKey")]
    assert [one["id"] for one in items(api)] == [ids[1]]


def test_a_repetition_finishes_what_was_broken_off(api: Api, lead: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [sms(api, lead), task(api, lead), task(api, lead, "Write")]
    broken_off = _after_one(monkeypatch)
    assert api.faults(DONE, input={"itemIds": ids, "idempotencyKey": "k"})
    assert len(items(api)) == 1
    broken_off()
    payload = run(api, "markDone", *ids, idempotencyKey="k")
    assert ([one["view"] for one in payload["items"]], payload["errors"]) == (["DONE"] * 3, [])
    before = events(api)
    assert run(api, "markDone", *ids, idempotencyKey="k") == payload
    assert events(api) == before


DONE = "mutation ($input: MarkDoneInput!) { markDone(input: $input) { cursor } }"


def _after_one(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The server breaks down when it comes to a second task; call what is given back to mend it."""
    decide = CompleteTask.decide
    seen: set[TaskId] = set()

    def breaks(self: CompleteTask, *ground: Any) -> Any:
        seen.add(self.task_id)
        if len(seen) > 1:
            raise RuntimeError("broken down")
        return decide(self, *ground)

    monkeypatch.setattr(CompleteTask, "decide", breaks)
    return monkeypatch.undo


# ---------------------------------------------------------------- many


@pytest.mark.parametrize("key", ["k", None])
@pytest.mark.parametrize("mutation", ["markDone", "snooze"])
def test_the_same_at_once_is_done_once(api: Api, lead: str, mutation: str, key: str | None) -> None:
    ids = [sms(api, lead), task(api, lead), task(api, api.lead(), "Write")]
    input = {"until": "2035-01-01T00:00:00Z"} if mutation == "snooze" else {}
    before = events(api)

    def handle(_: int) -> Any:
        return run(api, mutation, *ids, **input, idempotencyKey=key)

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(handle, range(8)))
    assert all(answer["items"] == answers[0]["items"] and answer["errors"] == [] for answer in answers)
    assert events(api) == before + (3 if mutation == "markDone" else 1)


def test_a_command_costs_by_how_many_items_it_names(api: Api) -> None:
    document = "mutation ($input: MarkDoneInput!) { markDone(input: $input) { items { lead { id } } } }"
    for count in (0, 3, 500):
        input = {"itemIds": [encode_id("inbx", uuid7()) for _ in range(count)]}
        extensions = api.send(document, input=input).json()["extensions"]
        assert extensions["cost"]["requested"] == 1 + 2 * count


@pytest.fixture
def many(api: Api, lead: str) -> list[str]:
    """500 items: half of them tasks, on this lead and on others."""
    sent = Arrival(kind=InboxItemKind.INCOMING_SMS, user_ids=(api.user_id,))
    for number, count in ((0, 100), (1, 50), (2, 50), (3, 50)):
        tasks = [
            TaskAdded(task_id=TaskId(uuid7()), text="x", assigned_to=api.user_id, due_date=date(2026, 1, 1))
            for _ in range(count)
        ]
        messages = [
            SmsLogged(sms_id=ActivityId(uuid7()), direction=Direction.INBOUND, status=MessageStatus.INBOX, arrival=sent)
            for _ in range(count)
        ]
        histories.record(api, api.lead() if number else lead, [*tasks, *messages])
    found: list[str] = []
    after = None
    for _ in range(5):
        page = inbox(api, after=after, first=100)
        found += [one["id"] for one in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    return found


def test_500_items_are_handled_at_once(api: Api, many: list[str]) -> None:
    for mutation, view in (("markDone", "DONE"), ("markNotDone", "INBOX"), ("snooze", "FUTURE"), ("unsnooze", "INBOX")):
        began = monotonic()
        payload = run(api, mutation, *many)
        took_s = monotonic() - began
        assert ([one["id"] for one in payload["items"]], payload["errors"]) == (many, [])
        assert {one["view"] for one in payload["items"]} == {view}
        assert payload["inboxCount"] == (500 if view == "INBOX" else 0)
        assert took_s < 8  # of the ten seconds that an operation has
