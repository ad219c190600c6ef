"""Check that a contract reads only its own tables and what it consumes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from spectra_gx.contract.column_types import family
from spectra_gx.contract.earlier_runs import remembers_value
from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.contract.rules.catalogue import kind_of
from spectra_gx.contract.yaml.node_lookup import rule_node
from spectra_gx.contract.yaml.nodes import Node, node_at

if TYPE_CHECKING:
    from spectra_gx.contract.model import Need, Rule, StageContract
    from spectra_gx.contract.problems import Report
    from spectra_gx.contract.sql.exact import ExactSql

Types = Mapping[tuple[str, str], str]
"""(table, column) → canonical type, where it is known."""


def readable_tables(
    contract: StageContract, others: Mapping[str, StageContract]
) -> dict[str, dict[str, bool]]:
    """Return table → column → whether its values are sensitive.

    A consumed column that no contract of `others` declares counts as sensitive.
    """
    readable = {
        table: _consumed(need, table, others) for need in contract.consumes for table in need.tables
    }
    for table in contract.tables:
        readable[table.name] = {column.name: column.sensitive for column in table.columns}
    return readable


def _consumed(need: Need, name: str, others: Mapping[str, StageContract]) -> dict[str, bool]:
    producer = others.get(need.stage)
    table = None if producer is None else producer.table(name)
    declared = {} if table is None else {column.name: column.sensitive for column in table.columns}
    return {column: declared.get(column, True) for column in need.tables[name]}


def check_reads(contract: StageContract, root: Node, report: Report) -> None:
    """Report every reference and every piece of SQL that reaches for what may not be read."""
    readable = readable_tables(contract, {})
    types = _known_types(contract)
    for rule in contract.rules():
        if foreign_columns(rule) is not None:
            _check_reference(rule, readable, types, rule_node(root, rule, rule.kind), report)
        other = compared_table(rule)
        if other is not None:
            place = ("with", "other_table_name") if rule.kind == "expect" else ("rows", "same_as")
            at = node_at(rule_node(root, rule, place[0]), place[1])
            _check_other_table(rule, other, readable, at, report)
        if rule.where or query_of_rule(rule):
            _check_sql(rule, readable, types, contract, root, report)


def sql_of_rule(rule: Rule) -> str | None:
    """Return the SELECT that a rule runs, as the contract's SQL."""
    if rule.kind == "sql":
        return None if rule.argument is None else str(rule.argument)
    if rule.kind == "expect" and rule.argument is not None:
        query = rule.argument["with"].get("unexpected_rows_query")
        return None if query is None else str(query)
    return None


def query_of_rule(rule: Rule) -> str | None:
    """Return the SELECT that a rule runs, whatever it makes of the answer."""
    if rule.kind == "sql_value":
        return None if rule.argument is None else str(rule.argument["query"])
    return sql_of_rule(rule)


def foreign_columns(rule: Rule) -> tuple[str, tuple[str, ...]] | None:
    """Return the other table whose columns a rule compares its own with, and these columns."""
    if rule.argument is None:
        return None
    if rule.kind == "references":
        return rule.argument["table"], tuple(rule.argument["to"])
    if rule.kind == "same_set_as":
        return rule.argument["table"], (rule.argument["column"],)
    return None


def compared_table(rule: Rule) -> str | None:
    """Return the table whose rows a rule counts beside those of its own."""
    if rule.argument is None or rule.kind not in ("rows", "expect"):
        return None
    message = rule.argument["with"] if rule.kind == "expect" else rule.argument
    other: str | None = message.get("other_table_name" if rule.kind == "expect" else "same_as")
    return other


def _check_other_table(
    rule: Rule,
    other: str,
    readable: Mapping[str, Mapping[str, bool]],
    at: Node,
    report: Report,
) -> None:
    if other == rule.table:
        report.add(at, f"{quote(rule.id)} compares table {quote(other)} with itself; name another")
    elif other not in readable:
        hint = did_you_mean(other, readable) or "; declare it, or name it under `consumes`"
        report.add(at, f"table {quote(other)} is neither declared nor consumed{hint}")


