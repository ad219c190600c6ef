"""Relationships of ODCS as rules that every key stands in the other table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.interop.odcs.custom_properties import read_own_properties

if TYPE_CHECKING:
    from spectra_gx.interop.contract_draft import Draft
    from spectra_gx.interop.odcs.name_map import NameMap
    from spectra_gx.interop.tracked_mapping import TrackedMapping


def read_relationships(
    item: TrackedMapping, table: str, draft: Draft, found: NameMap, *, column: str | None = None
) -> None:
    """Read the relationships of a table, or of one column of it, which then is where they start."""
    for relation in item.mappings("relationships"):
        _read(relation, table, draft, found, column)


def _read(
    relation: TrackedMapping, table: str, draft: Draft, found: NameMap, column: str | None
) -> None:
    relation.take("id", str)
    if relation.take("type", str) not in ("foreignKey", None):
        relation.add_loss("only foreign keys can be rules")
        return
    starts = [(table, column)] if column else _ends(relation, "from", found)
    ends = _ends(relation, "to", found)
    tables = {end[0] for end in ends if end}
    if not starts or len(starts) != len(ends) or None in (*starts, *ends) or len(tables) != 1:
        relation.add_loss("it must lead from columns of this table to as many columns of one other")
        return
    if any(start is not None and start[0] != table for start in starts):
        relation.add_loss("it starts at another table than the one it stands in")
        return
    own = [str(start[1]) for start in starts if start]
    other = min(tables)
    parent = {"table": other, "to": [end[1] for end in ends if end]}
    said = {"references": {"columns": own, **parent}}
    if said in _standing(draft, table):
        relation.discard_rest()
    elif not tables <= {known.name for known in found.tables}:
        relation.add_loss("it leads to a table that this file does not describe")
    else:
        name = f"{'-'.join(own)}-in-{other.rpartition('.')[2]}"
        draft.add_rule(table, {"id": name, **said}, relation.path)
    read_own_properties(relation)
    relation.end()


def _standing(draft: Draft, table: str) -> list[dict[str, object]]:
    """Return the references that are rules already, for our own files say them twice."""
    rules = draft.document["tables"][table].get("rules", ())
    return [{"references": rule["references"]} for rule in rules if "references" in rule]


def _ends(relation: TrackedMapping, key: str, found: NameMap) -> list[tuple[str, str] | None]:
    said = relation.take(key, str, list)
    several = said if isinstance(said, list) else [said] if said else []
    return [found.resolve(end) if isinstance(end, str) else None for end in several]
