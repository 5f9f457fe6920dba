"""The law of feeds: a page and the changes since are a fresh page."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.journeys.page import FEED, Page
from tests.support.api import Api, admin_of_new_organization
from tests.support.feeds import following
from tests.support.serving import Site

STATUSES = ("Potential", "Qualified", "Customer")
numbers = st.integers(0, 3)
actions = st.one_of(
    st.tuples(st.just("changeLeadStatus"), st.sampled_from(STATUSES)),
    st.tuples(st.just("updateLead"), st.sampled_from((None, "Sitwell", "Bluth"))),
    st.tuples(st.sampled_from(("writeNote", "recordCustomActivity")), st.booleans()),
    st.tuples(st.sampled_from(("addContact", "addOpportunity", "addTask", "logCall")), st.none()),
    st.tuples(st.sampled_from(("pinNote", "unpinNote", "deleteActivity", "completeTask")), numbers),
    st.tuples(st.sampled_from(("updateCustomActivity", "pinActivity", "unpinActivity")), numbers),
    st.tuples(st.sampled_from(("updateContact", "removeContact", "reorderContacts")), numbers),
    st.tuples(st.sampled_from(("logEmail", "answer", "logSms")), numbers),
    st.tuples(st.sampled_from(("markDone", "markNotDone", "snooze", "unsnooze")), numbers),
)


NAMED = {
    "pinNote": "note",
    "unpinNote": "note",
    "pinActivity": "activity",
    "unpinActivity": "activity",
    "deleteActivity": "activity",
    "completeTask": "task",
}


class Worker:
    """Does things to one lead; what the lead's state forbids is refused, and that is fine."""

    def __init__(self, api: Api, lead: str) -> None:
        self.api = api
        self.lead = lead
        self._mails: list[str] = []
        self._made: dict[str, list[str]] = {"note": [], "activity": [], "task": [], "contact": [], "visit": []}
        kind = api.do("createCustomActivityType", "customActivityType { id }", name="Visit")
        self._type = kind["customActivityType"]["id"]

    def act(self, mutation: str, choice: Any) -> None:
        if mutation in ("logEmail", "answer", "logSms"):
            self._receive(mutation, choice)
            return
        if mutation in ("markDone", "markNotDone", "snooze", "unsnooze"):
            self._handle(mutation, choice)
            return
        if mutation == "updateCustomActivity":
            if visits := self._made["visit"]:
                status = ("DRAFT", "PUBLISHED")[choice % 2]
                self.api.answer(mutation, customActivityId=visits[choice % len(visits)], publicationStatus=status)
            return
        if mutation in NAMED:
            kind = NAMED[mutation]
            made = self._made[kind]
            if made:
                self.api.answer(mutation, **{f"{kind}Id": made[choice % len(made)]})
            return
        if mutation.endswith(("Contact", "Contacts")) and mutation != "addContact":
            self._change_contact(mutation, choice)
            return
        input: dict[str, Any] = {
            "changeLeadStatus": {"status": choice},
            "updateLead": {"name": choice, "description": choice, "addresses": [{"city": choice}] if choice else None},
            "writeNote": {"text": "Likes stairs", "pinned": choice},
            "recordCustomActivity": {"customActivityTypeId": self._type, "pinned": choice},
            "addContact": {"contact": {"name": "Lindsay"}},
            "addOpportunity": {"value": "5"},
            "addTask": {"text": "Call back"},
            "logCall": {"direction": "INBOUND"},
        }[mutation]
        made_here = {"writeNote": "note", "addTask": "task", "logCall": "call", "addContact": "contact"}.get(mutation)
        made_here = "customActivity" if mutation == "recordCustomActivity" else made_here
        selection = f"made: {made_here} {{ id }}" if made_here else ""
        made_now = self.api.answer(mutation, selection, leadId=self.lead, **input).get("made")
        if made_now:
            kinds = {"note": ("note", "activity"), "call": ("activity",), "customActivity": ("visit", "activity")}
            for kind in kinds.get(str(made_here), (str(made_here),)):
                self._made[kind].append(made_now["id"])

    def _receive(self, mutation: str, choice: int) -> None:
        """What comes into the inbox, mails in few threads; and what waits for an answer."""
        if mutation == "logSms":
            self.api.answer(mutation, leadId=self.lead, direction="INBOUND", text="Yes")
            return
        here, before = f"<{len(self._mails)}@x.example>", f"<{choice}@x.example>"
        self._mails.append(here)
        mail = {"leadId": self.lead, "messageId": here, "inReplyTo": before}
        if mutation == "answer":
            self.api.answer("logEmail", direction="OUTBOUND", followUpAt="2999-01-01T00:00:00Z", **mail)
        else:
            people = {"sender": "lindsay@bluth.example", "to": ["ada@example.com"]}
            self.api.answer("logEmail", direction="INBOUND", **people, **mail)

    def _handle(self, mutation: str, choice: int) -> None:
        views = ("DONE",) if mutation == "markNotDone" else ("INBOX", "FUTURE")
        source = "query ($view: InboxView) { inbox(view: $view, first: 100) { nodes { id } } }"
        items = [one["id"] for view in views for one in self.api.ask(source, view=view)["inbox"]["nodes"]]
        if items:
            until = {"until": f"2030-01-0{choice + 1}T00:00:00Z"} if mutation == "snooze" else {}
            self.api.answer(mutation, itemIds=[items[choice % len(items)]], **until)

    def _change_contact(self, mutation: str, choice: int) -> None:
        contacts = self._made["contact"]
        if not contacts:
            return
        one = contacts[choice % len(contacts)]
        if mutation == "reorderContacts":
            self.api.answer(mutation, leadId=self.lead, contactIds=[one])
        else:
            self.api.answer(mutation, contactId=one, **({"name": f"Nellie {choice}"} if mutation[0] == "u" else {}))


@settings(max_examples=40, deadline=None, print_blob=True)
@given(st.lists(actions, min_size=3, max_size=14), st.tuples(*[st.integers(0, 10)] * 3))
def test_a_page_and_the_changes_since_are_a_fresh_page(
    site: Site, to_do: list[tuple[str, Any]], tenths: tuple[int, int, int]
) -> None:
    # Follow from a cursor that may be older than the page, and begin to listen later than either.
    cursor_at, page_at, listen_at = (tenth * len(to_do) // 10 for tenth in sorted(tenths))
    api = admin_of_new_organization(site)
    worker = Worker(api, api.lead())
    for mutation, choice in to_do[:cursor_at]:
        worker.act(mutation, choice)
    after = Page(api, worker.lead).cursor
    for mutation, choice in to_do[cursor_at:page_at]:
        worker.act(mutation, choice)
    page = Page(api, worker.lead)
    for mutation, choice in to_do[page_at:listen_at]:
        worker.act(mutation, choice)
    with following(api, worker.lead, after, FEED) as feed:
        for mutation, choice in to_do[listen_at:]:
            worker.act(mutation, choice)
        fresh = Page(api, worker.lead)
        while feed.cursor != fresh.cursor:
            page.apply(feed.item())
    assert page.shows() == fresh.shows()
