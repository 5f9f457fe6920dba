"""Custom activities over GraphQL: recording, editing, publishing and pinning them, as a front end sees it."""

from __future__ import annotations

from typing import Any

import pytest

from app.vocabulary import Role
from schema.ids import public_id
from tests.support.acme import VISIT_TYPE, VISITS
from tests.support.api import Api
from tests.support.custom import GUIDE, MET, REPORT, ROUTE, TOPICS, VISIT_FIELDS, public, record, user_named
from tests.support.feeds import cursor_of, following, kinds
from tests.support.filed import uploaded

KIND, PURPOSE = public_id("custom_activity_type", VISITS), VISIT_TYPE[1]
CUSTOM = """customActivity { id kind headline occurredAt createdAt version publicationStatus pinnedAt
  viewerCanEdit viewerCanPin viewerCanDelete type { id name isArchived } user { id } contact { id }
  customFields { id value field { name } references { ... on Node { id } } } }"""
STRIP = "pinnedActivities { id kind }"


@pytest.fixture
def acme(api: Api) -> Api:
    """The ADMIN of an organization with a type of custom activities that has a required field."""
    record(api, VISIT_TYPE[0], *VISIT_FIELDS)
    return api


@pytest.fixture
def lead(acme: Api) -> str:
    return acme.lead(name="Bluth Company", contacts=[{"name": "Lindsay"}])


def put(field: Any, value: Any) -> dict[str, Any]:
    return {"fieldId": public(field), "set": value}


RENEWAL = put(PURPOSE, "Renewal")


def recorded(api: Api, lead: str, **input: Any) -> Any:
    given = {"customActivityTypeId": KIND, "customFields": [RENEWAL], **input}
    return api.do("recordCustomActivity", CUSTOM, leadId=lead, **given)["customActivity"]


def update(api: Api, id: str, **changes: Any) -> Any:
    return api.do("updateCustomActivity", CUSTOM, customActivityId=id, **changes)["customActivity"]


def refused(api: Api, mutation: str, **input: Any) -> list[tuple[str, str, str]]:
    return [(one["code"], one["reason"], ".".join(one["path"][1:])) for one in api.refusals(mutation, **input)]


def values(activity: Any) -> dict[str, Any]:
    return {one["field"]["name"]: one["value"] for one in activity["customFields"]}


def test_an_activity_is_recorded_with_values_of_every_type(acme: Api, lead: str) -> None:
    contact = acme.look(lead, "primaryContact { id }")["primaryContact"]["id"]
    written = {
        "Purpose": "Renewal",
        "Report": "Line 1\n\n  Line 2 \U0001f600",
        "Met": [contact],
        "Topics": ["c", "a"],
        "Guide": user_named(acme.user_id),
        "Route": {"a": [1, 2.5, None, True, "ü"], "b": {}},
    }
    fields = [put(one, written[one.name]) for one in VISIT_FIELDS]
    shown = recorded(acme, lead, contactId=contact, customFields=fields, occurredAt="0001-01-02T00:00:00Z")
    assert values(shown) == written
    assert shown["customFields"][2]["references"] == [{"id": contact}]
    assert shown["customFields"][0]["id"] == f"{shown['id']}.{public(PURPOSE)}"
    assert (shown["kind"], shown["publicationStatus"], shown["headline"]) == ("CUSTOM", "PUBLISHED", "Visit: Renewal")
    assert shown["type"] == {"id": KIND, "name": "Visit", "isArchived": False}
    assert (shown["user"], shown["contact"]) == ({"id": user_named(acme.user_id)}, {"id": contact})
    assert shown["occurredAt"] == "0001-01-02T00:00:00.000000Z"
    assert (shown["viewerCanEdit"], shown["viewerCanPin"], shown["viewerCanDelete"]) == (True, True, True)


