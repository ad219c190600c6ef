"""Tables and their columns, rules included."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.arguments import ANYTHING, EXTRA_COLUMNS, TYPE
from spectra_gx.contract.catalogue import (
    COLUMN_KINDS,
    LATER_COLUMN_KEYS,
    LATER_TABLE_KEYS,
    TABLE_KINDS,
)
from spectra_gx.contract.forms import (
    TABLE_NAME,
    TEXT,
    TEXTS,
    Key,
    Site,
    found,
    list_of,
    mend_commas,
    one_of,
    read_entries,
)
from spectra_gx.contract.model import Column, ExtraColumns, Rule, Table
from spectra_gx.contract.report import Report, quote
from spectra_gx.contract.rules import Entries, place_of, read_key_rule, read_listed_rules
from spectra_gx.contract.yaml_nodes import MapNode, Node, ScalarNode

if TYPE_CHECKING:
    from collections.abc import Iterator

CLASSIFICATIONS = ("public", "internal", "confidential", "pii")

COLUMN_KEYS = (
    Key("description", "What the column holds.", TEXT),
    Key(
        "classification",
        "How far its values may travel; confidential and pii never leave the table.",
        one_of(*CLASSIFICATIONS),
    ),
    Key("tags", "Words to find the column by.", TEXTS),
    Key("examples", "A few values, for readers.", list_of(ANYTHING, "a list of values")),
)
TABLE_KEYS = (
    Key("description", "What the table holds, one row of it above all.", TEXT),
    Key("extra_columns", "What a column that is not declared means.", EXTRA_COLUMNS),
    Key("tags", "Words to find the table by.", TEXTS),
)

_COLUMN_KEYS = {key.name: key for key in COLUMN_KEYS}
_KNOWN_IN_COLUMN = {**COLUMN_KINDS, **_COLUMN_KEYS}
_TABLE_KEYS = {key.name: key for key in TABLE_KEYS}
_KNOWN_IN_TABLE = {
    "description": None,
    **TABLE_KINDS,
    "columns": None,
    **_TABLE_KEYS,
    "rules": None,
}
_UNFIT_IN_NAMES = re.compile(r"[ ,;{}()\n\t=]")


def read_tables(node: Node, site: Site) -> tuple[Table, ...] | None:
    """Read the mapping under `tables:`."""
    if not isinstance(node, MapNode) or not node.entries:
        what = "an empty mapping" if isinstance(node, MapNode) else found(node)
        site.refuse(node, f"must name at least one table, found {what}")
        return None
    return tuple(_distinct_tables(node, site))


def _distinct_tables(node: MapNode, site: Site) -> Iterator[Table]:
    folded: dict[str, str] = {}
    for name, (key, value) in node.entries.items():
        if TABLE_NAME.read(key, site.inside("a table's name")) is None:
            continue
        twin = folded.setdefault(name.lower(), name)
        if twin != name:
            site.report.add(key, f"table '{name}' differs from '{twin}' only by case; rename one")
        yield _read_table(key, value, site.report)


def _read_table(key: ScalarNode, node: Node, report: Report) -> Table:
    name = key.text
    site = Site(report, f"table '{name}'")
    entries = read_entries(node, site, _KNOWN_IN_TABLE, LATER_TABLE_KEYS) or {}
    written = _column_entries(entries, node, site)
    types = {column: _read_type(column, value, report) for column, (_, value) in written.items()}
    site = Site(report, site.what, None, types)
    columns = tuple(
        _read_column(name, column, value, types, report) for column, value in written.values()
    )
    plain = _read_plain(_TABLE_KEYS, entries, site)
    extra_columns = ExtraColumns(plain.get("extra_columns") or ExtraColumns.FAIL)
    keyed = {
        kind.key: read_key_rule(kind, *entries[kind.key], site, table=name)
        for kind in TABLE_KINDS.values()
        if kind.key in entries
    }
    columns_rule = Rule(
        id=f"{name}.columns",
        table=name,
        kind="columns",
        columns=tuple(types),
        argument=str(extra_columns),
        place=place_of(report, entries.get("columns", (key,))[0]),
    )
    primary_key = keyed.get("primary_key")
    listed = read_listed_rules(entries["rules"][1], name, site) if "rules" in entries else ()
    return Table(
        name=name,
        columns=columns,
        table_rules=(columns_rule, *(rule for rule in keyed.values() if rule), *listed),
        description=plain.get("description"),
        primary_key=primary_key.columns if primary_key else (),
        extra_columns=extra_columns,
        tags=plain.get("tags") or (),
        place=place_of(report, key),
    )


def _column_entries(entries: Entries, node: Node, site: Site) -> Entries:
    """Return the columns of a table that have a fit name."""
    if "columns" not in entries:
        if isinstance(node, MapNode):
            site.refuse(node, "has no `columns`; add them, each with its type")
        return {}
    columns = entries["columns"][1]
    if not isinstance(columns, MapNode) or not columns.entries:
        site.refuse(columns, f"must name its columns, found {found(columns)}")
        return {}
    folded: dict[str, str] = {}
    fit = mend_commas(columns, site.report)
    for name, (key, _) in fit.items():
        twin = folded.setdefault(name.lower(), name)
        if twin != name:
            said = f"differs from {quote(twin)} only by case, which Delta refuses; rename one"
            site.report.add(key, f"column {quote(name)} {said}")
        if not name or not name.isprintable() or _UNFIT_IN_NAMES.search(name):
            said = "has a name that Delta refuses; leave out spaces and ,;{}()="
            site.report.add(key, f"column {quote(name)} {said}")
    return fit


def _read_type(name: str, node: Node, report: Report) -> str | None:
    """Return a column's canonical type, or None with the reason reported."""
    site = Site(report, f"`type` of column {quote(name)}")
    if not isinstance(node, MapNode):
        return str(TYPE.read(node, site) or "") or None
    entries = mend_commas(node, Report(report.file))  # reported when the column is read
    if "type" not in entries:
        report.add(node, f"column {quote(name)} has no `type`; add it")
        return None
    value = entries["type"][1]
    if isinstance(value, MapNode):
        value = mend_commas(value, Report(report.file)).get("value", (None, value))[1]
        if isinstance(value, MapNode):
            return None
    return str(TYPE.read(value, site) or "") or None


