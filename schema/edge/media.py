"""Media types: which one a client wants back, and whether it sent the one that we read."""

from typing import Final

JSON: Final = "application/json"
GRAPHQL_JSON: Final = "application/graphql-response+json"
HTML: Final = "text/html"
EVENTS: Final = "text/event-stream"


def preferred(accept: str | None) -> str | None:
    """Choose between the two media types of GraphQL responses.

    Returns:
        What the client prefers, the first listed of equals; application/json where it does not say, as the audits of
        GraphQL-over-HTTP have it; None if it takes neither.
    """
    if not accept:
        return JSON
    ranges = _ranges(accept)
    best: tuple[float, int] | None = None
    choice: str | None = None
    for offer in (JSON, GRAPHQL_JSON):
        found = next(
            (ranges[name] for name in (offer, "application/*", "*/*") if name in ranges), None
        )  # the most specific range counts
        if found is not None and found[0] > 0 and (best is None or found > best):
            best, choice = found, offer
    return choice


def asks_for_a_page(accept: str | None) -> bool:
    """Tell a browser's navigation, which names text/html, from a program, which at most takes anything."""
    return _ranges(accept or "").get(HTML, (0.0, 0))[0] > 0


def takes_events(accept: str | None) -> bool:
    """Tell whether a client takes server-sent events, as one does that does not say."""
    ranges = _ranges(accept or "*/*")
    found = next((ranges[name] for name in (EVENTS, "text/*", "*/*") if name in ranges), (0.0, 0))
    return found[0] > 0


def is_json(content_type: str | None) -> bool:
    """Tell whether a body is JSON in UTF-8, which is what it is taken for when no character set is named."""
    media_type, _, parameters = (content_type or "").partition(";")
    if media_type.strip().lower() != JSON:
        return False
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip().strip('"').lower() not in ("utf-8", "utf8"):
            return False
    return True


def _ranges(accept: str) -> dict[str, tuple[float, int]]:
    """Map each media range of an Accept header to its weight and, falling, its place."""
    ranges: dict[str, tuple[float, int]] = {}
    for place, part in enumerate(accept.lower().split(",")):
        name, *parameters = [piece.strip() for piece in part.split(";")]
        ranges.setdefault(name, (_weight(parameters), -place))
    return ranges


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0.0
    return 1.0
