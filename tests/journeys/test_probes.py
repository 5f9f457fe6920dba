"""What an operator's probes are told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import asyncpg
import httpx
import pytest

from app.database import Database
from app.embedded import Embedded
from app.store.migrate import SCHEMA
from tests.support.locking import locked
from tests.support.office import superuser_url
from tests.support.serving import Site, serving


@pytest.fixture
def alone(database: Database) -> Iterator[Site]:
    """A server with a database of its own."""
    with serving(database) as site:
        yield site


def ready(site: Site) -> httpx.Response:
    return site.http.get(f"{site.url}/readyz", timeout=10)


def test_a_server_is_alive_and_ready_without_a_key(site: Site) -> None:
    assert [site.http.get(f"{site.url}/{path}").status_code for path in ("healthz", "readyz")] == [200, 200]


def test_a_database_that_does_not_answer_in_time_is_not_ready(
    alone: Site, server: Embedded, database: Database
) -> None:
    with locked(superuser_url(server, database), "migrations"):
        answer = ready(alone)
        assert answer.elapsed < timedelta(seconds=6)
    assert (answer.status_code, answer.json()) == (503, {"status": "the database does not answer"})
    assert ready(alone).status_code == 200


async def test_a_database_of_an_older_version_is_not_ready_and_says_what_it_lacks(
    alone: Site, server: Embedded, database: Database
) -> None:
    connection = await asyncpg.connect(superuser_url(server, database))
    newest = await connection.fetchval(
        f"DELETE FROM {SCHEMA}.migrations WHERE number = (SELECT max(number) FROM {SCHEMA}.migrations) RETURNING name"  # noqa: S608
    )
    await connection.close()
    answer = ready(alone)
    assert (answer.status_code, answer.json()["missing"]) == (503, [newest])


def test_the_front_page_leads_to_the_explorer(site: Site) -> None:
    answer = site.http.get(site.url, headers={"accept": "text/html"}, follow_redirects=True)
    assert (answer.status_code, answer.url.path) == (200, "/graphql")
    assert "<title>Leadstream API</title>" in answer.text
