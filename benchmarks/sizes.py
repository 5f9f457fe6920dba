"""How much is measured, in full and in small."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """Times in seconds. The full ones are what our aims are stated for."""

    rounds: int = 5
    round_s: float = 4.0
    append_leads: int = 1_000
    leads: int = 20_000  # of the organization that pages are read from
    activities: int = 50  # of each of them
    long_activities: int = 100_000  # of one more lead
    life_events: tuple[int, int] = (500, 10_000)  # of leads that are looked at in the middle of their lives
    seed_leads: int = 1_000  # seeded in each round
    import_rows: int = 5_000  # imported in each round
    files: int = 8  # of 25 MiB, sent and fetched in each round
    mail_messages: tuple[int, int] = (200, 2_000)
    memory_leads: tuple[int, int] = (2_000, 20_000)
    finding_leads: tuple[int, int] = (20_000, 200_000)  # among which are found
    matches: int = 500  # of each filter
    feed_lengths: tuple[int, int, int] = (50, 5_000, 500_000)  # activities of leads whose pages are read
    feed_crowd: int = 2_000  # leads of 50 activities beside them
    event_logs: tuple[int, int] = (1_000, 1_000_000)  # events of organizations whose history is asked
    past_lengths: tuple[int, int] = (500, 10_000)  # events of leads whose pages are read at a moment
    inbox_items: tuple[int, int] = (125, 100_000)  # that are open of people whose inboxes are read
    inbox_users: int = 50  # of the organization with the larger one
    unread: int = 2_000  # e-mails of each long thread
    answers: int = 4_000  # e-mails that are answered in each round
    listeners: int = 1_000  # that subscribe to one lead, or to many
    fanout_events: int = 30  # that each of them is told in each round
    idle_listeners: int = 5_000
    followed_leads: int = 200
    listeners_each: int = 5  # of each of those leads
    commands_per_s: int = 100  # about them
    proof_leads: int = 1_000  # whose logs are sealed and verified
    proof_logs: tuple[int, int] = (1_000, 1_000_000)  # events in logs of which single ones are proven
    installs: bool = True  # a cold start from a bare clone, which takes a while


SMALL = Sizes(
    rounds=2,
    round_s=0.2,
    append_leads=64,
    leads=30,
    activities=50,
    long_activities=2_000,
    life_events=(100, 1_000),
    seed_leads=20,
    import_rows=20,
    files=1,
    mail_messages=(10, 40),
    memory_leads=(20, 100),
    finding_leads=(200, 1_000),
    matches=20,
    feed_lengths=(50, 500, 5_000),
    feed_crowd=20,
    event_logs=(1_000, 10_000),
    past_lengths=(50, 500),
    inbox_items=(125, 2_000),
    inbox_users=8,
    unread=20,
    answers=64,
    listeners=20,
    fanout_events=3,
    idle_listeners=50,
    followed_leads=4,
    listeners_each=2,
    commands_per_s=20,
    proof_leads=10,
    proof_logs=(300, 3_000),
    installs=False,
)
