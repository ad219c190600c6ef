"""Real runs from the command line, a real log, and a server that is shaped as Discord's."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from spectra_gx import Project, RunParameters
from spectra_gx.notify import apprise_services
from spectra_gx.warehouse.log.activity_log import DeltaActivityLog
from spectra_gx.warehouse.warehouse import Warehouse
from tests.fakes.discord import WEBHOOK_TOKEN, DiscordServer
from tests.fakes.projects import traces
from tests.integration.notify.shop import BAD_ORDER, BAD_STATE, CONTRACT, FINE, LONG_NOTE, Shop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import Ended

# Apprise loads every plugin it has; its mail plugin still looks for a module that 3.13 drops.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

BOUND = 5.0
"""Seconds that telling may take of a run."""

SLACK = 4.0
"""Seconds that a busy machine may add."""


@pytest.fixture(scope="module", autouse=True)
def _apprise_is_loaded() -> None:
    """Load its plugins before anybody counts seconds: a busy machine may need some."""
    apprise_services.open_service("json://127.0.0.1/path")


@pytest.fixture
def server() -> Iterator[DiscordServer]:
    with DiscordServer() as discord:
        yield discord


@pytest.fixture
def shop(tmp_path: Path, server: DiscordServer, monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.setenv("DISCORD_WEBHOOK_URL", server.webhook_url)
    return Shop(tmp_path / "shop")


@pytest.fixture
def run(shop: Shop, command: Callable[..., Ended]) -> Callable[..., Ended]:
    def runs(*options: str) -> Ended:
        return command("run", "shop", *options, "--json", "--project", shop.root)

    return runs


def log(shop: Shop) -> list[dict[str, object]]:
    return DeltaActivityLog(Warehouse(shop.root / "warehouse"), "shop").runs("run")


def headlines(server: DiscordServer) -> list[str]:
    """Return how each message begins, up to what differs from run to run."""
    return [
        message["content"].split("·")[0].strip("* ").replace("\\", "")
        for message in server.messages
    ]


def fields(message: dict) -> dict[str, str]:
    return {field["name"]: field["value"] for field in message["embeds"][0]["fields"]}


def test_twenty_runs_that_fail_alike_are_told_once_a_change_once_the_end_once(shop, server, run):
    shop.go_without_docs()
    shop.hold(BAD_ORDER)
    assert [run().code for _ in range(20)] == [1] * 20
    assert headlines(server) == ["shop broke its contract"]

    shop.hold(BAD_STATE)
    run()
    run()
    assert headlines(server)[1:] == ["Changed: shop broke its contract"]
    changed = fields(server.messages[1])
    assert "state.enum: critical, 1 row" in changed["Newly failing"].replace("\\", "")
    assert changed["Resolved"].replace("\\", "") == "shop.orders.order.min"
    assert "21 failed runs since" in server.messages[1]["content"]

    shop.hold(FINE)
    assert [run().code for _ in range(3)] == [0] * 3
    assert headlines(server)[2:] == ["shop passes again"]
    assert "22 failed runs since" in server.messages[2]["content"]

    rows = log(shop)
    told = [json.loads(str(row["metadata"]))["notification"] for row in rows if row["metadata"]]
    assert [one["kind"] for one in told] == ["first", "changed", "recovery"]
    assert {one["severity"] for one in told} == {"critical"}
    assert [row["notification"] for row in rows] == [
        *("sent", *["unchanged"] * 19),
        *("sent", "unchanged"),
        *("sent", None, None),
    ]
    assert len({row["fingerprint"] for row in rows}) == 3


def test_what_an_outage_kept_back_is_told_by_the_next_run(shop, server, run):
    shop.hold(BAD_ORDER)
    server.answer = 500
    run()
    run()
    server.answer = 204
    run()
    run()
    assert headlines(server) == ["shop broke its contract"]
    assert [row["notification"] for row in log(shop)] == ["failed", "failed", "sent", "unchanged"]


def test_looking_tells_nobody(shop, server, run, command):
    shop.hold(BAD_ORDER)
    run("--preview")
    run("--backfill")
    for options in ((), ("--record",)):
        command("check", "shop", *options, "--project", shop.root)
    assert server.requests == []

    run()
    assert headlines(server) == ["shop broke its contract"]


def test_a_run_that_was_killed_after_it_told_is_not_remembered(shop, server, run):
    """Its message may have arrived, its row never stood: the next run tells again, once."""
    shop.hold(BAD_ORDER)
    server.hang = True
    run_and_kill = [sys.executable, "-c", "from spectra_gx.cli import console; console()"]
    arguments = ["run", "shop", "--project", str(shop.root)]
    with subprocess.Popen(
        [*run_and_kill, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as killed:
        while not server.requests:
            assert killed.poll() is None
            time.sleep(0.05)
        killed.kill()
    assert killed.returncode == -signal.SIGKILL
    assert not (shop.root / "warehouse" / "Tables" / "log").exists()

    server.hang = False
    run()
    run()
    assert headlines(server) == ["shop broke its contract"]


def test_another_version_of_the_contract_that_fails_alike_is_no_news(shop, server, run):
    shop.hold(BAD_ORDER)
    run()
    shop.declare(CONTRACT.replace("1.0.0", "1.1.0"))
    run()
    shop.declare(CONTRACT.replace("1.0.0", "2.0.0").replace(", min: 1", ""))
    run()
    assert headlines(server) == ["shop broke its contract", "shop passes again"]


def test_a_rule_that_cannot_be_judged_is_another_failure(shop, server, run):
    shop.hold(BAD_ORDER)
    run()
    table = shop.root / "warehouse" / "Tables" / "shop" / "orders"
    table.rename(shop.root / "elsewhere")
    assert [run().code, run().code] == [3, 3]
    (shop.root / "elsewhere").rename(table)
    shop.hold(FINE)
    run()
    assert headlines(server) == [
        "shop broke its contract",
        "Changed: shop could not be checked completely",
        "shop passes again",
    ]


def test_two_runs_at_once_tell_one_message_each_at_most_and_agree_afterwards(shop, server, run):
    shop.hold(BAD_ORDER)

    def alongside(_: int) -> int:
        return Project.open(shop.root).run("shop", RunParameters()).exit_code

    with ThreadPoolExecutor(2) as pool:
        assert [*pool.map(alongside, range(2))] == [1, 1]
    told = len(server.messages)
    assert told in (1, 2)

    run()
    shop.hold(FINE)
    run()
    run()
    assert headlines(server)[told:] == ["shop passes again"]


def test_each_severity_goes_where_it_is_wanted(shop, server, run, monkeypatch, command):
    with DiscordServer() as critical, DiscordServer() as warning, DiscordServer() as info:
        for name, one in (("CRITICAL", critical), ("WARNING", warning), ("INFO", info)):
            monkeypatch.setenv(f"DISCORD_WEBHOOK_URL_{name}", one.webhook_url)
        for row in (LONG_NOTE, BAD_ORDER, FINE):
            shop.hold(row)
            run()
        assert command("notify", "digest", "--project", shop.root).code == 0
        assert headlines(warning) == ["shop passes with warnings"]
        assert headlines(critical) == [
            "shop broke its contract",
            "shop passes again",
        ]
        assert headlines(info) == ["Digest: the stage passes"]
    assert server.requests == []


def test_a_severitys_webhook_that_fails_leaves_it_to_the_others(shop, server, run, monkeypatch):
    shop.hold(BAD_ORDER)
    with DiscordServer(404) as critical:
        monkeypatch.setenv("DISCORD_WEBHOOK_URL_CRITICAL", critical.webhook_url)
        run()
        assert (len(critical.requests), len(server.messages)) == (1, 1)


def test_links_lead_to_the_table_where_the_docs_are_served(shop, server, run, monkeypatch):
    shop.hold(BAD_ORDER)
    monkeypatch.setenv("DOCS_URL", "https://docs.example.com/spectra/")
    monkeypatch.setenv("RUNBOOK_URL", "https://docs.example.com/runbook.html")
    [found] = map(json.loads, run().out.splitlines())
    assert found["docs_url"].startswith("https://docs.example.com/spectra/runs/shop/")
    told = fields(server.messages[0])
    table, address = told["Tables"][1:-1].split("](")
    assert table.replace("\\", "") == "shop.orders: failed"
    assert address.startswith("https://docs.example.com/spectra/")
    assert (shop.root / "warehouse/Files/docs" / address[33:]).is_file()
    assert "[Runbook](https://docs.example.com/runbook.html#validation)" in told["Where to look"]
    [row] = log(shop)
    assert str(row["docs_url"]).startswith("Files/docs/")


OUTAGES = {
    "refused": {"refuse": True},
    "hang": {"hang": True},
    "500": {"answer": 500},
    "429": {"answer": 429, "headers": {"Retry-After": "3600"}},
    "rate limit": {
        "answer": 429,
        "headers": {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "4102444800"},
    },
}


@pytest.mark.parametrize("outage", OUTAGES)
def test_an_outage_changes_neither_verdict_nor_more_than_five_seconds(
    outage, shop, run, monkeypatch
):
    def timed() -> tuple[float, int, dict]:
        began = time.monotonic()
        ended = run()
        return time.monotonic() - began, ended.code, json.loads(ended.out)

    shop.hold(BAD_ORDER)
    monkeypatch.delenv("DISCORD_WEBHOOK_URL")
    alone, code, result = timed()
    with DiscordServer(**OUTAGES[outage]) as server:
        monkeypatch.setenv("DISCORD_WEBHOOK_URL", server.webhook_url)
        took, code_then, result_then = timed()

    assert code_then == code == 1
    assert result_then["verdict"] == result["verdict"] == "failed"
    assert result_then["notification"] in ("failed", "timed out")
    assert result_then["recorded"]
    assert took < BOUND + 2 * alone + SLACK
    assert [*traces(WEBHOOK_TOKEN, shop.root)] == []


@pytest.mark.parametrize("status", [204, 500, None])
def test_no_token_of_any_webhook_is_said_or_stored(status, shop, command, monkeypatch):
    shop.declare(f"system: zephyr\n{CONTRACT}")
    shop.hold(BAD_ORDER)
    with DiscordServer(status or 204, refuse=status is None) as server:
        monkeypatch.setenv("DISCORD_WEBHOOK_URL", server.webhook_url)
        monkeypatch.setenv("DISCORD_WEBHOOK_URL_ZEPHYR", server.apprise_url)
        monkeypatch.setenv("DISCORD_WEBHOOK_URL_CRITICAL", f"nosuch://{WEBHOOK_TOKEN}")
        monkeypatch.setenv("DISCORD_WEBHOOK_URL_WARNING", server.webhook_url)
        monkeypatch.setenv("DISCORD_WEBHOOK_URL_INFO", f"slack://{WEBHOOK_TOKEN}")
        said = ""
        for words in (("run", "shop"), ("notify", "digest"), ("notify", "test"), ("log", "shop")):
            ended = command(*words, "--debug", "--project", shop.root)
            said += ended.out + ended.err
    assert WEBHOOK_TOKEN not in said
    assert [*traces(WEBHOOK_TOKEN, shop.root)] == []


def test_quiet_runs_leave_it_to_the_digest(shop, server, run, monkeypatch, command):
    monkeypatch.setenv("NOTIFY_RUNS", "false")
    shop.hold(BAD_ORDER)
    run()
    run()
    assert server.requests == []
    assert {row["notification"] for row in log(shop)} == {"left to the digest"}

    ended = command("notify", "digest", "--project", shop.root)
    assert ended.code == 0
    assert headlines(server) == ["Digest: 1 of 1 stage fails"]
    assert "2 runs, 2 failed" in server.messages[0]["content"]
    [cause, *_] = fields(server.messages[0]).values()
    assert "shop.orders.order.min" in cause.replace("\\", "")
    assert "shop.orders.order.min" in ended.out
    assert ended.out.endswith("notification: sent\n")


def test_a_digest_that_cannot_be_told_is_shown_and_exits_3(shop, server, run, command):
    run()
    server.answer = 500
    ended = command("notify", "digest", "shop", "--since", "7d", "--json", "--project", shop.root)
    assert ended.code == 3
    told = json.loads(ended.out)
    assert told["notification"] == "failed"
    assert [(one["stage"], one["runs"], one["failing"]) for one in told["stages"]] == [
        ("shop", 1, [])
    ]


def test_a_digest_of_what_never_ran(shop, server, command):
    ended = command("notify", "digest", "--project", shop.root)
    assert (ended.code, server.requests) == (2, [])
    assert "no stage has run yet" in ended.err

    ended = command("notify", "digest", "shop", "--project", shop.root)
    assert ended.code == 0
    assert headlines(server) == ["Digest: 1 of 1 stage did not run"]


@pytest.mark.parametrize("since", ["24", "h", "-1h", "0h", "1 day", "9999999d"])
def test_a_length_of_time_that_is_none(since, shop, command):
    ended = command("notify", "digest", f"--since={since}", "--project", shop.root)
    assert ended.code == 2
    assert "such as `24h` or `7d`" in ended.err


def test_every_webhook_is_tried(shop, server, command, monkeypatch):
    shop.declare(f"system: zephyr\n{CONTRACT}")
    with DiscordServer(404) as gone:
        monkeypatch.setenv("DISCORD_WEBHOOK_URL_CRITICAL", gone.webhook_url)
        monkeypatch.setenv("DISCORD_WEBHOOK_URL_INFO", f"nosuch://{WEBHOOK_TOKEN}")
        monkeypatch.setenv("DISCORD_WEBHOOK_URL_ZEPHYR", server.apprise_url)
        ended = command("notify", "test", "--project", shop.root)

    assert ended.code == 3
    assert ended.out.splitlines() == [
        "✗ DISCORD_WEBHOOK_URL_CRITICAL (Discord): failed, answered 404",
        "✗ DISCORD_WEBHOOK_URL_INFO: failed, neither a Discord webhook nor an Apprise URL",
        "✓ DISCORD_WEBHOOK_URL_ZEPHYR (JSON): sent",
        "✓ DISCORD_WEBHOOK_URL (Discord): sent",
    ]
    assert WEBHOOK_TOKEN not in ended.out + ended.err
    assert "alerts for DISCORD" in json.dumps(server.messages[1])
    assert not (shop.root / "warehouse" / "Tables" / "log").exists()


def test_all_webhooks_work(shop, command):
    ended = command("notify", "test", "--json", "--project", shop.root)
    assert ended.code == 0
    assert json.loads(ended.out) == [
        {
            "setting": "DISCORD_WEBHOOK_URL",
            "service": "Discord",
            "outcome": "sent",
            "why": "",
        }
    ]


def test_nobody_to_try(shop, command, monkeypatch):
    monkeypatch.delenv("DISCORD_WEBHOOK_URL")
    ended = command("notify", "test", "--project", shop.root)
    assert ended.code == 3
    assert "NOTIFY_URL is not set" in ended.err
