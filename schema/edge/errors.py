"""What clients are told when something goes wrong, and what they are not told.

Three kinds. A *request error* means that nothing was executed. A `ClientError` is raised by whoever knows that the
client can act on it. Everything else is a bug or an outage: the client gets an id, the log gets it and the traceback.
"""

import logging
import uuid
from collections.abc import Iterable, Mapping, Sequence
from types import CodeType, TracebackType
from typing import Any, TypedDict

from graphql import GraphQLError, get_argument_values, get_directive_values
from strawberry.exceptions import StrawberryInputCoercionError

log = logging.getLogger(__name__)

# Codes of request errors. Where other servers have a common name for the case, it is that one.
BAD_REQUEST = "BAD_REQUEST"
BAD_USER_INPUT = "BAD_USER_INPUT"
FORBIDDEN = "FORBIDDEN"
GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
INTERNAL = "INTERNAL"
LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
OPERATION_RESOLUTION_FAILURE = "OPERATION_RESOLUTION_FAILURE"
TIMEOUT = "TIMEOUT"
TOO_LARGE = "TOO_LARGE"
UNAUTHENTICATED = "UNAUTHENTICATED"


class FormattedError(TypedDict, total=False):
    """One entry of a response's `errors`."""

    message: str
    locations: list[Any]
    path: list[str | int]
    extensions: dict[str, Any]


class ClientError(Exception):
    """A failure that the client can act on; raise it from resolvers, scalars and contexts.

    It becomes a top-level error with `extensions.code`. The message is a sentence for the person who must act.

    Args:
        code: stable and upper case, such as NOT_FOUND or INVALID.
        message: goes out as it is.
        path: in place of the response path of the field that raised it.
        extensions: further entries beside `code`.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        path: Sequence[str | int] | None = None,
        extensions: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.path = path
        # graphql-core copies an attribute named `extensions` into the error it wraps this one in.
        self.extensions: dict[str, Any] = {**(extensions or {}), "code": code}


def request_error(code: str, message: str, **extensions: Any) -> FormattedError:
    """Make an error that belongs to no field."""
    return {"message": message, "extensions": {"code": code, **extensions}}


def refused_document(code: str, errors: Iterable[GraphQLError]) -> tuple[FormattedError, ...]:
    """Format what parsing, validation or the coercion of variables found."""
    return tuple(_formatted(error, _without_foreign_text(error), {"code": code}) for error in errors)


def failed_field(error: GraphQLError, operation: str | None) -> FormattedError:
    """Format what executing a field ended in.

    Args:
        error: as collected by the executor.
        operation: the name of the operation, for the log.
    """
    cause = root_cause(error)
    if isinstance(cause, ClientError):
        formatted = _formatted(error, cause.message, cause.extensions)
        if cause.path is not None:
            formatted["path"] = list(cause.path)
        return formatted
    if isinstance(cause, StrawberryInputCoercionError):
        # Its own text is addressed to whoever writes the schema.
        return _formatted(error, "An argument has a value that this field does not take.", {"code": BAD_USER_INPUT})
    if isinstance(cause, GraphQLError) and _raised_while_reading_arguments(cause.__traceback__):
        return _formatted(error, _without_foreign_text(cause), {"code": BAD_USER_INPUT})
    masked = failed_operation(cause, operation, error.path)
    return _formatted(error, masked["message"], masked["extensions"])


def failed_operation(
    cause: BaseException, operation: str | None, path: Sequence[str | int] | None = None
) -> FormattedError:
    """Format a failure outside of any field; unless it is a `ClientError`, log it and keep its text back."""
    if isinstance(cause, ClientError):
        formatted: FormattedError = {"message": cause.message, "extensions": cause.extensions}
        if cause.path is not None:
            formatted["path"] = list(cause.path)
        return formatted
    error_id = str(uuid.uuid4())
    log.error("error %s in operation %s at %s", error_id, operation, path, exc_info=_loggable(cause))
    return request_error(INTERNAL, "Something went wrong on our side. Quote the id to find it in the log.", id=error_id)


def _loggable(cause: BaseException) -> BaseException:
    """Keep what customers wrote out of the log: variables are not logged, and a GraphQLError quotes the document."""
    if isinstance(cause, GraphQLError):
        return RuntimeError(cause.message).with_traceback(cause.__traceback__)
    return cause


def _formatted(error: GraphQLError, message: str, extensions: dict[str, Any]) -> FormattedError:
    formatted: FormattedError = {"message": message}
    if error.locations is not None:
        formatted["locations"] = [location.formatted for location in error.locations]
    if error.path is not None:
        formatted["path"] = error.path
    formatted["extensions"] = extensions
    return formatted


def root_cause(error: Exception) -> Exception:
    """Follow graphql-core's wrapping down to what was raised; a plain GraphQLError is its own cause."""
    while isinstance(error, GraphQLError) and error.original_error is not None:
        error = error.original_error
    return error


def _without_foreign_text(error: GraphQLError) -> str:
    """Cut the text of exceptions that a scalar raised without meaning it for clients.

    graphql-core quotes any exception of a scalar. `GraphQLError` and `ClientError` are raised for the client; a
    ValueError or a KeyError tells of our internals.
    """
    cause = root_cause(error)
    if isinstance(cause, GraphQLError | ClientError):
        return error.message
    return error.message.replace(f", but encountered error '{cause}'; found", ", found")


# Where graphql-core reads arguments and directives while executing. What it raises there is the client's doing, such as
# a null variable in a place that takes none; what it raises elsewhere, such as a resolver's value that an enum does not
# have, is ours, and it is the same class.
_READING_ARGUMENTS: frozenset[CodeType] = frozenset({get_argument_values.__code__, get_directive_values.__code__})


def _raised_while_reading_arguments(traceback: TracebackType | None) -> bool:
    while traceback is not None:
        if traceback.tb_frame.f_code in _READING_ARGUMENTS:
            return True
        traceback = traceback.tb_next
    return False
