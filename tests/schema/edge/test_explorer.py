"""GraphiQL: served from our own files, under a strict policy, and used in a real browser."""

import re
import shutil
from pathlib import Path

import httpx
import pytest

from tests.javascript import node
from tests.schema.edge.serving import Served
from tests.schema.edge.toy import KEY

BROWSER = shutil.which("chromium")
NAVIGATION = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def page(served: Served) -> httpx.Response:
    return httpx.get(served.url, headers=NAVIGATION)


def addresses(served: Served) -> list[str]:
    return re.findall(r'(?:src|href)="(/[^"]+)"', page(served).text)


def test_a_browser_gets_the_page_without_a_key(served: Served) -> None:
    assert (page(served).status_code, page(served).headers["content-type"]) == (200, "text/html; charset=utf-8")


def test_scripts_are_ours_alone(served: Served) -> None:
    assert "script-src 'self';" in page(served).headers["content-security-policy"]


def test_the_page_names_no_other_host(served: Served) -> None:
    assert "//" not in page(served).text.replace("<!doctype html>", "")


def test_every_file_of_the_page_is_served_with_its_type(served: Served) -> None:
    answers = [httpx.get(f"http://127.0.0.1:{served.port}{address}") for address in addresses(served)]
    types = [(answer.status_code, answer.headers["content-type"].split(";")[0]) for answer in answers]
    assert types == [(200, "text/css")] * 2 + [(200, "text/javascript")] * 4


def test_a_file_is_kept_for_as_long_as_its_address_is_the_same(served: Served) -> None:
    answer = httpx.get(f"http://127.0.0.1:{served.port}{addresses(served)[0]}")
    assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == (
        "public, max-age=31536000, immutable",
        "nosniff",
    )


def test_a_file_at_the_address_of_another_version_is_not_kept(served: Served) -> None:
    answer = httpx.get(f"{served.url}/static/explorer.js?v=older")
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("name", ["nothing.js", "..%2Fexplorer.py", "%2Fetc%2Fpasswd"])
def test_nothing_else_is_served_there(served: Served, name: str) -> None:
    assert httpx.get(f"{served.url}/static/{name}").status_code == 404


def test_all_its_files_together_are_small() -> None:
    assert sum(file.stat().st_size for file in Path("schema/edge/static").iterdir()) < 3_000_000


@pytest.mark.system
@pytest.mark.skipif(BROWSER is None, reason="needs a browser: apt-get install chromium")
def test_a_person_changes_a_status_in_one_window_and_sees_it_in_another(served: Served, tmp_path: Path) -> None:
    seen = node.run("browse.js", served.url, KEY, str(BROWSER), str(tmp_path), timeout_s=60)
    assert seen == {
        "address": served.url,  # the key has left it
        "variables": [{"input": {"leadId": "lead_…", "status": "Qualified"}}, {"leadId": "lead_…"}],
        "withoutKey": "Without a key every operation is refused.",
        "elsewhere": [],  # nothing was asked of other hosts
        "complaints": [],  # the browser had nothing to say about the policy or the scripts
    }
