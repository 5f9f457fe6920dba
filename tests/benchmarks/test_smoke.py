"""Benchmarks run, and what they print is a table. How fast anything is, no test says."""

import subprocess
import sys

from benchmarks.bench import ROOT
from benchmarks.documents import known
from benchmarks.table import Side, alone, compared


def test_a_small_run_prints_a_row_for_each_thing_measured() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "seed", "--small", "--repeat", "1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    _, _, header, _, *rows = done.stdout.splitlines()
    assert header == "| Work | Ours | Peer | Ratio | Spread |"
    assert [row.split(",")[0] for row in rows] == ["| seed", "| seed"]


def test_a_small_run_reads_inboxes_and_fills_them() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "inbound", "inbox", "--small", "--repeat", "1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows = [row.split(":")[0] for row in done.stdout.splitlines()[4:]]
    assert "| inbox page, a frequent kind" in rows
    assert sum(row.startswith("| inbox page, all users") for row in rows) == 5
    assert sum("mail" in row for row in rows) >= 5


def test_ratios_are_those_of_rounds_that_ran_together() -> None:
    row = compared("w", Side(numbers=[10, 40, 30], unit="s"), Side(numbers=[10, 20, 10], unit="s"))
    assert (row.ours, row.peer, row.ratio, row.spread) == ("30.0 s", "10.0 s", "2.00", "1.00 to 3.00")


def test_a_missing_peer_is_a_row_that_says_why() -> None:
    assert (
        alone("w", Side(numbers=[1, 3], unit="s"), "none here").markdown()
        == "| w | 2.00 s | none here | - | 1.00 to 3.00 |"
    )


def test_documents_are_asked_as_far_as_our_schema_goes() -> None:
    page, left_out = known("lead_page")
    assert "pinnedActivities" in page
    assert not any(name in page for name in left_out)
