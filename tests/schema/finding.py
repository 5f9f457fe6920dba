"""Asking for lists of leads and contacts, and what there has to be for it."""

from __future__ import annotations

from typing import Any

from tests.support.api import Api

LEADS = """query ($filter: LeadFilter, $sort: LeadSort, $first: Int, $after: String) {
  leads(filter: $filter, sort: $sort, first: $first, after: $after) {
    totalCount nodes { displayName } pageInfo { hasNextPage endCursor } } }"""
CONTACTS = """query ($filter: ContactFilter, $sort: ContactSort, $first: Int, $after: String) {
  contacts(filter: $filter, sort: $sort, first: $first, after: $after) {
    totalCount nodes { displayName } pageInfo { hasNextPage endCursor } } }"""
PAGES_MAX = 20  # more than any test has


def listed(api: Api, document: str = LEADS, **arguments: Any) -> list[str]:
    """Names of the first page, whose length is the list's."""
    (found,) = api.ask(document, **arguments).values()
    assert found["totalCount"] == len(found["nodes"])
    return [node["displayName"] for node in found["nodes"]]


def found(api: Api, document: str = LEADS, **filter: Any) -> set[str]:
    """Names of what a filter finds."""
    return set(listed(api, document, filter=filter))


def paged(api: Api, size: int, document: str = LEADS, **arguments: Any) -> list[str]:
    """Names, page after page."""
    names: list[str] = []
    after = None
    for _ in range(PAGES_MAX):
        (page,) = api.ask(document, first=size, after=after, **arguments).values()
        names += [node["displayName"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return names
    raise AssertionError("the pages do not end")


def refused(api: Api, document: str = LEADS, **filter: Any) -> str:
    """The path at which a filter is refused."""
    (error,) = api.faults(document, filter=filter)
    assert error["extensions"]["code"] == "INVALID", error
    path, _, sentence = error["message"].partition(": ")
    assert sentence.endswith("."), sentence
    return str(path).removeprefix("filter.")


def field(api: Api, kind: str, *, target: str = "LEAD", **input: Any) -> str:
    """A new custom field's id."""
    count = len(api.ask("{ organization { customFields { id } } }")["organization"]["customFields"])
    made = api.do("createCustomField", "customField { id }", target=target, type=kind, name=f"{kind} {count}", **input)
    id: str = made["customField"]["id"]
    return id


def lead_with(api: Api, name: str, field_id: str, value: Any) -> str:
    """A new lead with a value of a custom field."""
    return api.lead(name=name, customFields=[{"fieldId": field_id, "set": value}])
