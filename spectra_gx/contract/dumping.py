"""Dump a contract as YAML; loading what is dumped gives an equal contract."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import yaml

from spectra_gx.contract.earlier_runs import is_severity_implied
from spectra_gx.contract.files.csv_format import NO_QUOTE, PLAIN_CSV, CsvFormat
from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.contract.model import Column, Environment, OnFailure, Rule, StageContract, Table
from spectra_gx.contract.rules.catalogue import kind_of
from spectra_gx.contract.yaml.nodes import read_plain

if TYPE_CHECKING:
    from collections.abc import Mapping


class Dumper(yaml.SafeDumper):
    """Writes YAML 1.2: quotes what its core schema would not read as text."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write everything out: a person reads no aliases."""
        del data
        return True


def represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Write a text, quoted where YAML 1.2 would read something else."""
    style = None if reads_as_text(text) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def reads_as_text(text: str) -> bool:
    """Return whether YAML 1.2 reads an unquoted text as that text."""
    try:
        return read_plain(text) == text
    except ValueError:
        return False


Dumper.add_representer(str, represent_text)


def dump_contract(contract: StageContract) -> str:
    """Return a contract as the text of a file, in the language's order of keys."""
    return str(yaml.dump(_document(contract), Dumper=Dumper, sort_keys=False, allow_unicode=True))


def _written(entries: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entries that have a value."""
    return {key: value for key, value in entries.items() if value not in (None, (), [], {})}


def _document(contract: StageContract) -> dict[str, Any]:
    return _written(
        {
            "contract": contract.name,
            "system": contract.system,
            "version": contract.version,
            "status": contract.status,
            "owner": contract.owner,
            "contact": contract.contact,
            "purpose": contract.purpose,
            "runbook": contract.runbook,
            "inputs": _written(_lists(asdict(contract.inputs))),
            "tables": {table.name: _table(table) for table in contract.tables},
            "guarantees": [_written(_lists(asdict(item))) for item in contract.guarantees],
            "on_failure": None
            if contract.on_failure is OnFailure.ABORT
            else str(contract.on_failure),
            "handoff": contract.handoff and _written(_lists(asdict(contract.handoff))),
            "consumes": {
                need.stage: _written(
                    {
                        "version": need.version,
                        "tables": {
                            name: {
                                "columns": {key: dict(entries) for key, entries in columns.items()}
                            }
                            for name, columns in need.tables.items()
                        },
                    }
                )
                for need in contract.consumes
            },
            "environments": {
                environment.name: _environment(environment, contract)
                for environment in contract.environments
            },
            "waivers": [asdict(waiver) for waiver in contract.waivers],
            "changelog": [_lists(asdict(release)) for release in contract.changelog],
        }
    )


def _environment(environment: Environment, contract: StageContract) -> dict[str, Any]:
    rules = {rule.id: rule for rule in contract.rules()}
    entries: dict[str, Any] = {}
    for rule_id, changed in environment.rules.items():
        rule = replace(rules[rule_id], **changed)
        bound = _predicate(rule) if "argument" in changed else None
        severity = severity_written(rule) if "severity" in changed else None
        entries[rule_id] = _written({"value": bound, "severity": severity}) if severity else bound
    entries |= {f"{table}.location": path for table, path in environment.locations.items()}
    return entries


def _lists(entries: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: list(value) if isinstance(value, tuple) else value for key, value in entries.items()
    }


_PLAIN = asdict(PLAIN_CSV)
_UNWRITTEN = (TableFormat.DELTA, TableFormat.DATABASE)
"""Formats that are the default, or that the location says."""


def _table(table: Table) -> dict[str, Any]:
    keyed = {
        rule.kind: rule for rule in table.table_rules if rule.id == f"{table.name}.{rule.kind}"
    }
    columns_rule = keyed.pop("columns")
    listed = [rule for rule in table.table_rules if rule not in (columns_rule, *keyed.values())]
    return _written(
        {
            "description": table.description,
            **{kind: _with_options(rule, _predicate(rule)) for kind, rule in keyed.items()},
            "columns": {column.name: _column(column) for column in table.columns},
            "extra_columns": str(table.extra_columns),
            "location": table.location,
            "credentials": table.credentials,
            "format": None if table.format in _UNWRITTEN else str(table.format),
            "csv": written_csv(table.csv),
            "quarantine": table.quarantine or None,
            "owner": table.owner,
            "tags": list(table.tags),
            "rules": [_listed(rule, table.name) for rule in listed],
        }
    )


def written_csv(written: CsvFormat) -> dict[str, Any]:
    """Return the keys of `csv` that a contract has to have."""
    entries = {key: value for key, value in asdict(written).items() if value != _PLAIN[key]}
    if "quote" in entries:
        entries["quote"] = written.quote or NO_QUOTE
    return _lists(entries)


def _column(column: Column) -> dict[str, Any]:
    nesting = "struct" if column.fields else "array" if column.items else None
    return _written(
        {
            **{
                rule.kind: _with_options(
                    rule, nesting if nesting and rule.kind == "type" else _predicate(rule)
                )
                for rule in column.rules
            },
            "fields": {field.name: _column(field) for field in column.fields},
            "items": column.items and _column(column.items),
            "description": column.description,
            "classification": column.classification,
            "timezone": column.timezone,
            "tags": list(column.tags),
            "examples": list(column.examples),
        }
    )


def severity_written(rule: Rule) -> str | dict[str, float]:
    """Return what is written behind `severity` of a rule."""
    return {str(level): share for level, share in rule.shares} or str(rule.severity)


def _options(rule: Rule) -> dict[str, Any]:
    is_plain = is_severity_implied(rule)
    return _written(
        {
            "severity": None if is_plain else severity_written(rule),
            "mostly": None if rule.mostly == 1 else rule.mostly,
            "where": None if kind_of(rule).conditional else rule.where,
            "description": rule.description,
        }
    )


def _with_options(rule: Rule, argument: Any) -> Any:
    options = _options(rule)
    return {"value": argument, **options} if options else argument


def _listed(rule: Rule, table: str) -> dict[str, Any]:
    entries: dict[str, Any] = {"id": rule.id.removeprefix(f"{table}."), **_options(rule)}
    if rule.kind == "expect":
        return {**entries, "expect": rule.argument["type"], "with": rule.argument["with"]}
    kind = kind_of(rule)
    beside = rule.columns if kind.split is None else ()
    if kind.takes_column:
        beside = rule.columns[len(rule.argument["by"]) :]
    return {**entries, **({"column": beside[0]} if beside else {}), rule.kind: _predicate(rule)}


def _predicate(rule: Rule) -> Any:
    """Return what is written behind a rule's key."""
    return kind_of(rule).join(rule.columns, rule.argument)
