"""Server-sent events: a feed followed over a stream, as clients do that are no websockets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from tests.support.api import Api
from tests.support.serving import TIMEOUT_S


class Stream:
    """One stream of events, and the id of the last one."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.last_id: str | None = None
        self._lines = response.iter_lines()

    def event(self) -> tuple[str, Any] | None:
        """Name and data of the next event; None: the stream is over."""
        found: dict[str, str] = {}
        for line in self._lines:
            if not line and found:
                self.last_id = found.get("id", self.last_id)
                return found["event"], json.loads(found["data"] or "null")
            if line and not line.startswith(":"):
                name, _, value = line.partition(": ")
                found[name] = value
        return None

    def item(self) -> Any:
        """The next item of a feed, whatever it is called."""
        event = self.event()
        assert event is not None, "the stream is over"
        name, payload = event
        assert name == "next", name
        assert "errors" not in payload, payload
        (item,) = payload["data"].values()
        return item

    def items(self, count: int) -> list[Any]:
        """The next few."""
        return [self.item() for _ in range(count)]

    def errors(self) -> list[str]:
        """Codes of the errors that a stream ends with; it completes."""
        event = self.event()
        assert event is not None
        assert self.event() == ("complete", None)
        assert self.event() is None
        return [error["extensions"]["code"] for error in event[1]["errors"]]


@contextmanager
def streaming(api: Api, source: str, last_event_id: str | None = None, **variables: Any) -> Iterator[Stream]:
    """An operation over a stream of its own."""
    headers = {"authorization": f"Bearer {api.key}", "accept": "text/event-stream"}
    if last_event_id is not None:
        headers["last-event-id"] = last_event_id
    asked = {"query": source, "variables": variables}
    address = f"{api.site.graphql}/stream"
    with httpx.stream("POST", address, json=asked, headers=headers, timeout=TIMEOUT_S) as response:
        assert response.status_code == 200, response.read()
        yield Stream(response)
