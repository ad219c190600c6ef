"""Read tables: their own keys and rules, and their columns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from spectra_gx.contract.database_addresses import SERVERS, parse_database_address
from spectra_gx.contract.excerpts import quote
from spectra_gx.contract.files.csv_format import PLAIN_CSV
from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.contract.files.time_formats import reads_offset
from spectra_gx.contract.language.columns import (
    LIKE,
    columns_in,
    read_column,
    read_plain_keys,
    read_type,
    report_case_twins,
)
from spectra_gx.contract.language.rule_list import read_listed_rules
from spectra_gx.contract.language.rule_options import Entries, Subject, place_of, read_key_rule
from spectra_gx.contract.language.time_zones import set_time_zones
from spectra_gx.contract.model import ExtraColumns, Rule, Table
from spectra_gx.contract.parsers.csv_formats import CSV
from spectra_gx.contract.parsers.locations import LOCATION
from spectra_gx.contract.parsers.parser import (
    BOOLEAN,
    NAME,
    TABLE_NAME,
    TEXT,
    TEXTS,
    Key,
    ParseContext,
    describe,
    one_of,
)
from spectra_gx.contract.parsers.records import read_entries
from spectra_gx.contract.parsers.values import EXTRA_COLUMNS
from spectra_gx.contract.rules.catalogue import TABLE_KINDS
from spectra_gx.contract.sql.quoting import spell_name
from spectra_gx.contract.table_storage import QUARANTINE_COLUMNS, WRITTEN_FORMATS, format_at
from spectra_gx.contract.yaml.nodes import MapNode, Node, ScalarNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.contract.problems import Report

TABLE_KEYS = (
    Key("description", "What the table contains, and what one row is.", TEXT),
    Key("extra_columns", "What a column that is not declared means.", EXTRA_COLUMNS),
    Key(
        "location",
        "Where it is stored, when not in the warehouse: a path, a pattern of paths, an address of "
        "a store or of a database.",
        LOCATION,
        example="exports/orders/*.csv",
    ),
    Key(
        "credentials",
        "The name of the credential that opens its `location`, as pyproject.toml declares it.",
        NAME,
        example="lake",
    ),
    Key("format", "How it is stored.", one_of(*WRITTEN_FORMATS), example="parquet"),
    Key("csv", "How its CSV files are written.", CSV, example={"delimiter": ";"}),
    Key(
        "quarantine",
        "Whether rows that break critical row rules are quarantined, and the others published.",
        BOOLEAN,
        example=True,
    ),
    Key(
        "owner",
        "Who answers for the table, where that is not the contract's owner.",
        TEXT,
        example="Orders Team",
    ),
    Key("tags", "Words to find the table by.", TEXTS),
)

_PLAIN = {key.name: key for key in TABLE_KEYS}
_KNOWN = {
    "description": None,
    **TABLE_KINDS,
    LIKE: None,
    "columns": None,
    **_PLAIN,
    "rules": None,
}


def read_tables(node: Node, context: ParseContext) -> tuple[Table, ...] | None:
    """Read the mapping under `tables:`."""
    if not isinstance(node, MapNode) or not node.entries:
        what = "an empty mapping" if isinstance(node, MapNode) else describe(node)
        context.refuse(node, f"must name at least one table, found {what}")
        return None
    tables = tuple(_distinct_tables(node, context))
    _check_quarantines(node, tables, context)
    return tables


def _distinct_tables(node: MapNode, context: ParseContext) -> Iterator[Table]:
    folded: dict[str, str] = {}
    for name, (key, value) in node.entries.items():
        if TABLE_NAME.read(key, context.inside("a table's name")) is None:
            continue
        twin = folded.setdefault(name.lower(), name)
        if twin != name:
            context.report.add(
                key, f"table '{name}' differs from '{twin}' only by case; rename one"
            )
        yield _read_table(key, value, context.report)


def _read_table(key: ScalarNode, node: Node, report: Report) -> Table:
    name = key.text
    context = ParseContext(report, f"table '{name}'")
    entries = read_entries(node, context, _KNOWN) or {}
    written = _column_entries(entries, node, context)
    types = {column: read_type(column, value, report) for column, (_, value) in written.items()}
    context = ParseContext(report, context.what, None, types)
    columns = tuple(
        read_column(
            column,
            value,
            types[column.text],
            context,
            Subject(name, column.text, (), f"{name}.{spell_name(column.text)}"),
        )
        for column, value in written.values()
    )
    plain = read_plain_keys(_PLAIN, entries, context)
    extra_columns = ExtraColumns(plain.get("extra_columns") or ExtraColumns.FAIL)
    keyed = dict(_keyed_rules(name, entries, context, tuple(types)))
    columns_rule = Rule(
        id=f"{name}.columns",
        table=name,
        kind="columns",
        columns=tuple(types),
        argument=str(extra_columns),
        place=place_of(report, entries.get("columns", (key,))[0]),
    )
    primary_key = keyed["primary_key"].columns if "primary_key" in keyed else ()
    listed = read_listed_rules(entries["rules"][1], name, context) if "rules" in entries else ()
    table = Table(
        name=name,
        columns=tuple(replace(one, in_primary_key=one.name in primary_key) for one in columns),
        table_rules=(columns_rule, *keyed.values(), *listed),
        description=plain.get("description"),
        primary_key=primary_key,
        extra_columns=extra_columns,
        location=plain.get("location"),
        credentials=plain.get("credentials"),
        format=format_at(
            plain.get("location"), TableFormat(plain.get("format") or TableFormat.DELTA)
        ),
        csv=plain.get("csv") or PLAIN_CSV,
        quarantine=plain.get("quarantine") or False,
        owner=plain.get("owner"),
        tags=plain.get("tags") or (),
        place=place_of(report, key),
    )
    if table.format is TableFormat.DELTA:
        report_case_twins(written, context)
    _check_storage(table, entries, context)
    if table.quarantine:
        _check_quarantine(table, entries, context)
    return set_time_zones(table, context.report)


def _keyed_rules(
    table: str, entries: Entries, context: ParseContext, columns: tuple[str, ...]
) -> Iterator[tuple[str, Rule]]:
    """Yield the rules behind the table's keys, by kind."""
    for kind in TABLE_KINDS.values():
        if kind.key not in entries:
            continue
        rule = read_key_rule(kind, *entries[kind.key], context, Subject(table, id=table))
        if rule is not None and (rule.kind, rule.argument) != ("column_order", "any"):
            ordered = rule.kind == "column_order"
            yield kind.key, replace(rule, columns=columns) if ordered else rule


