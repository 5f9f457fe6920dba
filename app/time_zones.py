"""Time zones: which names there are. Listing them reads hundreds of files, so it is done once."""

from functools import lru_cache
from zoneinfo import available_timezones


@lru_cache(maxsize=1)
def time_zone_names() -> frozenset[str]:
    """Every name of the IANA database. Systems may list "localtime" among them, which is whatever the machine's is."""
    return frozenset(available_timezones() - {"localtime"})