def test_it_stands_in_the_history_and_in_the_counts(acme: Api, lead: str) -> None:
    id = recorded(acme, lead)["id"]
    assert acme.ask("query ($id: ID!) { activity(id: $id) { id kind } }", id=id)["activity"]["kind"] == "CUSTOM"
    shown = acme.look(lead, "activities(filter: { kinds: [CUSTOM] }) { nodes { id } } activityCounts { kind count }")
    assert shown["activities"]["nodes"] == [{"id": id}]
    assert {"kind": "CUSTOM", "count": 1} in shown["activityCounts"]


def test_a_published_one_needs_every_required_value_and_a_draft_none(acme: Api, lead: str) -> None:
    acme.do("updateCustomField", fieldId=public(TOPICS), isRequired=True)
    errors = acme.refusals("recordCustomActivity", leadId=lead, customActivityTypeId=KIND)
    assert [(one["reason"], one["path"], one["params"]) for one in errors] == [
        ("required_value_missing", ["input", "customFields"], {"name": "Purpose"}),
        ("required_value_missing", ["input", "customFields"], {"name": "Topics"}),
    ]
    draft = recorded(acme, lead, customFields=[], publicationStatus="DRAFT")
    assert (draft["publicationStatus"], draft["headline"]) == ("DRAFT", "Visit")
    assert len(acme.refusals("publishCustomActivity", customActivityId=draft["id"])) == 2
    update(acme, draft["id"], customFields=[RENEWAL, {"fieldId": public(TOPICS), "add": ["b"]}])
    done = acme.do("publishCustomActivity", CUSTOM, customActivityId=draft["id"])["customActivity"]
    assert (done["publicationStatus"], values(done)) == ("PUBLISHED", {"Purpose": "Renewal", "Topics": ["b"]})
    assert update(acme, draft["id"], publicationStatus="DRAFT")["publicationStatus"] == "DRAFT"


def test_a_null_status_is_the_default(acme: Api, lead: str) -> None:
    assert recorded(acme, lead, publicationStatus=None)["publicationStatus"] == "PUBLISHED"


def test_an_edit_changes_what_is_given_alone(acme: Api, lead: str) -> None:
    contact = acme.look(lead, "primaryContact { id }")["primaryContact"]["id"]
    first = recorded(acme, lead, customFields=[RENEWAL, put(REPORT, "Fine"), put(ROUTE, [None, {"a": None}])])
    second = update(acme, first["id"], customFields=[put(REPORT, None)], contactId=contact)
    assert values(second) == {"Purpose": "Renewal", "Route": [None, {"a": None}]}
    assert (second["contact"], second["occurredAt"]) == ({"id": contact}, first["occurredAt"])
    assert second["version"] > first["version"]
    third = update(acme, first["id"], occurredAt="9999-12-30T23:59:59.999999Z", contactId=None, userId=None)
    assert (third["occurredAt"], third["contact"], third["user"]) == ("9999-12-30T23:59:59.999999Z", None, None)
    fourth = update(acme, first["id"], occurredAt=None)
    assert fourth["occurredAt"] == fourth["createdAt"] == first["createdAt"]
    assert update(acme, first["id"], customFields=[RENEWAL])["version"] == fourth["version"]


def test_another_time_is_another_place_in_the_history(acme: Api, lead: str) -> None:
    old, new = recorded(acme, lead)["id"], recorded(acme, lead)["id"]
    update(acme, new, occurredAt="2001-01-01T00:00:00Z")
    shown = acme.look(lead, "activities(filter: { kinds: [CUSTOM] }) { nodes { id } } lastActivityAt")
    assert [one["id"] for one in shown["activities"]["nodes"]] == [old, new]
    acme.do("deleteActivity", activityId=old)
    assert acme.look(lead, "lastActivityAt")["lastActivityAt"] == "2001-01-01T00:00:00.000000Z"


