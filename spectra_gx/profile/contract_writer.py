"""Table profiles as the text of a contract."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import count, islice, takewhile
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.dumping import written_csv
from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.contract.formatting import format_contract
from spectra_gx.contract.loading import parse_contract
from spectra_gx.contract.yaml.scalars import text_as_yaml
from spectra_gx.profile.column_profile import TableProfile
from spectra_gx.profile.near_misses import find_near_misses, is_nearly_required
from spectra_gx.profile.nested_scan import ITEMS
from spectra_gx.profile.rule_inference import (
    describe_values,
    infer_classification,
    infer_rules,
    is_spelled_out,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from spectra_gx.profile.column_profile import ColumnProfile, Reference

OWNER = "TODO"
"""Only a person can name the owner."""

_LINE_LENGTH = 94
"""Characters that a column and its comment may have on one line."""

_MOST_LEFT_OUT = 20
_HEAD = """\
# Written by `spectra-gx init` from the data in these tables. Review it: remove rules that hold by
# chance, describe what the tables are for, and name the owner.
"""
_UNFIT_FOR_ID = re.compile(r"[^a-z0-9]+")


def render_contract(
    stage: str, tables: Sequence[TableProfile], file: str, left_out: Mapping[str, str]
) -> str:
    """Return a contract for the tables in canonical form.

    Args:
        stage: Its name.
        tables: What it declares.
        file: Its name in messages.
        left_out: What is no table → why; a comment says so.

    Raises:
        ContractError: A contract cannot declare something, such as a column's name.
    """
    first = [f"contract: {yaml_of(stage)}", "version: 1.0.0", "status: draft", f"owner: {OWNER}"]
    head = _HEAD + "".join(f"# {line}\n" for line in _left_out_lines(left_out))
    text = _formatted(head + "\n".join(first), tables, file)
    parse_contract(text.encode(), file)
    return text


def _formatted(head: str, tables: Sequence[TableProfile], file: str) -> str:
    lines = [f"  {line}" for table in tables for line in table_lines(table)]
    return format_contract("\n".join([head, "tables:", *lines, ""]).encode(), file)


def formatted_tables(tables: Sequence[TableProfile], file: str) -> list[str]:
    """Return the lines of tables in canonical form, as at the beginning of a line."""
    lines = _formatted("contract: x", tables, file).splitlines()
    return [line[2:] for line in lines[lines.index("tables:") + 1 :]]


def formatted_columns(table: TableProfile, file: str) -> list[str]:
    """Return the lines of a table's columns in canonical form, as at the beginning of a line."""
    lines = formatted_tables([replace(table, left_out={})], file)
    below = lines[lines.index("  columns:") + 1 :]
    return [line[4:] for line in takewhile(lambda line: line.startswith("    "), below)]


def formatted_rules(rules: Mapping[str, str], file: str) -> list[str]:
    """Return the lines of rules, by id, in canonical form, as at the beginning of a line."""
    listed = "".join(f"      - {rule}\n" for rule in rules_in_brackets(rules))
    text = f"contract: x\ntables:\n  a.b:\n    rules:\n{listed}"
    lines = format_contract(text.encode(), file).splitlines()
    return [line[6:] for line in lines[lines.index("    rules:") + 1 :]]


def column_in_brackets(column: ColumnProfile, table: TableProfile) -> str:
    """Return a column as an entry of a mapping in brackets, without a comment."""
    keys = infer_rules(column, table)
    inside = ", ".join(
        f"{key}: {text_as_yaml(value, flow=True) if isinstance(value, str) else yaml_of(value)}"
        for key, value in keys.items()
    )
    return f"{text_as_yaml(column.name, flow=True)}: {{{inside}}}"


def _left_out_lines(left_out: Mapping[str, str]) -> Iterator[str]:
    if left_out:
        yield "Left out:"
    for path, reason in islice(left_out.items(), _MOST_LEFT_OUT):
        yield f"  {yaml_of(path)} {_plain(reason)}"
    if len(left_out) > _MOST_LEFT_OUT:
        yield f"  and {len(left_out) - _MOST_LEFT_OUT:,} more"


def table_lines(table: TableProfile) -> Iterator[str]:
    """Yield the lines of a table in a contract."""
    version = "" if table.version is None else f" at version {table.version}"
    yield f"# {table.rows:,} row{'s'[: table.rows != 1]}{version}"
    yield f"{table.name}:"
    yield from (f"  {line}" for line in _storage(table))
    if table.key:
        yield f"  primary_key: {yaml_of(list(table.key))}"
    if table.rows:
        yield "  rows: {min: 1}"
    if table.left_out:
        yield "  extra_columns: allow"
    yield "  columns:"
    for column in table.columns:
        yield from (f"    {line}" for line in column_lines(column, table))
    for name, reason in table.left_out.items():
        yield f"    # left out: {yaml_of(name)} {reason}"
    yield from (f"  {line}" for line in _rules(table))


