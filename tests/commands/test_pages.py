"""What pages about other tools tell people to type."""

from __future__ import annotations

import pytest

from tests.docs.test_commands import OTHER_TOOLS, follow


@pytest.mark.parametrize("page", OTHER_TOOLS)
def test_a_page_about_another_tool_does_what_it_says(page, example, site, command, monkeypatch):
    follow(page, example(OTHER_TOOLS[page]), site, command, monkeypatch)
