"""SQL DDL as a contract: a table for each `CREATE TABLE`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.interop.foreign.draft import ForeignDraft
from spectra_gx.interop.foreign.files import read_text, refused, stem
from spectra_gx.interop.foreign.sql_types import convert_type
from spectra_gx.interop.gx.mapped_rules import TableKey
from spectra_gx.interop.schemas.ddl_checks import check_rules, simple_name
from spectra_gx.interop.schemas.ddl_statements import Unread, read_statements

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlglot import exp

    from spectra_gx.errors import ContractError
    from spectra_gx.interop.foreign.draft import ForeignTable
    from spectra_gx.interop.losses import Conversion

_WHAT = "pass a file with CREATE TABLE statements"


def import_ddl(sources: Mapping[str, bytes], dialect: str | None = None) -> Conversion:
    """Convert files of CREATE TABLE statements into a valid contract.

    Args:
        sources: File name → its bytes.
        dialect: Dialect of SQL, as sqlglot names it; without one, what most have in common.

    Raises:
        ContractError: A file is not SQL, or no table is created in any; says where.
    """
    file = next(iter(sources))
    draft = ForeignDraft(file, stem(file))
    draft.put_head()
    reader = _Reader(draft, dialect)
    unread: list[Unread] = []
    for each, source in sources.items():
        for statement in read_statements(read_text(source, each), each, dialect):
            if isinstance(statement, Unread):
                unread.append(statement)
                draft.add_loss(f"{each}:{statement.line}", f"left out, {statement.reason}")
            else:
                reader.read(statement, each)
    if not draft.tables:
        raise _without_tables(file, unread)
    reader.add_references()
    return draft.finish()


def _without_tables(file: str, unread: list[Unread]) -> ContractError:
    """Return the error for files of which nothing is left."""
    if not unread:
        return refused(file, f"no CREATE TABLE statement in it; {_WHAT}")
    first = unread[0]
    return refused(first.file, first.reason, first.line, first.column)


class _Reader:
    """Adds the statements of files to a draft."""

    def __init__(self, draft: ForeignDraft, dialect: str | None) -> None:
        self._draft = draft
        self._dialect = dialect
        self._tables: dict[str, ForeignTable] = {}
        self._references: list[tuple[ForeignTable, list[str], str, list[str], str]] = []

    def read(self, statement: exp.Expression, file: str) -> None:
        """Add what a statement says; other statements than those about tables are losses."""
        from sqlglot import exp  # noqa: PLC0415  # sqlglot is slow to import

        if isinstance(statement, exp.Create) and str(statement.kind).upper() == "TABLE":
            if isinstance(statement.this, exp.Schema):
                self._read_table(statement, file)
            else:
                self._draft.add_loss(file, f"no columns in `{_shown(statement)}`")
        elif isinstance(statement, exp.Alter):
            self._read_alter(statement, file)
        elif isinstance(statement, exp.Comment):
            self._read_comment(statement, file)
        else:
            self._draft.add_loss(file, f"not a table: `{_shown(statement)}`")

    def _read_table(self, statement: exp.Create, file: str) -> None:
        from sqlglot import exp  # noqa: PLC0415  # sqlglot is slow to import

        target = statement.this.this
        name, schema = target.name, target.db or None
        table = self._draft.add_table(name, f"{file}: {name}", schema=schema)
        self._tables.setdefault(name.lower(), table)
        table.put("extra_columns", "fail", file)
        parts = statement.this.expressions
        for part in parts:
            if isinstance(part, exp.ColumnDef):
                self._read_column(part, table)
        for part in parts:
            if not isinstance(part, exp.ColumnDef):
                self._read_constraint(part, table)
        for found in statement.args.get("properties") or ():
            self._read_property(found, table)

    def _read_property(self, found: exp.Expression, table: ForeignTable) -> None:
        word = type(found).__name__
        if word == "SchemaCommentProperty":
            table.put("description", found.name, table.origin)
        elif word == "PartitionedByProperty":
            names = [part.name for part in found.this.expressions]
            columns = [table.find(name) for name in names]
            if names and None not in columns:
                table.put("partitioned_by", columns, table.origin)
            else:
                self._lose(table, found)
        elif word not in ("EngineProperty", "FileFormatProperty", "CharacterSetProperty"):
            self._lose(table, found)

    def _read_column(self, part: exp.ColumnDef, table: ForeignTable) -> None:
        column = table.add_column(part.name, f"{table.origin}.{part.name}")
        path = f"{table.origin}.{part.name}"
        kind = part.args.get("kind")
        if kind is not None:
            shown = kind.sql(dialect=self._dialect)
            table.put_known_type(column, shown, convert_type(kind, self._dialect), path)
            if kind.this.name in ("ENUM", "ENUM8", "ENUM16"):
                values = [value.name for value in kind.expressions]
                table.put_key(column, "enum", values, path)
        for constraint in part.constraints:
            self._read_column_constraint(constraint.kind, column, table, path)

    def _read_column_constraint(
        self, kind: Any, column: str, table: ForeignTable, path: str
    ) -> None:
        match type(kind).__name__:
            case "NotNullColumnConstraint":
                if not kind.args.get("allow_null"):
                    table.put_key(column, "required", True, path)
            case "UniqueColumnConstraint":
                table.put_key(column, "unique", True, path)
            case "PrimaryKeyColumnConstraint":
                table.write(TableKey("primary_key", [column]), None, "", path)
            case "CommentColumnConstraint":
                table.draft.put((*table.column_path(column), "description"), kind.name, path)
            case "CheckColumnConstraint":
                self._add_check(kind.this, table, f"{column}-check", path)
            case "Reference":
                self._reference(kind, [column], table, path)
            case _:
                self._lose(table, kind, path)

    def _read_constraint(self, part: Any, table: ForeignTable, name: str | None = None) -> None:
        match type(part).__name__:
            case "Constraint":
                for inner in part.expressions:
                    self._read_constraint(inner, table, part.name)
            case "PrimaryKey":
                columns = self._columns(part.expressions, table)
                table.write(TableKey("primary_key", columns), None, "", table.origin)
            case "UniqueColumnConstraint":
                inner = part.this.expressions if part.this is not None else part.expressions
                columns = self._columns(inner, table)
                self._add_unique(columns, table, name)
            case "CheckColumnConstraint":
                self._add_check(part.this, table, name or "check", table.origin)
            case "ForeignKey":
                columns = self._columns(part.expressions, table)
                self._reference(part.args.get("reference"), columns, table, table.origin, name)
            case _:
                self._lose(table, part)

    def _columns(self, parts: list[Any], table: ForeignTable) -> list[str]:
        names = [simple_name(part) for part in parts]
        return [table.find(name) or name for name in names]

    def _add_unique(self, columns: list[str], table: ForeignTable, name: str | None) -> None:
        if self._dialect in ("tsql", "fabric") and not all(map(table.is_required, columns)):
            reason = "nulls are equal to each other in a unique constraint of this dialect"
            self._draft.add_loss(table.origin, f"{reason}; they are ignored in `unique`")
        if len(columns) == 1:
            table.put_key(columns[0], "unique", True, table.origin)
        else:
            label = name or "-".join(["unique", *columns])
            table.add_rule(label, {"unique": columns}, table.origin)

    def _add_check(self, condition: Any, table: ForeignTable, name: str, path: str) -> None:
        for rule in check_rules(condition, table, self._dialect):
            table.write(rule, None, name, path)

    def _reference(
        self,
        reference: Any,
        columns: list[str],
        table: ForeignTable,
        path: str,
        name: str | None = None,
    ) -> None:
        target = reference.this if reference is not None else None
        if target is None:
            return
        schema = type(target).__name__ == "Schema"
        parent = (target.this if schema else target).name
        there = [simple_name(part) for part in target.expressions] if schema else []
        self._references.append((table, columns, parent, there, name or path))

    def add_references(self) -> None:
        """Add every reference, once all tables are known."""
        for table, columns, parent, there, name in self._references:
            found = self._tables.get(parent.lower())
            if found is None:
                self._draft.add_loss(table.origin, f"its table `{parent}` is not in these files")
                continue
            key = self._draft.at((*found.path, "primary_key")) or []
            ends = [found.find(end) or end for end in there] or list(key)
            rule = {"references": {"columns": columns, "table": found.name, "to": ends}}
            label = name if name != table.origin and "." not in name else ""
            otherwise = f"{'-'.join(columns)}-in-{found.name.rpartition('.')[2]}"
            table.add_rule(label or otherwise, rule, table.origin)

    def _read_alter(self, statement: exp.Alter, file: str) -> None:
        target = statement.this.name if statement.this is not None else ""
        table = self._tables.get(target.lower())
        actions = statement.args.get("actions") or []
        for action in actions:
            if table is not None and type(action).__name__ == "AddConstraint":
                for part in action.expressions:
                    self._read_constraint(part, table)
            else:
                self._draft.add_loss(file, f"not a constraint: `{_shown(statement)}`")

    def _read_comment(self, statement: exp.Comment, file: str) -> None:
        target, kind = statement.this, str(statement.args.get("kind") or "").upper()
        text = statement.expression.name if statement.expression is not None else ""
        if kind == "TABLE" and (table := self._tables.get(target.name.lower())):
            table.put("description", text, file)
        elif kind == "COLUMN" and (table := self._tables.get(str(target.table).lower())):
            column = table.find(target.name)
            if column is not None:
                path = (*table.column_path(column), "description")
                self._draft.put(path, text, file)
        else:
            self._draft.add_loss(file, f"not about a table: `{_shown(statement)}`")

    def _lose(self, table: ForeignTable, part: Any, path: str | None = None) -> None:
        shown = _shown(part, self._dialect)
        self._draft.add_loss(path or table.origin, f"`{shown}` has no equivalent")


def _shown(part: Any, dialect: str | None = None) -> str:
    text = " ".join(str(part.sql(dialect=dialect, comments=False)).split())
    most = 60
    return text if len(text) <= most else text[:most] + "…"
