"""How an operation is executed: by graphql-core, with Strawberry's executor.

The rest of the package knows only these functions, so that another engine can take their place.
"""

from collections.abc import AsyncGenerator, Awaitable, Mapping
from typing import Any, TypeGuard, TypeVar, cast

import strawberry
from graphql import (
    DocumentNode,
    ExecutionResult,
    Executor,
    GraphQLError,
    create_source_event_stream,
    execute_root_selection_set,
    execute_subscription_event,
)
from strawberry.execution import optimized_is_awaitable

T = TypeVar("T")


def build(
    schema: strawberry.Schema, document: DocumentNode, operation_name: str | None, variables: Mapping[str, Any] | None
) -> Executor[Any] | list[GraphQLError]:
    """Bind an operation to its variables. A list says why they cannot be coerced."""
    return schema.execution_context_class.build(
        schema._schema,  # noqa: SLF001 - Strawberry has no public name for it
        document,
        raw_variable_values=dict(variables or {}),
        operation_name=operation_name,
        is_awaitable=_is_awaitable,
        hide_suggestions=True,
        operation_extensions=None,  # Strawberry's executor asks for it
    )


async def execute(executor: Executor[Any], context: object) -> ExecutionResult:
    """Execute a query or a mutation. Errors of fields are in the result; nothing else is raised by it."""
    executor.context_value = context
    return await _awaited(execute_root_selection_set(executor))


async def open_events(executor: Executor[Any], context: object) -> AsyncGenerator[object, None]:
    """Open the source of a subscription: the generator that its resolver returns, to be closed by the caller.

    Raises:
        GraphQLError: the resolver refused; located, and wrapping what it raised.
    """
    executor.context_value = context
    source = await _awaited(create_source_event_stream(executor))
    if isinstance(source, ExecutionResult):
        raise (source.errors or [GraphQLError("The source of the events could not be opened.")])[0]
    return cast("AsyncGenerator[object, None]", source)


async def execute_event(executor: Executor[Any], event: object) -> ExecutionResult:
    """Execute a subscription's selection on one event."""
    return await _awaited(execute_subscription_event(executor.build_per_event_executor(event)))


def _is_awaitable(value: object) -> TypeGuard[Awaitable[Any]]:
    return optimized_is_awaitable(value)


async def _awaited(value: T | Awaitable[T]) -> T:
    """graphql-core answers at once where no resolver had to wait."""
    return await value if isinstance(value, Awaitable) else value
