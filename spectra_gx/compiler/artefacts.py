"""The files GX reads: suites, validation definitions, checkpoints and the project's own config.

Everything is a pure function of the contracts: no time, no path, no version, sorted keys, a newline
at the end. An empty diff in `contracts/` is an empty diff in `gx/` and `checkpoints/`.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from spectra_gx.compiler.ids import stable_id
from spectra_gx.compiler.rule_compilation import compile_table
from spectra_gx.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from spectra_gx.contract.model import StageContract, Table

DATASOURCE = "delta"
BATCH_DEFINITION = "snapshot"

_SUITES = "gx/expectations"
_DEFINITIONS = "gx/validation_definitions"
_CHECKPOINTS = "checkpoints"
_KINDS = {
    _SUITES: "suite",
    _DEFINITIONS: "validation_definition",
    _CHECKPOINTS: "checkpoint",
}
"""Folder → what the ids of its artefacts identify."""


def compile_suite(contract: StageContract, table: Table) -> dict[str, Any]:
    """Return the GX suite of a table."""
    return {
        "id": stable_id("suite", table.name),
        "name": table.name,
        "meta": {"contract": contract.name, "table": table.name},
        "expectations": compile_table(table),
    }


def compile_validation_definition(table: Table) -> dict[str, Any]:
    """Return the GX validation definition that holds a table against its suite."""
    return {
        "id": stable_id("validation_definition", table.name),
        "name": table.name,
        "data": {
            "datasource": {"name": DATASOURCE, "id": stable_id("datasource", DATASOURCE)},
            "asset": {"name": table.name, "id": stable_id("asset", table.name)},
            "batch_definition": {
                "name": BATCH_DEFINITION,
                "id": stable_id("batch_definition", table.name),
            },
        },
        "suite": {"name": table.name, "id": stable_id("suite", table.name)},
    }


def compile_checkpoint(table: Table) -> dict[str, Any]:
    """Return the GX checkpoint of a table; what follows from it is the runner's business."""
    return {
        "id": stable_id("checkpoint", table.name),
        "name": table.name,
        "actions": [],
        "result_format": _result_format(table),
        "validation_definitions": [
            {"name": table.name, "id": stable_id("validation_definition", table.name)}
        ],
    }


def _result_format(table: Table) -> dict[str, Any]:
    """Request a sample of failing values and, where rows have a key, their keys."""
    keys = {"unexpected_index_column_names": list(table.primary_key)} if table.primary_key else {}
    return {
        "result_format": "SUMMARY",
        "partial_unexpected_count": 20,
        "return_unexpected_index_query": False,
        **keys,
    }


def compile_project(contracts: Iterable[StageContract]) -> dict[str, str]:
    """Return every artefact of a project: path relative to the project → text."""
    artefacts = {"gx/great_expectations.yml": _gx_config()}
    for contract in contracts:
        for table in contract.tables:
            # GX turns the dots of a suite's name into folders, and of no other name.
            suite = f"{table.name.replace('.', '/')}.json"
            artefacts[f"{_SUITES}/{suite}"] = _json(compile_suite(contract, table))
            artefacts[f"{_DEFINITIONS}/{table.name}.json"] = _json(
                compile_validation_definition(table)
            )
            artefacts[f"{_CHECKPOINTS}/{table.name}.json"] = _json(compile_checkpoint(table))
    return artefacts


def write_artefacts(artefacts: Mapping[str, str], root: Path) -> tuple[str, ...]:
    """Make the project's artefacts exactly these; return the paths that changed.

    Raises:
        UsageError: One cannot be written, or is not the project's own.
    """
    stale = stale_artefacts(artefacts, root)
    for path in stale:
        _refuse_link(root, path)
    for path in stale:
        try:
            _write(root / path, artefacts.get(path))
        except OSError as error:
            reason = (error.strerror or "unknown reason").lower()
            raise UsageError(
                f"`{path}` cannot be written: {reason}; check its folder's permissions, and "
                "compile again"
            ) from None
    return stale


def _refuse_link(root: Path, path: str) -> None:
    """Refuse to write where a link of the project leads out of it."""
    if not Path(os.path.realpath(root / path)).is_relative_to(os.path.realpath(root)):
        raise UsageError(
            f"`{path}` is behind a link that leads out of the project; remove the link"
        )


def _write(file: Path, text: str | None) -> None:
    if text is None:
        file.unlink()
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def stale_artefacts(artefacts: Mapping[str, str], root: Path) -> tuple[str, ...]:
    """Return the paths whose file is missing, differs, or has lost its contract, sorted.

    Artefacts that somebody else put there are none of ours.
    """
    stored = {
        file.relative_to(root).as_posix()
        for folder, kind in _KINDS.items()
        for file in (root / folder).rglob("*.json")
        if _is_compiled(file, kind)
    }
    differing = {path for path, text in artefacts.items() if not _reads(root / path, text.encode())}
    return tuple(sorted(differing | (stored - artefacts.keys())))


def _is_compiled(file: Path, kind: str) -> bool:
    """Return whether the file came from here: GX gives its own artefacts random ids."""
    try:
        artefact = json.loads(file.read_bytes())
        return bool(artefact["id"] == stable_id(kind, artefact["name"]))
    except (OSError, RecursionError, ValueError, KeyError, TypeError):
        return False


def _reads(file: Path, expected: bytes) -> bool:
    try:
        return file.read_bytes() == expected
    except OSError:
        return False


def _json(artefact: Mapping[str, Any]) -> str:
    return json.dumps(artefact, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _gx_config() -> str:
    """Return great_expectations.yml; it names no datasource, so that any GX can open it."""

    def store(class_name: str, folder: str) -> dict[str, Any]:
        return {
            "class_name": class_name,
            "store_backend": {
                "class_name": "TupleFilesystemStoreBackend",
                "base_directory": folder,
                "suppress_store_backend_id": True,
            },
        }

    config = {
        "config_version": 4.0,
        "analytics_enabled": False,
        "data_context_id": stable_id("context"),
        "config_variables_file_path": "uncommitted/config_variables.yml",
        "plugins_directory": "plugins/",
        "progress_bars": {"globally": False, "metric_calculations": False},
        "stores": {
            "expectations_store": store("ExpectationsStore", "expectations/"),
            "validation_definition_store": store(
                "ValidationDefinitionStore", "validation_definitions/"
            ),
            "checkpoint_store": store("CheckpointStore", "../checkpoints/"),
            "validation_results_store": store("ValidationResultsStore", "uncommitted/validations/"),
        },
        "expectations_store_name": "expectations_store",
        "checkpoint_store_name": "checkpoint_store",
        "validation_results_store_name": "validation_results_store",
        "data_docs_sites": {
            "local_site": {
                "class_name": "SiteBuilder",
                "show_how_to_buttons": False,
                "store_backend": {
                    "class_name": "TupleFilesystemStoreBackend",
                    "base_directory": "uncommitted/data_docs/local_site/",
                },
                "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            }
        },
    }
    heading = "# Compiled by `spectra-gx compile`; open it with `spectra_gx.context(project)`.\n"
    return heading + yaml.safe_dump(config, sort_keys=True)
