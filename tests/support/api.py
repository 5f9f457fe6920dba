"""A front end of one user: asks, commands, and sees what comes back. And the fixtures that make one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest

from app import onboarding
from app.ids import OrganizationId, UserId
from app.organization.users import AddUser
from app.vocabulary import Role
from tests.support.office import CommonDatabases
from tests.support.serving import TIMEOUT_S, Site, serving

ERRORS = """errors { __typename code reason params message path
  ... on VersionConflict { currentVersion lead { id version } differences { path before after } } }"""


@dataclass(frozen=True, kw_only=True)
class Api:
    """One user of one organization, through one key."""

    site: Site
    org_id: OrganizationId
    user_id: UserId
    key: str

    def send(self, document: str, **variables: Any) -> httpx.Response:
        """One request, whatever becomes of it."""
        return self.site.http.post(
            self.site.graphql,
            json={"query": document, "variables": variables},
            headers={"authorization": f"Bearer {self.key}"},
            timeout=TIMEOUT_S,
        )

    def ask(self, document: str, **variables: Any) -> Any:
        """The data of an operation without errors."""
        answer = self.send(document, **variables).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def faults(self, document: str, **variables: Any) -> list[Any]:
        """The top-level errors of an operation."""
        answer = self.send(document, **variables).json()
        assert "errors" in answer, answer
        errors: list[Any] = answer["errors"]
        return errors

    def fault(self, document: str, **variables: Any) -> tuple[str, Any]:
        """Code and path of the one top-level error."""
        (error,) = self.faults(document, **variables)
        return error["extensions"]["code"], error.get("path")

    def answer(self, mutation: str, selection: str = "", /, **input: Any) -> Any:
        """The payload of a mutation: cursor and errors, and what is selected."""
        return self.ask(document(mutation, selection), input=input)[mutation]

    def do(self, mutation: str, selection: str = "", /, **input: Any) -> Any:
        """The payload of a mutation that is done."""
        payload = self.answer(mutation, selection, **input)
        assert payload["errors"] == []
        return payload

    def refusals(self, mutation: str, /, **input: Any) -> list[Any]:
        """The errors of a mutation that is refused, and did nothing."""
        payload = self.answer(mutation, "lead { id }", **input)
        assert payload["errors"], "it was done"
        assert (payload["lead"], payload["cursor"]) == (None, None)
        errors: list[Any] = payload["errors"]
        return errors

    def refused(self, mutation: str, /, **input: Any) -> tuple[str, str, str]:
        """Code, reason and dotted path of the one refusal."""
        (error,) = self.refusals(mutation, **input)
        assert error["path"][0] == "input"
        return error["code"], error["reason"], ".".join(error["path"][1:])

    def lead(self, **input: Any) -> str:
        """A new lead's id."""
        lead_id: str = self.do("createLead", "lead { id }", **input)["lead"]["id"]
        return lead_id

    def look(self, lead_id: str, selection: str, **variables: Any) -> Any:
        """Some fields of a lead."""
        return self.ask("query ($id: ID!) { lead(id: $id) { %s } }" % selection, id=lead_id, **variables)["lead"]  # noqa: UP031 - braces

    def colleague(self, email: str = "mem@example.com", role: Role = Role.MEMBER) -> Api:
        """A new user of the same organization."""
        adding = AddUser(name="Mem Ber", email=email, role=role)
        self.site.operate(self.site.system.dispatch.run(adding, onboarding.system_request(self.org_id)))
        return replace(self, user_id=adding.user_id).with_another_key()

    def with_another_key(self) -> Api:
        """The same user through a new key."""
        return replace(self, key=self.site.operate(onboarding.add_key(self.site.system, self.org_id, self.user_id)))

    def at(self, url: str) -> Api:
        """The same user at another server of the same database."""
        return replace(self, site=replace(self.site, url=url))


def document(mutation: str, selection: str = "") -> str:
    """The document of a mutation."""
    name = mutation[0].upper() + mutation[1:]
    return f"mutation ($input: {name}Input!) {{ {mutation}(input: $input) {{ {selection} cursor {ERRORS} }} }}"


def admin_of_new_organization(site: Site, name: str = "Acme") -> Api:
    """The ADMIN of an organization that has nothing but what it was founded with."""
    founding = onboarding.found(
        site.system,
        name=name,
        admin_email="ada@example.com",
        admin_name="Ada",
        time_zone="Europe/Berlin",
        currency="EUR",
    )
    org_id, user_id = site.operate(founding)
    return Api(
        site=site,
        org_id=org_id,
        user_id=user_id,
        key=site.operate(onboarding.add_key(site.system, org_id, user_id)),
    )


@pytest.fixture(scope="session")
def site(common_databases: CommonDatabases) -> Iterator[Site]:
    """A server that tests share; each keeps to an organization of its own."""
    with serving(common_databases.of(18)) as served:
        yield served


@pytest.fixture
def api(site: Site) -> Api:
    """The ADMIN of a new organization."""
    return admin_of_new_organization(site)


@pytest.fixture
def lead(api: Api) -> str:
    """A lead of that organization, with nothing but a name."""
    return api.lead(name="Bluth Company")


@pytest.fixture
def stranger(site: Site) -> Api:
    """The ADMIN of another new organization."""
    return admin_of_new_organization(site, "Elsewhere")
