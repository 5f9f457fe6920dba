"""Runs GraphQL operations, whatever the transport: from a request to the outcomes that it is answered with."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass
from typing import Any

import strawberry
from graphql import ExecutionResult, Executor, GraphQLError, OperationType

from schema.edge import execution
from schema.edge.documents import Document, Documents, name_of
from schema.edge.errors import (
    BAD_USER_INPUT,
    TIMEOUT,
    FormattedError,
    failed_field,
    failed_operation,
    refused_document,
    request_error,
)
from schema.edge.limits import excesses
from schema.edge.measuring import Ruler
from schema.edge.request import GraphQLRequest
from schema.edge.settings import EdgeSettings

ContextManager = AbstractAsyncContextManager[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One answer. Without `executed` nothing was, there is no `data`, and `errors` says why."""

    executed: bool
    data: dict[str, Any] | None = None
    errors: tuple[FormattedError, ...] = ()
    extensions: Mapping[str, Any] | None = None

    def response(self) -> dict[str, Any]:
        """Return the members of the response, in the order that the specification recommends."""
        members: dict[str, Any] = {}
        if self.errors:
            members["errors"] = self.errors
        if self.executed:
            members["data"] = self.data
        if self.extensions:
            members["extensions"] = self.extensions
        return members


def refusal(*errors: FormattedError) -> Outcome:
    """Answer that nothing was executed."""
    return Outcome(executed=False, errors=errors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An operation that may run: parsed, valid, within the limits, its variables coerced."""

    kind: OperationType
    name: str | None
    cost: int  # objects it can return
    executor: Executor[Any]


class Operations:
    """Everything between a request and its outcome, for one schema.

    Raises:
        ValueError: the schema has Strawberry extensions or operation directives, which would silently not run.
    """

    def __init__(self, schema: strawberry.Schema, settings: EdgeSettings) -> None:
        if schema.extensions or schema.directives:
            raise ValueError("Take the extensions and directives off the schema: the edge executes without them.")
        core = schema._schema  # noqa: SLF001 - Strawberry has no public name for it
        self._schema = schema
        self._settings = settings
        self._ruler = Ruler(core, settings.limits)
        self._documents = Documents(core, settings.limits, settings.documents_max, settings.documents_max_characters)

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
        return Prepared(kind=operation.operation, name=name, cost=cost, executor=executor)

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

    async def subscribe(self, prepared: Prepared, context: ContextManager) -> AsyncGenerator[Outcome, None]:
        """Execute a subscription; an outcome that was not executed is the last.

        The time limit holds for each event's execution, not for the waiting between events. Close the generator when
        nobody wants more: that closes the source and the context.
        """
        executor = prepared.executor
        try:
            async with context as opened, aclosing(await execution.open_events(executor, opened)) as events:
                async for event in events:
                    yield await self._event(prepared, event)
        except Exception as error:  # noqa: BLE001 - as above
            yield refusal(_failed(error, prepared.name))

    async def _event(self, prepared: Prepared, event: object) -> Outcome:
        timer = asyncio.timeout(self._settings.operation_timeout_s)
        try:
            async with timer:
                result = await execution.execute_event(prepared.executor, event)
        except TimeoutError:
            return Outcome(executed=True, errors=(self._too_slow(),))
        return _outcome(prepared, result, None)

    def _extensions(self, prepared: Prepared) -> dict[str, Any]:
        return {"cost": {"requested": prepared.cost, "maximum": self._settings.limits.cost_max}}

    def _too_slow(self) -> FormattedError:
        seconds = self._settings.operation_timeout_s
        return request_error(TIMEOUT, f"This operation took longer than {seconds:g} seconds. Ask for less at once.")


def _outcome(prepared: Prepared, result: ExecutionResult, extensions: Mapping[str, Any] | None) -> Outcome:
    errors = tuple(failed_field(error, prepared.name) for error in result.errors or ())
    return Outcome(executed=True, data=result.data, errors=errors, extensions=extensions)


def _failed(error: Exception, operation: str | None) -> FormattedError:
    if isinstance(error, GraphQLError):
        return failed_field(error, operation)
    return failed_operation(error, operation)
