"""Columns that a declared table has and its contract does not, and what they refer to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.profile.contract_writer import (
    column_in_brackets,
    formatted_columns,
    formatted_rules,
    reference_rules,
    rules_in_brackets,
)
from spectra_gx.profile.profiler import profile_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.contract.model import Table
    from spectra_gx.contract.yaml.cst import CstNode
    from spectra_gx.profile.column_profile import TableProfile
    from spectra_gx.profile.table_access import OpenTable
    from spectra_gx.profile.update.draft import Draft
    from spectra_gx.warehouse.sensitivity import Classifications


def of_new_columns(table: Table, opened: OpenTable) -> OpenTable | None:
    """Return a table with the columns alone that its contract does not have; None if it has all."""
    declared = {column.name for column in table.columns}
    folded = {name.lower() for name in declared} if table.format is TableFormat.DELTA else set()
    types = {
        name: type_
        for name, type_ in opened.types.items()
        if name not in declared and name.lower() not in folded
    }
    return replace(opened, types=types, left_out={}) if types else None


def profile_new_columns(
    name: str, opened: OpenTable, known: Classifications | None
) -> TableProfile:
    """Return the profile of the new columns of a table, none of which is its key."""
    return replace(profile_table(name, opened, known), key=(), near_key=None, unique=())


def add_columns(draft: Draft, table: Table, profile: TableProfile) -> None:
    """Add the new columns of a table, and the rules of their references."""
    of_table = draft.file.entry("tables", table.name)
    mapping = draft.file.entry("tables", table.name, "columns")
    if draft.has_likes(table.name):
        mapping = None
    for column in profile.columns:
        shown = f"column `{column.name}` of `{table.name}`"
        if mapping is None:
            written = column_in_brackets(column, profile)
            draft.by_hand.append(
                f"{shown}: its columns are listed elsewhere, or for other tables as well; write "
                f"`{written}`"
            )
            continue
        draft.added.append(shown)
        if mapping.style == "{":
            entry = column_in_brackets(column, profile)
            draft.insertions.append(draft.file.append_in_brackets(mapping, entry))
    if mapping is not None and mapping.style != "{":
        draft.insertions.append(draft.file.append(mapping, formatted_columns(profile, draft.name)))
    prefix = f"{table.name}."
    taken = {column.name for column in table.columns}
    taken |= {column.name for column in profile.columns}
    taken |= {rule.id.removeprefix(prefix) for rule in table.table_rules}
    if rules := reference_rules(profile, taken):
        _add_rules(draft, table, rules, None if mapping is None else of_table)


def _add_rules(
    draft: Draft, table: Table, rules: Mapping[str, str], mapping: CstNode | None
) -> None:
    """Add rules to the list of a table, which gets one if it has none; `mapping` is the table."""
    written = mapping is not None and any(one.name == "rules" for one in mapping.entries or ())
    listed = draft.file.entry("tables", table.name, "rules") if written else None
    if mapping is None or (written and (listed is None or listed.entries is None)):
        draft.by_hand += [
            f"a rule of `{table.name}`: write `{rule}`" for rule in rules_in_brackets(rules)
        ]
        return
    draft.added += [f"rule `{name}` of `{table.name}`" for name in rules]
    in_brackets = ", ".join(rules_in_brackets(rules))
    if listed is not None and listed.style == "{":
        draft.insertions.append(draft.file.append_in_brackets(listed, in_brackets))
    elif listed is not None:
        lines = formatted_rules(rules, draft.name)
        draft.insertions.append(draft.file.append(listed, lines))
    elif mapping.style == "{":
        entry = f"rules: [{in_brackets}]"
        draft.insertions.append(draft.file.append_in_brackets(mapping, entry))
    else:
        lines = ["rules:", *(f"  {line}" for line in formatted_rules(rules, draft.name))]
        draft.insertions.append(draft.file.append(mapping, lines))
