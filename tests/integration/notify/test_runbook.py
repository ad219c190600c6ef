"""The runbook has a section for everything that an alert can link to."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from spectra_gx.causes import Cause
from spectra_gx.errors import SpectraError

if TYPE_CHECKING:
    from collections.abc import Iterator

RUNBOOK = Path(__file__).parents[3] / "docs" / "source" / "OPERATIONAL-RUNBOOK.md"


def categories(error: type[SpectraError] = SpectraError) -> Iterator[str]:
    yield error.category
    for kind in error.__subclasses__():
        yield from categories(kind)


@pytest.mark.parametrize(
    "anchor",
    [
        *categories(),
        *("notification", "handoff", "killed", "quarantine"),
        *(f"cause-{cause}" for cause in Cause),
    ],
)
def test_every_alert_and_every_cause_has_one_section_of_four_answers(anchor: str):
    text = RUNBOOK.read_text(encoding="utf-8")

    section = rf'^<a id="{anchor}"></a>\n### (.+?)(?=\n<a id|\n## )'
    sections = re.findall(section, text, re.MULTILINE | re.DOTALL)

    assert len(sections) == 1
    for answer in ("**You see**", "**First check**", "**Fix**", "**It is over**"):
        assert answer in sections[0]


def test_every_link_inside_leads_somewhere():
    text = RUNBOOK.read_text(encoding="utf-8")
    headings = {
        re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }
    anchors = set(re.findall(r'<a id="(.+?)"></a>', text)) | headings

    assert set(re.findall(r"\]\(#(.+?)\)", text)) <= anchors
