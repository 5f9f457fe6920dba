"""What each serving process runs: the application, and with several of them a watch on the one that started it."""

import multiprocessing
import os
import signal
import threading
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.applications import Starlette


def create_app() -> "Starlette":
    """The application; everything it needs to know stands in the environment."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    from app.main import create_app as create

    return create()


def _end_with(parent: BaseProcess) -> None:
    """Workers of a killed parent would hold its port for ever, and the next ``serve`` could not start."""
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
