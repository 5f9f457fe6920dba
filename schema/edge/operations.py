"""Runs GraphQL operations, whatever the transport: from a request to the outcomes that it is answered with."""

import asyncio
from collections.abc import AsyncGenerator, Hashable, Mapping
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import orjson
import strawberry
from graphql import ExecutionResult, Executor, GraphQLError, OperationType

from schema.edge import execution
from schema.edge.documents import Document, Documents, name_of
from schema.edge.encoding import encode
from schema.edge.errors import (
    BAD_USER_INPUT,
    TIMEOUT,
    FormattedError,
    failed_field,
    failed_operation,
    refused_document,
    request_error,
    root_cause,
)
from schema.edge.limits import excesses
from schema.edge.measuring import Ruler
from schema.edge.outcomes import Outcome as Outcome
from schema.edge.outcomes import refusal as refusal
from schema.edge.request import GraphQLRequest
from schema.edge.settings import EdgeSettings
from schema.edge.sharing import Channels, Messages, Push, Rest

ContextManager = AbstractAsyncContextManager[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An operation that may run: parsed, valid, within the limits, its variables coerced."""

    kind: OperationType
    name: str | None
    cost: int  # objects it can return
    executor: Executor[Any]
    document: Document
    request: GraphQLRequest


class Operations:
    """Everything between a request and its outcome, for one schema.

    Raises:
        ValueError: the schema has Strawberry extensions or operation directives, which would silently not run.
    """

    def __init__(self, schema: strawberry.Schema, settings: EdgeSettings, channels: Channels | None = None) -> None:
        if schema.extensions or schema.directives:
            raise ValueError("Take the extensions and directives off the schema: the edge executes without them.")
        core = schema._schema  # noqa: SLF001 - Strawberry has no public name for it
        self._schema = schema
        self._settings = settings
        self._ruler = Ruler(core, settings.limits)
        self._documents = Documents(core, settings.limits, settings.documents_max, settings.documents_max_characters)
        self._channels = Channels() if channels is None else channels

    def prepare(self, request: GraphQLRequest) -> Prepared | Outcome:
        """Do all that needs neither the database nor a context. An outcome says why the operation may not run."""
        try:
            return self._prepare(request)
        except Exception as error:  # noqa: BLE001 - exceptions end here: what is not meant for clients is logged
            return refusal(_failed(error, request.operation_name))

    def _prepare(self, request: GraphQLRequest) -> Prepared | Outcome:
        document = self._documents.get(request.source)
        if not isinstance(document, Document):
            return refusal(*document)
        operation = document.choose(request.operation_name)
        if isinstance(operation, dict):
            return refusal(operation)
        name = name_of(operation)
        executor = execution.build(self._schema, document.node, name, request.variables)
        if isinstance(executor, list):
            return refusal(*refused_document(BAD_USER_INPUT, executor))
        measure = document.measures.get(name)
        if measure is None:
            measure = document.measures[name] = self._ruler.measure(document.node, name)
        cost = measure.cost(executor.variable_values.coerced)
        errors = excesses(measure, cost, self._settings.limits, self._ruler.introspection_max)
        if errors:
            return refusal(*errors)
        return Prepared(
            kind=operation.operation, name=name, cost=cost, executor=executor, document=document, request=request
        )

    async def run(self, prepared: Prepared, context: ContextManager) -> Outcome:
        """Execute a query or a mutation within the time limit, opening and closing its context.

        Cancelling the task that awaits this stops the operation.
        """
        timer = asyncio.timeout(self._settings.operation_timeout_s)
        try:
            async with timer, context as opened:
                result = await execution.execute(prepared.executor, opened)
        except Exception as error:  # noqa: BLE001 - as above
            if timer.expired():
                return refusal(self._too_slow())
            return refusal(_failed(error, prepared.name))
        return _outcome(prepared, result, self._extensions(prepared))

    async def subscribe(
        self, prepared: Prepared, context: ContextManager, push: Push | None = None
    ) -> AsyncGenerator[Outcome, None]:
        """Execute a subscription; an outcome that was not executed is the last.

        What is the same for many is executed once for all of them: see `schema.edge.sharing`. The time limit holds for
        each event's execution, not for the waiting between events. Close the generator when nobody wants more: that
        closes the source and the context.

        Args:
            prepared: the operation.
            context: opened for as long as it runs.
            push: takes outcomes that are not yielded then, while the generator is waited for: nobody is woken.
        """
        executor = prepared.executor
        try:
            async with context as opened, aclosing(await execution.open_events(executor, opened)) as events:
                async for event in events:
                    if not isinstance(event, Rest):
                        yield await self._event(prepared, executor, event)
                        continue
                    messages = partial(self._all, prepared, event)
                    with self._channels.seat(_alike(prepared, event), event, messages, push) as seat:
                        while (outcome := await seat.next()) is not None:
                            yield outcome
                    if seat.is_over:
                        return
        except Exception as error:  # noqa: BLE001 - as above
            yield refusal(_failed(error, prepared.name))

    async def _all(self, prepared: Prepared, rest: Rest) -> Messages:
        """Execute and write what is the same for many."""
        executor = execution.build(self._schema, prepared.document.node, prepared.name, prepared.request.variables)
        assert not isinstance(executor, list), "it was built before"
        async with rest.follow() as (context, turns):
            executor.context_value = context
            async for turn in turns:
                outcome = None if turn.event is None else await self._event(prepared, executor, turn.event)
                encoded = encode(outcome, prepared.name) if outcome else None
                yield turn, outcome and Outcome(executed=True, encoded=encoded, cursor=outcome.cursor)

    async def _event(self, prepared: Prepared, executor: Executor[Any], event: object) -> Outcome:
        while True:
            try:
                async with asyncio.timeout(self._settings.operation_timeout_s):
                    result = await execution.execute_event(executor, event)
            except TimeoutError:
                return Outcome(executed=True, errors=(self._too_slow(),), cursor=_cursor_of(event))
            if not await _is_outlived(executor.context_value, result):
                return replace(_outcome(prepared, result, None), cursor=_cursor_of(event))

    def _extensions(self, prepared: Prepared) -> dict[str, Any]:
        return {"cost": {"requested": prepared.cost, "maximum": self._settings.limits.cost_max}}

    def _too_slow(self) -> FormattedError:
        seconds = self._settings.operation_timeout_s
        return request_error(TIMEOUT, f"This operation took longer than {seconds:g} seconds. Ask for less at once.")


def _outcome(prepared: Prepared, result: ExecutionResult, extensions: Mapping[str, Any] | None) -> Outcome:
    errors = tuple(failed_field(error, prepared.name) for error in result.errors or ())
    return Outcome(executed=True, data=result.data, errors=errors, extensions=extensions)


async def _is_outlived(context: object, result: ExecutionResult) -> bool:
    """Whether what an event's execution failed by has passed, so that it is to be executed again."""
    outlive = getattr(context, "outlive", None)
    for error in result.errors or ():
        if outlive is not None and await outlive(root_cause(error)):
            return True
    return False


def _cursor_of(event: object) -> str | None:
    """Events that one can resume behind have a cursor."""
    cursor = getattr(event, "cursor", None)
    return cursor if isinstance(cursor, str) else None


def _alike(prepared: Prepared, rest: Rest) -> Hashable:
    """What a rest is the same for: its key, and the document with its variables, but for those that only begin."""
    document, request = prepared.document, prepared.request
    beginning = document.variables_alone_in(prepared.name, rest.beginning)
    given = {name: value for name, value in (request.variables or {}).items() if name not in beginning}
    return rest.key, request.source, prepared.name, orjson.dumps(given, option=orjson.OPT_SORT_KEYS)


def _failed(error: Exception, operation: str | None) -> FormattedError:
    if isinstance(error, GraphQLError):
        return failed_field(error, operation)
    return failed_operation(error, operation)