def _column_entries(entries: Entries, node: Node, context: ParseContext) -> Entries:
    """Return the columns of a table that have a fit name."""
    if "columns" in entries:
        return columns_in(entries["columns"][1], context)
    if isinstance(node, MapNode):
        context.refuse(node, "has no `columns`; add them, each with its type")
    return {}


def _check_storage(table: Table, entries: Entries, context: ParseContext) -> None:
    """Report what a table's format cannot hold."""
    if table.credentials is not None and table.location is None:
        key = entries["credentials"][0]
        context.refuse(
            key,
            "has `credentials` and no `location`; the warehouse's are set by WAREHOUSE_CREDENTIALS",
        )
    if "csv" in entries and table.format is not TableFormat.CSV:
        context.refuse(entries["csv"][0], f"is {table.format} and has `csv`; add `format: csv`")
    if table.format is TableFormat.DELTA:
        return
    if table.format is TableFormat.DATABASE:
        _check_database(table, entries, context)
        return
    at = entries["format"][0]
    if table.location is None:
        context.refuse(at, f"is {table.format} and has no `location`; give the path of its files")
    if "partitioned_by" in entries:
        key = entries["partitioned_by"][0]
        context.refuse(key, f"is {table.format}, where only `delta` is `partitioned_by`; remove it")
    for column in table.columns:
        unfit = _UNFIT.get(table.format)
        if unfit is not None and unfit in column.type:
            kind = f"is {table.format}, which cannot store column '{column.name}'"
            context.refuse(at, f"{kind} of type {column.type}; store it as parquet or delta")
    if table.csv.timestamp_format is not None and "csv" in entries:
        _check_offsets(table, entries["csv"][1], context)


_UNFIT = {TableFormat.CSV: "<", TableFormat.JSONL: "binary"}
"""Format → what a type that it cannot store contains."""


def _check_offsets(table: Table, written: Node, context: ParseContext) -> None:
    """Report a format of timestamps that reads no offset where a column needs one, or one more."""
    offset = reads_offset(table.csv.timestamp_format or "")
    unfit, fix = (
        ("timestamp_ntz", "remove `%z`, or declare it as timestamp")
        if offset
        else ("timestamp", "add `%z`, or declare it as timestamp_ntz with its `timezone`")
    )
    for column in table.columns:
        if column.type == unfit and isinstance(written, MapNode):
            reads = "reads an" if offset else "reads no"
            context.refuse(
                written.entries["timestamp_format"][0],
                f"has a `timestamp_format` that {reads} offset from UTC, and column "
                f"{quote(column.name)} of type {unfit}; {fix}",
            )


def _check_database(table: Table, entries: Entries, context: ParseContext) -> None:
    """Report what is not written beside a location in a database, and what is missing there."""
    server = parse_database_address(table.location or "").kind in SERVERS
    if server and table.credentials is None:
        key = entries["location"][0]
        context.refuse(key, "is on a server, and nothing says who reads it; name its `credentials`")
    if not server and table.credentials is not None:
        key = entries["credentials"][0]
        context.refuse(key, "is in a file, which no credential opens; remove `credentials`")
    if "format" in entries:
        key = entries["format"][0]
        context.refuse(key, "is in a database, which has a format of its own; remove `format`")
    if "partitioned_by" in entries:
        key = entries["partitioned_by"][0]
        message = "is in a database, where only `delta` is `partitioned_by`; remove it"
        context.refuse(key, message)


def _check_quarantines(node: MapNode, tables: tuple[Table, ...], context: ParseContext) -> None:
    """Report tables whose quarantine tables would be one: these are named after the stage."""
    taken: dict[str, str] = {}
    for table in tables:
        if table.quarantine:
            twin = taken.setdefault(table.name.split(".")[1].lower(), table.name)
            if twin != table.name:
                message = f"table '{table.name}' has the quarantine table of '{twin}'; rename one"
                context.report.add(node.entries[table.name][0], message)


def _check_quarantine(table: Table, entries: Entries, context: ParseContext) -> None:
    """Report what keeps rows of a table from being quarantined."""
    at = entries["quarantine"][0]
    if table.format is not TableFormat.DELTA or table.location is not None:
        context.refuse(at, "has `quarantine`, which only tables in the warehouse can; remove it")
    for name in QUARANTINE_COLUMNS:
        if table.column(name) is not None:
            context.refuse(
                at,
                f"has a column '{name}', which its quarantine table has, too; "
                "rename it, or remove `quarantine`",
            )
