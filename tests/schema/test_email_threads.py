"""Threads of e-mails, as a front end sees them."""

from __future__ import annotations

from typing import Any

from tests.support.api import Api

THREADS = """emailThreads(first: 10) { pageInfo { hasNextPage } nodes {
  id subject emailCount latestAt participants { email name } users { name } contact { name } lead { id }
  emails(first: 2) { pageInfo { hasNextPage } nodes { id threadId } } } }"""


def logged(api: Api, lead: str, number: int, answers: int | None = None, **input: Any) -> Any:
    words: dict[str, Any] = {
        "direction": "INBOUND",
        "sender": "Lindsay <l@bluth.example>",
        "messageId": f"<{number}@x.example>",
        "occurredAt": f"2026-03-{number:02d}T08:00:00Z",
        "subject": f"Re: Offer {number}",
        **({} if answers is None else {"inReplyTo": f"<{answers}@x.example>"}),
    }
    return api.do("logEmail", "email { id threadId }", leadId=lead, **words, **input)["email"]


def threads(api: Api, lead: str) -> Any:
    return api.look(lead, THREADS)["emailThreads"]["nodes"]


def test_a_thread_shows_what_its_messages_say(api: Api) -> None:
    lead = api.lead(contacts=[{"name": "Lindsay", "emails": [{"email": "L@bluth.example"}]}])
    first = logged(api, lead, 1, to=["ada@example.com"])
    last = logged(api, lead, 2, answers=1)
    (thread,) = threads(api, lead)
    assert thread == {
        "id": first["threadId"],
        "subject": "Offer 2",
        "emailCount": 2,
        "latestAt": "2026-03-02T08:00:00.000000Z",
        "participants": [
            {"email": "l@bluth.example", "name": "Lindsay"},
            {"email": "ada@example.com", "name": None},
        ],
        "users": [{"name": "Ada"}],
        "contact": {"name": "Lindsay"},
        "lead": {"id": lead},
        "emails": {
            "pageInfo": {"hasNextPage": False},
            "nodes": [{"id": one["id"], "threadId": thread["id"]} for one in (last, first)],
        },
    }


def test_threads_page_newest_first_and_back(api: Api, lead: str) -> None:
    ids = [logged(api, lead, number)["threadId"] for number in range(1, 6)]
    page = "emailThreads(%s) { edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage } }"
    first = api.look(lead, page % "first: 2")["emailThreads"]
    assert [edge["node"]["id"] for edge in first["edges"]] == ids[:2:-1]
    cursor = first["edges"][-1]["cursor"]
    rest = api.look(lead, page % f'first: 9, after: "{cursor}"')["emailThreads"]
    assert [edge["node"]["id"] for edge in rest["edges"]] == ids[2::-1]
    assert rest["pageInfo"] == {"hasNextPage": False, "hasPreviousPage": True}
    oldest = api.look(lead, page % "last: 2")["emailThreads"]
    assert [edge["node"]["id"] for edge in oldest["edges"]] == ids[1::-1]


def test_e_mails_of_a_thread_page_too(api: Api, lead: str) -> None:
    ids = [logged(api, lead, number, answers=1)["id"] for number in range(1, 6)]
    page = "emailThreads { nodes { emails(%s) { edges { cursor node { id } } } } }"
    ((first,),) = [api.look(lead, page % "first: 2")["emailThreads"]["nodes"]]
    assert [edge["node"]["id"] for edge in first["emails"]["edges"]] == ids[:2:-1]
    cursor = first["emails"]["edges"][-1]["cursor"]
    ((rest,),) = [api.look(lead, page % f'first: 9, after: "{cursor}"')["emailThreads"]["nodes"]]
    assert [edge["node"]["id"] for edge in rest["emails"]["edges"]] == ids[2::-1]


def test_a_thread_and_the_message_that_began_it_are_two_nodes(api: Api, lead: str) -> None:
    email = logged(api, lead, 1)
    asked = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
    assert api.ask(asked, ids=[email["id"], email["threadId"]])["nodes"] == [
        {"__typename": "Email", "id": email["id"]},
        {"__typename": "EmailThread", "id": email["threadId"]},
    ]


def test_a_message_that_links_two_threads_makes_them_one(api: Api, lead: str) -> None:
    logged(api, lead, 1)
    logged(api, lead, 2)
    assert len(threads(api, lead)) == 2
    logged(api, lead, 3, references=["<1@x.example>", "<2@x.example>"])
    (thread,) = threads(api, lead)
    assert thread["emailCount"] == 3


def test_a_thread_is_deleted_with_its_messages(api: Api, lead: str) -> None:
    first = logged(api, lead, 1)
    logged(api, lead, 2, answers=1)
    gone = api.do("deleteEmailThread", "threadId lead { id }", threadId=first["threadId"])
    assert gone["threadId"] == first["threadId"]
    assert threads(api, lead) == []
    assert api.ask("query ($id: ID!) { activity(id: $id) { id } }", id=first["id"])["activity"] is None
    refused = api.refused("deleteEmailThread", threadId=first["threadId"])
    assert refused == ("NOT_FOUND", "thread_not_found", "threadId")
    assert logged(api, lead, 1)["id"] != first["id"]
