"""Mutes and acknowledgements on a real log, from the command line and from Python."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from spectra_gx import Project, UsageError
from spectra_gx.notify import apprise_services
from spectra_gx.runner.alerts.silences import is_expired_silence, is_silence
from spectra_gx.warehouse.log.activity_log import DeltaActivityLog
from spectra_gx.warehouse.warehouse import Warehouse
from tests.fakes.discord import DiscordServer
from tests.integration.notify.shop import BAD_ORDER, FINE, Shop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# Apprise loads every plugin it has; its mail plugin still looks for a module that 3.13 drops.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

LATER = datetime.now(UTC).date() + timedelta(days=300)
RULE = "shop.orders.order.min"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path / "shop")


@pytest.fixture
def notify(shop: Shop, command: Callable[..., object]) -> Callable[..., object]:
    return lambda *words: command("notify", *words, "--project", shop.root)


def activities(shop: Shop) -> list[dict[str, object]]:
    return DeltaActivityLog(Warehouse(shop.root / "warehouse"), "shop").runs("activity")


def test_a_mute_silences_messages_and_nothing_else(shop, notify, command, monkeypatch):
    apprise_services.open_service("json://127.0.0.1/path")  # its plugins take seconds to load
    shop.go_without_docs()
    shop.hold(BAD_ORDER)

    def run():
        ended = command("run", "shop", "--json", "--project", shop.root)
        said = json.loads(ended.out)
        return ended.code, said["verdict"], said["recorded"], said["notification"], said["muted"]

    with DiscordServer() as server:
        monkeypatch.setenv("NOTIFY_URL", server.webhook_url)
        assert notify("mute", "shop", RULE, "--until", LATER, "--reason", "moved").code == 0
        [mute] = Project.open(shop.root).muted()
        assert run() == (1, "failed", True, "muted", [mute.to_dict()])
        assert server.messages == []
        assert notify("unmute", "shop", RULE).code == 0
        assert run() == (1, "failed", True, "sent", [])
        assert len(server.messages) == 1


def test_the_newest_runs_are_shown_with_what_was_muted_since(shop, notify, command):
    shop.go_without_docs()
    project = Project.open(shop.root)
    said = ("--until", LATER, "--reason", "moved")
    assert notify("mute", "shop", *said).code == 0
    project.run("shop")
    assert notify("unmute", "shop").code == 0
    second = project.run("shop")
    assert notify("mute", "shop", RULE, *said).code == 0

    def entities(last):
        rows = command("log", "shop", "--last", last, "--json", "--project", shop.root).out
        return [(row["record_type"], row["entity_name"]) for row in json.loads(rows)]

    of_run = [("checkpoint", None), ("run", None)]
    mute, unmute = ("activity", "mute"), ("activity", "unmute")
    assert entities(1) == [*of_run, mute]
    assert entities(2) == entities(3) == [mute, *of_run, unmute, *of_run, mute]
    text = command("log", "shop", "--last", 1, "--project", shop.root).out
    assert second.identity.execution_id in text
    assert f"until {LATER}: moved" in text


def test_what_is_said_is_in_the_log_and_listed(shop, notify, command):
    shop.go_without_docs()
    shop.hold(BAD_ORDER)
    project = Project.open(shop.root)
    project.run("shop")
    known = project.acknowledge("shop", ["shop.orders"], by="Ada")
    [mute] = project.mute("shop", until=LATER, reason="moving\n the  source")
    assert (known.rules, mute.reason, mute.by) == ({RULE}, "moving the source", None)

    listed = json.loads(notify("muted", "--json").out)
    assert listed == {"muted": [mute.to_dict()], "acknowledged": [known.to_dict()]}
    assert notify("muted").out.splitlines() == [mute.line, known.line]
    text = command("log", "shop", "--project", shop.root).out
    assert "acknowledge shop.orders (Ada)" in text
    assert f"mute shop until {LATER}: moving the source" in text
    assert [row["status"] for row in activities(shop)] == ["Success", "Success"]

    assert project.unmute("shop") == [mute]
    shop.hold(FINE)
    project.run("shop")
    assert (project.muted(), project.acknowledged()) == ([], [])
    assert notify("muted", "shop").out == "nothing is muted or acknowledged\n"


def test_a_stage_is_muted_before_its_first_run(shop):
    project = Project.open(shop.root)
    project.mute("shop", until=LATER, reason="not delivered yet")
    assert len(project.muted("shop")) == 1
    assert project.handoff("shop").ready is False


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (("mute", {"names": ["shop.order"]}), "no table or rule 'shop.order' — did you mean"),
        (("mute", {"until": date(2020, 1, 1)}), "2020-01-01 is over"),
        (("mute", {"until": datetime(2099, 1, 1, tzinfo=UTC)}), "`until` takes a date"),
        (("mute", {"reason": " \n"}), "`reason` takes 1 to 200 printable characters"),
        (("mute", {"reason": "\x1b[2J"}), "`reason` takes 1 to 200 printable characters"),
        (("mute", {"by": "x" * 201}), "`by` takes 1 to 200 printable characters"),
        (("acknowledge", {}), "nothing of stage `shop` failed in the newest run"),
        (("acknowledge", {"names": ["nothing"]}), "no table or rule 'nothing'"),
        (("unmute", {}), "nothing of stage `shop` is muted"),
        (("unmute", {"names": [RULE]}), f"nothing of '{RULE}' is muted"),
    ],
)
def test_what_cannot_be_silenced_is_refused(call, says, shop):
    name, given = call
    needed = {"until": LATER, "reason": "moved"} if name == "mute" else {}
    with pytest.raises(UsageError) as refused:
        getattr(Project.open(shop.root), name)("shop", **needed | given)
    assert says in str(refused.value)
    assert activities(shop) == []


def test_a_reason_keeps_no_secret(shop, monkeypatch):
    monkeypatch.setenv("API_TOKEN", "tok-3f9a1c77d2")
    [mute] = Project.open(shop.root).mute("shop", until=LATER, reason="see tok-3f9a1c77d2")
    assert "3f9a1c77d2" not in mute.reason
    assert "3f9a1c77d2" not in str(activities(shop))


def test_a_mute_stays_in_the_log_as_long_as_it_counts(shop):
    project = Project.open(shop.root)
    project.mute("shop", until=LATER, reason="moved")
    project.unmute("shop")
    rows = activities(shop)
    last = datetime.combine(LATER, datetime.max.time(), UTC)
    over = last + timedelta(microseconds=1)
    assert [is_silence(row) for row in rows] == [True, True]
    assert [is_expired_silence(row, last) for row in rows] == [False, False]
    assert [is_expired_silence(row, over) for row in rows] == [True, True]


def test_an_activity_that_is_only_called_so_silences_nothing():
    row = {"entity_name": "mute", "execution_id": "shop_20261129_120000_000000"}
    assert not is_silence(row)


def test_pages_show_what_is_muted_until_the_mute_is_over(shop):
    project = Project.open(shop.root)
    project.run("shop")
    docs = shop.root / "warehouse" / "Files" / "docs"
    pages = [docs / "index.html", docs / "runs" / "shop" / "index.html"]

    def shows(line: str) -> set[bool]:
        return {line in page.read_text("utf-8") for page in pages}

    project.mute("shop", ["shop.orders"], until=LATER, reason="<b>moved</b> & gone")
    line = f"shop.orders muted until {LATER}: &lt;b&gt;moved&lt;/b&gt; &amp; gone"
    assert shows(line) == {True}
    project.build_docs()
    assert shows(line) == {True}
    ended = project.run("shop")
    assert line in (shop.root / "warehouse" / ended.page).read_text("utf-8")
    assert shows(line) == {True}
    project.unmute("shop")
    assert shows(line) == {False}
