"""Messages about a failed run, muted and acknowledged in a browser, with and without scripts."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from spectra_gx import Project
from tests.browser.chromium import DESKTOP, PHONE, chromium, tab
from tests.fakes.service import (
    READ_TOKEN,
    RUN_TOKEN,
    STARTED,
    TOKENS,
    ServedProjectInThread,
)
from tests.integration.notify.shop import BAD_ORDER, Shop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

RULE = "shop.orders.order.min"
LATER = str(datetime.now(UTC).date() + timedelta(days=300))
HOSTILE = '"><script>alert(1)</script>' + "x" * 170
BROKEN = {"id": RULE, "status": "failed", "severity": "critical", "message": "1 of 1 rows"}
CHECKED = {"table": "shop.orders", "verdict": "failed", "rows": 1, "broken": [BROKEN]}
FAILED = {"verdict": "failed", "execution_id": "shop_1", "error": None}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose only run has failed."""
    root = tmp_path_factory.mktemp("failed") / "shop"
    Shop(root).hold(BAD_ORDER)
    Project.open(root).run("shop")
    return root


@pytest.fixture
def service(failed, tmp_path):
    root = shutil.copytree(failed, tmp_path / "shop")
    with ServedProjectInThread(root, TOKENS) as served:
        yield served


def sign_in(page, service, token, after):
    page.goto(f"http://127.0.0.1:{service.port}{after}")
    page.get_by_label("Token").fill(token)
    page.get_by_role("button", name="Sign in").click()


def fail(service):
    """Let a check find what the run has found; return its page."""
    started = service.ask(
        "POST", "/stages/shop/checks", token=RUN_TOKEN, headers={"Prefer": "respond-async"}
    )
    page = f"/live{started.headers['Location']}"
    events = service.ask("GET", started.headers["Location"] + "/events", token=RUN_TOKEN)
    events.event()
    service.event(*STARTED)
    service.event("table-checked", CHECKED)
    service.say("result", result=FAILED, exit_code=1)
    while events.event()[0] != "ended":
        pass
    return page


@pytest.mark.parametrize("scripts", [True, False])
def test_a_failed_rule_is_muted_acknowledged_and_unmuted(scripts, service, browser):
    checked = fail(service)
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    sign_in(page, service, RUN_TOKEN, checked)
    page.get_by_role("link", name=f"Mute or acknowledge {RULE}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Messages about shop")
    what = page.get_by_role("region", name="Mute").get_by_label("What")
    expect(what).to_have_value(RULE)
    page.get_by_label("Last day, UTC").fill(LATER)
    page.get_by_label("Reason").fill(HOSTILE)
    page.get_by_role("button", name="Mute", exact=True).click()
    [muted] = Project.open(service.root).muted("shop")
    assert (muted.name, str(muted.until), muted.by) == (RULE, LATER, "scheduler")
    expect(page.get_by_role("listitem").filter(has_text=muted.line)).to_be_visible()
    assert page.locator("main script").count() == 0

    page.get_by_role("region", name="Acknowledge").get_by_label("What").select_option("shop.orders")
    page.get_by_role("button", name="Acknowledge").click()
    [known] = Project.open(service.root).acknowledged("shop")
    assert (known.names, known.by) == (("shop.orders",), "scheduler")
    for path in (checked, "/live"):
        page.goto(f"http://127.0.0.1:{service.port}{path}")
        expect(page.locator(".note p")).to_have_text([muted.line, known.line])

    page.get_by_role("link", name="Mute or acknowledge messages about shop").click()
    page.get_by_role("button", name=f"Unmute {RULE}").click()
    expect(page.get_by_text(known.line)).to_be_visible()
    assert [*Project.open(service.root).muted("shop")] == []
    assert page.get_by_text(muted.line).count() == 0
    context.close()


@pytest.mark.parametrize(("scheme", "size"), [("light", DESKTOP), ("dark", PHONE)])
def test_the_page_of_messages_can_be_read_by_everybody(scheme, size, service, browser):
    project = Project.open(service.root)
    project.mute("shop", [RULE], until=datetime.now(UTC).date(), reason=HOSTILE, by="on-call")
    project.acknowledge("shop", by="on-call")
    checked = fail(service)
    address = f"http://127.0.0.1:{service.port}"
    name = f"{scheme}-{'phone' if size is PHONE else 'desktop'}"
    with tab(browser, scheme=scheme, viewport=size) as opened:
        page = opened.page
        sign_in(page, service, RUN_TOKEN, "/live")
        for title, path in (
            ("live-silenced", "/live"),
            ("live-run-silenced", checked),
            ("live-messages", f"/live/stages/shop/messages?name={RULE}"),
        ):
            page.goto(address + path)
            opened.keep(f"{title}-{name}")
            assert opened.serious() == [], title
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= size["width"], title
        assert (opened.outside, opened.said) == ([], [])


def test_who_may_read_sees_what_is_silent_and_no_form(service, browser):
    checked = fail(service)
    [muted] = Project.open(service.root).mute(
        "shop", until=datetime.now(UTC).date(), reason="moved"
    )
    with tab(browser, viewport=PHONE) as opened:
        page = opened.page
        sign_in(page, service, READ_TOKEN, checked)
        for path in (checked, "/live", "/live/stages/shop/messages"):
            page.goto(f"http://127.0.0.1:{service.port}{path}")
            expect(page.get_by_text(muted.line)).to_be_visible()
            assert page.get_by_role("link", name="Mute").count() == 0
            assert page.locator("form:not([action$=logout])").count() == 0
