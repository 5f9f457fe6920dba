"""Load: one GraphQL document sent over many connections for some seconds, by the same generator for both sides.

wrk where it is installed, otherwise `sockets`: it takes more of the machine, so figures of the two do not compare.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.request import Request, urlopen

from benchmarks.bench import ROOT
from benchmarks.programs import environment
from benchmarks.rates import Rate

GENERATOR = "wrk" if shutil.which("wrk") else "sockets"
SCRIPT = Path(__file__).with_name("wrk.lua")
ENDING_PATIENCE_S = 30.0


@dataclass(frozen=True, kw_only=True)
class Target:
    """A document at an address. In `body`, __ID__ is one of the ids in turn, __N__ something new each time."""

    url: str
    authorization: str
    template: Path
    ids: Path

    @classmethod
    def of(
        cls,
        scratch: Path,
        *,
        url: str,
        document: str,
        variables: dict[str, Any],
        ids: Sequence[str],
        authorization: str = "",
    ) -> Target:
        """A document with its variables, tried once.

        Raises:
            RuntimeError: it is answered with errors.
        """
        body = json.dumps({"query": document, "variables": variables})
        run = f"{time.time_ns():x}"
        template, listed = scratch / f"{run}.json", scratch / f"{run}.ids"
        template.write_text(body)
        listed.write_text("\n".join(ids))
        target = cls(url=url, authorization=authorization, template=template, ids=listed)
        target.tried(ids[0])
        return target

    def tried(self, id: str) -> Any:
        """What it answers for one id.

        Raises:
            RuntimeError: it answers with errors.
        """
        body = self.template.read_text().replace("__ID__", id).replace("__N__", f"tried{time.time_ns():x}")
        headers = {"Content-Type": "application/json", "Authorization": self.authorization}
        request = Request(self.url, body.encode(), headers)  # noqa: S310  # our own server
        with urlopen(request, timeout=ENDING_PATIENCE_S) as response:  # noqa: S310
            answer = json.load(response)
        payloads = (answer.get("data") or {}).values()
        if "errors" in answer or any(one is None or one.get("errors") for one in payloads):
            raise RuntimeError(f"{self.url} answers: {json.dumps(answer)[:2_000]}")
        return answer["data"]


def shoot(target: Target, *, connections: int, seconds: float) -> Rate:
    """Send it over so many connections at once, one request after the other on each.

    Raises:
        RuntimeError: not every request was answered with 200.
    """
    env = environment(
        LOAD_TEMPLATE=str(target.template),
        LOAD_IDS=str(target.ids),
        LOAD_AUTHORIZATION=target.authorization,
        LOAD_RUN=f"{time.time_ns():x}_",
    )
    whole = max(1, round(seconds))
    wrk = ["wrk", "--threads=1", f"--connections={connections}", f"--duration={whole}s", f"--script={SCRIPT}"]
    ours = [sys.executable, "-m", "benchmarks.load.sockets", f"{connections}", f"{seconds}"]
    done = subprocess.run(
        [*(wrk if GENERATOR == "wrk" else ours), target.url],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=seconds + ENDING_PATIENCE_S,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{GENERATOR} failed: {done.stdout}{done.stderr}")
    found = json.loads(done.stdout.splitlines()[-1])
    if found.pop("failures"):
        raise RuntimeError(f"{target.url} did not answer every request with 200")
    return cast(Rate, found)
