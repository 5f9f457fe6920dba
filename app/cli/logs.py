"""Where log lines go and how they look: standard error, one line an entry, times in UTC."""

import logging
import time


class UtcFormatter(logging.Formatter):
    """Times as ISO 8601 with a Z."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"


def logging_configuration(level: str) -> dict[str, object]:
    """The configuration for ``logging.config.dictConfig``, the same in every worker."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": UtcFormatter, "format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"level": level.upper(), "handlers": ["stderr"]},
        # uvicorn tells of each start and stop; the command says itself what an operator wants to know.
        "loggers": {"uvicorn": {"level": "DEBUG" if level == "debug" else "WARNING"}},
    }
