"""Take the pictures of the pages: `python docs/screenshots.py FOLDER`, of runs of the shop.

They are made whenever the site is, so that none shows what is no longer so.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from message_pictures import take_messages
from playwright.sync_api import ViewportSize, sync_playwright
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

SHOP = Path(__file__).parent / "examples" / "shop"
_WIDTH = 120
"""Columns of the terminal."""

_FIRST, _LAST = 22, 6
"""Lines of a run that its picture shows."""

_DESK: ViewportSize = {"width": 1200, "height": 720}

_DARK = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 18px 22px; background: #16181d; color: #e6e8eb;
       font: 14px/1.45 "DejaVu Sans Mono", monospace; width: max-content }}
pre {{ margin: 0 }}
{stylesheet}</style><body><pre>{code}</pre>"""


def take(folder: Path) -> None:
    """Write pictures of each kind of page, also in the dark and on a phone, and of a terminal."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, _browser() as page:
        project = Path(temporary) / "shop"
        shutil.copytree(SHOP, project)
        for options in (["--clean"], []):
            _deliver(project, options)
            said = _run(project)
        docs = project / "warehouse" / "Files" / "docs"
        for name, path in {
            "overview": "index.html",
            "table": "tables/shop/shop.product.html",
            "contract": "contracts/shop.html",
            "runbook": "runbook.html#validation",
            "run": _newest(docs, "runs/shop/shop_*.html"),
            "gx-report": _newest(docs, "validations/shop/product/*/*/*.html"),
        }.items():
            page.goto(f"{docs.as_uri()}/{path}")
            page.screenshot(path=folder / f"{name}.png")
        page.emulate_media(color_scheme="dark")
        page.goto(f"{docs.as_uri()}/index.html")
        page.screenshot(path=folder / "overview-dark.png")
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 390, "height": 844})
        page.screenshot(path=folder / "overview-phone.png")
        page.set_viewport_size(_DESK)
        terminal = project / "terminal.html"
        terminal.write_text(_as_html(f"$ spectra-gx run shop\n{_shortened(said)}"), "utf-8")
        page.goto(terminal.as_uri())
        page.locator("body").screenshot(path=folder / "terminal.png")
        take_messages(page, project, folder)


def _newest(docs: Path, pattern: str) -> str:
    return max(docs.glob(pattern)).relative_to(docs).as_posix()


def _deliver(project: Path, options: list[str]) -> None:
    """Let the shop's systems leave a day in the project."""
    words = [sys.executable, project / "generate.py", *options]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own script


def _run(project: Path) -> str:
    """Return what a run of the shop shows on a terminal."""
    colours = {"FORCE_COLOR": "1", "COLUMNS": str(_WIDTH), "TERM": "xterm-256color"}
    ended = subprocess.run(  # noqa: S603 - our own command
        [Path(sys.executable).with_name("spectra-gx"), "run", "shop"],
        cwd=project,
        env={**os.environ, **colours, "WAREHOUSE": "warehouse"},
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.stdout


def _shortened(said: str) -> str:
    """Leave the middle of a long screen out."""
    lines = said.splitlines()
    return "\n".join([*lines[:_FIRST], "…", *lines[-_LAST:]])


def _as_html(said: str) -> str:
    console = Console(record=True, width=_WIDTH, file=io.StringIO())
    console.print(Text.from_ansi(said))
    return console.export_html(theme=MONOKAI, code_format=_DARK)


@contextmanager
def _browser() -> Iterator[Page]:
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("the pictures need `chromium`; on Debian: `sudo apt-get install chromium`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser.new_page(viewport=_DESK)
        browser.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]))
