"""npm's `graphql-sse`, the reference client of streams, follows a lead over a restart of its server."""

from __future__ import annotations

from pathlib import Path

from app.database import Database
from tests.support.api import Api
from tests.support.feeds import cursor_of
from tests.support.following import talking
from tests.support.processes import server_process

STATUSES = ("Qualified", "Customer", "Potential", "Qualified")


def test_a_restarted_server_and_a_killed_one_lose_nothing_and_repeat_nothing(
    api: Api, lead: str, common_database: Database, tmp_path: Path
) -> None:
    change = [{"leadId": lead, "status": status, "idempotencyKey": str(n)} for n, status in enumerate(STATUSES)]
    with server_process(common_database, tmp_path) as first:
        port, url = first.url.rpartition(":")[2], f"{first.url}/graphql/stream"
        with talking("stream.js", url, api.key, lead, cursor_of(api, lead), "4") as follower:
            assert follower.says() == {"connected": True, "retrying": False}
            api.do("changeLeadStatus", **change[0])
            items = follower.items(1)
            assert first.stop() == 0
            api.do("changeLeadStatus", **change[1])
            with server_process(common_database, tmp_path, port=port) as second:
                items += follower.items(1)
                second.program.kill()
                second.program.wait()
                api.do("changeLeadStatus", **change[2])
                with server_process(common_database, tmp_path, port=port):
                    items += follower.items(1)
                    api.do("changeLeadStatus", **change[3])
                    items += follower.items(1)
                    while "answers" not in (last := follower.says()):
                        assert last["connected"]
                    assert follower.program.wait() == 0
    assert [item["idempotencyKey"] for item in items] == ["0", "1", "2", "3"]
    assert [item["changes"][0]["lead"]["status"]["label"] for item in items][-1] == "Qualified"
    name, made, wrong = last["answers"]
    assert (name, wrong) == ({"viewer": {"name": "Ada"}}, ["GRAPHQL_VALIDATION_FAILED"])
    assert made == {"createApiKey": {"errors": []}}
