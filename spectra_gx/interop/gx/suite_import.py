"""Suites of Great Expectations as a contract: one table per suite."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.excerpts import quote
from spectra_gx.errors import ContractError, Problem
from spectra_gx.interop import valid_names
from spectra_gx.interop.contract_document import render_contract
from spectra_gx.interop.contract_draft import Draft
from spectra_gx.interop.gx.expectation_import import add_expectation
from spectra_gx.interop.gx.suite_columns import find_columns, infer_type
from spectra_gx.interop.losses import Conversion
from spectra_gx.interop.tracked_mapping import TrackedMapping

if TYPE_CHECKING:
    from collections.abc import Mapping

_SEVERITIES = ("critical", "warning", "info")


@dataclass(frozen=True)
class _Suite:
    file: str
    content: dict[str, Any]
    table: str
    stage: str


def import_suites(sources: Mapping[str, bytes]) -> Conversion:
    """Convert suites into a valid contract.

    A suite has no version, no owner, and no types but those that its expectations name; what the
    contract says instead is among the losses.

    Args:
        sources: File name → its bytes, JSON of GX 0.18 or 1.x.

    Raises:
        ContractError: A file is not JSON or not a suite; says where.
    """
    suites = _distinct([_parse(source, file) for file, source in sources.items()])
    draft = Draft()
    stage = suites[0].stage
    for key, value in (
        ("contract", stage),
        ("version", "0.1.0"),
        ("status", "draft"),
        ("owner", "unknown"),
    ):
        draft.put((key,), value, suites[0].file)
    draft.add_loss(suites[0].file, "has no owner; replace 'unknown'")
    draft.add_loss(suites[0].file, "has no version; used '0.1.0'")
    for suite in suites:
        _read_suite(suite, draft)
    contract = draft.contract()
    return Conversion(render_contract(contract), tuple(draft.losses))


def _parse(source: bytes, file: str) -> _Suite:
    try:
        suite = json.loads(source.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        message = f"not valid JSON: {error.msg}; pass a suite of Great Expectations"
        raise ContractError([Problem(file, error.lineno, error.colno, message)]) from None
    except (UnicodeDecodeError, ValueError, RecursionError):
        message = "not valid JSON in UTF-8; pass a suite of Great Expectations"
        raise ContractError([Problem(file, 1, 1, message)]) from None
    if not isinstance(suite, dict) or not isinstance(suite.get("expectations"), list):
        message = "not a suite of Great Expectations; a suite has a list of `expectations`"
        raise ContractError([Problem(file, 1, 1, message)])
    called = suite.get("name") or suite.get("expectation_suite_name")
    name = called if isinstance(called, str) and called.strip() else PurePath(file).stem
    meta = suite.get("meta") if isinstance(suite.get("meta"), dict) else {}
    contract = meta.get("contract") if meta else None
    folder = name.rpartition(".")[0]
    stage = valid_names.stage_name(contract if isinstance(contract, str) else folder or name)
    return _Suite(file, suite, valid_names.table_name(name, stage), stage)


def _distinct(suites: list[_Suite]) -> list[_Suite]:
    """Give every suite its own table name."""
    taken: set[str] = set()
    made = []
    for suite in suites:
        table = valid_names.unique_name(suite.table, taken)
        taken.add(table.lower())
        made.append(_Suite(suite.file, suite.content, table, suite.stage))
    return made


def _read_suite(suite: _Suite, draft: Draft) -> None:
    content = TrackedMapping(suite.content, suite.file, draft.losses)
    called = content.text("name") or content.text("expectation_suite_name")
    if called not in (None, suite.table):
        draft.add_loss(content.at("name"), f"{quote(str(called))} became '{suite.table}'")
    for key in ("id", "ge_cloud_id", "data_asset_type"):
        content.take(key, object)
    meta = content.mapping("meta")
    for key in ("contract", "table", "great_expectations_version"):
        meta.take(key, object)
    meta.end()
    _read_columns(suite, draft)
    for item in content.mappings("expectations"):
        options = _options(item, draft)
        add_expectation(item, suite.table, draft, options)
        item.end()
    if draft.at(("tables", suite.table, "extra_columns")) is None:
        # A suite ignores columns that it does not name.
        draft.put(("tables", suite.table, "extra_columns"), "allow", suite.file)
    content.end()


def _read_columns(suite: _Suite, draft: Draft) -> None:
    """Add every column that the suite names, with its type."""
    expectations = [item for item in suite.content["expectations"] if isinstance(item, dict)]
    columns = find_columns(expectations)
    for name in columns:
        found = infer_type(name, expectations)
        at = ("tables", suite.table, "columns", name)
        draft.put((*at, "type"), found.type, suite.file)
        if found.guessed:
            draft.add_loss(f"{suite.file}: column '{name}'", found.guessed)
    if not columns:
        reason = "the suite names no column; replace the placeholder"
        draft.add_loss(f"{suite.file}: {suite.table}", reason)
        draft.put(("tables", suite.table, "columns"), {"unnamed": "string"}, suite.file)


def _options(item: TrackedMapping, draft: Draft) -> dict[str, Any]:
    for key in ("id", "ge_cloud_id", "rendered_content"):
        item.take(key, object)
    options: dict[str, Any] = {}
    severity = item.text("severity")
    if severity in _SEVERITIES[1:]:
        options["severity"] = severity
    elif severity not in ("critical", None):
        draft.add_loss(item.at("severity"), f"{quote(severity)} is not a severity; used 'critical'")
    notes = item.take("notes", str, list)
    description = item.text("description") or _joined(notes)
    if description:
        options["description"] = description
    return options


def _joined(notes: str | list[Any] | None) -> str:
    return "\n".join(map(str, notes)) if isinstance(notes, list) else notes or ""
