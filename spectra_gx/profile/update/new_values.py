"""Values in the data that an `enum` does not have, as comments above its column."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from spectra_gx.contract.column_types import Family, family
from spectra_gx.contract.excerpts import looks_secret
from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.engines.sql_text import literal
from spectra_gx.profile.contract_writer import yaml_of
from spectra_gx.profile.personal_data import classify_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.contract.model import Column
    from spectra_gx.profile.table_access import OpenTable

_BEGIN = "# also in the data: "
_MOST = 20


def find_new_values(column: Column, opened: OpenTable) -> list[str | int]:
    """Return values of a column that its `enum` does not have, the first of them.

    None of a sensitive column or of values that look so, of a column that is stored as another
    type than declared, or of an enum for some rows only.
    """
    enum = next((rule for rule in column.rules if rule.kind == "enum"), None)
    fit = family(column.type) in (Family.TEXT, Family.WHOLE)
    if enum is None or enum.where is not None or column.sensitive or not fit:
        return []
    if opened.types.get(column.name) != column.type:
        return []
    name = quote_name(column.name)
    members = ", ".join(literal(value, column.type) for value in enum.argument)
    found = opened.query(
        f"SELECT DISTINCT {name} AS v FROM t "
        f"WHERE {name} IS NOT NULL AND {name} NOT IN ({members}) ORDER BY v LIMIT {_MOST}"
    )
    values: list[str | int] = found.column(0).to_pylist()
    texts = [str(value) for value in values]
    if any(map(looks_secret, texts)) or classify_values(texts) is not None:
        return []
    return values


def comment_on(values: Sequence[str | int], above: Sequence[str]) -> str | None:
    """Return a comment that names values; None if the comments above name all of them."""
    known = [
        value
        for line in above
        if line.startswith(_BEGIN)
        for value in _listed(line.removeprefix(_BEGIN))
    ]
    new = [value for value in values if value not in known]
    return f"{_BEGIN}{yaml_of(new)}" if new else None


def _listed(text: str) -> list[str | int]:
    try:
        found = json.loads(text)
    except ValueError:
        return []  # a person has changed it
    return found if isinstance(found, list) else []
