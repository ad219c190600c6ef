"""The data docs of a warehouse as a browser shows them, wherever they are."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.browser.chromium import DESKTOP, chromium, tab
from tests.conftest import SETTINGS
from tests.stores.answers import steady

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stores.journey import Journey

PAGES = (
    "index.html",
    "tables/shop/shop.orders.html",
    "contracts/shop.html",
    "runs/shop/index.html",
    "runbook.html",
)
# Ctrl-C may be ignored by whoever runs the tests, which a process inherits.
_COMMAND = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from spectra_gx.cli import main; sys.exit(main(sys.argv[1:]))"
)


@contextmanager
def served(journey: Journey, action: str) -> Iterator[str]:
    """Type `docs open` or `docs serve`, yield the address that it says, and press Ctrl-C."""
    opened = journey.root / "opened.txt"
    note = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_text(sys.argv[2])"
    browser = shlex.join([sys.executable, "-c", note, str(opened)])
    environment = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    with subprocess.Popen(
        [sys.executable, "-c", _COMMAND, "docs", action],
        cwd=journey.root,
        env={**environment, **journey.environment, "BROWSER": f"{browser} %s"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        yield url
        server.send_signal(2)
        _, said = server.communicate(timeout=60)
    assert (server.returncode, said.splitlines()) == (
        0,
        ["serving until interrupted with Ctrl-C", "stopped"],
    )
    assert action == "serve" or opened.read_text("utf-8") == url


def read_pages(journey: Journey, action: str) -> dict[str, str]:
    """Return what a browser shows of a page of every sort, and whether all of its links lead on."""
    shown: dict[str, str] = {}
    with (
        served(journey, action) as url,
        chromium() as browser,
        tab(browser, viewport=DESKTOP) as opened,
    ):
        opened.page.goto(url)
        opened.page.get_by_role("link", name="shop.orders").first.click()
        shown["clicked"] = opened.page.url.removeprefix(url)
        links: set[str] = set()
        for name in PAGES:
            opened.page.goto(f"{url}{name}")
            shown[name] = steady(opened.page.inner_text("body"), journey.places)
            hrefs = opened.page.eval_on_selector_all(
                "a[href], link[href]", "all => all.map(one => one.href)"
            )
            links |= {link.partition("#")[0] for link in hrefs}
        opened.page.goto(url)
        opened.keep(f"docs-of-{'a-folder' if journey.served is None else journey.served.kind}")
        inside = sorted(link for link in links if link.startswith(url))
        lost = [link for link in inside if opened.page.request.get(link).status != 200]
        shown["links"] = f"{len(inside)} links, lost: {lost}"
        assert (opened.outside, opened.said) == ([], [])
    return shown