def test_a_type_that_is_archived_or_renamed_is_still_shown(acme: Api, lead: str) -> None:
    id = recorded(acme, lead)["id"]
    acme.do("updateCustomActivityType", customActivityTypeId=KIND, name="Site visit")
    acme.do("archiveCustomActivityType", customActivityTypeId=KIND)
    shown = update(acme, id, customFields=[put(PURPOSE, "Offer")])
    assert shown["type"] == {"id": KIND, "name": "Site visit", "isArchived": True}
    assert shown["headline"] == "Site visit: Offer"
    assert refused(acme, "recordCustomActivity", leadId=lead, customActivityTypeId=KIND, customFields=[RENEWAL]) == [
        ("INVALID", "activity_type_archived", "customActivityTypeId")
    ]


def test_values_that_count_no_more_are_not_shown(acme: Api, lead: str) -> None:
    contact = acme.look(lead, "primaryContact { id }")["primaryContact"]["id"]
    fields = [RENEWAL, put(TOPICS, ["a", "b"]), put(MET, [contact]), put(REPORT, "Fine")]
    id = recorded(acme, lead, customFields=fields)["id"]
    acme.do("updateCustomField", fieldId=public(TOPICS), removeChoices=["a"])
    acme.do("removeContact", contactId=contact)
    acme.do("deleteCustomField", fieldId=public(REPORT))
    assert values(update(acme, id)) == {"Purpose": "Renewal", "Topics": ["b"]}


def test_the_order_of_values_is_that_of_the_fields(acme: Api, lead: str) -> None:
    id = recorded(acme, lead, customFields=[put(REPORT, "Fine"), RENEWAL])["id"]
    acme.do("updateCustomActivityType", customActivityTypeId=KIND, fieldIds=[public(REPORT)])
    shown = update(acme, id)
    assert (list(values(shown)), shown["headline"]) == (["Report", "Purpose"], "Visit: Fine")


def test_a_long_text_of_a_headline_is_cut(acme: Api, lead: str) -> None:
    headline = recorded(acme, lead, customFields=[put(PURPOSE, "word \n" * 100)])["headline"]
    assert (len(headline), headline[-1], headline[:16]) == (120, "…", "Visit: word word")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"fieldId": public(PURPOSE), "set": 7}, ("INVALID", "invalid_field_value", "customFields.0.set")),
        ({"fieldId": public(PURPOSE), "add": ["x"]}, ("INVALID", "not_multiple", "customFields.0.add")),
        ({"fieldId": public(TOPICS), "set": "z"}, ("INVALID", "not_a_choice", "customFields.0.set")),
        ({"fieldId": public(GUIDE), "set": "Nobody"}, ("NOT_FOUND", "user_unknown", "customFields.0.set")),
    ],
)
def test_wrong_values_are_refused_where_they_stand(acme: Api, lead: str, change: Any, told: Any) -> None:
    input = {"leadId": lead, "customActivityTypeId": KIND, "customFields": [change], "publicationStatus": "DRAFT"}
    assert refused(acme, "recordCustomActivity", **input) == [told]


def test_a_contact_of_another_lead_is_refused(acme: Api, lead: str) -> None:
    other = acme.lead(contacts=[{"name": "Tobias"}])
    stranger = acme.look(other, "primaryContact { id }")["primaryContact"]["id"]
    fields = [RENEWAL, put(MET, [stranger])]
    assert refused(acme, "recordCustomActivity", leadId=lead, customActivityTypeId=KIND, customFields=fields) == [
        ("NOT_FOUND", "contact_not_found", "customFields.1.set.0")
    ]


