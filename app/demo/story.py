"""One customer's story: what Northwind and the customer did in the last year, told around the orders."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from app.bulk.history import History
from app.demo import texts
from app.demo.customers import Customer, Order
from app.demo.fields import values
from app.demo.scene import Scene
from app.lead.details import UpdateLead
from app.lead.lead import Lead
from app.lead.statuses import ChangeLeadStatus
from app.lead.tasks import AddTask, CompleteTask
from app.organization.organization import Organization
from app.vocabulary import TaskPriority

TOLD_DAYS = 365  # before today
CUSTOMER_DAYS = 100  # since the last order; who is silent longer has to be won again
LOST_DAYS = 190
NEW_DAYS = 400  # since a customer is known, in which the first talk is still told
PRIORITIES = (TaskPriority.HIGH, TaskPriority.MEDIUM, TaskPriority.NORMAL, TaskPriority.NORMAL)


def story(
    customer: Customer,
    lead: Lead,
    organization: Organization,
    now: datetime,
    arrivals: Iterable[Callable[[Scene], None]] = (),
) -> History:
    """Everything that is told of one customer; what came lately is told last."""
    scene = Scene(customer, lead, organization, now)
    told = [order for order in customer.orders if (scene.today - order.day).days < TOLD_DAYS]
    _tell_fields(scene)
    _tell_status(scene)
    for order in told:
        _tell_order(scene, order)
    if customer.country is None:
        # The original has two rows of somebody's test.
        day = customer.since + timedelta(days=9)
        scene.add(
            at := scene.at(day, scene.owner), scene.owner, scene.note(at, scene.owner, texts.NO_ANSWER, rich=True)
        )
        return scene.history()
    _tell_notes(scene)
    _tell_quiet_weeks(scene)
    _tell_tasks(scene, told)
    _tell_discovery(scene)
    for tell in arrivals:
        tell(scene)
    return scene.history()


def _tell_fields(scene: Scene) -> None:
    at = scene.at(scene.customer.since + timedelta(days=1), scene.owner, hour=7)
    known = values(scene.customer, scene.owner, scene.organization, scene.today)
    scene.add(at, scene.owner, UpdateLead(lead_id=scene.lead.id, custom_fields=known))


def _tell_status(scene: Scene) -> None:
    for day, label in _statuses(scene):
        at = scene.at(day, scene.owner, hour=8)
        command = ChangeLeadStatus(lead_id=scene.lead.id, status=label, occurred_at=at)
        scene.add(at, scene.owner, command)
        if label == "Bad Fit" and scene.customer.orders:
            at += timedelta(minutes=5)
            scene.add(at, scene.owner, scene.note(at, scene.owner, texts.LOST, rich=True))


def _statuses(scene: Scene) -> list[tuple[date, str]]:
    customer = scene.customer
    if not customer.orders:
        day = customer.since + timedelta(days=scene.random.randrange(10, 60))
        return [(day, "Bad Fit")] if customer.country is None else [(day, "Qualified")] if scene.chance(0.5) else []
    first, last = customer.orders[0].day, customer.orders[-1].day
    statuses = [(first - timedelta(days=10), "Qualified"), (first, "Customer")]
    silent = (scene.today - last).days
    if silent > LOST_DAYS:
        statuses.append((last + timedelta(days=LOST_DAYS - 30), "Bad Fit"))
    elif silent > CUSTOMER_DAYS:
        statuses.append((last + timedelta(days=CUSTOMER_DAYS), scene.random.choice(("Qualified", "Potential"))))
    return statuses


def _tell_order(scene: Scene, order: Order) -> None:
    user, goods = scene.employee(order), scene.random.choice(texts.GOODS)
    called = order.day - timedelta(days=scene.random.randrange(5, 9))
    if scene.chance(0.2):
        at = scene.at(called - timedelta(days=1), user)
        scene.add(at, user, scene.call(at, user, None) if scene.chance(0.6) else scene.voicemail(at, user))
    if scene.chance(0.6):
        at = scene.at(called, user)
        scene.add(at, user, scene.call(at, user, scene.say(texts.CALLS_BEFORE, user, order, goods)))
    if scene.chance(0.7) and scene.email is not None:
        _tell_mails(scene, order, goods, called)
    if scene.chance(0.35):
        at = scene.at(order.day + timedelta(days=scene.random.randrange(10, 15)), user)
        scene.add(at, user, scene.call(at, user, scene.say(texts.CALLS_AFTER, user, order, goods)))


def _tell_mails(scene: Scene, order: Order, goods: str, called: date) -> None:
    user = scene.employee(order)
    subject, _, offer = scene.say(texts.OFFERS, user, order, goods).partition("\n\n")
    messages = (
        (called + timedelta(days=1), offer),
        (order.day - timedelta(days=1), scene.say(texts.REPLIES, user, order, goods)),
        (order.day, scene.say(texts.CONFIRMATIONS, user, order, goods)),
        (order.day + timedelta(days=9), scene.say(texts.THANKS, user, order, goods)),
    )
    for number, (day, text) in enumerate(messages[: scene.random.choice((2, 3, 3, 4))]):
        at = scene.at(day, user, hour=9 + 2 * number)
        scene.add(at, user, scene.mail(at, user, order, number, subject, text))


def _tell_notes(scene: Scene) -> None:
    for _ in range(scene.random.randrange(1, 4)):
        at = scene.at(_some_day(scene), scene.owner)
        rich = scene.chance(0.4)
        text = scene.random.choice(texts.RICH_NOTES if rich else texts.NOTES)
        scene.add(at, scene.owner, scene.note(at, scene.owner, text, rich=rich))
    pins = scene.random.choice((0, 0, 1, 1, 2)) if scene.customer.orders else 0
    for text in scene.random.sample(texts.PINNED, pins):
        at = scene.at(_some_day(scene), scene.owner)
        scene.add(at, scene.owner, scene.note(at, scene.owner, text, rich=True, pinned=True))


def _tell_quiet_weeks(scene: Scene) -> None:
    for _ in range(scene.random.randrange(2, 6)):
        at = scene.at(_some_day(scene), scene.owner)
        text = scene.say(texts.CALLS_OUT_OF_THE_BLUE, scene.owner)
        scene.add(at, scene.owner, scene.call(at, scene.owner, text))


def _tell_tasks(scene: Scene, told: list[Order]) -> None:
    for order in told[-2:]:
        user, due = scene.employee(order), order.day + timedelta(days=scene.random.randrange(3, 12))
        task = AddTask(lead_id=scene.lead.id, text=scene.say(texts.TASKS_OF_ORDERS, user, order), due_date=due)
        done = scene.at(due, user)
        scene.add(scene.at(order.day, user), user, task)
        scene.add(done, user, CompleteTask(task_id=task.task_id, occurred_at=done))
    if scene.chance(0.7):
        due = scene.today + timedelta(days=scene.random.randrange(-2, 8))
        text = scene.say(texts.TASKS, scene.owner)
        priority = scene.random.choice(PRIORITIES)
        task = AddTask(lead_id=scene.lead.id, text=text, due_date=due, priority=priority)
        scene.add(scene.at(due - timedelta(days=12), scene.owner), scene.owner, task)


def _tell_discovery(scene: Scene) -> None:
    """Of those who came to be known lately; who has not ordered yet is to be won, and it stands on top."""
    if (scene.today - scene.customer.since).days < NEW_DAYS:
        at = scene.at(scene.customer.since + timedelta(days=4), scene.owner)
        scene.add(at, scene.owner, scene.discovery(at, scene.owner, pinned=not scene.customer.orders))


def _some_day(scene: Scene) -> date:
    """A day of the year that is told, since the customer is known."""
    first = max(scene.customer.since + timedelta(days=1), scene.today - timedelta(days=TOLD_DAYS))
    return first + timedelta(days=scene.random.randrange(max((scene.today - first).days, 1)))
