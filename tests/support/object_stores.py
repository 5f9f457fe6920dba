"""An S3-compatible store on this machine, as a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

import httpx

from tests.support.serving import TIMEOUT_S

KEY_ID, SECRET = "key-of-the-test", "secret-of-the-test"


@dataclass(frozen=True, kw_only=True)
class ObjectStore:
    """A store that serves."""

    endpoint: str

    def bucket(self) -> str:
        """A new bucket's name."""
        name = f"files-{uuid4()}"
        # It takes everybody's word and looks at the shape of a signature alone.
        credentials = (
            f"AWS4-HMAC-SHA256 Credential={KEY_ID}/20260101/us-east-1/s3/aws4_request, SignedHeaders=, Signature="
        )
        httpx.put(
            f"{self.endpoint}/{name}", headers={"authorization": credentials}, timeout=TIMEOUT_S
        ).raise_for_status()
        return name

    def settings(self, bucket: str) -> dict[str, str]:
        """What an operator sets to use it."""
        return {
            "LEADSTREAM_FILE_STORE": f"s3://{bucket}/crm?endpoint={self.endpoint}&region=us-east-1",
            "LEADSTREAM_FILE_STORE_KEY_ID": KEY_ID,
            "LEADSTREAM_FILE_STORE_SECRET": SECRET,
        }


@contextmanager
def object_store() -> Iterator[ObjectStore]:
    """A store on a free port while the block lasts."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    program = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await_answer(port, program)
        yield ObjectStore(endpoint=f"http://127.0.0.1:{port}")
    finally:
        program.kill()
        program.wait()


def free_port() -> int:
    """A port on which nothing listens now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _await_answer(port: int, program: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + TIMEOUT_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S).close()
        except ConnectionRefusedError:
            assert program.poll() is None, "the object store ended"
            assert time.monotonic() < deadline, "the object store does not listen"
            time.sleep(0.05)
        else:
            return