def _read_column(
    table: str,
    key: ScalarNode,
    node: Node,
    types: dict[str, str | None],
    report: Report,
) -> Column:
    name = key.text
    column_type = types[name]
    site = Site(report, f"column {quote(name)}", column_type, types)
    entries: Entries = {}
    if isinstance(node, MapNode):
        entries = read_entries(node, site, _KNOWN_IN_COLUMN, LATER_COLUMN_KEYS) or {}
    else:
        entries = {"type": (key, node)}
    rules = [
        read_key_rule(COLUMN_KINDS[rule_key], at, value, site, table=table, column=name)
        for rule_key, (at, value) in sorted(entries.items(), key=lambda entry: entry[0] != "type")
        if rule_key in COLUMN_KINDS
    ]
    plain = _read_plain(_COLUMN_KEYS, entries, site)
    made = tuple(rule for rule in rules if rule is not None)
    return Column(
        name=name,
        type=column_type or "",
        rules=made,
        description=plain.get("description"),
        classification=plain.get("classification"),
        masked=any(rule.kind == "format" and rule.argument == "masked" for rule in made),
        tags=plain.get("tags") or (),
        examples=plain.get("examples") or (),
        place=place_of(report, key),
    )


def _read_plain(keys: dict[str, Key], entries: Entries, site: Site) -> dict[str, Any]:
    """Return the values of the keys that make no rule."""
    return {
        name: keys[name].form.read(value, site.key(name))
        for name, (_, value) in entries.items()
        if name in keys
    }
