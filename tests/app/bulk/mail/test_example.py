"""The example of mail in docs/importing.md does what the page says."""

from __future__ import annotations

import re
from pathlib import Path

from app.bulk.mail.sides import Reason
from tests.app.bulk.mail.conftest import Mail

PAGE = Path(__file__).parents[4] / "docs" / "importing.md"
_MESSAGE = re.compile(r"^`(\S+)\.eml`\n\n```eml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SAID = re.compile(r"it says\n\n```\n(.*?)^```$", re.MULTILINE | re.DOTALL)


async def test_the_example_of_the_page(mail: Mail) -> None:
    page = PAGE.read_text("utf-8")
    said = _SAID.search(page)
    assert said is not None
    await mail.lead("Jürgens & Söhne", "aenne@juergens.example")
    for name, text in _MESSAGE.findall(page):
        mail.put(name, text.encode())
    entries = await mail.run()
    assert mail.report is not None
    lines = [str(entry).removeprefix(f"{mail.folder}/") for entry in mail.entries]
    shown = [re.sub(r"lead_\w+", "lead_…", line) for line in (*lines, *mail.report.lines())]
    assert sorted(shown) == sorted(said[1].splitlines())
    assert entries["lunch"].reason is Reason.COLLEAGUES
    sent, answer = await mail.emails()
    assert sent.to == ('"Jürgens, Änne" <aenne@juergens.example>',)
    assert (answer.body_text, answer.thread_id) == ("Yes please, by spring.", sent.thread_id)
    assert [(file.name, file.content_type, file.size_bytes) for file in answer.files] == [
        ("Maße.pdf", "application/pdf", 8)
    ]
