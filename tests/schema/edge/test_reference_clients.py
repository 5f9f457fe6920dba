"""The reference implementations, in JavaScript, against our server."""

from tests.javascript import node
from tests.schema.edge.serving import Served
from tests.schema.edge.toy import KEY

QUERIES_BY_GET = {"5A70", "D6D5", "6A70"}  # three MAYs that we do not: operations come by POST


def test_graphql_http_finds_nothing_but_that_queries_do_not_come_by_get(served: Served) -> None:
    audits = node.run("audit.js", served.url, KEY)
    found = {(audit["id"], audit["status"]) for audit in audits["failed"]}
    assert (audits["count"], found) == (61, {(id, "notice") for id in QUERIES_BY_GET})


def test_graphql_ws_subscribes_and_sees_its_own_change(served: Served) -> None:
    journey = node.run("subscribe.js", served.url.replace("http", "ws"), KEY)
    assert journey["arrived"]["data"]["leadFeed"]["changes"] == [
        {"__typename": "LeadChanged", "eventType": "lead.status_changed", "lead": {"status": {"label": "Qualified"}}}
    ]
