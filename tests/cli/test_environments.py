"""`--environment` picks warehouse, webhooks, credentials and overrides together, or refuses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from spectra_gx import NotebookSession, Project
from spectra_gx.cli.output import in_environment
from spectra_gx.errors import ConfigurationError, UsageError
from spectra_gx.settings import load_settings

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = """\
contract: shop
version: 1.0.0
owner: Shop Team
tables:
  shop.orders:
    rows: {min: 2}
    columns:
      id: {type: long, required: true}
handoff:
  to: billing
environments:
  dev:
    shop.orders.rows: {min: 1}
"""
STAGE = """\
import pyarrow as pa

from spectra_gx import Run, table


@table("shop.orders")
def order(run: Run):
    return pa.table({"id": [1]})
"""
SETTINGS = """\
[tool.spectra-gx]
warehouse_credentials = "lake"

[tool.spectra-gx.credentials.lake]
aws_access_key_id = "env:LAKE_KEY"
aws_secret_access_key = "env:LAKE_SECRET"

[tool.spectra-gx.environments.dev]
warehouse = "lake-of-dev"
notify_url = "env:DEV_NOTIFY_URL"

[tool.spectra-gx.environments.prod]
warehouse = "lake-of-prod"
warehouse_credentials = "lake"
notify_url = "env:PROD_NOTIFY_URL"

[tool.spectra-gx.environments.prod.credentials.lake]
provider = "managed-identity"
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "shop.contract.yaml").write_text(CONTRACT)
    (tmp_path / "stages").mkdir()
    (tmp_path / "stages" / "shop.py").write_text(STAGE)
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    return tmp_path


def test_everything_of_an_environment_is_picked_together(shop, monkeypatch):
    for name in ("NOTIFY_URL", "NOTIFY_URL_CRITICAL", "DEV_NOTIFY_URL", "PROD_NOTIFY_URL"):
        monkeypatch.setenv(name, f"json://{name.lower()}")
    monkeypatch.setenv("WAREHOUSE", "lake-of-the-job")

    general = load_settings(shop)
    assert (str(general.warehouse), general.warehouse_credentials) == ("lake-of-the-job", "lake")
    assert [*general.named_webhooks()] == ["NOTIFY_URL_CRITICAL", "NOTIFY_URL"]

    dev = load_settings(shop, environment="dev")
    assert (str(dev.warehouse), dev.warehouse_credentials) == ("lake-of-dev", None)
    assert {name: url.get_secret_value() for name, url in dev.named_webhooks().items()} == {
        "NOTIFY_URL": "json://dev_notify_url"
    }
    prod = load_settings(shop, environment="prod")
    assert (str(prod.warehouse), prod.warehouse_credentials) == ("lake-of-prod", "lake")
    kinds = [one.declared[0].kind for one in (dev.credentials, prod.credentials) if one]
    assert kinds == ["S3", "Azure"]
    assert load_settings(shop, environment="prod", warehouse="x").warehouse_credentials == "lake"


def test_a_run_says_in_which_environment_it_was(shop, command, monkeypatch):
    monkeypatch.setenv("DEV_NOTIFY_URL", "")
    (shop / "pyproject.toml").write_text(SETTINGS.replace('notify_url = "env:DEV_NOTIFY_URL"', ""))
    assert command("run", "shop", "--environment", "dev", "--project", shop).code == 0
    assert (shop / "lake-of-dev" / "Tables" / "shop" / "orders").is_dir()
    ended = command("run", "shop", "--environment", "dev", "--project", shop)
    assert ended.out.rstrip().endswith(", environment dev)")
    assert "next: `spectra-gx handoff shop --environment dev` checks whether" in ended.out
    ended = command("log", "shop", "--environment", "dev", "--project", shop)
    heading, *rows = ended.out.splitlines()
    assert heading.split()[-1] == "environment"
    assert {row.split()[-1] for row in rows} == {"dev"}

    monkeypatch.setenv("SPECTRA_ENVIRONMENT", "dev")
    logged = json.loads(command("log", "shop", "--json", "--project", shop).out)
    assert {row["environment"] for row in logged if row.get("environment")} == {"dev"}
    assert command("check", "shop", "--project", shop).code == 0
    assert not (shop / "warehouse").exists()


