"""npm's `graphql-ws`, the reference client, follows a lead while somebody else works on it."""

from __future__ import annotations

from pathlib import Path

from app.database import Database
from tests.support.api import Api
from tests.support.feeds import cursor_of
from tests.support.following import javascript_following
from tests.support.processes import server_process

STATUSES = ("Qualified", "Customer", "Potential")


def test_changes_arrive_in_order_with_their_cursors_and_keys(api: Api, lead: str) -> None:
    with javascript_following(api, lead, cursor_of(api, lead), 3) as follower:
        done = [
            api.do("changeLeadStatus", leadId=lead, status=status, idempotencyKey=f"to {status}") for status in STATUSES
        ]
        items = follower.items(3)
    assert [item["idempotencyKey"] for item in items] == [f"to {status}" for status in STATUSES]
    assert [item["cursor"] for item in items] == [one["cursor"] for one in done]
    assert [change["__typename"] for change in items[0]["changes"]] == ["LeadChanged", "ActivityAdded"]


def test_a_restart_of_the_server_loses_nothing(api: Api, lead: str, common_database: Database, tmp_path: Path) -> None:
    after = cursor_of(api, lead)
    with server_process(common_database, tmp_path) as first:
        port = first.url.rpartition(":")[2]
        with javascript_following(api.at(first.url), lead, after, 3) as follower:
            api.do("changeLeadStatus", leadId=lead, status=STATUSES[0])
            seen = follower.items(1)
            assert first.stop() == 0
            api.do("changeLeadStatus", leadId=lead, status=STATUSES[1])
            with server_process(common_database, tmp_path, port=port):
                api.do("changeLeadStatus", leadId=lead, status=STATUSES[2])
                seen += follower.items(2)
                assert follower.program.wait() == 0
    changed = [item["changes"][0]["eventType"] for item in seen]
    assert changed == ["lead.status_changed"] * 3
    assert len({item["cursor"] for item in seen}) == 3
