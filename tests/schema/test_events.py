"""The history as a front end sees it: every event, who did it, and only what the viewer may see."""

from __future__ import annotations

import hashlib
from base64 import b64decode
from typing import Any

import httpx
import pytest

from app.codecs import EVENTS
from app.ids import KeyId, UserId, decode_id, encode_id, uuid7
from app.store.records import RecordedEvent
from app.vocabulary import Role
from schema import event_data
from schema.events import event_of
from tests.schema.test_restricted import own, restricted
from tests.support.acme import ACME_AND_PEOPLE, LEAD_CREATED, STRANGER, thing
from tests.support.api import Api
from tests.support.custom import OWNER, public, record, user_named
from tests.support.given import facts_of, organization_of
from tests.support.inboxes import items, mail
from tests.support.recorded import recorded
from tests.support.serving import TIMEOUT_S

FIELDS = """id position streamId streamVersion type schemaVersion data payload payloadHash headline recordedAt
user { id name } apiKeyId source correlationId causationId idempotencyKey lead { id name }"""
EVENTS_PAGE = f"""query ($first: Int, $after: String, $last: Int, $before: String, $filter: EventFilter) {{
  events(first: $first, after: $after, last: $last, before: $before, filter: $filter) {{
    edges {{ cursor node {{ id position }} }} nodes {{ {FIELDS} }}
    pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"""
NODE = f"query ($id: ID!) {{ node(id: $id) {{ ... on Event {{ {FIELDS} }} }} }}"


def page(api: Api, **arguments: Any) -> Any:
    """A page of the organization's log."""
    return api.ask(EVENTS_PAGE, **arguments)["events"]


def history(api: Api, lead: str, arguments: str = "(first: 100)") -> list[Any]:
    """A lead's events."""
    found: list[Any] = api.look(lead, f"history{arguments} {{ nodes {{ {FIELDS} }} }}")["history"]["nodes"]
    return found


def types(events: list[Any]) -> list[str]:
    return [one["type"] for one in events]


def request_id(answer: httpx.Response) -> str:
    return answer.headers["x-request-id"]


def test_an_event_says_who_did_what_when_and_in_which_request(api: Api, lead: str) -> None:
    api.do("changeLeadStatus", leadId=lead, status="Qualified", idempotencyKey="k1")
    created, changed = history(api, lead)
    viewer = api.ask("{ viewer { id name } }")["viewer"]
    assert changed["type"] == "lead.status_changed"
    assert changed["headline"] == "The lead's status changed from “Potential” to “Qualified”."
    assert changed["data"]["afterLabel"] == "Qualified"
    assert changed["data"]["afterId"].startswith("stat_")
    assert changed["user"] == viewer
    assert changed["apiKeyId"] == api.key.partition(".")[0]
    assert (changed["source"], changed["idempotencyKey"], changed["causationId"]) == ("api", "k1", None)
    assert (changed["streamId"], changed["streamVersion"], changed["schemaVersion"]) == (lead, 2, 1)
    assert changed["lead"] == {"id": lead, "name": "Bluth Company"}
    assert changed["recordedAt"] > created["recordedAt"]
    assert hashlib.sha256(b64decode(changed["payload"])).hexdigest() == changed["payloadHash"]
    assert api.ask(NODE, id=changed["id"])["node"] == changed


def test_events_of_one_request_are_found_together(api: Api, lead: str) -> None:
    wanted = uuid7()
    document = "mutation ($input: UpdateLeadInput!) { updateLead(input: $input) { errors { message } } }"
    sent = {"query": document, "variables": {"input": {"leadId": lead, "name": "Ajax", "url": "ajax.example"}}}
    headers = {"authorization": f"Bearer {api.key}", "x-request-id": str(wanted)}
    answer = api.site.http.post(api.site.graphql, json=sent, headers=headers, timeout=TIMEOUT_S)
    assert answer.json()["data"]["updateLead"]["errors"] == []
    found = page(api, filter={"correlationId": encode_id("req", wanted)})["nodes"]
    assert types(found) == ["lead.renamed", "lead.url_changed"]
    assert {one["correlationId"] for one in found} == {encode_id("req", wanted)}
    assert page(api, filter={"correlationId": encode_id("req", uuid7())})["nodes"] == []


def test_the_log_begins_with_the_organization(api: Api, lead: str) -> None:
    nodes = page(api, first=100)["nodes"]
    assert [one["position"] for one in nodes] == list(range(1, len(nodes) + 1))
    organization = api.ask("{ organization { id } }")["organization"]["id"]
    founded = nodes[0]
    assert (founded["type"], founded["streamId"], founded["lead"]) == ("organization.created", organization, None)
    assert (founded["user"], founded["apiKeyId"]) == (None, None)
    assert nodes[-1]["lead"]["id"] == lead