def test_what_to_type_next_is_about_the_same_environment(shop, command, monkeypatch):
    monkeypatch.setenv("DEV_NOTIFY_URL", "")
    (shop / "pyproject.toml").write_text(SETTINGS.replace('notify_url = "env:DEV_NOTIFY_URL"', ""))
    dev = ("--environment", "dev", "--project", shop)
    assert "`spectra-gx run <stage> --environment dev`" in command("docs", *dev).err
    assert "`spectra-gx run shop --environment dev`" in command("doctor", *dev).out
    assert "`spectra-gx run shop`" in command("doctor", "--project", shop).out
    ended = command("check", "shop", *dev)
    assert ended.code == 3
    assert "`spectra-gx docs build --environment dev`" in ended.out


@pytest.mark.parametrize(
    ("text", "environment", "shown"),
    [
        ("`spectra-gx run shop`", None, "`spectra-gx run shop`"),
        ("`spectra-gx run shop`", "prod", "`spectra-gx run shop --environment prod`"),
        ("`spectra-gx run a`, `x`", "x", "`spectra-gx run a --environment x`, `x`"),
        ("`spectra-gx log --environment dev`", "x", "`spectra-gx log --environment dev`"),
        ("`spectra-gx lint`, `spectra-gx runs`", "prod", "`spectra-gx lint`, `spectra-gx runs`"),
        ("`spectra-gx log`", "two words", "`spectra-gx log --environment 'two words'`"),
    ],
)  # fmt: skip
def test_commands_about_tables_name_the_environment(text, environment, shown):
    assert in_environment(text, environment) == shown


def test_the_overrides_of_contracts_are_those_of_the_environment(shop, monkeypatch):
    monkeypatch.setenv("DEV_NOTIFY_URL", "json://dev")
    dev, plain = Project(shop, environment="dev"), Project(shop)
    bounds = [project.contract("shop").table("shop.orders") for project in (dev, plain)]
    assert [table and table.table_rules[1].argument for table in bounds] == [{"min": 1}, {"min": 2}]
    # One that only pyproject.toml knows leaves a contract as it is.
    (shop / "pyproject.toml").write_text("[tool.spectra-gx.environments.test]\n")
    assert Project(shop, environment="test").contract("shop") == plain.declared_contract("shop")


def test_in_python_an_environment_is_named_where_the_project_is_opened(shop, monkeypatch):
    monkeypatch.setenv("DEV_NOTIFY_URL", "json://dev")
    dev = Project.open(shop, environment="dev")
    assert dev == Project(shop, environment="dev")
    session = NotebookSession("shop", project=shop, environment="dev")
    assert session.project.warehouse.address == str(shop / "lake-of-dev")
    with pytest.raises(UsageError, match=r"`Project.open\(…, environment='dev'\)`"):
        NotebookSession("shop", project=dev, environment="dev")
    with pytest.raises(UsageError, match="there is no environment 'devv'"):
        NotebookSession("shop", project=shop, environment="devv")


def test_a_variable_of_a_job_that_is_empty_is_no_environment(shop, command, monkeypatch):
    ended = command("log", "shop", "--environment", "", "--project", shop)
    assert ended.code == 2
    assert "an empty name is not an environment; leave the option out, or give one" in ended.err
    monkeypatch.setenv("SPECTRA_ENVIRONMENT", "")
    assert Project(shop).settings.spectra_environment is None


@pytest.mark.parametrize("named", ["prdo", "staging"])
@pytest.mark.parametrize("words", [["log", "shop"], ["check", "shop"], ["docs"], ["doctor"]])
def test_an_unknown_environment_is_refused_by_every_command(words, named, shop, command):
    ended = command(*words, "--environment", named, "--project", shop)
    said = ended.out + ended.err
    assert ended.code == (1 if words == ["doctor"] else 2)
    assert f"environment '{named}'" in said
    assert ("did you mean 'prod'" in said) == (named == "prdo")
    assert not (shop / "warehouse").exists()


