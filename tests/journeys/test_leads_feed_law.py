"""The law of feeds, for lists: a list and the changes since are the list read afresh, whatever it is filtered by."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.vocabulary import Role
from schema.ids import public_id
from tests.journeys.list_page import ListPage, following_list
from tests.support.api import admin_of_new_organization
from tests.support.feeds import Feed
from tests.support.serving import Site

LEADS = 4
numbers = st.integers(0, LEADS - 1)
texts = st.sampled_from(("red", "blue", None))
people = st.sampled_from(("viewer", "admin", None))
actions = st.one_of(
    st.tuples(st.just("rename"), numbers, st.sampled_from(("Blunt", "Sitwell", None))),
    st.tuples(st.just("describe"), numbers, st.none()),
    st.tuples(st.just("status"), numbers, st.sampled_from(("Potential", "Qualified"))),
    st.tuples(st.sampled_from(("delete", "restore", "task", "done", "contact", "parted", "offer", "lost")), numbers),
    st.tuples(st.sampled_from(("call", "silence", "create")), numbers),
    st.tuples(st.just("colour"), numbers, texts),
    st.tuples(st.just("owner"), numbers, people),
    st.tuples(st.just("elsewhere")),
).map(lambda action: (*action, None, None)[:3])

others = st.tuples(st.sampled_from(("relabel", "behavior", "role"))).map(lambda action: (*action, None, None))

MADE: dict[str, tuple[str, str, dict[str, Any]]] = {
    "task": ("task", "addTask", {"text": "Call"}),
    "contact": ("contact", "addContact", {"contact": {"name": "Lindsay", "emails": [{"email": "one@x.example"}]}}),
    "offer": ("opportunity", "addOpportunity", {}),
    "call": ("call", "logCall", {"direction": "INBOUND"}),
}
ENDED = {
    "done": ("task", "completeTask", "taskId"),
    "parted": ("contact", "removeContact", "contactId"),
    "lost": ("opportunity", "removeOpportunity", "opportunityId"),
    "silence": ("call", "deleteActivity", "activityId"),
}
BEHAVIORS = ("ALLOW_UNASSIGNED", "REQUIRE_ASSIGNMENT")


class Office:
    """An admin who does things to a few leads, and somebody who looks at lists of them."""

    def __init__(self, site: Site, *, restricted: bool) -> None:
        self.admin = admin_of_new_organization(site)
        self.fields = {"colour": self._field("colour", "TEXT"), "owner": self._field("owner", "USER")}
        self.admin.do("updateOrganization", visibilityFieldIds=[self.fields["owner"]])
        self.viewer = self.admin.colleague(role=Role.RESTRICTED if restricted else Role.MEMBER)
        statuses = self.admin.ask("{ organization { leadStatuses { id label } } }")["organization"]["leadStatuses"]
        self.status_ids = {one["label"]: one["id"] for one in statuses}
        owned = [{"fieldId": self.fields["owner"], "set": public_id("user", self.viewer.user_id)}]
        self.leads = [self.admin.lead(name="Blue", customFields=owned if number % 2 else []) for number in range(LEADS)]
        self._made: dict[tuple[str, str], str] = {}
        self._turn = 0

    def _field(self, name: str, kind: str) -> str:
        made = self.admin.do("createCustomField", "customField { id }", target="LEAD", name=name, type=kind)
        return str(made["customField"]["id"])

    def filter(self, name: str) -> Any:
        colour = self.fields["colour"]
        return {
            "all": None,
            "search": {"search": "blu"},
            "status": {"statusIds": [self.status_ids["Qualified"]]},
            "both": {"search": "blu", "statusIds": [self.status_ids["Qualified"]]},
            "owner": {"userIds": [public_id("user", self.viewer.user_id)]},
            "red": {"customFields": [{"fieldId": colour, "equals": "red"}]},
            "other": {"customFields": [{"fieldId": colour, "equals": "blue", "not": True}]},
            "email": {"contactEmail": "one@x.example"},
            "busy": {"hasOpenTask": True},
            "idle": {"hasOpenTask": False},
            "offered": {"hasActiveOpportunity": True},
            "active": {"lastActivitySince": "2001-01-01T00:00:00Z"},
        }[name]

    def bell(self, filter: str) -> str:
        """A lead that every list has, so that a change of it comes after all others."""
        viewer, colour = public_id("user", self.viewer.user_id), self.fields["colour"]
        bell = self.admin.lead(
            name="Bluebell",
            statusId=self.status_ids["Qualified"],
            contacts=[{"emails": [{"email": "one@x.example"}]}],
            customFields=[{"fieldId": colour, "set": "red"}, {"fieldId": self.fields["owner"], "set": viewer}],
        )
        self.admin.do("addOpportunity", leadId=bell)
        self.admin.do("logCall", leadId=bell, direction="INBOUND")
        if filter != "idle":
            self.admin.do("addTask", leadId=bell, text="Ring")
        return bell

    def act(self, what: str, number: int | None, choice: Any) -> None:
        """What the state forbids is refused, and that is fine."""
        self._turn += 1
        lead = self.leads[number or 0]
        if what in MADE:
            kind, mutation, input = MADE[what]
            made = self.admin.answer(mutation, f"made: {kind} {{ id }}", leadId=lead, **input)["made"]
            if made:
                self._made[lead, kind] = made["id"]
        elif what in ENDED:
            kind, mutation, argument = ENDED[what]
            thing = self._made.pop((lead, kind), None)
            if thing:
                self.admin.answer(mutation, **{argument: thing})
        elif what == "create":
            self.leads[number or 0] = self.admin.lead(name="Blossom")
        else:
            mutation, input = self._change(what, lead, choice)
            self.admin.answer(mutation, **input)

    def _change(self, what: str, lead: str, choice: Any) -> tuple[str, dict[str, Any]]:
        viewer, admin = (public_id("user", api.user_id) for api in (self.viewer, self.admin))
        field = {"fieldId": self.fields.get(what), "set": {"viewer": viewer, "admin": admin}.get(choice, choice)}
        flip = self._turn % 2
        return {
            "rename": ("updateLead", {"leadId": lead, "name": choice}),
            "describe": ("updateLead", {"leadId": lead, "description": str(self._turn)}),
            "status": ("changeLeadStatus", {"leadId": lead, "statusId": self.status_ids.get(choice)}),
            "delete": ("deleteLead", {"leadId": lead}),
            "restore": ("restoreLead", {"leadId": lead}),
            "colour": ("updateLead", {"leadId": lead, "customFields": [field]}),
            "owner": ("updateLead", {"leadId": lead, "customFields": [field]}),
            "relabel": ("updateLeadStatus", {"statusId": self.status_ids["Qualified"], "label": f"Good {self._turn}"}),
            "behavior": ("updateOrganization", {"visibilityBehavior": BEHAVIORS[flip]}),
            "role": ("changeRole", {"userId": viewer, "role": ("MEMBER", "RESTRICTED")[flip]}),
            "elsewhere": ("createApiKey", {}),
        }[what]


FILTERS = ("all", "search", "status", "both", "owner", "red", "other", "email", "busy", "idle", "offered", "active")
BACK_AND_FORTH = [("owner", 0, "viewer"), ("owner", 0, "admin"), ("describe", 0, None)]


@settings(max_examples=40, deadline=None, print_blob=True)
@given(
    st.lists(actions, min_size=3, max_size=16),
    st.lists(others, max_size=1),
    st.tuples(*[st.integers(0, 10)] * 3),
    st.sampled_from(FILTERS),
    st.booleans(),
)
@example(BACK_AND_FORTH, [], (0, 4, 10), "all", True)
@example([("create", 1, None), ("colour", 1, "red"), ("delete", 1, None)], [], (0, 7, 7), "red", False)
def test_a_list_and_the_changes_since_are_a_fresh_list(
    site: Site,
    to_do: list[tuple[str, int | None, Any]],
    once: list[tuple[str, int | None, Any]],
    tenths: tuple[int, int, int],
    filter: str,
    restricted: bool,
) -> None:
    to_do = [*to_do[:5], *once, *to_do[5:]]
    # Follow from a cursor that may be older than the list, and begin to listen later than either.
    cursor_at, page_at, listen_at = (tenth * len(to_do) // 10 for tenth in sorted(tenths))
    office = Office(site, restricted=restricted)
    bell, wanted = office.bell(filter), office.filter(filter)
    for action in to_do[:cursor_at]:
        office.act(*action)
    after = ListPage(office.viewer, wanted).cursor
    for action in to_do[cursor_at:page_at]:
        office.act(*action)
    page = ListPage(office.viewer, wanted)
    for action in to_do[page_at:listen_at]:
        office.act(*action)
    with following_list(office.viewer, wanted, after) as feed:
        for action in to_do[listen_at:]:
            office.act(*action)
        rung = office.admin.do("updateLead", "lead { version }", leadId=bell, description="Ring")["lead"]["version"]
        is_whole = heard(page, feed, bell, rung)
    if not is_whole:  # as front ends do, and what else the viewer sees by then needs no other change
        assert any(what in ("relabel", "behavior", "role") for what, _, _ in to_do[cursor_at:])
        page = ListPage(office.viewer, wanted)
    assert page.leads == ListPage(office.viewer, wanted).leads


def heard(page: ListPage, feed: Feed, bell: str, rung: int) -> bool:
    """Apply all up to the bell, or to a gap."""
    while page.leads.get(bell, {"version": 0})["version"] < rung:
        if not page.apply(feed.item()):
            return False
    return True
