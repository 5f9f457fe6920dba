"""Proof on the command line: a checkpoint that is kept, an export that is checked elsewhere, and what is refused."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

from app import proof_check
from tests.front_door.commands import run


def test_a_log_is_exported_checked_elsewhere_and_imported(data_dir: Path, tmp_path: Path) -> None:
    assert run("organization", "Acme", "--admin", "ada@example.com", data_dir=data_dir).code == 0
    note = run("checkpoint", data_dir=data_dir)
    assert note.out.splitlines()[1] == "13"
    kept, log = tmp_path / "kept", tmp_path / "log.jsonl"
    kept.write_text(note.out, "utf-8")
    key = run("checkpoint", "--key", data_dir=data_dir).out.strip()
    assert run("verify", "--checkpoint", str(kept), data_dir=data_dir).out == "The log is whole.\n"
    assert run("export-log", "--out", str(log), data_dir=data_dir).out == f"13 events are in {log}.\n"
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert checked(tmp_path, "--key", key, "kept", "log.jsonl") == 0
    log.write_text(log.read_text("utf-8").replace("Potential", "Possible"), "utf-8")
    assert checked(tmp_path, "log.jsonl") == 1
    refused = run("import-log", str(log), "--organization", "Copy", data_dir=data_dir)
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.endswith("is not imported, line 4: the payload is not the one that was recorded.\n")


def test_an_import_is_the_organization_again(data_dir: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    run("organization", "Acme", "--admin", "ada@example.com", data_dir=data_dir)
    key = run("checkpoint", "--key", data_dir=data_dir).out.strip()
    run("export-log", "--out", str(log), data_dir=data_dir)
    other = data_dir.with_name("other")
    other.mkdir(mode=0o700)
    done = run("import-log", str(log), "--organization", "Copy", "--key", key, data_dir=other)
    assert done.out.startswith("13 events came in: orga_")
    assert run("key", "ada@example.com", "--organization", "Copy", data_dir=other).out.startswith("api_")


def test_what_cannot_be_read_or_written_is_said(data_dir: Path, tmp_path: Path) -> None:
    note = tmp_path / "note"
    note.write_text("no checkpoint", "utf-8")
    for words, said in (
        (("verify", "--checkpoint", str(note)), "the checkpoint is no signed note."),
        (("verify", "--checkpoint", str(tmp_path / "nowhere")), "name a file with a checkpoint."),
        (("import-log", str(note), "--organization", "Acme", "--key", "no key"), "--key: the key is"),
    ):
        ended = run(*words, data_dir=data_dir)
        assert (ended.code, ended.out) == (1, "")
        assert said in ended.err


def checked(directory: Path, *words: str) -> int:
    """By the file alone, in a Python that finds nothing else."""
    alone = directory / "check.py"
    alone.write_bytes(Path(proof_check.__file__).read_bytes())
    return subprocess.run(
        [sys.executable, "-I", "check.py", *words], cwd=directory, capture_output=True, check=False
    ).returncode