def test_production_is_never_chosen_by_a_file_that_everybody_gets(shop, monkeypatch):
    (shop / "pyproject.toml").write_text(
        SETTINGS.replace("[tool.spectra-gx]\n", '[tool.spectra-gx]\nspectra_environment = "prod"\n')
    )
    with pytest.raises(ConfigurationError, match="every checkout would run there"):
        load_settings(shop)
    monkeypatch.setenv("PROD_NOTIFY_URL", "json://there")
    assert load_settings(shop, environment="prod").spectra_environment == "prod"
    monkeypatch.setenv("SPECTRA_ENVIRONMENT", "prod")
    assert load_settings(shop).spectra_environment == "prod"


def test_lint_finds_names_and_settings_that_do_not_exist(shop, command):
    (shop / "contracts" / "shop.contract.yaml").write_text(
        CONTRACT.replace(
            "    rows:", "    location: s3://lake/orders\n    credentials: lage\n    rows:"
        )
    )
    (shop / "stages" / "shop.py").unlink()
    (shop / "pyproject.toml").write_text(
        f"{SETTINGS}\n[tool.spectra-gx.environments.test]\n"
        'notify_url = "json://host"\nwarehous = "x"\nwarehouse_credentials = "pond"\n'
        'base_url = "https://elsewhere.example"\n'
        "[tool.spectra-gx.environments.other]\n"
        'warehouse = "gs://lake/other"\nwarehouse_credentials = "lake"\n'
    )
    ended = command("lint", "--project", shop)
    assert ended.code == 2
    for said in (
        (
            "contracts/shop.contract.yaml:5:3: table 'shop.orders' names credential 'lage', which "
            "does not exist — did you mean 'lake'?"
        ),
        "pyproject.toml:21:1: `notify_url` is a secret, which everybody may read here",
        (
            "pyproject.toml:22:1: 'warehous' is not a setting of an environment — did you mean "
            "'warehouse'?"
        ),
        "pyproject.toml:23:1: names credential 'pond', which does not exist",
        "pyproject.toml:24:1: `base_url` decides where a secret is sent",
        (
            "pyproject.toml:27:1: names credential 'lake', which is for Azure and S3, and is in "
            "GCS; name another"
        ),
    ):
        assert said in ended.err
    assert "json://host" not in ended.err


def test_the_doctor_has_a_line_for_the_environment_and_each_credential(shop, command, monkeypatch):
    monkeypatch.setenv("LAKE_KEY", "fake-key")
    monkeypatch.setenv("DEV_NOTIFY_URL", "json://dev")
    asked = ("doctor", "--json", "--environment", "dev", "--project", shop)
    found = {one["about"]: one for one in json.loads(command(*asked).out)["findings"]}
    assert (
        found["environment"]["said"] == "`dev`, which sets before all else: WAREHOUSE, NOTIFY_URL"
    )
    assert found["credentials"]["level"] == "problem"
    assert "LAKE_SECRET is not set" in found["credentials"]["said"]
    assert found["credentials"]["mend"] == "set it in the environment or in `.env`"

    monkeypatch.setenv("LAKE_SECRET", "fake-secret-of-the-lake")
    ended = command(*asked)
    found = {one["about"]: one for one in json.loads(ended.out)["findings"]}
    assert found["credentials"]["said"] == (
        "`lake` (S3): aws_access_key_id from env:LAKE_KEY, aws_secret_access_key from "
        "env:LAKE_SECRET"
    )
    assert "fake-secret" not in ended.out + ended.err


def test_commands_of_a_stage_get_no_variable_that_a_credential_names(shop, command, monkeypatch):
    (shop / "stages" / "shop.py").unlink()
    (shop / "save.py").write_text(
        "import os, pathlib, sys\n"
        "pathlib.Path('seen').write_text(repr(dict(os.environ)))\nsys.exit(1)\n"
    )
    (shop / "pyproject.toml").write_text(
        f'{SETTINGS}\n[tool.spectra-gx.stages.shop]\ncommand = "python3 save.py"\n'
    )
    monkeypatch.setenv("LAKE_KEY", "plain-1")
    monkeypatch.setenv("LAKE_SECRET", "plain-2")
    monkeypatch.setenv("PROD_NOTIFY_URL", "plain-3")
    monkeypatch.setenv("HARMLESS", "plain-4")
    command("run", "shop", "--project", shop)
    seen = (shop / "seen").read_text()
    assert [f"plain-{number}" in seen for number in (1, 2, 3, 4)] == [False, False, False, True]
