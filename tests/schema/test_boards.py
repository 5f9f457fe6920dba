"""Root lists of opportunities and tasks, and what a lead tells of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.schema.test_opportunities import stage
from tests.support.api import Api

OPPORTUNITIES = """query ($first: Int, $after: String, $filter: OpportunityFilter, $sort: OpportunitySort) {
  opportunities(first: $first, after: $after, filter: $filter, sort: $sort) {
    totalCount feedCursor nodes { note lead { id } } edges { cursor node { id } }
    totals { status { label } valuePeriod count value expectedValue annualizedValue annualizedExpectedValue }
    pageInfo { hasNextPage hasPreviousPage endCursor } } }"""
TASKS = """query ($first: Int, $after: String, $filter: TaskFilter, $sort: TaskSort) {
  tasks(first: $first, after: $after, filter: $filter, sort: $sort) {
    totalCount feedCursor nodes { text lead { id } } edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage endCursor } } }"""


def offers(api: Api, **arguments: Any) -> list[str]:
    return [one["note"] for one in api.ask(OPPORTUNITIES, **arguments)["opportunities"]["nodes"]]


def tasks(api: Api, **arguments: Any) -> list[str]:
    return [one["text"] for one in api.ask(TASKS, **arguments)["tasks"]["nodes"]]


def paged(api: Api, document: str, field: str, word: str, size: int, **arguments: Any) -> list[str]:
    found: list[str] = []
    after = None
    for _ in range(20):
        page = api.ask(document, first=size, after=after, **arguments)[field]
        found += [one[word] for one in page["nodes"]]
        assert page["pageInfo"]["hasPreviousPage"] == (after is not None)
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]
    raise AssertionError("the pages do not end")


@pytest.fixture
def board(api: Api, lead: str) -> Api:
    """Four opportunities on two leads."""
    other = api.lead()
    won, proposal = stage(api, "Won"), stage(api, "Proposal Sent")
    for input in (
        {"note": "a", "value": "100.50", "confidence": 50, "dateWon": "2026-05-01"},
        {"note": "b", "value": "10", "valuePeriod": "MONTHLY", "statusId": proposal, "leadId": other, "confidence": 10},
        {"note": "c", "value": "1000000000000000", "statusId": won, "dateWon": "2026-04-01"},
        {"note": "d", "confidence": 100},
    ):
        api.do("addOpportunity", **{"leadId": lead, **input})
    return api


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (None, "dcba"),
        ("CREATED_ASC", "abcd"),
        ("UPDATED_DESC", "dcba"),
        ("DATE_WON_ASC", "cabd"),
        ("DATE_WON_DESC", "acdb"),
        ("VALUE_DESC", "cabd"),
        ("VALUE_ASC", "bacd"),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 4])
def test_pages_of_opportunities_are_the_whole_list_in_its_order(
    board: Api, sort: str | None, order: str, size: int
) -> None:
    assert paged(board, OPPORTUNITIES, "opportunities", "note", size, sort=sort) == list(order)


def test_a_pipeline_board_is_one_query(board: Api) -> None:
    pipeline = board.ask("{ organization { pipelines { id } } }")["organization"]["pipelines"][0]["id"]
    page = board.ask(OPPORTUNITIES, first=1, filter={"pipelineIds": [pipeline]})["opportunities"]
    assert page["totalCount"] == 4
    assert page["totals"] == [
        {
            "status": {"label": "Demo Completed"},
            "valuePeriod": "ONE_TIME",
            "count": 2,
            "value": "100.50",
            "expectedValue": "50.25",
            "annualizedValue": "100.50",
            "annualizedExpectedValue": "50.25",
        },
        {
            "status": {"label": "Proposal Sent"},
            "valuePeriod": "MONTHLY",
            "count": 1,
            "value": "10",
            "expectedValue": "1",
            "annualizedValue": "120",
            "annualizedExpectedValue": "12",
        },
        {
            "status": {"label": "Won"},
            "valuePeriod": "ONE_TIME",
            "count": 1,
            "value": "1000000000000000",
            "expectedValue": "1000000000000000",
            "annualizedValue": "1000000000000000",
            "annualizedExpectedValue": "1000000000000000",
        },
    ]


def test_conditions_narrow_opportunities(board: Api, lead: str) -> None:
    me = board.ask("{ viewer { id } }")["viewer"]["id"]
    pipeline = board.ask("{ organization { pipelines { id } } }")["organization"]["pipelines"][0]["id"]
    for filter, found in (
        ({"statusTypes": ["ACTIVE"]}, "dba"),
        ({"statusTypes": ["ACTIVE"], "statusIds": [stage(board, "Won"), stage(board, "Proposal Sent")]}, "b"),
        ({"pipelineIds": [pipeline], "statusTypes": ["WON"]}, "c"),
        ({"pipelineIds": ["pipe_0000000000000000000000"]}, ""),
        ({"statusIds": []}, ""),
        ({"userIds": [me], "leadIds": [lead]}, "dca"),
        ({"valuePeriods": ["MONTHLY"]}, "b"),
        ({"dateWonSince": "2026-04-01", "dateWonUntil": "2026-05-01"}, "c"),
        ({"createdUntil": "2020-01-01T00:00:00Z"}, ""),
        (None, "dcba"),
    ):
        assert offers(board, filter=filter) == list(found), filter


@pytest.mark.parametrize("sort", ["CREATED_ASC", "DATE_WON_ASC", "VALUE_ASC"])
def test_a_cursor_belongs_to_its_sort(board: Api, sort: str) -> None:
    cursor = board.ask(OPPORTUNITIES, first=1, sort=sort)["opportunities"]["pageInfo"]["endCursor"]
    assert board.fault(OPPORTUNITIES, after=cursor, sort="CREATED_DESC") == ("INVALID", ["opportunities"])
    assert board.fault(TASKS, after=cursor) == ("INVALID", ["tasks"])


@pytest.mark.parametrize(
    "arguments", [{"first": 101}, {"after": "x"}, {"filter": {"leadIds": ["task_1"]}}, {"filter": {"userIds": ["x"]}}]
)
def test_arguments_that_cannot_be_used_are_invalid(api: Api, arguments: Any) -> None:
    assert api.fault(OPPORTUNITIES, **arguments) == ("INVALID", ["opportunities"])


# ---------------------------------------------------------------- tasks


@pytest.fixture
def todo(api: Api, lead: str) -> Api:
    """Tasks due yesterday, tomorrow, at instants, and whenever; one is done, one is a colleague's."""
    now = datetime.now(UTC)
    colleague = api.colleague()
    me = colleague.ask("{ viewer { id } }")["viewer"]["id"]
    day = {name: (now + timedelta(days=days)).date().isoformat() for name, days in (("before", -3), ("after", 3))}
    for input in (
        {"text": "whenever"},
        {"text": "after", "dueDate": day["after"], "priority": "HIGH"},
        {"text": "soon", "dueAt": (now + timedelta(hours=1)).isoformat()},
        {"text": "past", "dueAt": (now - timedelta(minutes=1)).isoformat(), "assignedToId": me},
        {"text": "before", "dueDate": day["before"], "assignedToId": None},
        {"text": "done", "dueDate": day["before"]},
    ):
        task = api.do("addTask", "task { id }", leadId=lead, **input)["task"]["id"]
    api.do("completeTask", taskId=task)
    return api


