"""A contract as SQL DDL: one `CREATE TABLE` per table, in Spark's dialect, for Delta."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.files.csv_format import PLAIN_CSV
from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.contract.sql.quoting import quote_escaped_text, quote_name
from spectra_gx.interop.losses import Conversion, Loss
from spectra_gx.interop.strict_rules import is_strict, refuses_null
from spectra_gx.interop.type_tree import TypeTree, parse_type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.contract.model import Column, Rule, StageContract, Table


_TYPES = {
    "byte": "TINYINT",
    "short": "SMALLINT",
    "integer": "INT",
    "long": "BIGINT",
}


def export_ddl(contract: StageContract) -> Conversion:
    """Return the statements that create a contract's tables; other rules are losses."""
    heading = f"-- {_line(contract.name)} {contract.version}, Spark SQL for Delta Lake\n"
    statements = [_statement(table) for table in contract.tables]
    return Conversion("\n".join([heading, *statements]), tuple(_losses(contract)))


def _statement(table: Table) -> str:
    columns = ",\n".join(f"  {_column(column)}" for column in table.columns)
    schema, _, name = table.name.partition(".")
    format_name = "JSON" if table.format is TableFormat.JSONL else table.format.upper()
    parts = [f"CREATE TABLE {_name(schema)}.{_name(name)} (\n{columns}\n)", f"USING {format_name}"]
    keys = [rule for rule in table.table_rules if rule.kind == "partitioned_by"]
    parts += [f"PARTITIONED BY ({', '.join(map(_name, rule.columns))})" for rule in keys]
    if table.location:
        parts.append(f"LOCATION {quote_escaped_text(table.location)}")
    if table.description:
        parts.append(f"COMMENT {quote_escaped_text(table.description)}")
    return "\n".join(parts) + ";\n"


def _column(column: Column) -> str:
    parts = [_name(column.name), _type(parse_type(column.type), column), *_constraints(column)]
    return " ".join(parts)


def _constraints(column: Column) -> Iterator[str]:
    if refuses_null(column):
        yield "NOT NULL"
    if column.description:
        yield f"COMMENT {quote_escaped_text(column.description)}"


def _type(tree: TypeTree, column: Column | None) -> str:
    match tree.word:
        case "array":
            return f"ARRAY<{_type(tree.parts[0], column.items if column else None)}>"
        case "map":
            return f"MAP<{', '.join(_type(part, None) for part in tree.parts)}>"
        case "struct":
            return f"STRUCT<{', '.join(_fields(tree, column))}>"
        case word:
            return _TYPES.get(word, word.upper())


def _fields(tree: TypeTree, column: Column | None) -> Iterator[str]:
    declared = {field.name: field for field in column.fields} if column else {}
    for name, part in zip(tree.names, tree.parts, strict=True):
        field = declared.get(name)
        constraints = _constraints(field) if field else ()
        yield " ".join([f"{_name(name)}:", _type(part, field), *constraints])


def _losses(contract: StageContract) -> Iterator[Loss]:
    for table in contract.tables:
        if table.csv != PLAIN_CSV:
            yield Loss(f"{table.name}.csv", "options of a reader, which DDL has under other names")
        for rule in table.rules:
            if not _is_expressible(rule):
                yield Loss(rule.id, "not expressible in DDL; `check` validates it")


def _is_expressible(rule: Rule) -> bool:
    if rule.kind in ("type", "columns", "partitioned_by"):
        return True
    # Spark does not enforce that items of an array are never null.
    enforced = is_strict(rule) and None not in rule.path
    return rule.kind == "required" and enforced and len(rule.columns) == 1


def _name(name: str) -> str:
    return quote_name(name, "`")


def _line(text: str) -> str:
    return " ".join(text.split())
