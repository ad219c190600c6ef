"""`like`: columns that follow a definition, tables that begin with another's columns.

What is inherited is written out in the tree of nodes before anything is read, so that nothing else
knows of it; every node keeps the place where it was written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.contract.language.columns import LIKE, columns_in, read_column, read_type
from spectra_gx.contract.language.rule_options import Entries, Subject
from spectra_gx.contract.parsers.parser import ParseContext, describe
from spectra_gx.contract.problems import Report, TooManyProblems
from spectra_gx.contract.yaml.node_lookup import key_at
from spectra_gx.contract.yaml.nodes import MapNode, Node, ScalarNode

if TYPE_CHECKING:
    from collections.abc import Mapping


DEFINITIONS = "definitions"
MOST_INHERITED = 20_000
LONGEST_CHAIN = 20


class _Scope:
    """What may be inherited, and how much has been."""

    def __init__(self, definitions: Mapping[str, Node], report: Report) -> None:
        self.definitions = definitions
        self.report = report
        self._inherited = 0

    def count(self, at: Node, within: tuple[str, ...], columns: int = 1) -> None:
        """Count columns that are written out.

        Raises:
            TooManyProblems: The contract would grow far beyond its file.
        """
        self._inherited += columns
        if self._inherited > MOST_INHERITED or len(within) > LONGEST_CHAIN:
            self.report.add(at, f"`{LIKE}` repeats too much here; write the contract out")
            raise TooManyProblems


def written_out(root: Node, report: Report) -> Node:
    """Return a contract with every `like` replaced by what it names, and no definitions."""
    if not isinstance(root, MapNode) or not _uses(root):
        return root
    entries = dict(root.entries)
    definitions = _definitions(entries.pop(DEFINITIONS, None), report)
    if "tables" in entries:
        key, tables = entries["tables"]
        entries["tables"] = key, _Tables(tables, _Scope(definitions, report)).written_out()
    return _like(root, entries)


def check_definitions(root: Node, report: Report) -> None:
    """Report what is wrong in definitions, used or not."""
    if not isinstance(root, MapNode) or DEFINITIONS not in root.entries:
        return
    context = ParseContext(report, f"`{DEFINITIONS}`")
    definitions = _definitions(root.entries[DEFINITIONS], report)
    for name, node in definitions.items():
        key = key_at(root, DEFINITIONS, name)
        if not isinstance(key, ScalarNode):
            continue
        column_type = read_type(name, node, report)
        subject = Subject(DEFINITIONS, name, (), f"{DEFINITIONS}.{name}")
        read_column(key, node, column_type, context, subject)


def _uses(root: MapNode) -> bool:
    """Return whether anything is inherited; most contracts need no second tree."""
    waiting: list[Node] = [root.entries["tables"][1]] if "tables" in root.entries else []
    while waiting:
        node = waiting.pop()
        if isinstance(node, MapNode):
            if LIKE in node.entries:
                return True
            waiting.extend(value for _, value in node.entries.values())
    return DEFINITIONS in root.entries


def _like(node: MapNode, entries: Mapping[str, tuple[ScalarNode, Node]]) -> MapNode:
    return MapNode(node.line, node.column, node.flow, dict(entries))


def _definitions(entry: tuple[ScalarNode, Node] | None, report: Report) -> dict[str, Node]:
    """Return the definitions, each with what it is itself like."""
    if entry is None:
        return {}
    context = ParseContext(report, f"`{DEFINITIONS}`")
    written = {name: value for name, (_, value) in columns_in(entry[1], context).items()}
    scope = _Scope(written, report)
    return {name: _column(node, scope, (name,)) for name, node in written.items()}


def _column(node: Node, scope: _Scope, within: tuple[str, ...] = ()) -> Node:
    """Return a column's node with what it is like written out, nested columns included.

    `within` are the definitions being written out, so that none repeats itself.
    """
    if within:
        scope.count(node, within)
    if not isinstance(node, MapNode):
        return node
    entries = {key: value for key, value in node.entries.items() if key != LIKE}
    if "fields" in entries:
        key, fields = entries["fields"]
        entries["fields"] = key, _fields(fields, scope, within)
    if "items" in entries:
        key, items = entries["items"]
        entries["items"] = key, _column(items, scope, within)
    if LIKE not in node.entries:
        return _like(node, entries)
    inherited = _definition(node.entries[LIKE][1], scope, within)
    if inherited is None:  # reported; that it brings no type need not be reported, too
        return _like(node, {**entries, LIKE: node.entries[LIKE]})
    return _like(node, {**_as_entries(inherited), **entries})


def _fields(node: Node, scope: _Scope, within: tuple[str, ...]) -> Node:
    if not isinstance(node, MapNode):
        return node
    inner = {
        name: (key, _column(field, scope, within)) for name, (key, field) in node.entries.items()
    }
    return _like(node, inner)


def _definition(named: Node, scope: _Scope, within: tuple[str, ...]) -> Node | None:
    report = scope.report
    if not isinstance(named, ScalarNode) or not isinstance(named.value, str):
        report.add(named, f"`{LIKE}` must name a definition, found {describe(named)}")
        return None
    if named.value in within:
        report.add(named, f"definition {quote(named.value)} is like itself; write it out")
        return None
    if named.value not in scope.definitions:
        hint = did_you_mean(named.value, scope.definitions) or f"; add it under `{DEFINITIONS}`"
        report.add(named, f"no definition is called {quote(named.value)}{hint}")
        return None
    return _column(scope.definitions[named.value], scope, (*within, named.value))


def _as_entries(node: Node) -> Mapping[str, tuple[ScalarNode, Node]]:
    """Return what a definition says; a bare type is its `type`."""
    if isinstance(node, MapNode):
        return node.entries
    return {"type": (ScalarNode("type", "type", node.line, node.column), node)}


class _Tables:
    """The tables of one contract, while those that are like others are written out."""

    def __init__(self, node: Node, scope: _Scope) -> None:
        self._node = node
        self._scope = scope

    def written_out(self) -> Node:
        """Return the tables with all their columns."""
        if not isinstance(self._node, MapNode):
            return self._node
        tables = {
            name: (key, self._table(value, (name,)))
            for name, (key, value) in self._node.entries.items()
        }
        return _like(self._node, tables)

    def _table(self, node: Node, within: tuple[str, ...]) -> Node:
        if not isinstance(node, MapNode):
            return node
        entries = {key: value for key, value in node.entries.items() if key != LIKE}
        inherited = self._inherited(node, within)
        if "columns" not in node.entries and not inherited:
            return _like(node, entries)
        at, own = node.entries.get("columns", (None, None))
        if own is not None and not isinstance(own, MapNode):
            return _like(node, entries)
        columns = {
            name: (key, _column(value, self._scope))
            for name, (key, value) in (own.entries if own is not None else {}).items()
        }
        key = at or ScalarNode("columns", "columns", node.line, node.column)
        entries["columns"] = key, _like(own or node, {**inherited, **columns})
        return _like(node, entries)

    def _inherited(self, node: MapNode, within: tuple[str, ...]) -> Entries:
        """Return the columns of the table that this one is like."""
        if LIKE not in node.entries or not isinstance(self._node, MapNode):
            return {}
        named = node.entries[LIKE][1]
        name = named.value if isinstance(named, ScalarNode) else None
        if not isinstance(name, str) or name not in self._node.entries:
            hint = did_you_mean(str(name), self._node.entries)
            message = f"`{LIKE}` must name another table of this contract, found {describe(named)}"
            self._scope.report.add(named, message + hint)
            return {}
        if name in within:
            self._scope.report.add(
                named, f"table {quote(name)} is like itself; write its columns out"
            )
            return {}
        other = self._table(self._node.entries[name][1], (*within, name))
        columns = other.entries.get("columns") if isinstance(other, MapNode) else None
        inherited = columns[1].entries if columns and isinstance(columns[1], MapNode) else {}
        self._scope.count(named, within, len(inherited))
        return inherited
