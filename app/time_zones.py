"""Time zones: which names there are. Listing them reads hundreds of files, so it is done once."""

from functools import lru_cache
from zoneinfo import available_timezones


@lru_cache(maxsize=1)
def time_zone_names() -> frozenset[str]:
    """Every name of the IANA database."""
    return frozenset(available_timezones())
