"""Parsed documents are kept, within bounds."""

from graphql import build_schema

from schema.edge.documents import Document, Documents
from schema.edge.limits import Limits

SCHEMA = build_schema("type Query { a: String }")


def documents(documents_max: int = 10, characters_max: int = 1_000) -> Documents:
    return Documents(SCHEMA, Limits(), documents_max, characters_max)


def test_a_document_is_parsed_once() -> None:
    kept = documents()
    assert kept.get("{ a }") is kept.get("{ a }")


def test_what_is_invalid_is_found_out_once() -> None:
    kept = documents()
    assert kept.get("{ b }") is kept.get("{ b }")


def test_the_least_recently_used_goes_first() -> None:
    kept = documents(documents_max=2)
    first, second = kept.get("{ a }"), kept.get("{ x: a }")
    kept.get("{ a }")
    kept.get("{ y: a }")
    assert kept.get("{ a }") is first
    assert kept.get("{ x: a }") is not second


def test_the_sources_of_those_kept_are_bounded_together() -> None:
    kept = documents(characters_max=150)
    first = kept.get("{ a }")
    kept.get("{ a }" + " " * 148)
    assert kept.get("{ a }") is not first


def test_a_document_longer_than_all_that_may_be_kept_is_served_all_the_same() -> None:
    assert isinstance(documents(characters_max=3).get("{ a }"), Document)
