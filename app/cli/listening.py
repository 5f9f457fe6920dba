"""The port: taken before anything slow is started, and announced once it really answers."""

import errno
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

from app.operator_error import OperatorError
from app.settings import served_address

LOOK_EVERY_S = 0.03
ANSWER_PATIENCE_S = 1.0
BACKLOG = 2048  # connections that wait to be accepted; more are refused by the kernel


@contextmanager
def bound(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens at the address. Who connects before the application stands waits for it.

    Bound alone would not do: two that start at once may both bind, and the later one would find out too late.

    Raises:
        OperatorError: the port is taken or not allowed, or the host is none of this machine's.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise OperatorError(
            f"The host {host} is not known ({error.strerror}): name one with --host or LEADSTREAM_HOST."
        ) from None
    family, kind, protocol, _, address = found[0]
    with closing(socket.socket(family, kind, protocol)) as listener:
        # The connections of a server just stopped do not keep its port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
            listener.listen(BACKLOG)
        except OSError as error:
            raise OperatorError(_refusal(host, port, error)) from None
        yield listener


@contextmanager
def announced(listener: socket.socket, welcome: str) -> Iterator[None]:
    """Print the welcome as soon as the bound address answers HTTP, while the block runs."""
    over = threading.Event()
    watch = threading.Thread(target=_announce, args=(listener.getsockname(), listener.family, welcome, over))
    watch.start()
    try:
        yield
    finally:
        over.set()
        watch.join()


def _announce(address: tuple[str, int], family: int, welcome: str, over: threading.Event) -> None:
    while not over.wait(LOOK_EVERY_S):
        if _answers(address, family):
            sys.stdout.write(welcome)
            sys.stdout.flush()
            return


def _answers(address: tuple[str, int], family: int) -> bool:
    # An address that means "all" is no address to connect to on every system; the loopback one is among them.
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address[0], address[0])  # noqa: S104  # not a bind
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.settimeout(ANSWER_PATIENCE_S)
        try:
            probe.connect((host, address[1]))
            probe.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return probe.recv(12).startswith(b"HTTP/1.1 ")
        except OSError:
            return False


def _refusal(host: str, port: int, error: OSError) -> str:
    choose = "choose another with --port or LEADSTREAM_PORT"
    match error.errno:
        case errno.EADDRINUSE:
            return f"Port {port} on {host} is taken: stop what listens at {served_address(host, port)}, or {choose}."
        case errno.EACCES:
            return f"Port {port} needs a right this user does not have: {choose}, above 1023."
        case errno.EADDRNOTAVAIL:
            return f"The host {host} is not this machine's: name one that is with --host or LEADSTREAM_HOST."
        case _:
            return f"Port {port} on {host} cannot be used ({error.strerror}): {choose}."