DUE = ["before", "past", "soon", "after", "whenever"]


@pytest.mark.parametrize("size", [1, 2, 5])
@pytest.mark.parametrize(
    ("sort", "order"),
    [(None, DUE), ("DUE_ASC", DUE), ("CREATED_DESC", ["before", "past", "soon", "after", "whenever"])],
)
def test_pages_of_tasks_are_the_open_ones_in_their_order(
    todo: Api, sort: str | None, order: list[str], size: int
) -> None:
    assert paged(todo, TASKS, "tasks", "text", size, sort=sort) == order


def test_conditions_narrow_tasks(todo: Api, lead: str) -> None:
    me = todo.ask("{ viewer { id } }")["viewer"]["id"]
    today = datetime.now(UTC).date()
    for filter, found in (
        ({"mine": True}, ["soon", "after", "whenever"]),
        ({"mine": False}, ["before", "past"]),
        ({"assignedToIds": [me]}, ["soon", "after", "whenever"]),
        ({"unassigned": True}, ["before"]),
        ({"overdue": True}, ["before", "past"]),
        ({"overdue": False, "mine": True}, ["soon", "after", "whenever"]),
        ({"isComplete": True}, ["done"]),
        ({"isComplete": None, "mine": None, "overdue": None}, DUE),
        ({"priorities": ["HIGH"]}, ["after"]),
        ({"dueSince": (today + timedelta(days=3)).isoformat()}, ["after"]),
        ({"dueUntil": (today - timedelta(days=2)).isoformat()}, ["before"]),
        ({"leadIds": ["lead_0000000000000000000000"]}, []),
        ({"leadIds": [lead], "assignedToIds": []}, []),
    ):
        page = todo.ask(TASKS, filter=filter)["tasks"]
        assert ([one["text"] for one in page["nodes"]], page["totalCount"]) == (found, len(found)), filter


