"""Constraints of dbt's model contracts as rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spectra_gx.interop.foreign.sql import NotConvertibleError, convert_condition
from spectra_gx.interop.gx.mapped_rules import TableKey

if TYPE_CHECKING:
    from spectra_gx.interop.dbt.references import References
    from spectra_gx.interop.foreign.draft import ForeignTable
    from spectra_gx.interop.tracked_mapping import TrackedMapping

_TARGET = re.compile(r"\s*(?:references\s+)?([\w.\"`]+)\s*\(([^)]*)\)\s*", re.IGNORECASE)
_UNENFORCED = ("warn_unenforced", "warn_unsupported")


def read_constraints(
    item: TrackedMapping,
    table: ForeignTable,
    column: str | None,
    references: References | None,
    dialect: str | None,
) -> None:
    """Add the constraints of a model, or of one of its columns; what has no equal is a loss."""
    for constraint in item.mappings("constraints"):
        for key in _UNENFORCED:
            constraint.take(key, object)
        try:
            _read(constraint, table, column, references, dialect)
        except NotConvertibleError as error:
            constraint.add_loss(f"the constraint: {error}")
            continue
        constraint.end()


def _read(
    item: TrackedMapping,
    table: ForeignTable,
    column: str | None,
    references: References | None,
    dialect: str | None,
) -> None:
    kind, path, name = item.text("type") or "", item.path, item.text("name")
    listed = item.take("columns", list) or []
    columns = [column] if column else [table.column(str(each), path) for each in listed]
    match kind:
        case "not_null":
            for each in columns:
                table.put_key(each, "required", True, path)
        case "unique" if len(columns) == 1:
            table.put_key(columns[0], "unique", True, path)
        case "unique" if columns:
            table.add_rule(name or "-".join(["unique", *columns]), {"unique": columns}, path)
        case "primary_key" if columns:
            table.write(TableKey("primary_key", columns), None, "", path)
        case "check":
            condition = convert_condition(item.text("expression") or "", dialect)
            sql = f"select * from {{table}} where not ({condition})"
            table.add_rule(name or f"{column or 'table'}-check", {"sql": sql}, path)
        case "foreign_key" if columns:
            _add_reference(item, table, columns, references)
        case _:
            raise NotConvertibleError(f"`{kind}` has no equal in the contract language")


def _add_reference(
    item: TrackedMapping, table: ForeignTable, columns: list[str], references: References | None
) -> None:
    given, ends = item.text("to"), item.take("to_columns", list) or []
    expression = item.text("expression")
    target = _TARGET.fullmatch(expression) if expression else None
    if target:
        parent = table.draft.names.by_name.get(target[1].strip('"`'))
        if parent is None:
            raise NotConvertibleError("its table is not in these files")
        name, there = parent.name, [end.strip(' "`') for end in target[2].split(",")]
    elif given and references:
        parent_table = references.resolve(given)
        name, there = parent_table.name, [parent_table.column(str(e), item.path) for e in ends]
    else:
        raise NotConvertibleError("a reference is imported from a model's own constraints only")
    rule = {"references": {"columns": columns, "table": name, "to": there}}
    table.add_rule(f"{'-'.join(columns)}-in-{name.rpartition('.')[2]}", rule, item.path)
