"""The documentation becomes a site that needs nobody else's server."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.docs.pages import PAGES, REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

_LOADED = re.compile(
    r"""<(?:script|img|iframe)\b[^>]*\bsrc="(?:https?:)?//[^"]*"
      | <link\b[^>]*\brel="(?:stylesheet|preload|preconnect|icon)"[^>]*\bhref="(?:https?:)?//[^"]*"
      | @import\s+url\(['"]?(?:https?:)?//
      | url\(['"]?(?:https?:)?//""",
    re.VERBOSE,
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "sphinx", "--quiet", "--fail-on-warning", "docs", str(folder)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    return folder


def test_every_page_is_in_it(site: Path):
    pages = [page.removeprefix("docs/") for page in PAGES if page.startswith("docs/")]

    assert [page for page in pages if not (site / page).with_suffix(".html").is_file()] == []


def test_it_loads_nothing_from_elsewhere(site: Path):
    files = [path for path in site.rglob("*") if path.suffix in (".html", ".css")]
    loaded = {
        file.name: found for file in files if (found := _LOADED.findall(file.read_text("utf-8")))
    }

    assert files
    assert loaded == {}
    assert _LOADED.search('<script async src="https://example.com/a.js">')
