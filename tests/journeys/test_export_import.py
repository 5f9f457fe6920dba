"""A log that moves: what `export-log` wrote gives the same pages in another database, to the same people."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from app import onboarding
from app.database import Database
from app.ids import uuid7
from app.proof.exporting import export_log
from app.proof.importing import import_log
from benchmarks.documents import known
from tests.support.api import Api, admin_of_new_organization
from tests.support.furniture import INBOXES, furnished
from tests.support.serving import Site, serving

# What is another one in another database: places in its log's epoch, and addresses signed by it.
LOCAL = re.compile(r"[cC]ursor|[uU]rl$")
ORGANIZATION = """{ organization { id name currency timeZone users { id name email role }
  leadStatuses { id label } pipelines { id statuses { id label } } customFields { id name type }
  customActivityTypes { id name } } }"""


def test_pages_are_the_same_elsewhere(site: Site, database: Database, tmp_path: Path) -> None:
    here = admin_of_new_organization(site, f"Acme {uuid7()}")
    lead = furnished(here)
    exported(here, tmp_path / "log")
    with serving(database) as other:
        bring = import_log(other.system, file=tmp_path / "log", organization="Copy", keys=(), progress=lambda *_: None)
        other.operate(bring)
        key = onboarding.issue_key(other.system, email="ada@example.com", organization=None)
        there = replace(here, site=other, key=other.operate(key))
        assert organization(there) == organization(here)
        assert page(there, lead) == page(here, lead)
        assert there.ask(INBOXES) == here.ask(INBOXES)
        there.do("writeNote", leadId=lead, text="Life goes on")


def exported(api: Api, path: Path) -> None:
    name = api.ask("{ organization { name } }")["organization"]["name"]
    with path.open("w", encoding="utf-8") as out:
        writing = export_log(api.site.system, organization=name, lead=None, out=out, progress=lambda *_: None)
        api.site.operate(writing)


def organization(api: Api) -> Any:
    return api.ask(ORGANIZATION)


def page(api: Api, lead: str) -> Any:
    document, _ = known("lead_page")
    return without_local(api.ask(document, id=lead))


def without_local(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_local(one) for name, one in value.items() if not LOCAL.search(name)}
    return [without_local(one) for one in value] if isinstance(value, list) else value
