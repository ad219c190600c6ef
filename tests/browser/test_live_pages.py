"""The live pages of the service in a browser: a run is watched, and seen to fail."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import DESKTOP, PHONE, chromium, tab
from tests.fakes.service import READ_TOKEN, RUN_TOKEN, STARTED, TOKENS, ServedProjectInThread
from tests.fakes.stages import StageProject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

BROKEN = {
    "id": "shop.orders.id.required",
    "status": "failed",
    "severity": "critical",
    "message": "3 of 20 rows: `id` is null <script>alert(1)</script>",
}
FAILED = {"verdict": "failed", "execution_id": "shop_1", "error": None}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def service(tmp_path):
    StageProject(tmp_path)
    with ServedProjectInThread(tmp_path) as served:
        yield served


def address(service, path):
    return f"http://127.0.0.1:{service.port}{path}"


def fail(service):
    """Let the run come to a table that fails."""
    service.event(*STARTED)
    for step in ("Initialise", "Execute", "Validate"):
        service.event("step", {"step": step})
    service.event("table-started", {"table": "shop.customers", "rows": 5})
    service.event(
        "table-checked",
        {"table": "shop.customers", "verdict": "passed", "rows": 5, "broken": []},
    )
    service.event("table-started", {"table": "shop.orders", "rows": 20})


def test_a_run_is_watched_and_seen_to_fail(service, browser):
    with tab(browser, viewport=DESKTOP) as opened:
        page = opened.page
        page.goto(address(service, "/"))
        expect(page.get_by_role("status")).to_have_text("0 runs and checks going on, 0 waiting")
        page.get_by_role("button", name="Run shop").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Run of shop")
        expect(page.get_by_role("status")).to_contain_text("running")
        with tab(browser, viewport=DESKTOP) as beside:
            beside.page.goto(address(service, "/live"))
            expect(beside.page.get_by_role("button", name="Run shop")).to_be_disabled()
            fail(service)
            expect(page.locator("[aria-current=step]")).to_have_text(re.compile("Validate"))
            expect(page.get_by_role("row", name=re.compile("shop.orders"))).to_contain_text(
                "being checked"
            )
            expect(beside.page.get_by_role("link", name="run: Validate")).to_contain_text(
                "1 of 2 tables"
            )
            opened.keep("live-run-going-light-desktop")
            checked = {"table": "shop.orders", "verdict": "failed", "rows": 20, "broken": [BROKEN]}
            service.event("table-checked", checked)
            expect(page.locator(".broken .message")).to_have_text(
                "3 of 20 rows: id is null <script>alert(1)</script>"
            )
            service.say("result", result=FAILED, exit_code=1)
            expect(page.get_by_role("status")).to_contain_text("failed")
            expect(beside.page.get_by_role("button", name="Run shop")).to_be_enabled()
            assert (beside.outside, beside.said) == ([], [])
        opened.keep("live-run-failed-light-desktop")
        assert page.locator("main").evaluate("one => one.innerHTML.includes('alert(1)')")
        assert (opened.outside, opened.said) == ([], [])


@pytest.mark.parametrize(("scheme", "size"), [("light", DESKTOP), ("dark", PHONE)])
def test_live_pages_can_be_read_by_everybody(scheme, size, service, browser):
    run = service.ask("POST", "/stages/shop/runs").json["id"]
    service.ask("GET", f"/runs/{run}/events").event()
    fail(service)
    name = "phone" if size is PHONE else "desktop"
    with tab(browser, scheme=scheme, viewport=size) as opened:
        for title, path in (("live", "/live"), ("live-run", f"/live/runs/{run}")):
            opened.page.goto(address(service, path))
            opened.keep(f"{title}-{scheme}-{name}")
            assert opened.serious() == [], title
            width = opened.page.evaluate("document.documentElement.scrollWidth")
            assert width <= size["width"], title
        # The console names every answer that is no success.
        opened.page.goto(address(service, "/live/runs/nobody"))
        expect(opened.page.get_by_role("heading", level=1)).to_have_text("Not Found")
        assert opened.serious() == []


def test_without_scripts_pages_load_themselves_again(service, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address(service, "/live"))
    page.get_by_role("button", name="Check shop").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check of shop")
    assert page.locator("noscript meta[http-equiv=refresh]").count() == 1
    error = {"category": "warehouse", "code": "x", "message": "no `table`", "retryable": False}
    service.say("error", error=error, exit_code=3)
    expect(page.locator(".error")).to_have_text("shop could not be checked. no table")
    assert page.locator("noscript").count() == 0  # it is over
    context.close()


def test_a_token_signs_a_browser_in(tmp_path, browser):
    StageProject(tmp_path)
    with (
        ServedProjectInThread(tmp_path, TOKENS) as service,
        tab(browser, viewport=PHONE) as opened,
    ):
        page = opened.page
        page.goto(address(service, "/live"))
        assert page.url == address(service, "/login?next=/live")
        opened.keep("live-login-light-phone")
        assert opened.serious() == []
        page.get_by_label("Token").fill("not one of them")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_contain_text("opens nothing")
        page.get_by_label("Token").fill(READ_TOKEN)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Live")
        assert page.get_by_role("button", name="Run shop").count() == 0  # it may read only
        [cookie] = page.context.cookies()
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
        assert READ_TOKEN not in cookie["value"]
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
        page.get_by_label("Token").fill(RUN_TOKEN)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="Run shop").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Run of shop")
