"""Memory stays flat while long files go in and out: what a server takes does not grow with what passes through it."""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.support.api import Api
from tests.support.filed import attach, url_of
from tests.support.processes import server_process
from tests.support.serving import TIMEOUT_S, Site

MIB = 1024 * 1024
LENGTH = 25 * MIB
AT_ONCE = 10  # a quarter of a gigabyte on its way
# Of each file a few pieces are in memory; of the allocators' own ways there are some tens more.
GROWTH_MAX = 100 * MIB
PROC = Path("/proc/self/clear_refs")

pytestmark = pytest.mark.skipif(not PROC.exists(), reason="only Linux tells what a process took at most")


def taken(pid: int, what: str) -> int:
    """Bytes of memory of a process: VmRSS now, or VmHWM at most since it was last asked to forget."""
    found = re.search(rf"^{what}:\s+(\d+) kB$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    assert found
    return int(found[1]) * 1024


def forget_peak(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def test_ten_long_files_at_once_take_a_few_pieces_each(site: Site, api: Api, lead: str, tmp_path: Path) -> None:
    content = os.urandom(LENGTH)
    with server_process(site.system.database, tmp_path) as program, ThreadPoolExecutor(AT_ONCE) as threads:
        there = api.at(program.url)
        send(there, content)  # what is loaded with the first one is no growth
        before = taken(program.pid, "VmRSS")
        forget_peak(program.pid)
        ids = list(threads.map(lambda _: send(there, content), range(AT_ONCE)))
        up = taken(program.pid, "VmHWM") - before
        attach(api, lead, *ids)
        urls = [url_of(there, one).replace(site.url, program.url) for one in ids]
        forget_peak(program.pid)
        assert list(threads.map(length_of, urls)) == [LENGTH] * AT_ONCE
        down = taken(program.pid, "VmHWM") - before
    assert up < GROWTH_MAX
    assert down < GROWTH_MAX


def send(api: Api, content: bytes) -> str:
    """The id of an upload."""
    with httpx.Client(timeout=3 * TIMEOUT_S) as client:
        answer = client.post(f"{api.site.url}/files", content=content, headers={"authorization": f"Bearer {api.key}"})
    assert answer.status_code == 201, answer.text
    file_id: str = answer.json()["fileId"]
    return file_id


def length_of(url: str) -> int:
    """How many bytes are behind an address."""
    with httpx.stream("GET", url, timeout=3 * TIMEOUT_S) as answer:
        assert answer.status_code == 200
        return sum(map(len, answer.iter_raw()))