def test_two_open_forms_conflict_only_over_the_same_field(acme: Api, lead: str) -> None:
    first = recorded(acme, lead)
    id = first["id"]
    seen = acme.look(lead, "version")["version"]
    update(acme, id, customFields=[put(PURPOSE, "Offer")], publicationStatus="DRAFT")
    update(acme, id, customFields=[put(PURPOSE, "Else")], occurredAt="2001-01-01T00:00:00Z")
    update(acme, id, customFields=[put(REPORT, "Fine")], expectedVersion=seen)
    (error,) = acme.refusals("updateCustomActivity", customActivityId=id, customFields=[RENEWAL], expectedVersion=seen)
    assert error["reason"] == "version_conflict"
    told = {tuple(one["path"]): (one["before"], one["after"]) for one in error["differences"]}
    assert told["activities", id, "customFields", public(PURPOSE)] == ("Renewal", "Else")
    assert told["activities", id, "publicationStatus"] == ("PUBLISHED", "DRAFT")
    assert told["activities", id, "occurredAt"] == (first["occurredAt"], "2001-01-01T00:00:00.000000Z")
    assert refused(acme, "publishCustomActivity", customActivityId=id, expectedVersion=seen) == [
        ("CONFLICT", "version_conflict", "expectedVersion")
    ]


def test_roles_of_the_type_say_who_records_and_edits(acme: Api, lead: str) -> None:
    id = recorded(acme, lead)["id"]
    acme.do("updateCustomActivityType", customActivityTypeId=KIND, editableWithRoles=["ADMIN"])
    member = acme.colleague(role=Role.MEMBER)
    assert refused(member, "recordCustomActivity", leadId=lead, customActivityTypeId=KIND, customFields=[RENEWAL]) == [
        ("FORBIDDEN", "activity_type_not_editable", "customActivityTypeId")
    ]
    assert refused(member, "updateCustomActivity", customActivityId=id) == [
        ("FORBIDDEN", "activity_type_not_editable", "customActivityId")
    ]
    shown = member.do("pinActivity", "activity { viewerCanPin ... on CustomActivity { viewerCanEdit } }", activityId=id)
    assert shown["activity"] == {"viewerCanPin": True, "viewerCanEdit": False}


def test_the_feed_tells_of_every_step(acme: Api, lead: str) -> None:
    with following(acme, lead, cursor_of(acme, lead)) as feed:
        id = recorded(acme, lead, pinned=True)["id"]
        update(acme, id, publicationStatus="DRAFT")
        acme.do("unpinActivity", activityId=id)
        told = [kinds(item) for item in feed.items(4)]
        acme.do("deleteActivity", activityId=id)
        told.append(kinds(feed.item()))
    pins = ["ActivityChanged", "PinsChanged"]
    assert told == [["ActivityAdded"], pins, ["ActivityChanged"], pins, ["ActivityRemoved"]]


# ---------------------------------------------------------------- pins of both kinds


def strip(api: Api, lead: str) -> list[str]:
    return [pinned["id"] for pinned in api.look(lead, STRIP)["pinnedActivities"]]


def note(api: Api, lead: str, **input: Any) -> str:
    id: str = api.do("writeNote", "note { id }", leadId=lead, text="x", **input)["note"]["id"]
    return id


def test_notes_and_custom_activities_are_pinned_alike(acme: Api, lead: str) -> None:
    visit, written, later = recorded(acme, lead)["id"], note(acme, lead), recorded(acme, lead)["id"]
    for one in (later, visit, written):
        done = acme.do("pinActivity", "activity { id pinnedAt }", activityId=one)["activity"]
        assert (done["id"], done["pinnedAt"] is None) == (one, False)
    assert strip(acme, lead) == [later, written, visit]
    acme.do("unpinActivity", activityId=written)
    acme.do("unpinActivity", activityId=visit)
    assert strip(acme, lead) == [later]


def test_pinning_again_keeps_the_time(acme: Api, lead: str) -> None:
    id = recorded(acme, lead, pinned=True)["id"]
    first, again = (acme.do("pinActivity", "activity { pinnedAt version }", activityId=id) for _ in range(2))
    assert first["activity"] == again["activity"]


