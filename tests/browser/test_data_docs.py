"""The data docs as people open them: in a browser, from a folder, after runs that failed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from spectra_gx import Project, RunParameters
from spectra_gx.sources.faults import Fault, FaultKind
from tests.browser.chromium import DESKTOP, PHONE, chromium, tab
from tests.conftest import REPOSITORY, SETTINGS
from tests.fakes.folders import folder_of
from tests.fakes.projects import QuickProject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

ALERT = "<script>alert('here')</script>"
HOSTILE = [
    ALERT,
    '"><img src=x onerror=alert(1)>',
    "gnp\u202e.exe",
    "x" * 5000,
    "{{ 7 * 7 }}",
    "&amp;",
]
CONTRACT = """\
contract: hostile
version: 1.0.0
owner: "<b>Nobody</b>"
purpose: "Says `<script>alert(1)</script>` and \\u202Eturns around."
tables:
  hostile.texts:
    description: "</h1><script>alert(2)</script>"
    primary_key: [text]
    columns:
      text: {type: string, required: true, enum: ["</td><script>alert(3)</script>"]}
      secret: {type: string, enum: [nothing], classification: pii}
"""
ENUM = "source.endpoints.http_method.enum"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project whose source stage passed, could not be finished, and then broke its contract."""
    root = tmp_path_factory.mktemp("docs")
    shutil.copytree(REPOSITORY / "contracts", root / "contracts")
    (root / "contracts" / "hostile.contract.yaml").write_text(CONTRACT, encoding="utf-8")
    rows = {"text": HOSTILE, "secret": ["hidden-value"] * len(HOSTILE)}
    write_deltalake(root / "warehouse" / "Tables" / "hostile" / "texts", pa.table(rows))
    with pytest.MonkeyPatch.context() as environment:
        for name in SETTINGS:
            environment.delenv(name, raising=False)
        Project.open(root).run("source", RunParameters(), sandbox=True)
        refused = [Fault(FaultKind.BAD_TOKEN)]
        QuickProject(root, None).run("source", RunParameters(), sandbox=True, faults=refused)
        source = root / "contracts" / "source.contract.yaml"
        text = source.read_text(encoding="utf-8")
        source.write_text(text.replace("enum: [GET, POST, PUT,", "enum: [GET, POST,"), "utf-8")
        failed = Project.open(root).run("source", RunParameters(), sandbox=True)
        assert failed.exit_code == 1, failed.error
        assert Project.open(root).run("hostile", RunParameters()).exit_code == 1
        Project.open(root).build_docs()
    return Project.open(root)


@pytest.fixture(scope="module")
def docs(project: Project) -> Path:
    return folder_of(project.warehouse, "Files/docs/index.html").parent


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def pages(docs: Path) -> dict[str, Path]:
    """One page of every sort, by name."""
    failed = sorted(docs.glob("runs/source/source_*.html"))
    return {
        "overview": docs / "index.html",
        "table": docs / "tables" / "source" / "source.endpoints.html",
        "hostile-table": docs / "tables" / "hostile" / "hostile.texts.html",
        "contract": docs / "contracts" / "source.html",
        "run": failed[-1],
        "run-ended-early": failed[1],
        "runs": docs / "runs" / "source" / "index.html",
        "runbook": docs / "runbook.html",
        "gx-report": max(docs.glob("validations/source/endpoints/*/*/*.html")),
    }


def test_three_clicks_lead_from_the_overview_to_the_row_and_the_line(docs, browser):
    with tab(browser, viewport=DESKTOP) as opened:
        page = opened.page
        page.goto((docs / "index.html").as_uri())
        assert page.get_by_role("heading", level=1).inner_text() == "2 of 2 stages do not pass"
        page.get_by_role("link", name=ENUM).click()
        row = page.locator(f"article[id='rule-{ENUM}'] .sample tbody tr").first
        assert row.locator("td").all_inner_texts() == ["/admin/preference", "PUT"]
        assert page.evaluate("window.scrollY") > 0
        page.locator(f"article[id='rule-{ENUM}']").get_by_role("link", name="contract line").click()
        line = page.locator("li:has(:target)")
        assert "http_method: {type: string, required: true, enum: [GET, POST, DELETE]}" in (
            line.inner_text()
        )
        page.get_by_role("link", name="✗ enum").click()
        assert page.url.endswith(f"source.endpoints.html#rule-{ENUM}")
        assert (opened.outside, opened.said) == ([], [])


