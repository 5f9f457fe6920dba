"""Countries: ISO 3166 codes of two letters, by which national telephone numbers are read."""

import phonenumbers

from app.refusal import Refusal
from app.text import Problems


class UnknownCountry(Refusal):
    """{value} is no country code of two letters, such as DE."""


def kept_country(value: str | None, problems: Problems, *path: str) -> str | None:
    """The code in capitals; None and a problem if there is no such country."""
    text = problems.line(value, *path)
    if text is None:
        return None
    if text.upper() not in phonenumbers.SUPPORTED_REGIONS:
        problems.add(UnknownCountry(*path, value=text))
        return None
    return text.upper()