def test_a_day_at_either_end_of_the_calendar_is_no_endless_list(api: Api, lead: str) -> None:
    for day in ("0001-01-01", "9999-12-31", "9999-12-31"):
        api.do("addTask", leadId=lead, text=day, dueDate=day)
        api.do("addOpportunity", leadId=lead, note=day, dateWon=day)
    expected = ["0001-01-01", "9999-12-31", "9999-12-31"]
    assert paged(api, TASKS, "tasks", "text", 1) == expected
    assert paged(api, OPPORTUNITIES, "opportunities", "note", 1, sort="DATE_WON_ASC") == expected


# ---------------------------------------------------------------- what a lead tells


def test_a_lead_tells_what_is_due_next_and_how_many_opportunities_there_are(api: Api, lead: str) -> None:
    fields = "nextTask { text } nextTaskDue opportunityCount activeOpportunityCount"
    assert api.look(lead, fields) == {
        "nextTask": None,
        "nextTaskDue": None,
        "opportunityCount": 0,
        "activeOpportunityCount": 0,
    }
    api.do("addTask", leadId=lead, text="later", dueDate="2026-12-02")
    api.do("addTask", leadId=lead, text="next", dueAt="2026-11-30T23:30:00Z")
    api.do("addTask", leadId=lead, text="whenever")
    api.do("addOpportunity", leadId=lead)
    api.do("addOpportunity", leadId=lead, statusId=stage(api, "Won"))
    # In Berlin it is the first of December by then.
    assert api.look(lead, fields) == {
        "nextTask": {"text": "next"},
        "nextTaskDue": "2026-12-01",
        "opportunityCount": 2,
        "activeOpportunityCount": 1,
    }


def test_an_opportunity_that_came_back_in_a_deleted_stage_is_still_on_the_board(board: Api, lead: str) -> None:
    demo = stage(board, "Demo Completed")
    pipeline = board.ask("query ($id: ID!) { node(id: $id) { ... on OpportunityStatus { pipeline { id } } } }", id=demo)
    board.do("deleteLead", leadId=lead)
    board.do("deleteOpportunityStatus", statusId=demo)
    board.do("restoreLead", leadId=lead)
    totals = board.ask(OPPORTUNITIES, filter={"leadIds": [lead]})["opportunities"]["totals"]
    assert [(one["status"]["label"], one["count"]) for one in totals] == [("Won", 1), ("Demo Completed", 2)]
    of_pipeline = {"leadIds": [lead], "pipelineIds": [pipeline["node"]["pipeline"]["id"]]}
    assert offers(board, filter=of_pipeline) == ["d", "c", "a"]
    assert offers(board, filter={"leadIds": [lead], "statusTypes": ["ACTIVE"]}) == ["d", "a"]
    assert offers(board, filter={"statusIds": [demo]}) == ["d", "a"]
    assert board.look(lead, "activeOpportunityCount") == {"activeOpportunityCount": 2}
    active = board.ask("{ leads(filter: { hasActiveOpportunity: true }) { nodes { id } } }")["leads"]["nodes"]
    assert {"id": lead} in active