@pytest.mark.parametrize(
    ("scheme", "size"), [("light", "desktop"), ("dark", "phone"), ("dark", "desktop")]
)
def test_every_sort_of_page_can_be_read_by_everybody(scheme, size, docs, browser):
    with tab(browser, scheme=scheme, viewport=PHONE if size == "phone" else DESKTOP) as opened:
        for name, page in pages(docs).items():
            opened.page.goto(page.as_uri())
            opened.keep(f"{name}-{scheme}-{size}")
            assert opened.serious() == [], name
            width = opened.page.evaluate("document.documentElement.scrollWidth")
            assert width <= opened.page.viewport_size["width"], name
        assert (opened.outside, opened.said) == ([], [])


CUT = """() => [...document.querySelectorAll('body *')].filter(one => {
    const style = getComputedStyle(one);
    return one.scrollWidth > one.clientWidth + 1 && style.overflowX !== 'visible'
        && style.clipPath === 'none' && one.clientWidth > 0
        && !style.backgroundAttachment.includes('local');
}).map(one => one.outerHTML.slice(0, 200))"""
"""Elements that hide a part of what is in them and have no shade at their edge that says so."""


def test_on_a_phone_nothing_is_cut_without_a_hint_that_it_scrolls(docs, browser):
    with tab(browser, viewport=PHONE) as opened:
        for name, page in pages(docs).items():
            opened.page.goto(page.as_uri())
            for folded in opened.page.locator("summary").all():
                folded.click()
            assert opened.page.evaluate(CUT) == [], name


def test_the_line_numbers_of_a_contract_are_beside_their_lines(docs, browser):
    for viewport in (DESKTOP, PHONE):
        with tab(browser, viewport=viewport) as opened:
            opened.page.goto((docs / "contracts" / "source.html").as_uri())
            offsets = opened.page.evaluate("""() =>
                [...document.querySelectorAll('.source li')].map(one =>
                    one.querySelector('.no').getBoundingClientRect().top
                    - one.querySelector('code').getBoundingClientRect().top)""")
            assert len(offsets) > 150
            assert max(offsets) - min(offsets) < 0.1


def test_failing_rows_use_the_width_of_their_card_and_none_is_cut(docs, browser):
    with tab(browser, viewport=DESKTOP) as opened:
        opened.page.goto(pages(docs)["run"].as_uri())
        card = opened.page.locator(".card").first
        table = card.locator(".sample").first
        assert table.bounding_box()["width"] > 0.9 * card.bounding_box()["width"]
        hidden = "one => one.scrollHeight > one.clientHeight + 1"
        assert not card.locator(".scroll").first.evaluate(hidden)
        assert table.locator("tbody tr").count() == 5
        card.get_by_text("15 more rows").click()
        assert card.locator(".sample").last.locator("tbody tr").count() == 15


def test_what_to_do_opens_the_section_of_the_runbook(docs, browser):
    with tab(browser, viewport=DESKTOP) as opened:
        opened.page.goto((docs / "index.html").as_uri())
        opened.page.get_by_role("link", name="the runbook on validation").first.click()
        assert opened.page.url.endswith("runbook.html#validation")
        assert opened.page.locator("h3:target").inner_text().startswith("The contract failed")
        opened.page.goto(pages(docs)["run-ended-early"].as_uri())
        opened.page.get_by_role("link", name="the runbook on authentication").click()
        assert opened.page.locator("h3:target").inner_text() == "Authentication failed (401)"
        assert (opened.outside, opened.said) == ([], [])


