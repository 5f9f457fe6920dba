"""PostgreSQL goes away in the middle and comes back: clients are told so much and no more, and nobody restarts us."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest

from tests.journeys.conftest import Stoppable
from tests.support.api import Api, admin_of_new_organization, document
from tests.support.feeds import cursor_of, following
from tests.support.locking import locked
from tests.support.office import superuser_url
from tests.support.waiting import until


@pytest.fixture
def api(stoppable: Stoppable) -> Api:
    return admin_of_new_organization(stoppable.site, "Outage")


@contextmanager
def outage(stoppable: Stoppable) -> Iterator[None]:
    """The database is stopped while the block lasts."""
    stoppable.server.halt()
    try:
        yield
    finally:
        stoppable.server.resume()


def status(stoppable: Stoppable, path: str) -> tuple[int, Any]:
    answer = stoppable.site.http.get(f"{stoppable.site.url}{path}", timeout=10)
    return answer.status_code, answer.json()


def test_a_mutation_in_which_the_database_stops_is_a_masked_error_whose_id_is_in_the_log(
    stoppable: Stoppable, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    lead = api.lead()
    with ThreadPoolExecutor(1) as threads, caplog.at_level(logging.ERROR):
        with locked(superuser_url(stoppable.server, stoppable.database), "events") as lock:
            mutation = threads.submit(api.send, document("updateLead"), input={"leadId": lead, "name": "Sitwell"})
            until(lock.is_waited_for, "the mutation appends")
            stoppable.server.halt()
        stoppable.server.resume()
        (error,) = mutation.result().json()["errors"]
    assert error["extensions"]["code"] == "INTERNAL"
    assert error["message"] == "Something went wrong on our side. Quote the id to find it in the log."
    assert str(UUID(error["extensions"]["id"])) == error["extensions"]["id"]
    assert error["extensions"]["id"] in caplog.text


def test_after_its_return_the_next_call_works(stoppable: Stoppable, api: Api) -> None:
    lead = api.lead()
    with outage(stoppable):
        answer = api.send(document("updateLead"), input={"leadId": lead, "name": "Sitwell"})
        assert answer.json()["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert api.do("updateLead", "lead { name }", leadId=lead, name="Bluth")["lead"] == {"name": "Bluth"}


def test_a_key_cannot_be_checked_meanwhile_which_is_no_401(stoppable: Stoppable, api: Api) -> None:
    with outage(stoppable):
        answer = api.send("{ viewer { id } }")
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (500, "INTERNAL")


def test_meanwhile_the_server_is_alive_but_not_ready(stoppable: Stoppable) -> None:
    assert status(stoppable, "/readyz") == (200, {"status": "ready"})
    with outage(stoppable):
        assert status(stoppable, "/healthz") == (200, {"status": "alive"})
        assert status(stoppable, "/readyz") == (503, {"status": "the database does not answer"})
    assert status(stoppable, "/readyz")[0] == 200


def test_a_subscription_goes_on_after_the_return(stoppable: Stoppable, api: Api) -> None:
    lead = api.lead()
    with following(api, lead, cursor_of(api, lead)) as feed:
        api.do("updateLead", leadId=lead, name="Bluth")
        feed.item()
        with outage(stoppable):
            assert feed.is_silent(0.2)
        done = api.do("updateLead", leadId=lead, name="Sitwell")
        assert feed.item()["cursor"] == done["cursor"]