def _storage(table: TableProfile) -> Iterator[str]:
    """Yield what says where a table is, and how it is stored."""
    if table.location is not None:
        yield f"location: {yaml_of(table.location)}"
    if table.credentials is not None:
        yield f"credentials: {yaml_of(table.credentials)}"
    if table.format not in (TableFormat.DELTA, TableFormat.DATABASE):
        yield f"format: {table.format}"
    yield from (f"# {remark}" for remark in table.remarks)
    if written := written_csv(table.csv):
        entries = (f"{key}: {yaml_of(value)}" for key, value in written.items())
        yield f"csv: {{{', '.join(entries)}}}"
    if table.partitioned_by and table.left_out.keys().isdisjoint(table.partitioned_by):
        yield f"partitioned_by: {yaml_of(list(table.partitioned_by))}"


def column_lines(column: ColumnProfile, table: TableProfile) -> Iterator[str]:
    """Yield the lines of a column, or of what is nested in one, in a contract."""
    comment = _comment(column, table)
    name = yaml_of(column.name)
    keys = infer_rules(column, table)
    if is_spelled_out(column):
        if comment:
            yield f"# {comment}"
        yield f"{name}:"
        yield from ("  " + line for line in _parts(column, keys))
        return
    inside = ", ".join(f"{key}: {yaml_of(value)}" for key, value in keys.items())
    written = f"{name}: {yaml_of(column.type)}" if len(keys) == 1 else f"{name}: {{{inside}}}"
    if comment and len(written.replace('"', "")) + len(comment) > _LINE_LENGTH:
        yield f"# {comment}"
        comment = ""
    yield f"{written}  # {comment}" if comment else written


def _parts(column: ColumnProfile, keys: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys of a column whose fields or items have rules of their own."""
    is_array = column.parts[0].name == ITEMS and column.type.startswith("array<")
    none = TableProfile("", column.rows, ())
    yield f"type: {'array' if is_array else 'struct'}"
    yield from (f"{key}: {yaml_of(value)}" for key, value in keys.items() if key != "type")
    if not is_array:
        yield "fields:"
    for part in column.parts:
        lines = column_lines(part, none)
        yield from lines if is_array else ("  " + line for line in lines)


def _comment(column: ColumnProfile, table: TableProfile) -> str:
    """Return what was seen in a column, what nearly holds first."""
    private = infer_classification(column) is not None
    nearly = [*find_near_misses(column, private=private)]
    nearly += [
        f"in {one.table} but for {one.broken:,} row{'s'[: one.broken != 1]}"
        for one in table.references
        if one.broken and one.columns == (column.name,)
    ]
    seen = describe_values(column, private=private, nulls=not is_nearly_required(column))
    return ", ".join(filter(None, [*nearly, seen]))


def _rules(table: TableProfile) -> Iterator[str]:
    taken = {_id_of(column.name) for column in table.columns}
    rules: dict[str, str] = {}
    for columns in table.unique:
        base = f"{_id_of('-'.join(columns))}-unique"
        rules[_free(base, taken)] = f"unique: {yaml_of(list(columns))}"
    rules |= reference_rules(table, taken)
    if rules:
        yield "rules:"
    yield from (f"  - {line}" for line in rules_in_brackets(rules))
    if (near := table.near_key) is not None:
        yield f"# {', '.join(near.columns)} unique together but for {near.broken:,} rows"
    for one in table.references:
        if one.broken and len(one.columns) > 1:
            rows = f"{one.broken:,} row{'s'[: one.broken != 1]}"
            yield f"# {', '.join(one.columns)} in {one.table} but for {rows}"


def reference_rules(table: TableProfile, taken: set[str]) -> dict[str, str]:
    """Return id → predicate of the rules that a table's references are.

    `taken` are the ids that none of them may have; theirs are added.
    """
    return {
        _free(f"{_id_of('-'.join(one.columns))}-in-{_id_of(one.table.partition('.')[2])}", taken): (
            f"references: {_reference(one)}"
        )
        for one in table.references
        if not one.broken
    }


def rules_in_brackets(rules: Mapping[str, str]) -> list[str]:
    """Return rules, by id, as items of a list in brackets."""
    return [f"{{id: {name}, {predicate}}}" for name, predicate in rules.items()]


def _free(base: str, taken: set[str]) -> str:
    name = next(name for name in _numbered(base) if name not in taken)
    taken.add(name)
    return name


def _numbered(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}-{number}" for number in count(2))


def _reference(one: Reference) -> str:
    columns, to = yaml_of(list(one.columns)), yaml_of(list(one.to))
    return f"{{columns: {columns}, table: {one.table}, to: {to}}}"


def _id_of(name: str) -> str:
    word = _UNFIT_FOR_ID.sub("-", name.lower()).strip("-")
    return word if word[:1].isalpha() else f"c-{word}".rstrip("-")


def _plain(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)


def yaml_of(value: Any) -> str:
    """Return a value as YAML, that is JSON, with control characters escaped."""
    written = json.dumps(value, ensure_ascii=False)
    return written if written.isprintable() else json.dumps(value)
