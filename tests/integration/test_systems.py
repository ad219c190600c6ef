"""What a stage's runs are known by: its contract's system or, without one, its name alone."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from spectra_gx import Project, RunParameters
from spectra_gx.contract.loading import load_project
from spectra_gx.errors import ConfigurationError, UsageError
from spectra_gx.report.addresses import run_page
from spectra_gx.settings import Settings
from spectra_gx.warehouse.log.activity_log import DeltaActivityLog
from spectra_gx.wiring import resolve_system
from tests.conftest import REPOSITORY
from tests.fakes.discord import DiscordServer
from tests.integration.notify.shop import BAD_ORDER, CONTRACT, FINE, Shop

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

ACME = f"system: acme\n{CONTRACT}"
CRM = f"system: acme / crm\n{CONTRACT}"


def log(shop: Shop) -> DeltaActivityLog:
    return DeltaActivityLog(Project.open(shop.root).warehouse, "shop")


@pytest.mark.parametrize(
    ("contract", "setting", "system", "name", "began"),
    [
        (CONTRACT, None, "shop", "shop", "shop_2"),
        (CONTRACT, "zephyr", "shop", "shop", "shop_2"),
        (ACME, None, "acme", "shop (acme)", "shop_acme_2"),
        (ACME, "zephyr", "acme", "shop (acme)", "shop_acme_2"),
        (CRM, None, "acme / crm", "shop (acme / crm)", "shop_acme _ crm_2"),
    ],
)
def test_one_identity_wherever_a_run_is_named(
    contract, setting, system, name, began, tmp_path, command, monkeypatch
):
    shop = Shop(tmp_path / "shop")
    shop.declare(contract)
    shop.hold(BAD_ORDER)
    if setting:
        monkeypatch.setenv("SOURCE_SYSTEM", setting)
    with DiscordServer() as server:
        monkeypatch.setenv("DISCORD_WEBHOOK_URL", server.webhook_url)
        failed = command("run", "shop", "--project", shop.root)
        shop.hold(FINE)
        passed = command("run", "shop", "--project", shop.root)
        digest = command("notify", "digest", "--project", shop.root)
        ready = command("handoff", "shop", "--project", shop.root)

    assert failed.out.splitlines()[-1].startswith(f"✗ {name} broke its contract (")
    assert passed.out.splitlines()[-1].startswith(f"✓ {name} passes (")
    rows = log(shop).runs()
    assert {(row["source_system"], row["source_name"]) for row in rows} == {(system, system)}
    assert all(row["execution_id"].startswith(began) for row in rows)
    first, second, third = (json.dumps(message).replace("\\", "") for message in server.messages)
    assert f"**{name} broke its contract**" in first
    assert f"**{name} passes again**" in second
    assert f"{name}: 2 runs, 1 failed" in third
    assert digest.code == 0
    assert ready.code == 0
    assert f"ready: consume run {began}" in ready.out
    page = shop.root / "warehouse" / "Files" / "docs" / run_page("shop", rows[-1]["execution_id"])
    assert f"<dt>Source</dt><dd>{system}</dd>" in page.read_text("utf-8")
    warned = f"SOURCE_SYSTEM is `{setting}`, but contract `shop` says `system: acme`"
    assert (warned in passed.err) == (setting is not None and system == "acme")
    assert warned not in ready.err


def test_older_runs_of_a_stage_without_a_system_are_its_own(tmp_path, command):
    shop = Shop(tmp_path / "shop")
    Project.open(shop.root).run("shop", RunParameters())
    [row] = log(shop).runs("run")
    shop_log = shop.root / "warehouse" / "Tables" / "log" / "shoplog"
    shop_log.rename(shop.root / "before")
    log(shop).append(row["execution_id"], [dict(row, source_system="zephyr")])

    assert command("handoff", "shop", "--project", shop.root).code == 0
    digest = command("notify", "digest", "--json", "--project", shop.root)
    assert [one["system"] for one in json.loads(digest.out)["stages"]] == ["shop"]

    shop.declare(ACME)
    refused = command("handoff", "shop", "--project", shop.root)
    assert (refused.code, "`shop` has never run" in refused.out) == (1, True)


@pytest.mark.parametrize(
    ("stage", "declared", "setting", "system"),
    [
        ("source", "zephyr", None, "zephyr"),
        ("source", "zephyr", "jira", "zephyr"),
        ("source", None, "zephyr", "zephyr"),
        ("source", None, None, "source"),
        ("prepare", None, "zephyr", "prepare"),
        ("prepare", "jira", "zephyr", "jira"),
    ],
)
def test_the_setting_only_fills_what_a_contract_leaves_open(stage, declared, setting, system):
    contract = replace(load_project(REPOSITORY)[stage], system=declared)
    assert resolve_system(contract, Settings(source_system=setting)) == system


@pytest.mark.parametrize(
    ("declared", "setting", "place"),
    [("acme", None, "contract `source`"), (None, "acme", "SOURCE_SYSTEM")],
)
def test_a_system_that_nothing_reads_is_named(declared, setting, place, empty_project):
    file = empty_project / "contracts" / "source.contract.yaml"
    text = file.read_text("utf-8")
    line = f"system: {declared}\n" if declared else ""
    file.write_text(text.replace("system: zephyr\n", line, 1), "utf-8")
    project = Project(empty_project, settings_overrides={"source_system": setting})
    ended = project.run("source", RunParameters(), sandbox=True)
    assert isinstance(ended.error, ConfigurationError)
    assert (
        f"{place} names the system `acme`, and this version reads `zephyr` and `jira`"
        in ended.error.message
    )
    assert (ended.identity.system, ended.recorded) == ("acme", True)


def test_names_that_are_no_text_cost_no_run_its_record(tmp_path):
    shop = Shop(tmp_path / "shop")
    names = {"notebook_name": "a\udcff/..\0", "source_name": "b\udcff", "workspace_id": "c\udcff"}
    contract = shop.root / "contracts" / "shop.contract.yaml"
    contract.write_text(f"system: acme\n{CONTRACT}", "utf-8")
    project = Project(shop.root, settings_overrides=names)
    ended = project.run("shop", RunParameters(), correlation_id="d\udcff")
    [row] = log(shop).runs("run")
    assert (ended.success, ended.recorded, ended.docs) == (True, True, "Files/docs/index.html")
    stored = [row[name] for name in ("source_name", "workspace_id", "correlation_id")]
    assert stored == ["b\\udcff", "c\\udcff", "d\\udcff"]
    assert row["notebook_name"] == "a\\udcff/..\\x00"
    assert row["execution_id"].startswith("a_udcff_.._x00_2")
    with pytest.raises(UsageError, match="`correlation_id` takes a text, not a value of type int"):
        project.run("shop", RunParameters(), correlation_id=5)