def test_filters_narrow_together(api: Api, lead: str) -> None:
    other, colleague = api.lead(name="Sitwell"), api.colleague()
    for one in (lead, other):
        for who in (api, colleague):
            who.do("writeNote", leadId=one, text="x")
            who.do("updateLead", leadId=one, name=f"By {who.user_id}")
    his = {"userId": encode_id("user", colleague.user_id)}
    assert types(page(api, filter=his)["nodes"]) == ["lead.note_written", "lead.renamed"] * 2
    both = {**his, "leadId": lead, "types": ["lead.renamed", "lead.created"]}
    (renamed,) = page(api, filter=both)["nodes"]
    assert (renamed["type"], renamed["lead"]["id"]) == ("lead.renamed", lead)
    assert types(history(api, lead, '(filter: { types: ["lead.renamed"] })')) == ["lead.renamed"] * 2
    assert page(api, filter={"types": []})["nodes"] == []
    at = renamed["recordedAt"]
    assert page(api, filter={**both, "since": at})["nodes"] == [renamed]
    assert page(api, filter={**both, "until": at})["nodes"] == []
    assert history(api, lead, f'(filter: {{ leadId: "{other}" }})') == []


def test_both_directions_give_the_same_pages(api: Api) -> None:
    for number in range(7):
        api.lead(name=f"Lead {number}")
    whole = page(api, first=100)["edges"]
    for side, cursor, far in (("first", "after", "hasNextPage"), ("last", "before", "hasPreviousPage")):
        found: list[Any] = []
        place = None
        while True:
            part = page(api, **{side: 4, cursor: place})
            found = [*found, *part["edges"]] if side == "first" else [*part["edges"], *found]
            if not part["pageInfo"][far]:
                break
            place = part["pageInfo"]["endCursor" if side == "first" else "startCursor"]
        assert found == whole


def test_pages_are_the_whole_list_while_events_come(api: Api, lead: str) -> None:
    found: list[int] = []
    place = None
    for number in range(12):
        part = page(api, first=3, after=place, filter={"leadId": lead})
        found += [edge["node"]["position"] for edge in part["edges"]]
        place = part["pageInfo"]["endCursor"] or place
        if number < 6:
            api.do("updateLead", leadId=lead, name=f"Name {number}")
    whole = [one["position"] for one in history(api, lead)]
    assert found == whole
    assert len(found) == 7


def test_what_cannot_be_asked_is_named(api: Api, lead: str) -> None:
    for filter, words in (
        ({"types": ["lead.created", "lead.exploded"]}, "filter.types.1"),
        ({"leadId": encode_id("user", api.user_id)}, "filter.leadId"),
        ({"userId": lead}, "filter.userId"),
        ({"correlationId": "x"}, "filter.correlationId"),
        ({"types": ["lead.created"] * 301}, "filter.types"),
    ):
        (error,) = api.faults(EVENTS_PAGE, filter=filter)
        assert error["extensions"]["code"] == "INVALID"
        assert error["message"].startswith(f"{words}:")
    for arguments in ({"first": 101}, {"first": 1, "last": 1}, {"after": "x"}):
        assert api.fault(EVENTS_PAGE, **arguments) == ("INVALID", ["events"])


# ---------------------------------------------------------------- who sees what


@pytest.mark.parametrize("role", [Role.MEMBER, Role.RESTRICTED])
def test_who_is_no_admin_asks_for_a_lead(api: Api, lead: str, role: Role) -> None:
    viewer = restricted(api) if role is Role.RESTRICTED else api.colleague(role=role)
    (error,) = viewer.faults(EVENTS_PAGE)
    assert (error["extensions"]["code"], "filter.leadId" in error["message"]) == ("FORBIDDEN", True)
    assert types(page(viewer, filter={"leadId": lead})["nodes"]) == ["lead.created"]
    assert types(history(viewer, lead)) == ["lead.created"]


def test_a_lead_that_is_not_seen_has_no_events(api: Api, lead: str) -> None:
    viewer = restricted(api)
    (event,) = history(viewer, lead)
    own(api, lead, api)
    for who in (viewer, api.colleague("a@example.com")):
        is_seen = who is not viewer
        assert bool(page(who, filter={"leadId": lead})["nodes"]) == is_seen
        assert (who.ask(NODE, id=event["id"])["node"] is not None) == is_seen
    unknown = page(viewer, filter={"leadId": encode_id("lead", uuid7())})
    assert page(viewer, filter={"leadId": lead}) == unknown


def test_of_a_deleted_lead_only_admins_see_what_happened(api: Api, lead: str) -> None:
    colleague = api.colleague()
    (event,) = history(api, lead)
    api.do("deleteLead", leadId=lead)
    assert page(colleague, filter={"leadId": lead})["nodes"] == []
    assert colleague.ask(NODE, id=event["id"])["node"] is None
    found = page(api, filter={"leadId": lead})["nodes"]
    assert [(one["type"], one["lead"]) for one in found] == [("lead.created", None), ("lead.deleted", None)]
    assert api.ask(NODE, id=event["id"])["node"]["lead"] is None
    api.do("restoreLead", leadId=lead)
    assert len(page(colleague, filter={"leadId": lead})["nodes"]) == 3


