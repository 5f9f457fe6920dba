"""What filters of several lists have: ids, addresses, numbers and texts that are looked for, and their refusals."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.lead.contact_points import e164
from app.organization.organization import Organization
from schema.edge import ClientError
from schema.ids import id_arguments

IDS_MAX = 1_000  # in one list


def ids_in(kind: str, ids: Sequence[str] | None, *path: str) -> tuple[UUID, ...] | None:
    """Ids that are looked for.

    Raises:
        ClientError: INVALID, with its path.
    """
    if ids is not None and len(ids) > IDS_MAX:
        raise refused(f"at most {IDS_MAX} ids.", *path)
    return None if ids is None else id_arguments(kind, ids, *path)


def email_in(email: str | None, *path: str) -> str | None:
    """An address that is looked for."""
    return None if email is None else storable(email.strip(), *path)


def phone_in(phone: str | None, organization: Organization, *path: str) -> str | None:
    """A number that is looked for, in E.164.

    Raises:
        ClientError: INVALID, with its path.
    """
    if phone is None:
        return None
    number = e164(storable(phone, *path)[:100], organization.country)
    if number is None:
        raise refused("this is no telephone number.", *path)
    return number


def storable(text: str, *path: str) -> str:
    """A text that the database can compare.

    Raises:
        ClientError: INVALID, with its path.
    """
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise refused("this text has characters that cannot be stored.", *path)
    return text


def refused(sentence: str, *path: str) -> ClientError:
    """The answer to a filter that cannot be used."""
    return ClientError("INVALID", f"{'.'.join(path)}: {sentence}")
