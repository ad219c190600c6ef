"""A token is found nowhere: in no table that should mask it, and in nothing said of one."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from pydantic import SecretStr

from spectra_gx import Project, RunParameters
from spectra_gx.project.runs import open_run
from spectra_gx.render import result_json as machine
from spectra_gx.render.result_screens import run_screen
from spectra_gx.render.screen_lines import plain_text
from spectra_gx.runner.building.stage_plan import StagePlan
from spectra_gx.runner.stage_run import StageRun
from spectra_gx.sources.zephyr.sandbox import Sandbox
from tests.fakes.discord import DiscordServer
from tests.fakes.projects import TOKEN, spellings, traces
from tests.fakes.tables import edit, rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from spectra_gx.runner.building.run import Run
    from spectra_gx.runner.calls import Call
    from spectra_gx.runner.ports import Builder

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def test_a_token_from_the_environment_is_in_no_file_afterwards(empty_project, monkeypatch, command):
    with Sandbox(token=SecretStr(TOKEN)) as sandbox:
        monkeypatch.setenv("BASE_URL", sandbox.base_url)
        monkeypatch.setenv("BASE_PATH", sandbox.base_path)
        monkeypatch.setenv("API_TOKEN", TOKEN)
        ended = command("run", "source", "--debug", "--project", empty_project)

    assert ended.code == 0, ended.out
    assert TOKEN not in ended.out + ended.err
    assert [*traces(TOKEN, empty_project)] == []
    assert rows(empty_project, "source.credentials")[0]["credential_value"] == f"***{TOKEN[-3:]}"


def test_the_search_would_find_it(tmp_path):
    for index, spelling in enumerate(sorted(spellings(TOKEN))):
        (tmp_path / str(index)).write_bytes(b"before" + spelling + b"after")
    assert len([*traces(TOKEN, tmp_path)]) == len(spellings(TOKEN))


class Careless:
    """A stage that forgets to mask the token."""

    def __init__(self, builder: Builder) -> None:
        self._builder = builder

    @property
    def calls(self) -> Sequence[Call]:
        return self._builder.calls

    @property
    def tables(self) -> tuple[str, ...]:
        return self._builder.tables

    @property
    def needs(self) -> frozenset[str]:
        return self._builder.needs

    def place_of(self, table: str) -> str:
        return self._builder.place_of(table)

    def build(self, run: Run) -> Iterator[tuple[str, pa.RecordBatchReader | None]]:
        for name, reader in self._builder.build(run):
            if name != "source.credentials" or reader is None:
                yield name, reader
                continue
            table = reader.read_all()
            found = [row | {"credential_value": TOKEN} for row in table.to_pylist()]
            yield name, pa.Table.from_pylist(found, schema=table.schema).to_reader()


def test_a_token_that_a_stage_forgot_to_mask_goes_no_further(project, caplog):
    caplog.set_level(logging.DEBUG)
    with DiscordServer() as discord:
        opened = Project(project, None, {"discord_webhook_url": discord.webhook_url})
        with open_run(opened, "source", RunParameters(), sandbox=True) as run:
            plan = run._make_plan
            assert plan is not None
            run._make_plan = lambda: StagePlan((Careless(plan().builders[0]),))
            ended = run.run()

    assert (ended.exit_code, dict(ended.published)) == (1, {})
    assert "source.credentials.credential_value.format" in plain_text(run_screen(ended))
    told = machine.dumps(ended.to_dict())
    said = [plain_text(run_screen(ended)), told, json.dumps(discord.messages)]
    assert len(discord.messages) == 1
    assert TOKEN not in "\n".join([*said, caplog.text])
    assert [*traces(TOKEN, project)] == []


def test_a_token_that_stands_in_a_table_is_shown_by_no_check(project: Path, command):
    edit(project, "source.credentials", lambda found: found[0].update(credential_value=TOKEN))
    credentials = project / "warehouse" / "Tables" / "source" / "credentials"
    for options in ((), ("--json",), ("--record", "--debug")):
        ended = command("check", "source", *options, "--project", project)
        assert ended.code == 1
        assert TOKEN not in ended.out + ended.err
        assert "source.credentials.credential_value.format" in ended.out
    for looking in (("log",), ("log", "--json"), ("handoff", "source")):
        ended = command(*looking, "--project", project)
        assert TOKEN not in ended.out + ended.err
    assert credentials.is_dir()
    assert {*traces(TOKEN, project)} == {*map(str, traces_in(credentials))}


def traces_in(folder: Path) -> list[str]:
    found = [*traces(TOKEN, folder)]
    assert found
    return found


def test_a_stage_run_shows_no_token_in_its_repr(project):
    with Sandbox(token=SecretStr(TOKEN)) as sandbox:
        given = {
            "base_url": sandbox.base_url,
            "base_path": sandbox.base_path,
            "api_token": TOKEN,
        }
        opened = Project(project, None, given)
        with open_run(opened, "source", RunParameters()) as run:
            assert isinstance(run, StageRun)
            run.initialise()
            run.execute()
            assert TOKEN not in repr(run) + repr(vars(run)) + repr(opened.settings)
            run.record()
