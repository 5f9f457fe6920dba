"""The law of time travel: a page as of the cursor that it was read with is the page that was read."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.journeys.test_feed_law import Worker
from tests.journeys.test_feed_law import actions as on_the_lead
from tests.journeys.whole_page import whole_page
from tests.support.api import Api, admin_of_new_organization
from tests.support.filed import attach, uploaded
from tests.support.serving import Site

numbers = st.integers(0, 3)
elsewhere = st.tuples(
    st.sampled_from(("renameStatus", "renameUser", "field", "value", "pipeline", "otherLead", "type")), numbers
)
more = st.tuples(
    st.sampled_from(
        ("file", "opportunity", "task", "delete", "restore", "draft", "meeting", "editNote", "merge", "unmerge")
    ),
    numbers,
)
actions = st.one_of(on_the_lead, more, elsewhere)


class Historian(Worker):
    """As a worker, who also changes what is elsewhere: other leads, and what the organization calls things."""

    def __init__(self, api: Api, lead: str) -> None:
        super().__init__(api, lead)
        self._fields: list[str] = []
        self._other = api.lead(name="Other", contacts=[{"name": "Somebody"}])

    def act(self, mutation: str, choice: Any) -> None:
        own = getattr(self, f"do_{mutation}", None)
        if own is None:
            super().act(mutation, choice)
        else:
            own(choice)

    # ---------------------------------------------------------------- elsewhere

    def do_renameStatus(self, choice: int) -> None:  # noqa: N802 - called as it is in the strategy
        status = self._organization("leadStatuses { id }")["leadStatuses"][choice]["id"]
        self.api.answer("updateLeadStatus", statusId=status, label=f"Renamed {choice}", color="#123456")

    def do_renameUser(self, choice: int) -> None:  # noqa: N802 - as above
        self.api.answer("updateViewer", name=f"Ada {choice}", timeZone=("Europe/Berlin", "Asia/Tokyo")[choice % 2])

    def do_field(self, choice: int) -> None:
        """A new field, or one less, or others of its choices."""
        if self._fields and choice == 3:
            self.api.answer("deleteCustomField", fieldId=self._fields.pop())
        elif self._fields and choice == 2:
            self.api.answer("updateCustomField", fieldId=self._fields[-1], choices=["b", "c"], name="Otherwise")
        else:
            new = {"target": "LEAD", "name": f"Field {choice}", "type": "CHOICES", "choices": ["a", "b"]}
            made = self.api.answer("createCustomField", "customField { id }", **new)["customField"]
            self._fields += [made["id"]] if made else []

    def do_value(self, choice: int) -> None:
        for field in self._fields:
            value = {"fieldId": field, "set": (None, "a", "b", "c")[choice]}
            self.api.answer("updateLead", leadId=self.lead, customFields=[value])

    def do_pipeline(self, choice: int) -> None:
        (pipeline, *_) = self._organization("pipelines { id statuses { id } }")["pipelines"]
        stage = pipeline["statuses"][choice]["id"]
        self.api.answer("updateOpportunityStatus", statusId=stage, label=f"Stage {choice}")
        self.api.answer("updatePipeline", pipelineId=pipeline["id"], name=f"Pipeline {choice}")

    def do_type(self, choice: int) -> None:
        self.api.answer("updateCustomActivityType", customActivityTypeId=self._type, name=f"Visit {choice}")

    def do_otherLead(self, choice: int) -> None:  # noqa: N802 - as above
        self.api.answer("updateLead", leadId=self._other, name=f"Other {choice}")
        self.api.answer("logCall", leadId=self._other, direction="INBOUND")

    # ---------------------------------------------------------------- on the lead

    def do_file(self, choice: int) -> None:
        if self.api.look(self.lead, "id"):
            self._made["note"].append(attach(self.api, self.lead, uploaded(self.api, b"%d" % choice)))

    def do_opportunity(self, choice: int) -> None:
        offers = (self.api.look(self.lead, "opportunities { id }") or {}).get("opportunities") or []
        for offer in offers[:1]:
            (pipeline, *_) = self._organization("pipelines { statuses { id } }")["pipelines"]
            changes = {"value": str(choice), "statusId": pipeline["statuses"][choice]["id"]}
            self.api.answer("updateOpportunity", opportunityId=offer["id"], **changes)
            if choice == 3:
                self.api.answer("removeOpportunity", opportunityId=offer["id"])

    def do_task(self, choice: int) -> None:
        for task in self._made["task"][:1]:
            self.api.answer("updateTask", taskId=task, dueDate=f"2030-01-0{choice + 1}", text=f"Task {choice}")
            if choice == 3:
                self.api.answer("reopenTask", taskId=task)

    def do_delete(self, choice: int) -> None:
        if choice == 0:
            self.api.answer("deleteLead", leadId=self.lead)

    def do_restore(self, choice: int) -> None:
        self.api.answer("restoreLead", leadId=self.lead)

    def do_merge(self, choice: int) -> None:
        self.api.answer("mergeLeads", sourceId=self._other, destinationId=self.lead)

    def do_unmerge(self, choice: int) -> None:
        self.api.answer("unmergeLeads", sourceId=self._other)

    def do_draft(self, choice: int) -> None:
        mail = {"direction": "OUTBOUND", "status": "DRAFT", "subject": "Offer", "bodyText": "Hello"}
        made = self.api.answer("logEmail", "email { id }", leadId=self.lead, **mail)["email"]
        if made:
            self.api.answer("editDraft", activityId=made["id"], subject=f"Offer {choice}", to=["a@b.example"])

    def do_meeting(self, choice: int) -> None:
        times = {"startsAt": f"2026-01-0{choice + 1}T09:00:00Z", "endsAt": f"2026-01-0{choice + 1}T10:00:00Z"}
        attendees = [{"email": "ada@example.com"}]
        self.api.answer("logMeeting", leadId=self.lead, title=f"Meeting {choice}", attendees=attendees, **times)

    def do_editNote(self, choice: int) -> None:  # noqa: N802 - as above
        for note in self._made["note"][:1]:
            self.api.answer(
                "editNote", noteId=note, text=f"Note {choice}", occurredAt=f"2026-02-0{choice + 1}T00:00:00Z"
            )

    def _organization(self, selection: str) -> Any:
        return self.api.ask(f"{{ organization {{ {selection} }} }}")["organization"]


@settings(max_examples=25, deadline=None, print_blob=True)
@given(st.lists(actions, min_size=3, max_size=12))
def test_a_page_as_of_its_cursor_is_the_page_that_was_read(site: Site, to_do: list[tuple[str, Any]]) -> None:
    api = admin_of_new_organization(site)
    historian = Historian(api, api.lead(name="Bluth", contacts=[{"name": "Lindsay"}]))
    reads = [whole_page(api, historian.lead)]
    for mutation, choice in to_do:
        historian.act(mutation, choice)
        reads.append(whole_page(api, historian.lead))
    api.answer("restoreLead", leadId=historian.lead)
    for page in filter(None, reads):
        cursor = page["feedCursor"]
        assert whole_page(api, historian.lead, cursor=cursor) == page
        moment = api.ask(MOMENT, id=historian.lead, cursor=cursor)["lead"]["asOf"]
        assert whole_page(api, historian.lead, time=moment["time"]) == page
        by_version = whole_page(api, historian.lead, version=moment["version"])
        if by_version["feedCursor"] == cursor:  # else something happened elsewhere between the two
            assert by_version == page


MOMENT = "query ($id: ID!, $cursor: Cursor!) { lead(id: $id, asOf: { cursor: $cursor }) { asOf { time version } } }"
