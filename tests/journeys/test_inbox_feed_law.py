"""The law of feeds, for inboxes: what was read and the changes since are what is read afresh, at every cut."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app import onboarding
from app.lead.details import CreateLead
from app.lead.sms import LogSms
from app.vocabulary import Direction
from tests.journeys.inbox_page import InboxPage
from tests.laws.story import Step, inbox_stories, telling
from tests.support.api import Api
from tests.support.feeds import Feed, following_inbox
from tests.support.office import Office, found_office
from tests.support.serving import Site


class Teller:
    """A story that is told in parts, and after each of them something that arrives for certain."""

    def __init__(self, site: Site, office: Office, rounds: Sequence[Sequence[Step]]) -> None:
        self._site, self._office, self._left = site, office, len(rounds)
        self._telling = telling([office], rounds)
        lead = CreateLead(name="Bell")
        site.operate(office.run(lead))
        self._bell_on = lead.lead_id

    @property
    def is_over(self) -> bool:
        return self._left == 0

    def tell(self, rounds: int) -> None:
        """Some rounds more, as far as there are any."""
        for _ in range(min(rounds, self._left)):
            self._site.operate(anext(self._telling))  # type: ignore[arg-type]
            self._left -= 1

    def ring(self) -> None:
        """Let something come in for the admin."""
        bell = LogSms(lead_id=self._bell_on, direction=Direction.INBOUND, text="Bell", user_id=self._office.admin_id)
        self._site.operate(self._office.run(bell))


def hear(feed: Feed, page: InboxPage) -> None:
    """Apply all up to the bell."""
    bells = sum(item["title"].endswith("Bell") for item in page.items.values())
    while sum(item["title"].endswith("Bell") for item in page.items.values()) == bells:
        page.apply(feed.item())


@settings(max_examples=40, deadline=None, print_blob=True)
@given(inbox_stories(), st.integers(0, 2**16))
def test_an_inbox_and_the_changes_since_are_a_fresh_inbox(
    site: Site, rounds: Sequence[Sequence[Step]], seed: int
) -> None:
    dice = random.Random(seed)
    office = site.operate(found_office(site.system))
    key = site.operate(onboarding.add_key(site.system, office.org_id, office.admin_id))
    api = Api(site=site, org_id=office.org_id, user_id=office.admin_id, key=key)
    teller = Teller(site, office, rounds)
    teller.tell(dice.randrange(6))
    # Followed from a cursor that may be older than the page.
    after = InboxPage(api).cursor
    teller.tell(dice.randrange(3))
    page = InboxPage(api)
    while not teller.is_over:
        teller.tell(dice.randrange(3))
        with following_inbox(api, after) as feed:
            teller.tell(dice.randrange(1, 6))
            teller.ring()
            hear(feed, page)
            after = str(feed.cursor)
        assert_same(page, InboxPage(api))


def assert_same(page: InboxPage, fresh: InboxPage) -> None:
    """What is open is the same; what is done too, unless it came or went with its lead."""
    assert told_of(page.open_items()) == told_of(fresh.open_items())
    assert page.count == fresh.count
    both = page.done_items().keys() & fresh.done_items().keys()
    assert told_of({id: page.items[id] for id in both}) == told_of({id: fresh.items[id] for id in both})


def told_of(items: dict[str, Any]) -> dict[str, Any]:
    """Without titles that say how somebody, a stage or the currency is called: of such a change nobody is told."""
    own_words = ("TASK", "INCOMING_EMAIL", "EMAIL_FOLLOWUP")
    return {id: item if item["kind"] in own_words else {**item, "title": None} for id, item in items.items()}
