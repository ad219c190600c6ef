"""Names that nothing has, and options without effect, end a command with 2 and a next step."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from spectra_gx import NotebookSession, Project, RunParameters
from spectra_gx.errors import UsageError
from tests.integration.notify.shop import CONTRACT, Shop

if TYPE_CHECKING:
    from pathlib import Path

QUARANTINING = CONTRACT.replace("shop.orders:\n", "shop.orders:\n    quarantine: true\n")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path / "shop")


# -- names -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("log", "shopp"),
            "no contract in `contracts/` is for stage 'shopp' — did you mean 'shop'?",
        ),
        (("log", "source"), "no contract in `contracts/` is for stage 'source'; stages are shop"),
        (("log", "../shop"), "../shop"),
        (("handoff", "other"), "stages are shop"),
        (("run", "other"), "stages are shop"),
        (("notify", "digest", "shop", "other"), "stages are shop"),
        (("quarantine", "list", "other"), "stages are shop"),
        (("quarantine", "show", "shop.x"), "no contract declares a table `shop.x`; there are"),
        (
            ("quarantine", "release", "shop.x", "--run", "r"),
            "no contract declares a table `shop.x`",
        ),
        (("quarantine", "release", "shop.orders", "--run", "r"), "that run `r` quarantined"),
        (
            ("quarantine", "show", "shop.orders", "--rule", "shop.orders.order.mni"),
            "no rule `shop.orders.order.mni` — did you mean 'shop.orders.order.min'?",
        ),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, tuple) else "",
)
def test_a_name_that_nothing_has(words, said, shop, command):
    ended = command(*words, "--project", shop.root)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err


def test_what_has_nothing_to_show_is_no_error(shop, command):
    for words in (
        ("log", "shop"),
        ("log", shop.root / "contracts" / "shop.contract.yaml"),
        ("quarantine", "list", "shop"),
        ("quarantine", "show", "shop.orders", "--rule", "shop.orders.order.min"),
    ):
        assert command(*words, "--project", shop.root).code == 0


def test_the_log_of_a_stage_whose_contract_is_gone_can_be_read(shop, command):
    Project.open(shop.root).run("shop", RunParameters())
    contracts = shop.root / "contracts"
    (contracts / "shop.contract.yaml").rename(contracts / "new.contract.yaml")
    assert "Success" in command("log", "shop", "--project", shop.root).out
    ended = command("log", "other", "--project", shop.root)
    assert (ended.code, "stages are new; logs are of shop" in ended.err) == (2, True)


# -- options ---------------------------------------------------------------------------------------

OPTIONS = {
    "--bootstrap": (),
    "--rebuild": (),
    "--publish-anyway": (),
    "--no-test": (),
    "--project-id": ("7",),
    "--sandbox": (),
    "--batch-id": ("b",),
}


@pytest.mark.parametrize("option", OPTIONS)
def test_a_stage_that_nothing_builds_takes_no_options_of_building(option, shop, command):
    ended = command("run", "shop", option, *OPTIONS[option], "--project", shop.root)
    assert ended.code == 2
    assert f"error: `{option}` does nothing for stage `shop`" in ended.err
    assert not (shop.root / "warehouse" / "Tables" / "log").exists()


@pytest.mark.parametrize("option", [*OPTIONS, "--preview", "--correlation-id"])
def test_a_backfill_takes_no_other_option(option, project, command):
    value = ("run_1",) if option == "--correlation-id" else OPTIONS.get(option, ())
    ended = command("run", "source", "--backfill", option, *value, "--project", project)
    assert (ended.code, f"`{option}` does nothing in a backfill" in ended.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "2026-01-01"), "`--from` needs `--to`"),
        (("--to", "2026-01-01"), "`--to` needs `--from`"),
        (("--from", "1.1.2026", "--to", "2026-01-01"), "`1.1.2026` is not a day; write it as"),
        (("--from", "2026-01-02", "--to", "2026-01-01"), "is before `--from 2026-01-02`"),
        (("--from", "2026-01-01", "--to", "2026-01-01"), "no table is published by `replace_wh"),
        (("other", "--from", "2026-01-01", "--to", "2026-01-01"), "`--from` is for one stage"),
        (("--from", "2026-01-01", "--to", "2026-01-01", "--staged", "x"), "leave one out"),
    ],
)
def test_days_that_cannot_be_run(words, said, shop, command):
    ended = command("run", "shop", *words, "--project", shop.root)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert not (shop.root / "warehouse" / "Tables" / "log").exists()


def test_options_that_exclude_each_other(project, command):
    anyway = command("run", "source", "--preview", "--publish-anyway", "--project", project)
    assert (anyway.code, "does nothing in a preview" in anyway.err) == (2, True)
    fault = command("run", "source", "--fault", "html", "--project", project)
    assert (fault.code, "add `--sandbox`" in fault.err) == (2, True)


def test_options_with_an_effect_are_taken(shop, command):
    for options in (("--preview",), ("--correlation-id", "run_1"), ("--quiet",), ("--debug",)):
        assert command("run", "shop", *options, "--project", shop.root).code == 0
    assert command("run", "shop", "--backfill", "--project", shop.root).code == 0


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"backfill": True}, "a backfill has no steps of its own; call `Project.run`"),
        ({"release": "run_1"}, "`release` is set by `Project.release` alone"),
        ({"bootstrap": True}, "`--bootstrap` does nothing for stage `shop`"),
        ({"sandbox": True}, "`--sandbox` does nothing for stage `shop`"),
    ],
)
def test_a_notebook_takes_no_parameter_without_effect(parameters, said, shop):
    with pytest.raises(UsageError) as refused:
        NotebookSession("shop", project=shop.root, **parameters)
    assert said in refused.value.message


# -- quarantine ------------------------------------------------------------------------------------


def test_a_quarantine_without_a_builder_is_said_to_do_nothing(shop, command):
    shop.declare(QUARANTINING)
    linted = command("lint", "--project", shop.root)
    assert linted.code == 0
    noted = "note: contracts/shop.contract.yaml:7:5: `quarantine` of 'shop.orders' does nothing"
    assert noted in linted.err
    ended = command("run", "shop", "--project", shop.root)
    assert ended.code == 0
    assert "WARNING: `quarantine` of `shop.orders` does nothing" in ended.err
    shop.declare(CONTRACT)
    assert "note" not in command("lint", "--project", shop.root).err
    assert "quarantine" not in command("run", "shop", "--project", shop.root).err


def test_a_check_as_of_another_time_says_nothing_of_what_stands(shop, command):
    for options in (("--as-of", "2026-01-31"), ("--version", "0")):
        command("check", "shop", *options, "--record", "--project", shop.root)
        assert command("handoff", "shop", "--project", shop.root).code == 1
    rows = json.loads(command("log", "shop", "--json", "--project", shop.root).out)
    operations = [json.loads(row["parameters"])["operation"] for row in rows if row["parameters"]]
    assert operations == ["backfill", "backfill"]
    assert command("check", "shop", "--record", "--project", shop.root).code == 0
    assert command("handoff", "shop", "--project", shop.root).code == 0