def test_both_kinds_share_five_places(acme: Api, lead: str) -> None:
    pins = [recorded(acme, lead, pinned=True)["id"] if one % 2 else note(acme, lead, pinned=True) for one in range(5)]
    more = {"leadId": lead, "customActivityTypeId": KIND, "customFields": [RENEWAL], "pinned": True}
    assert refused(acme, "recordCustomActivity", **more) == [("LIMIT_REACHED", "too_many_pins", "pinned")]
    assert refused(acme, "writeNote", leadId=lead, text="x", pinned=True) == [
        ("LIMIT_REACHED", "too_many_pins", "pinned")
    ]
    counted = acme.look(lead, "activities(filter: { kinds: [NOTE, CUSTOM] }) { totalCount }")
    assert counted["activities"]["totalCount"] == 5
    sixth = recorded(acme, lead)["id"]
    assert refused(acme, "pinActivity", activityId=sixth) == [("LIMIT_REACHED", "too_many_pins", "activityId")]
    acme.do("deleteActivity", activityId=pins[1])
    acme.do("pinActivity", activityId=sixth)
    assert strip(acme, lead) == [sixth, pins[4], pins[3], pins[2], pins[0]]


def test_only_these_two_kinds_are_pinned(acme: Api, lead: str) -> None:
    call = acme.do("logCall", "call { id viewerCanPin }", leadId=lead, direction="INBOUND")["call"]
    assert not call["viewerCanPin"]
    assert refused(acme, "pinActivity", activityId=call["id"]) == [("INVALID", "not_pinnable", "activityId")]
    unknown = "acti_0000000000000000000000"
    assert refused(acme, "pinActivity", activityId=unknown) == [("NOT_FOUND", "activity_not_found", "activityId")]
    visit = recorded(acme, lead)["id"]
    assert refused(acme, "pinNote", noteId=visit) == [("NOT_FOUND", "note_not_found", "noteId")]


# ---------------------------------------------------------------- files


def test_files_come_with_an_activity_and_go_with_an_edit(acme: Api, lead: str) -> None:
    first, second = uploaded(acme, name="plan.pdf"), uploaded(acme, b"other", name="offer.pdf")
    shown = "customActivity { id files { id name } }"
    input = {"leadId": lead, "customActivityTypeId": KIND, "customFields": [RENEWAL]}
    made = acme.do("recordCustomActivity", shown, **input, fileIds=[first])["customActivity"]
    assert made["files"] == [{"id": first, "name": "plan.pdf"}]
    both = acme.do("updateCustomActivity", shown, customActivityId=made["id"], fileIds=[second, first])
    assert [one["name"] for one in both["customActivity"]["files"]] == ["offer.pdf", "plan.pdf"]
    listed = "files { nodes { id activity { id } } }"
    in_tab = {one["id"]: one["activity"]["id"] for one in acme.look(lead, listed)["files"]["nodes"]}
    assert in_tab == {first: made["id"], second: made["id"]}
    none = acme.do("updateCustomActivity", shown, customActivityId=made["id"], fileIds=None)
    assert (none["customActivity"]["files"], acme.look(lead, listed)["files"]["nodes"]) == ([], [])


def test_a_conflict_over_files_names_them_by_their_ids(acme: Api, lead: str) -> None:
    file_id = uploaded(acme)
    visit = recorded(acme, lead)["id"]
    seen = acme.look(lead, "version")["version"]
    acme.do("updateCustomActivity", customActivityId=visit, fileIds=[file_id])
    (error,) = acme.refusals("updateCustomActivity", customActivityId=visit, fileIds=[], expectedVersion=seen)
    assert error["differences"] == [{"path": ["activities", visit, "files"], "before": [], "after": [file_id]}]


def test_somebody_else_s_upload_is_refused(acme: Api, lead: str) -> None:
    theirs = uploaded(acme.colleague(role=Role.MEMBER))
    input = {"leadId": lead, "customActivityTypeId": KIND, "customFields": [RENEWAL], "fileIds": [theirs]}
    assert refused(acme, "recordCustomActivity", **input) == [("NOT_FOUND", "file_not_found", "fileIds.0")]
