"""Arrivals: what came lately and stands in somebody's inbox, one customer each; everything older is history."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.demo import texts
from app.demo.customers import Customer
from app.demo.scene import Scene
from app.lead.emails import LogEmail
from app.lead.opportunities import AddOpportunity
from app.lead.sms import LogSms
from app.lead.tasks import AddTask
from app.organization.users import User
from app.vocabulary import CallDisposition, Direction, TaskPriority

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STRANGER = "+12065550143"  # a number that no contact has

Telling = Callable[[Scene, User, User, timedelta], None]
"""What came to a user so long ago; the other one is a colleague, who may have a part in it."""


def came_to(
    customers: Sequence[Customer], desks: Sequence[tuple[User, User, Sequence[tuple[Telling, timedelta]]]]
) -> Mapping[str, list[Callable[[Scene], None]]]:
    """What is told of which customer, by its id: those who ordered last, each once."""
    known = sorted((one for one in customers if one.orders and one.country), key=lambda one: one.orders[-1].day)
    told: dict[str, list[Callable[[Scene], None]]] = {}
    for user, colleague, tellings in desks:
        for telling, ago in tellings:
            told[known.pop().id] = [_bound(telling, user, colleague, ago)]
    return told


def _bound(telling: Telling, user: User, colleague: User, ago: timedelta) -> Callable[[Scene], None]:
    return lambda scene: telling(scene, user, colleague, ago)


def missed_call(scene: Scene, user: User, _: User, ago: timedelta) -> None:
    """A call that nobody took."""
    at = scene.now - ago
    scene.add(at, user, scene.came(at, user, CallDisposition.NO_ANSWER))


def voicemail(scene: Scene, user: User, _: User, ago: timedelta) -> None:
    """A message that they left."""
    at = scene.now - ago
    note = scene.say(texts.VOICEMAILS_RECEIVED, user)
    scene.add(at, user, scene.came(at, user, CallDisposition.VOICEMAIL_RECEIVED, note, duration_s=24))


def unknown_caller(scene: Scene, user: User, _: User, ago: timedelta) -> None:
    """A call from a number that no contact has."""
    at = scene.now - ago
    note = scene.say(texts.UNKNOWN_CALLERS, user)
    scene.add(at, user, scene.came(at, user, CallDisposition.ANSWERED, note, duration_s=95, stranger=STRANGER))


def text_message(scene: Scene, user: User, _: User, ago: timedelta) -> None:
    """An SMS."""
    at = scene.now - ago
    command = LogSms(
        lead_id=scene.lead.id,
        contact_id=scene.contact_id,
        user_id=user.id,
        direction=Direction.INBOUND,
        remote_phone=scene.phone,
        text=scene.say(texts.TEXT_MESSAGES, user),
        occurred_at=at,
    )
    scene.add(at, user, command)


def question(scene: Scene, user: User, _: User, ago: timedelta) -> None:
    """A mail."""
    subject, text = scene.say(texts.QUESTIONS, user).split("\n\n", 1)
    _receive(scene, user, scene.now - ago, subject, text)


def question_and_more(scene: Scene, user: User, _: User, ago: timedelta) -> None:
    """Two mails of one thread, the second of them an hour after the first."""
    subject, text = scene.say(texts.QUESTIONS, user).split("\n\n", 1)
    first = _receive(scene, user, scene.now - ago - HOUR, subject, text)
    _receive(scene, user, scene.now - ago, f"Re: {subject}", scene.say(texts.REMINDERS, user), first.message_id)


def unanswered(scene: Scene, user: User, _: User, ago: timedelta) -> None:
    """A mail of ours that was to be answered by then."""
    subject, text = scene.say(texts.OFFERS, user).split("\n\n", 1)
    due = scene.now - ago
    at, id = due - 4 * DAY, scene.message_id("offer")
    scene.add(at, user, scene.letter(at, user, Direction.OUTBOUND, subject, text, id, follow_up_at=due))


def mention(scene: Scene, user: User, colleague: User, ago: timedelta) -> None:
    """A colleague's note that names the user."""
    at = scene.now - ago
    text = scene.random.choice(texts.MENTIONS)
    scene.add(at, colleague, scene.note(at, colleague, text, rich=True, whom=user))


def assigned_task(scene: Scene, user: User, colleague: User, ago: timedelta) -> None:
    """From a colleague, for tomorrow."""
    _give(scene, user, colleague, scene.now - ago, scene.say(texts.TASKS_OF_COLLEAGUES, colleague), DAY)


def task_due(scene: Scene, user: User, _: User, ago: timedelta) -> None:
    """For today."""
    _give(scene, user, user, scene.now - ago, scene.say(texts.TASKS, user), timedelta())


def task_overdue(scene: Scene, user: User, _: User, ago: timedelta) -> None:
    """For the day before yesterday."""
    _give(scene, user, user, scene.now - ago, scene.say(texts.TASKS, user), -2 * DAY, TaskPriority.HIGH)


def opportunity_due(scene: Scene, user: User, _: User, ago: timedelta) -> None:
    """It was to be won yesterday, and is still open."""
    at = scene.now - ago
    command = AddOpportunity(
        lead_id=scene.lead.id,
        contact_id=scene.contact_id,
        user_id=user.id,
        value=Decimal(scene.random.randrange(20, 90) * 100),
        confidence=60,
        note=scene.say(texts.OPPORTUNITIES, user),
        date_won=_today(scene.now, user) - DAY,
    )
    scene.add(at, user, command)


def _receive(scene: Scene, user: User, at: datetime, subject: str, text: str, answers: str | None = None) -> LogEmail:
    id = scene.message_id(f"{at:%m%d%H%M}")
    command = scene.letter(at, user, Direction.INBOUND, subject, text, id, answers=answers)
    scene.add(at, user, command)
    return command


def _give(
    scene: Scene,
    user: User,
    by: User,
    at: datetime,
    text: str,
    due: timedelta,
    priority: TaskPriority = TaskPriority.NORMAL,
) -> None:
    day = _today(scene.now, user) + due
    command = AddTask(lead_id=scene.lead.id, text=text, due_date=day, assigned_to=user.id, priority=priority)
    scene.add(at, by, command)


def _today(now: datetime, user: User) -> date:
    return now.astimezone(ZoneInfo(user.time_zone)).date()


# What is there at first sight: of every kind for the one, the most usual for the other. The last three are for what
# the first one is told to have handled already.
OF_ADMIN: Sequence[tuple[Telling, timedelta]] = (
    (question_and_more, 2 * HOUR),
    (missed_call, 50 * HOUR / 60),
    (voicemail, 5 * HOUR),
    (text_message, 25 * HOUR / 60),
    (unknown_caller, 3 * HOUR),
    (unanswered, 7 * HOUR),
    (mention, 4 * HOUR),
    (assigned_task, 6 * HOUR),
    (task_due, 2 * DAY),
    (task_overdue, 5 * DAY),
    (opportunity_due, 9 * DAY),
    (question, DAY + 3 * HOUR),
    (voicemail, DAY + 5 * HOUR),
    (text_message, DAY + 2 * HOUR),
    (question, 2 * DAY),
)
OF_COLLEAGUE: Sequence[tuple[Telling, timedelta]] = (
    (question, HOUR),
    (missed_call, 4 * HOUR),
    (text_message, 2 * HOUR),
    (mention, 5 * HOUR),
    (assigned_task, 8 * HOUR),
    (opportunity_due, 6 * DAY),
)
