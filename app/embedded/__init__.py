"""The PostgreSQL that comes along: made, started and stopped by these files, so that a newcomer needs no database.

``embedded_postgresql`` is the way in. Only the binaries of the wheel are used; README-like reasons stand in
docs/architecture.md under "PostgreSQL is the one database".
"""

from app.embedded.attachment import Embedded, embedded_postgresql, hold_serving
from app.embedded.watch import watched

__all__ = ["Embedded", "embedded_postgresql", "hold_serving", "watched"]
