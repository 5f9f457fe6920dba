"""Texts of the demonstration, by what they are for."""

from __future__ import annotations

import tomllib
from pathlib import Path

_TEXTS: dict[str, list[str]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))

GOODS = _TEXTS["goods"]
CALLS_BEFORE = _TEXTS["calls_before"]
CALLS_AFTER = _TEXTS["calls_after"]
CALLS_OUT_OF_THE_BLUE = _TEXTS["calls_out_of_the_blue"]
VOICEMAILS = _TEXTS["voicemails"]
NOTES = _TEXTS["notes"]
RICH_NOTES = _TEXTS["rich_notes"]
PINNED = _TEXTS["pinned"]
LOST = _TEXTS["lost"][0]
NO_ANSWER = _TEXTS["no_answer"][0]
TASKS = _TEXTS["tasks"]
TASKS_OF_ORDERS = _TEXTS["tasks_of_orders"]
OFFERS = _TEXTS["offers"]
REPLIES = _TEXTS["replies"]
CONFIRMATIONS = _TEXTS["confirmations"]
NEXT_STEPS = _TEXTS["next_steps"]
THANKS = _TEXTS["thanks"]
VOICEMAILS_RECEIVED = _TEXTS["voicemails_received"]
UNKNOWN_CALLERS = _TEXTS["unknown_callers"]
TEXT_MESSAGES = _TEXTS["text_messages"]
QUESTIONS = _TEXTS["questions"]
REMINDERS = _TEXTS["reminders"]
MENTIONS = _TEXTS["mentions"]
TASKS_OF_COLLEAGUES = _TEXTS["tasks_of_colleagues"]
OPPORTUNITIES = _TEXTS["opportunities"]
