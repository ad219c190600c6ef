"""What pages quote of their example is what the example has."""

from __future__ import annotations

import pytest

from tests.docs.pages import REPOSITORY, blocks
from tests.docs.test_commands import OTHER_TOOLS

QUOTED = ("toml", "yaml", "sql")


@pytest.mark.parametrize("page", OTHER_TOOLS)
def test_quoted_files_are_those_of_the_example(page):
    files = [
        path.read_text(encoding="utf-8")
        for kind in ("*.toml", "*.yml", "*.sql")
        for path in (REPOSITORY / OTHER_TOOLS[page]).rglob(kind)
    ]
    quoted = [block.text for block in blocks(page) if block.language in QUOTED]

    assert quoted
    assert [text for text in quoted if not any(text in file for file in files)] == []
