"""Creating or updating the lead that another system names, as that system sees it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.api import Api

LEAD = """isNew lead { id name description url source version status { label } addresses { city }
  contacts { name emails { email } } }"""
ERP: dict[str, Any] = {"source": "erp", "externalId": "42"}
LINDSAY = {"name": "Lindsay", "emails": [{"email": "lindsay@bluth.example"}]}


def test_the_first_one_creates_the_lead(api: Api) -> None:
    done = api.do(
        "upsertLead",
        LEAD,
        **ERP,
        name="Bluth",
        url="bluth.example",
        status="Qualified",
        addresses=[{"city": "Köln"}],
        contacts=[LINDSAY],
    )
    lead_id = done["lead"].pop("id")
    assert lead_id.startswith("lead_")
    assert done["isNew"] is True
    assert done["lead"] == {
        "name": "Bluth",
        "description": None,
        "url": "https://bluth.example",
        "source": "erp",
        "version": 2,
        "status": {"label": "Qualified"},
        "addresses": [{"city": "Köln"}],
        "contacts": [{"name": "Lindsay", "emails": [{"email": "lindsay@bluth.example"}]}],
    }


def test_the_next_one_updates_it(api: Api) -> None:
    first = api.do("upsertLead", LEAD, **ERP, name="Bluth", description="Builders", contacts=[LINDSAY])["lead"]
    again = api.do(
        "upsertLead",
        LEAD,
        **ERP,
        description=None,
        status="Customer",
        addresses=[{"city": "Köln"}],
        contacts=[{"emails": [{"email": "LINDSAY@bluth.example"}]}, {"name": "Tobias"}],
    )
    assert again["isNew"] is False
    assert again["lead"] == {
        **first,
        "description": None,
        "version": first["version"] + 4,
        "status": {"label": "Customer"},
        "addresses": [{"city": "Köln"}],
        "contacts": [*first["contacts"], {"name": "Tobias", "emails": []}],
    }


def test_the_same_again_changes_nothing(api: Api) -> None:
    input = {**ERP, "name": "Bluth", "status": "Qualified", "contacts": [LINDSAY]}
    first = api.do("upsertLead", LEAD, **input)
    assert api.do("upsertLead", LEAD, **input) == {**first, "isNew": False}


def test_systems_and_organizations_are_told_apart(api: Api, stranger: Api) -> None:
    ids = {
        who.do("upsertLead", "lead { id }", source=source, externalId=external)["lead"]["id"]
        for who, source, external in [(api, "erp", "1"), (api, "crm", "1"), (api, "erp", "2"), (stranger, "erp", "1")]
    }
    assert len(ids) == 4


def test_twenty_at_once_make_one_lead(api: Api) -> None:
    def upsert(number: int) -> Any:
        return api.do("upsertLead", "isNew lead { id }", **ERP, name=f"Bluth {number}", contacts=[LINDSAY])

    with ThreadPoolExecutor(20) as pool:
        done = list(pool.map(upsert, range(20)))
    assert sum(one["isNew"] for one in done) == 1
    (lead,) = {one["lead"]["id"] for one in done}
    assert api.look(lead, "contactCount version") == {"contactCount": 1, "version": 21}


@pytest.mark.parametrize("there", [False, True], ids=["new", "there"])
def test_everything_wrong_is_told_by_path(api: Api, there: bool) -> None:
    if there:
        api.do("upsertLead", **ERP)
    errors = api.refusals(
        "upsertLead",
        **ERP,
        name="\0",
        url="mailto:x",
        status="Unheard of",
        addresses=[{}],
        contacts=[{"phones": [{"phone": "call me"}]}],
    )
    assert sorted((error["reason"], ".".join(error["path"])) for error in errors) == [
        ("empty_address", "input.addresses.0"),
        ("invalid_phone", "input.contacts.0.phones.0.phone"),
        ("invalid_url", "input.url"),
        ("nul_character", "input.name"),
        ("status_label_not_found", "input.status"),
    ]


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("source", " ", "required"),
        ("externalId", "", "required"),
        ("source", "x" * 101, "text_too_long"),
        ("externalId", "a\0b", "nul_character"),
    ],
)
def test_what_names_no_lead_is_refused(api: Api, name: str, value: str, reason: str) -> None:
    assert api.refused("upsertLead", **{**ERP, name: value}) == ("INVALID", reason, name)
