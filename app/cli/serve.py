"""``serve``: the database, the demonstration, the workers; and all of it stopped again in order."""

import argparse
import asyncio
import os
from contextlib import ExitStack
from dataclasses import replace
from socket import socket
from typing import TYPE_CHECKING

from app.cli.running import in_system, orderly, up_to_date
from app.private_file import read_private
from app.settings import Settings, served_address

if TYPE_CHECKING:
    from app.database import Database

# Open websockets are told to go; who does not within this time is cut off.
GRACE_S = 5


def serve(arguments: argparse.Namespace) -> int:
    """Serve until Control-C or SIGTERM. What was started is stopped, and the exit code is 0."""
    settings = Settings.load(os.environ)
    settings = replace(
        settings,
        host=arguments.host or settings.host,
        port=settings.port if arguments.port is None else arguments.port,
    )
    try:
        with orderly(), ExitStack() as held:
            return _serve(settings, workers=arguments.workers, demo=arguments.demo, held=held)
    except KeyboardInterrupt:
        return 0


def _serve(settings: Settings, *, workers: int, demo: bool, held: ExitStack) -> int:
    """Take the data directory, the port and the database in this order, so that each fault is said for what it is."""
    from app.cli.listening import bound
    from app.database import open_database, refuse_privileged

    if settings.database_url is None:
        from app.embedded import hold_serving

        held.enter_context(hold_serving(settings.data_dir, served_address(settings.host, settings.port)))
    listener = held.enter_context(bound(settings.host, settings.port))
    settings = replace(settings, port=listener.getsockname()[1])
    database = held.enter_context(open_database(settings, serve=True))
    asyncio.run(_prepare(settings, database, demo=demo))
    asyncio.run(refuse_privileged(database, settings))
    _hand_down(settings, database)
    return _run(settings, listener, workers=workers, demo=demo)


async def _prepare(settings: Settings, database: "Database", *, demo: bool) -> None:
    if not demo:
        await up_to_date(database)
        return
    from app.demo import load
    from app.embedded.place import made_data_dir

    made_data_dir(settings.data_dir)
    await in_system(settings, database, lambda system: load(system, settings.data_dir))


def _hand_down(settings: Settings, database: "Database") -> None:
    """Tell the workers, through their environment, what was decided. The owner's address is not for them."""
    os.environ.pop("LEADSTREAM_OWNER_DATABASE_URL", None)
    os.environ |= {
        "DATABASE_URL": database.app_url,
        "LEADSTREAM_HOST": settings.host,
        "LEADSTREAM_PORT": str(settings.port),
        "LEADSTREAM_DATA_DIR": str(settings.data_dir.expanduser().resolve()),
    }


def _run(settings: Settings, listener: socket, *, workers: int, demo: bool) -> int:
    from uvicorn import Config, Server
    from uvicorn.supervisors import Multiprocess

    from app.cli.listening import BACKLOG, announced
    from app.cli.logs import logging_configuration
    from schema.edge import EdgeSettings, server_options

    config = Config(
        "app.cli.worker:create_app",
        factory=True,
        workers=workers,
        loop="uvloop",
        **server_options(EdgeSettings()),
        # Signed addresses of files are secrets; the application logs what it does itself.
        access_log=False,
        log_config=logging_configuration(settings.log_level),
        backlog=BACKLOG,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    with announced(listener, _welcome(settings, demo=demo)):
        if workers == 1:
            Server(config).run(sockets=[listener])
        else:
            Multiprocess(config, sockets=[listener]).run()
    return 0


def _welcome(settings: Settings, *, demo: bool) -> str:
    """What is printed once it serves: the addresses, then the demonstration's users, one ``e-mail key`` a line."""
    address = served_address(settings.host, settings.port)
    keys = (read_private(settings.data_dir / "demo-keys") or "") if demo else ""
    return (
        f"serving on {address}\n"
        f"GraphQL, and GraphiQL in a browser: {address}/graphql\n"
        f"Subscriptions over a websocket: {address.replace('http', 'ws', 1)}/graphql\n"
    ) + (f"The demonstration's users and their API keys:\n{keys}" if keys else "")