def test_no_page_asks_for_anything_outside_or_complains(docs, browser):
    """Every page, Great Expectations' own included."""
    every = sorted(docs.rglob("*.html"))
    assert len(every) > 20
    with tab(browser, viewport=DESKTOP) as opened:
        for page in every:
            opened.page.goto(page.as_uri())
        assert (opened.outside, opened.said) == ([], [])


def test_every_link_leads_somewhere(docs):
    ours = [page for page in docs.rglob("*.html") if page.parts[len(docs.parts)] in OURS]
    anchors = {page.resolve(): links_of(page)[1] for page in docs.rglob("*.html")}
    lost = []
    for page in ours:
        for link in links_of(page)[0]:
            address = urlsplit(link)
            target = (page.parent / unquote(address.path)).resolve() if address.path else page
            fragment = unquote(address.fragment)
            if not target.is_file() or (fragment and fragment not in anchors[target]):
                lost.append(f"{page.name}: {link}")
    assert len(ours) > 12
    assert lost == []


def test_text_of_data_and_contracts_stays_text(docs, browser):
    with tab(browser, viewport=DESKTOP) as opened:
        for name in ("tables/hostile/hostile.texts.html", "contracts/hostile.html", "index.html"):
            opened.page.goto((docs / name).as_uri())
        opened.page.goto((docs / "tables" / "hostile" / "hostile.texts.html").as_uri())
        cells = opened.page.locator(".sample").first.locator("td").all_inner_texts()
        assert ALERT in cells
        assert "{{ 7 * 7 }}" in cells
        assert "&amp;" in cells
        assert "gnp\\u202e.exe" in cells
        assert max(map(len, cells)) < 700
        opened.page.get_by_role("link", name="GX report").click()
        assert opened.page.get_by_text(ALERT).count() > 0
        assert opened.page.locator("img").count() == 0
        assert (opened.outside, opened.said) == ([], [])


def test_no_page_shows_a_sensitive_value(docs):
    pages = [*docs.rglob("*.html"), *docs.parent.rglob("*.json")]
    assert [page for page in pages if "hidden-value" in page.read_text("utf-8")] == []


def test_a_keyboard_reaches_everything(docs, browser):
    with tab(browser, viewport=DESKTOP) as opened:
        opened.page.goto((docs / "index.html").as_uri())
        opened.page.keyboard.press("Tab")
        assert opened.page.locator(":focus").inner_text() == "Skip to the content"
        opened.page.keyboard.press("Enter")
        assert opened.page.url.endswith("#content")
        for _ in range(40):
            opened.page.keyboard.press("Tab")
            if ENUM in opened.page.locator(":focus").inner_text():
                break
        opened.page.keyboard.press("Enter")
        opened.page.wait_for_url(f"**/source.endpoints.html#rule-{ENUM}")


def test_a_server_on_loopback_shows_the_same(project, browser):
    # Ctrl-C may be ignored by whoever runs the tests, which a process inherits.
    code = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from spectra_gx.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, "docs", "serve", "--project", str(project.root)]
    environment = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as server:
        url = server.stdout.readline().strip()
        with tab(browser, viewport=DESKTOP) as opened:
            opened.page.goto(url)
            opened.page.get_by_role("link", name=ENUM).click()
            opened.page.get_by_role("link", name="GX report").click()
            assert opened.page.url.startswith(f"{url}validations/")
            assert (opened.outside, opened.said) == ([], [])
        server.send_signal(2)
        _, said = server.communicate(timeout=20)
    assert (server.returncode, said.splitlines()[-1]) == (0, "stopped")


OURS = ("index.html", "contracts", "runs", "tables")


def links_of(page: Path) -> tuple[list[str], set[str]]:
    """Return where a page leads, and its own anchors."""
    links: list[str] = []
    anchors: set[str] = set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            said = dict(attrs)
            if (name := said.get("id")) is not None:
                assert name not in anchors, f"{page.name} has {name} twice"
                anchors.add(name)
            if tag in ("a", "link") and (link := said.get("href")) is not None:
                links.append(link)

    if page.parts[-2] != "static":
        Reader().feed(page.read_text("utf-8"))
    return links, anchors
