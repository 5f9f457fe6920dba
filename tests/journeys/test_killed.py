"""The server dies between the commit and the answer; the client, who cannot know, sends the same again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from app.database import Database
from tests.support.api import Api, document
from tests.support.locking import locked
from tests.support.processes import server_process
from tests.support.waiting import until

# What the answer of addTask needs and its commit does not: there the server is held.
ANSWER = "task { id } lead { pinnedActivities { id } }"
HELD = "activity_feed"


def events(api: Api) -> int:
    return api.site.operate(api.site.system.store.max_notification_id(api.org_id)) or 0


def test_a_repetition_at_a_new_server_finds_what_was_done(
    api: Api, lead: str, common_database: Database, common_superuser_url: str, tmp_path: Path
) -> None:
    input = {"leadId": lead, "text": "Call back", "idempotencyKey": "k"}
    before = events(api)
    with (
        server_process(common_database, tmp_path) as server,
        ThreadPoolExecutor(1) as threads,
        locked(common_superuser_url, HELD) as lock,
    ):
        first = threads.submit(api.at(server.url).send, document("addTask", ANSWER), input=input)
        until(lambda: events(api) == before + 1, "it is committed")
        until(lock.is_waited_for, "the answer is being read")
        server.program.kill()
        with pytest.raises(httpx.TransportError):
            first.result()
    with server_process(common_database, tmp_path) as another:
        again = api.at(another.url).do("addTask", ANSWER, **input)
    assert events(api) == before + 1
    assert api.look(lead, "tasks { id }")["tasks"] == [again["task"]]


def test_a_repetition_while_the_first_one_is_still_being_answered_gets_the_same(
    api: Api, lead: str, common_superuser_url: str
) -> None:
    input = {"leadId": lead, "text": "Call back", "idempotencyKey": "k"}
    with ThreadPoolExecutor(2) as threads:
        with locked(common_superuser_url, HELD) as lock:
            first = threads.submit(api.do, "addTask", ANSWER, **input)
            until(lock.is_waited_for, "the answer is being read")
            second = threads.submit(api.do, "addTask", ANSWER, **input)
        assert first.result() == second.result()
    assert len(api.look(lead, "tasks { id }")["tasks"]) == 1