def _check_reference(
    rule: Rule,
    readable: Mapping[str, Mapping[str, bool]],
    types: Types,
    node: Node,
    report: Report,
) -> None:
    parent, columns = foreign_columns(rule) or ("", ())
    if parent == rule.table and rule.kind == "same_set_as":
        message = f"{quote(rule.id)} compares table {quote(parent)} with itself"
        report.add(node, f"{message}; name a column of another")
        return
    if parent not in readable:
        hint = did_you_mean(parent, readable) or "; declare it, or name it under `consumes`"
        message = f"table {quote(parent)} is neither declared nor consumed{hint}"
        report.add(node_at(node, "table"), message)
        return
    for index, (own, other) in enumerate(zip(rule.columns, columns, strict=False)):
        at = node_at(node, "to", index)
        if other not in readable[parent]:
            hint = did_you_mean(other, readable[parent]) or "; declare it"
            report.add(at, f"table '{parent}' has no column {quote(other)}{hint}")
            continue
        child_type, parent_type = types.get((rule.table, own)), types.get((parent, other))
        if child_type and parent_type and family(child_type) is not family(parent_type):
            message = f"column {quote(own)} is {child_type} but {quote(other)} is {parent_type}"
            what = "a reference" if rule.kind == "references" else f"`{rule.kind}`"
            report.add(at, f"{message}; {what} needs columns of one kind")


def _known_types(contract: StageContract) -> Types:
    types = {
        (table, column): message["type"]
        for need in contract.consumes
        for table, columns in need.tables.items()
        for column, message in columns.items()
        if message and "type" in message
    }
    for table in contract.tables:
        types |= {(table.name, column.name): column.type for column in table.columns}
    return types


def _check_sql(
    rule: Rule,
    readable: Mapping[str, Mapping[str, bool]],
    types: Types,
    contract: StageContract,
    root: Node,
    report: Report,
) -> None:
    from spectra_gx.contract.clock_sql import ClockFiller, zones_of  # noqa: PLC0415  # only contracts with SQL pay
    from spectra_gx.contract.sql.exact import (  # noqa: PLC0415  # only contracts with SQL pay
        exact_condition,
        exact_query,
    )
    from spectra_gx.contract.sql.guard import (  # noqa: PLC0415  # only contracts with SQL pay
        SqlRefused,
        guard_condition,
        guard_query,
    )

    held = {
        table: {column: types.get((table, column)) for column in columns}
        for table, columns in readable.items()
    }
    filler = ClockFiller(contract.tables, readable, held, lambda *_: _ANY_MIDNIGHT)
    query = query_of_rule(rule)
    try:
        if query is not None:
            at = node_at(
                rule_node(root, rule, "with" if rule.kind == "expect" else rule.kind),
                "query" if rule.kind == "sql_value" else "unexpected_rows_query",
            )
            filled = query if rule.kind == "expect" else filler.query(query, rule)
            guarded = guard_query(filled, table=rule.table, tables=readable)
            if filled != query and None in zones_of(query, contract.tables):
                _note_wall_clocks(rule, at, report)
            _note_divisions(exact_query(guarded, held), rule, at, report)
    except SqlRefused as refused:
        report.add(at, f"`{rule.kind}` of {quote(rule.id)}: {refused}")
    key = rule.kind if kind_of(rule).conditional else "where"
    try:
        if rule.where is not None:
            at = rule_node(root, rule, key)
            filled = filler.where(rule.where, rule)
            guarded_where = guard_condition(filled, table=rule.table, columns=readable[rule.table])
            if guarded_where.exposes and remembers_value(rule):
                message = "compares with earlier runs, and its `where` names a sensitive column"
                report.add(at, f"{quote(rule.id)} {message}, so that the log keeps no values of it")
            _note_divisions(exact_condition(filled, held[rule.table]), rule, at, report)
            if filled != rule.where and None in zones_of(rule.where, contract.tables):
                _note_wall_clocks(rule, at, report)
    except SqlRefused as refused:
        report.add(at, f"`{key}` of {quote(rule.id)}: {refused}")


_ANY_MIDNIGHT = datetime(2026, 1, 1, tzinfo=UTC)
"""What types a clock fits does not depend on the instant."""


def _note_wall_clocks(rule: Rule, at: Node, report: Report) -> None:
    report.note(
        at,
        f"{quote(rule.id)} compares wall clocks without a zone with the clock in UTC; where they "
        "show another zone's time, add `timezone` to the column",
    )


def _note_divisions(exact: ExactSql, rule: Rule, at: Node, report: Report) -> None:
    for division in exact.divisions:
        report.note(
            at,
            f"{division} in {quote(rule.id)} divides whole numbers and leaves the fraction out; "
            "where that is not meant, cast one of them to double",
        )