def test_what_happened_elsewhere_is_nowhere(api: Api, stranger: Api) -> None:
    lead = stranger.lead(name="Theirs")
    (event,) = history(stranger, lead)
    assert api.ask(NODE, id=event["id"])["node"] is None
    assert page(api, filter={"leadId": lead})["nodes"] == []
    assert page(api, filter={"correlationId": event["correlationId"]})["nodes"] == []
    assert page(api, filter={"userId": encode_id("user", stranger.user_id)})["nodes"] == []


def test_who_handled_what_in_an_inbox_is_for_admins(api: Api, lead: str) -> None:
    colleague = api.colleague()
    mail(api, lead, ("mem@example.com",))
    (item,) = items(colleague)
    colleague.do("markDone", itemIds=[item["id"]])
    (done,) = page(api, filter={"types": ["desk.items_done"]})["nodes"]
    assert done["data"]["items"][0]["leadId"] == lead
    assert (done["streamId"], done["lead"]) == (encode_id("user", colleague.user_id), None)
    assert done["headline"] == "Done in the inbox: 1 item."
    assert "desk.items_done" not in types(history(colleague, lead))
    assert colleague.ask(NODE, id=done["id"])["node"] is None


def test_an_event_of_the_organization_is_for_admins(api: Api) -> None:
    (founded,) = page(api, first=1)["nodes"]
    assert api.colleague().ask(NODE, id=founded["id"])["node"] is None
    assert api.ask(NODE, id=founded["id"])["node"] == founded


def test_neither_keys_nor_invitations_tell_their_secrets(api: Api) -> None:
    created = api.do("createApiKey", "apiKey { id } key")["key"]
    invited = api.do("inviteUser", "link", email="buster@example.com")["link"]
    api.do("revokeApiKey", apiKeyId=created.partition(".")[0])
    text = api.send(EVENTS_PAGE, first=100).text
    payloads = b"".join(b64decode(one["payload"]) for one in page(api, first=100)["nodes"])
    for secret in (created.partition(".")[2], invited.rpartition("/")[2], api.key.partition(".")[2]):
        assert secret not in text
        assert secret.encode() not in payloads
        assert hashlib.sha256(secret.encode()).hexdigest() not in text


# ---------------------------------------------------------------- custom values, and what cannot be read


def test_values_that_name_somebody_are_ids_even_of_fields_that_are_gone(api: Api, lead: str) -> None:
    record(api, OWNER)
    named = user_named(api.user_id)
    api.do("updateLead", leadId=lead, customFields=[{"fieldId": public(OWNER), "set": named}])
    viewer = api.ask("{ viewer { id } }")["viewer"]["id"]
    changed = history(api, lead)[-1]
    assert (changed["data"]["fieldId"], changed["data"]["after"]) == (public(OWNER), [viewer])
    api.do("deleteCustomField", fieldId=public(OWNER))
    assert history(api, lead)[-1]["data"] == changed["data"]
    assert "(deleted)" in history(api, lead)[-1]["headline"]


ORGANIZATION = organization_of(facts_of(ACME_AND_PEOPLE, ()))


def test_what_was_erased_keeps_its_hash() -> None:
    row = recorded(LEAD_CREATED)
    event = event_of(row._replace(payload=None), ORGANIZATION)
    assert (event.happened, event.payload) == (None, None)
    assert event.payload_hash == row.payload_hash.hex()
    assert event.headline == "An event of the type lead.created was erased."


@pytest.mark.parametrize(
    "change",
    [{"name": "lead.from_the_future"}, {"schema_version": 99}, {"payload": b'{"event":"lead.created"}'}],
)
def test_what_cannot_be_read_is_shown_as_far_as_it_can(change: dict[str, Any]) -> None:
    event = event_of(recorded(LEAD_CREATED)._replace(**change), ORGANIZATION)
    assert event.happened is None
    assert event.headline.endswith("cannot be read by this version.")
    assert (event.payload is None) == (event.type not in EVENTS.types)


def test_the_bytes_of_an_event_with_a_secret_stay_where_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    row: RecordedEvent = recorded(LEAD_CREATED)
    event_data.holds_secrets.cache_clear()
    monkeypatch.setattr(event_data, "SECRETS", frozenset({("LeadCreated", "external_id")}))
    try:
        assert event_of(row, ORGANIZATION).payload is None
    finally:
        event_data.holds_secrets.cache_clear()


def test_a_key_of_a_part_is_the_clients() -> None:
    row = recorded(LEAD_CREATED)._replace(
        idempotency_key=f"{'mine':<256}{thing(5)}", actor_key=KeyId(thing(8)), causation_id=thing(9)
    )
    event = event_of(row, ORGANIZATION)
    assert event.idempotency_key == "mine"
    assert decode_id("api", str(event.api_key_id)) == thing(8)
    assert decode_id("ev", str(event.causation_id)) == thing(9)


def test_a_stream_is_named_by_what_it_is_of() -> None:
    streams = {ORGANIZATION.id: "orga_", UserId(next(iter(ORGANIZATION.users))): "user_", STRANGER: "lead_"}
    for stream, prefix in streams.items():
        event = event_of(recorded(LEAD_CREATED)._replace(stream_id=stream), ORGANIZATION)
        assert event.stream_id.startswith(prefix)
