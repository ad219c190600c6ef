"""The notebook of the examples, cell by cell, on an Azure that takes tokens in OneLake's place."""

from __future__ import annotations

import http.client
import json
import shutil
import sys
from typing import TYPE_CHECKING, Any

import jsonschema
import obstore
import pytest

from spectra_gx import Project
from spectra_gx.store.addresses import parse_store_address
from tests.fakes.notebookutils import LAKEHOUSE, WORKSPACE, Notebook
from tests.fakes.stores.azurite import ACCOUNT, create_container
from tests.fakes.stores.shared_server import REPOSITORY, shared_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EXAMPLE = REPOSITORY / "docs" / "examples" / "fabric"
NOTEBOOK = json.loads((EXAMPLE / "weather.ipynb").read_text("utf-8"))
LINES = {"type": "array", "items": {"type": "string"}}
CELL = {
    "type": "object",
    "required": ["cell_type", "id", "metadata", "source"],
    "properties": {
        "cell_type": {"enum": ["markdown", "code"]},
        "id": {"type": "string", "pattern": "^[a-zA-Z0-9_-]{1,64}$"},
        "metadata": {"type": "object"},
        "source": LINES,
        "outputs": {"const": []},
        "execution_count": {"type": "null"},
    },
    "additionalProperties": False,
    "if": {"properties": {"cell_type": {"const": "code"}}},
    "then": {"required": ["outputs", "execution_count"]},
    "else": {"properties": {"outputs": False, "execution_count": False}},
}
FORMAT = {
    "type": "object",
    "required": ["metadata", "nbformat", "nbformat_minor", "cells"],
    "properties": {
        "nbformat": {"const": 4},
        "nbformat_minor": {"const": 5},
        "metadata": {"type": "object"},
        "cells": {"type": "array", "items": CELL},
    },
    "additionalProperties": False,
}
"""What the format 4.5 of notebooks requires, of one that was never run."""

ADDRESS = f"abfss://{WORKSPACE}@onelake.dfs.fabric.microsoft.com/{LAKEHOUSE}"


@pytest.fixture(scope="module")
def onelake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a store with one workspace."""
    with shared_server("azure-tokens", tmp_path_factory.mktemp("azure")) as address:
        host = address.removeprefix("http://")
        create_container(http.client.HTTPConnection(host), WORKSPACE)
        yield address


@pytest.fixture
def folder(tmp_path: Path, onelake: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the example as it is in the lakehouse's files, with another address of OneLake."""
    copied = shutil.copytree(EXAMPLE, tmp_path / "spectra")
    settings = copied / "pyproject.toml"
    elsewhere = f'azure_storage_endpoint = "{onelake}/{ACCOUNT}"\nallow_http = true\n'
    provider = 'provider = "fabric-notebook"'
    assert provider in settings.read_text()
    settings.write_text(settings.read_text().replace(provider, f"{elsewhere}{provider}"))
    library = {"spectra": {"NOTIFY_URL": "json://127.0.0.1:9/alerts"}}
    monkeypatch.setitem(sys.modules, "notebookutils", Notebook(library))
    return copied


def run_cells(**parameters: Any) -> dict[str, Any]:
    """Run the cells, with the parameters of a pipeline after the cell that is tagged so."""
    names: dict[str, Any] = {}
    for cell in NOTEBOOK["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), f"cell {cell['id']}", "exec"), names)  # noqa: S102 - an example of ours
        if "parameters" in cell["metadata"].get("tags", []):
            names |= parameters
    return names


def test_the_notebook_is_in_its_format_and_was_never_run():
    jsonschema.validate(NOTEBOOK, FORMAT)
    ids = [cell["id"] for cell in NOTEBOOK["cells"]]
    assert len({*ids}) == len(ids)


def test_its_cells_publish_a_table_into_the_lakehouse(folder):
    names = run_cells(folder=str(folder))
    assert names["run"].status == "Success"
    # What it says of the store depends on how quickly that answers.
    assert {"environment", "credentials"} <= {one.about for one in names["findings"]}
    project: Project = names["project"]
    assert project.warehouse.read(project.warehouse.open("weather.reading")).num_rows == 72
    assert project.handoff("weather") is not None
    assert {row["environment"] for row in project.log("weather")} == {"test"}

    store = project.settings.store_access().open(parse_store_address(ADDRESS), "onelake")
    written = {*store.sizes("")}
    # OneLake lets nobody write beside these two folders.
    assert {path.split("/")[0] for path in written} == {"Tables", "Files"}
    assert "Tables/weather/reading/_delta_log/00000000000000000000.json" in written
    assert not (folder / "warehouse").exists()


def test_tables_of_lakehouses_with_schemas_and_without_are_checked_where_they_are(folder):
    run_cells(folder=str(folder))
    opened = Project.open(folder, ADDRESS, environment="prod")
    store = opened.settings.store_access().open(parse_store_address(ADDRESS), "onelake")
    for path in store.sizes("Tables/weather/reading"):
        obstore.copy(store._client(), f"Tables/weather/reading/{path}", f"Tables/reading/{path}")
    for place in ("Tables/weather/reading", "Tables/reading"):
        contract = (EXAMPLE / "contracts" / "weather.contract.yaml").read_text()
        located = (
            f"weather.reading:\n    location: {ADDRESS}/{place}\n    credentials: onelake\n    #"
        )
        (folder / "contracts" / "weather.contract.yaml").write_text(
            contract.replace("weather.reading:", located)
        )
        result = Project.open(folder, environment="prod").check("weather")
        assert (str(result.verdict), result.tables[0].rows) == ("passed", 72)
