"""Relationships of ODCS as `references` rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.interop.odcs.custom_properties import read_own_properties

if TYPE_CHECKING:
    from spectra_gx.interop.odcs.name_map import OdcsDraft
    from spectra_gx.interop.tracked_mapping import TrackedMapping


def read_relationships(
    item: TrackedMapping, table: str, draft: OdcsDraft, *, column: str | None = None
) -> None:
    """Import the relationships of a table, or those that start at one of its columns."""
    for relation in item.mappings("relationships"):
        _read(relation, table, draft, column)


def _read(relation: TrackedMapping, table: str, draft: OdcsDraft, column: str | None) -> None:
    relation.take("id", str)
    if relation.take("type", str) not in ("foreignKey", None):
        relation.add_loss("only foreign keys are supported")
        return
    starts = [(table, column)] if column else _endpoints(relation, "from", draft)
    ends = _endpoints(relation, "to", draft)
    tables = {end[0] for end in ends if end}
    if not starts or len(starts) != len(ends) or None in (*starts, *ends) or len(tables) != 1:
        relation.add_loss("it must map columns of this table to as many columns of one other table")
        return
    if any(start is not None and start[0] != table for start in starts):
        relation.add_loss("it starts at another table than its own")
        return
    own = [str(start[1]) for start in starts if start]
    other = min(tables)
    parent = {"table": other, "to": [end[1] for end in ends if end]}
    references = {"references": {"columns": own, **parent}}
    if references in _known_references(draft, table):
        relation.discard_rest()
    elif not tables <= {known.name for known in draft.names.tables}:
        relation.add_loss("its target table is not in this file")
    else:
        name = f"{'-'.join(own)}-in-{other.rpartition('.')[2]}"
        draft.add_rule(table, {"id": name, **references}, relation.path)
    read_own_properties(relation)
    relation.end()


def _known_references(draft: OdcsDraft, table: str) -> list[dict[str, object]]:
    """Return the references that are rules already, since our own files contain both."""
    rules = draft.document["tables"][table].get("rules", ())
    return [{"references": rule["references"]} for rule in rules if "references" in rule]


def _endpoints(
    relation: TrackedMapping, key: str, draft: OdcsDraft
) -> list[tuple[str, str] | None]:
    given = relation.take(key, str, list)
    several = given if isinstance(given, list) else [given] if given else []
    return [draft.names.resolve(end) if isinstance(end, str) else None for end in several]
