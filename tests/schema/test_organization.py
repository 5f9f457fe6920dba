"""The organization as a front end sees it: the viewer, colleagues, statuses and pipelines."""

from __future__ import annotations

from typing import Any

import pytest

from app import onboarding
from app.ids import StatusId, decode_id
from app.organization.statuses import ArchiveLeadStatus, CreateLeadStatus
from app.request import Command
from tests.support.api import Api

STATUSES = "query ($all: Boolean) { organization { leadStatuses(includeArchived: $all) { label color isArchived } } }"


def operate(api: Api, command: Command) -> None:
    api.site.operate(api.site.system.dispatch.run(command, onboarding.system_request(api.org_id)))


def labels(api: Api, **variables: Any) -> list[str]:
    return [status["label"] for status in api.ask(STATUSES, **variables)["organization"]["leadStatuses"]]


@pytest.fixture
def archived(api: Api) -> Api:
    """An organization whose status Bad Fit is archived."""
    statuses = api.ask("{ organization { leadStatuses { id } } }")["organization"]["leadStatuses"]
    operate(api, ArchiveLeadStatus(status_id=StatusId(decode_id("stat", statuses[3]["id"]))))
    return api


def test_the_viewer_is_whose_key_it_is(api: Api) -> None:
    assert api.ask("{ viewer { name email isActive role timeZone } }")["viewer"] == {
        "name": "Ada",
        "email": "ada@example.com",
        "isActive": True,
        "role": "ADMIN",
        "timeZone": "Europe/Berlin",
    }


def test_a_colleague_is_a_member_and_its_own_viewer(api: Api) -> None:
    viewer = api.colleague().ask("{ viewer { name role } }")["viewer"]
    assert viewer == {"name": "Mem Ber", "role": "MEMBER"}


def test_a_new_colleague_is_seen_at_once(api: Api) -> None:
    api.ask("{ organization { users { name } } }")
    api.colleague()
    assert api.ask("{ organization { users { name } } }")["organization"]["users"] == [
        {"name": "Ada"},
        {"name": "Mem Ber"},
    ]


def test_an_organization_says_what_it_was_founded_as(api: Api) -> None:
    assert api.ask("{ organization { name currency } }")["organization"] == {"name": "Acme", "currency": "EUR"}


def test_statuses_come_in_their_order(api: Api) -> None:
    assert labels(api) == ["Potential", "Qualified", "Customer", "Bad Fit"]


def test_a_new_status_is_the_last_one(api: Api) -> None:
    operate(api, CreateLeadStatus(label="Lost", color="#f00"))
    assert labels(api)[-1] == "Lost"


@pytest.mark.parametrize(("everything", "shown"), [(True, True), (False, False), (None, False)])
def test_archived_statuses_are_shown_to_who_asks(archived: Api, everything: bool | None, shown: bool) -> None:
    assert ("Bad Fit" in labels(archived, all=everything)) is shown


def test_an_archived_status_is_refused_by_its_label(archived: Api) -> None:
    assert archived.refused("createLead", status="bad fit") == ("INVALID", "status_archived", "status")


def test_the_pipeline_has_its_stages_in_order(api: Api) -> None:
    (pipeline,) = api.ask("{ organization { pipelines { name statuses { label type } } } }")["organization"][
        "pipelines"
    ]
    assert pipeline["name"] == "Sales"
    assert [(stage["label"], stage["type"]) for stage in pipeline["statuses"]] == [
        ("Demo Completed", "ACTIVE"),
        ("Proposal Sent", "ACTIVE"),
        ("Contract Sent", "ACTIVE"),
        ("Won", "WON"),
        ("Lost", "LOST"),
    ]


def test_a_stage_leads_back_to_its_pipeline(api: Api) -> None:
    (pipeline,) = api.ask("{ organization { pipelines { id statuses { pipeline { id } } } } }")["organization"][
        "pipelines"
    ]
    assert {stage["pipeline"]["id"] for stage in pipeline["statuses"]} == {pipeline["id"]}
