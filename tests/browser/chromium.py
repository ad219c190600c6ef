"""Chromium as Debian packages it, driven over pages that may speak to nobody."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Page, Route

SCREENSHOTS = Path(__file__).parents[2] / "test-output" / "screenshots"

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
_SERIOUS = "axe.run({preload: false}).then(found => found.violations.filter(one => \
    ['serious', 'critical'].includes(one.impact)).map(one => [one.id, one.nodes[0].html]))"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start it; without one the tests fail, for pages that nobody has opened prove nothing."""
    found = shutil.which("chromium")
    if found is None:
        pytest.fail(
            "no `chromium` is installed, and the data docs are tested in one; "
            "on Debian: `sudo apt-get install chromium`",
            pytrace=False,
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Tab:
    """A page, and what went wrong on it."""

    page: Page
    outside: list[str] = field(default_factory=list)
    """Addresses asked for that are not of this machine."""

    said: list[str] = field(default_factory=list)
    """Errors and warnings on the console, and dialogs."""

    def serious(self) -> list[list[str]]:
        """Return what axe finds serious or critical: rule and element."""
        self.page.evaluate(AXE_SCRIPT)
        found: list[list[str]] = self.page.evaluate(_SERIOUS)
        return found

    def keep(self, name: str) -> None:
        """Keep a picture of the whole page with the test's output."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


@contextmanager
def tab(browser: Browser, *, scheme: str = "light", viewport: dict[str, int]) -> Iterator[Tab]:
    """Open a tab that notes every request and every complaint."""
    context = browser.new_context(color_scheme=scheme, viewport=viewport)  # type: ignore[arg-type]
    opened = Tab(context.new_page())

    def watch(route: Route) -> None:
        address = urlsplit(route.request.url)
        if address.scheme == "file" or address.hostname == "127.0.0.1":
            route.continue_()
        else:
            opened.outside.append(route.request.url)
            route.abort()

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            opened.said.append(message.text)

    context.route("**/*", watch)
    opened.page.on("console", note)
    opened.page.on("pageerror", lambda error: opened.said.append(str(error)))
    opened.page.on("dialog", lambda dialog: opened.said.append(dialog.message))
    yield opened
    context.close()
