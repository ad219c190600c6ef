"""Schemas that pandera writes as YAML or JSON, as a contract."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.excerpts import quote
from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.interop.foreign.draft import ForeignDraft
from spectra_gx.interop.foreign.files import read_mapping, refused, stem
from spectra_gx.interop.foreign_types import NUMPY_TYPES, ForeignType, parse_foreign_type
from spectra_gx.interop.tracked_mapping import TrackedMapping

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spectra_gx.interop.foreign.draft import ForeignTable
    from spectra_gx.interop.losses import Conversion

_WHAT = "not a schema of pandera; one is written by `schema.to_yaml()`"
_DTYPES = {
    **NUMPY_TYPES,
    "string[python]": "string",
    "string[pyarrow]": "string",
    "datetime64[ns]": "timestamp_ntz",
    "datetime64[us]": "timestamp_ntz",
    "datetime64[ms]": "timestamp_ntz",
    "datetime64[s]": "timestamp_ntz",
    "datetime": "timestamp_ntz",
}
_ZONED = re.compile(r"datetime64\[\w+, [^\]]+\]")
_BOUNDS = {
    **dict.fromkeys(("greater_than_or_equal_to", "ge"), "min"),
    **dict.fromkeys(("less_than_or_equal_to", "le"), "max"),
    **dict.fromkeys(("greater_than", "gt"), "above"),
    **dict.fromkeys(("less_than", "lt"), "below"),
    **dict.fromkeys(("equal_to", "eq"), "const"),
}
_SETS = {"isin": "enum", "notin": "not_in"}
_OF_COLUMN = (
    *("title", "description", "dtype", "nullable", "checks", "name", "unique", "coerce"),
    *("required", "regex", "default", "report_duplicates", "drop_invalid_rows"),
)
_NO_CHECK = (
    *("schema_type", "version", "api", "dataframe_library", "coerce", "report_duplicates"),
    "unique_column_names",
)


def import_pandera(sources: Mapping[str, bytes]) -> Conversion:
    """Convert schemas of pandera into a valid contract: one table for each.

    Raises:
        ContractError: A file is not such a schema; says where.
    """
    documents = {file: _parse(source, file) for file, source in sources.items()}
    file, first = next(iter(documents.items()))
    name = first.get("name")
    draft = ForeignDraft(file, name if isinstance(name, str) and name else stem(file))
    draft.put_head()
    for each, document in documents.items():
        path = each if len(documents) > 1 else ""
        _read_schema(TrackedMapping(document, path, draft.losses), stem(each), draft)
    return draft.finish()


def _parse(source: bytes, file: str) -> dict[str, Any]:
    document = read_mapping(source, file, _WHAT)
    if document.get("schema_type") not in ("dataframe", "polars", None) or not isinstance(
        document.get("columns"), dict | list
    ):
        raise refused(file, _WHAT)
    return document


def _read_schema(said: TrackedMapping, otherwise: str, draft: ForeignDraft) -> None:
    table = draft.add_table(said.text("name") or otherwise, said.path or draft.file)
    title, description = said.text("title"), said.text("description")
    if description or title:
        table.put("description", description or title, said.at("description"))
    if description and title:
        draft.add_loss(said.at("title"), "only the description is imported")
    for key in _NO_CHECK:
        said.take(key, object)
    columns = said.take("columns", dict, list) or {}
    keyed = columns if isinstance(columns, dict) else dict(enumerate(columns))
    for place, content in keyed.items():
        path = said.at(f"columns.{place}")
        item = TrackedMapping(content, path, draft.losses)
        called = item.take("name", object)
        name = called if isinstance(called, str) else str(place)
        _read_column(item, name, table)
    strict = said.take("strict", object)
    table.put("extra_columns", "fail" if strict is True else "allow", said.at("strict"))
    if strict == "filter":
        draft.add_loss(said.at("strict"), "other columns are not removed, but allowed")
    if said.take("ordered", bool):
        table.put("column_order", "exact", said.at("ordered"))
    unique = said.take("unique", list, str)
    if unique:
        listed = [unique] if isinstance(unique, str) else [str(name) for name in unique]
        _add_unique([table.column(name, said.at("unique")) for name in listed], table, said)
    if said.take("index", object):
        draft.add_loss(said.at("index"), "an index is not a column of a table")
    said.end()


def _add_unique(columns: list[str], table: ForeignTable, said: TrackedMapping) -> None:
    """Add a rule under which nulls are equal to each other, as pandas compares rows."""
    path = said.at("unique")
    if all(map(table.is_required, columns)):
        if len(columns) == 1:
            table.put_key(columns[0], "unique", True, path)
        else:
            table.add_rule("-".join(["unique", *columns]), {"unique": columns}, path)
        return
    names = ", ".join(map(quote_name, columns))
    sql = f"select {names} from {{table}} group by {names} having count(*) > 1"
    table.add_rule("-".join(["unique", *columns]), {"sql": sql}, path)


def _read_column(item: TrackedMapping, name: str, table: ForeignTable) -> None:
    if item.take("regex", bool):
        item.add_loss("a column whose name is a pattern cannot be declared")
        return
    column = table.add_column(name, item.path)
    dtype = item.text("dtype")
    if dtype is not None:
        table.put_known_type(column, dtype, _type(dtype), item.at("dtype"))
    title, description = item.text("title"), item.text("description")
    if description or title:
        described = (*table.column_path(column), "description")
        table.draft.put(described, description or title, item.path)
    nullable = item.take("nullable", bool) or False
    if not nullable:
        table.put_key(column, "required", True, item.at("nullable"))
    if item.take("required", bool) is False:
        table.draft.add_loss(item.at("required"), "a declared column is always needed")
    for key in ("coerce", "report_duplicates"):
        item.take(key, object)
    if item.take("unique", bool):
        _add_unique([column], table, item)
    for path, check, content in list(_checks(item)):
        _read_check(check, content, path, column, table)
    item.end()


def _type(dtype: str) -> ForeignType:
    folded = dtype.strip()
    if _ZONED.fullmatch(folded):
        return ForeignType("timestamp")
    if folded.lower() in _DTYPES:
        return ForeignType(_DTYPES[folded.lower()])
    return parse_foreign_type(folded) or ForeignType("string", exact=False)


def _checks(item: TrackedMapping) -> Iterator[tuple[str, str, Any]]:
    """Yield path, name and content of each check, in any of the forms that pandera has written."""
    given = item.take("checks", dict, list)
    if isinstance(given, dict):
        yield from ((item.at(f"checks.{name}"), name, content) for name, content in given.items())
    for place, entry in enumerate(given if isinstance(given, list) else ()):
        content = dict(entry) if isinstance(entry, dict) else {}
        options = content.get("options") if isinstance(content.get("options"), dict) else {}
        name = str(options.get("check_name")) if options else ""
        yield item.at(f"checks[{place}]"), name, content
    for key in list(item):
        if key not in _OF_COLUMN:
            yield item.at(key), key, item.take(key, object)


def _read_check(name: str, content: Any, path: str, column: str, table: ForeignTable) -> None:
    said = TrackedMapping(
        content if isinstance(content, dict) else {"value": content}, path, table.draft.losses
    )
    options = said.mapping("options")
    options.take("check_name", str)
    given: dict[str, Any] = {}
    if options.take("raise_warning", bool):
        given["severity"] = "warning"
    if options.take("ignore_na", bool) is False and not table.is_required(column):
        said.add_loss(f"`{name}` fails on nulls here, and rules ignore them")
        return
    options.end()
    keys = list(_keys(name, said))
    if not keys:
        said.add_loss(f"the check {quote(name)} has no equal; write it as a `sql` rule")
        return
    for key, value in keys:
        table.put_key(column, key, value, path, **given)
    said.end()


def _keys(name: str, said: TrackedMapping) -> Iterator[tuple[str, Any]]:
    """Yield the keys of a column that say the same as a check."""
    if name in _BOUNDS:
        value = _argument(said, "min_value", "max_value")
        if value is not None:
            yield _BOUNDS[name], value
    elif name in _SETS:
        values = _argument(said, "allowed_values", "forbidden_values")
        if isinstance(values, list):
            yield _SETS[name], [value for value in values if value is not None]
    elif name == "not_equal_to":
        yield "not_in", [_argument(said)]
    elif name in ("in_range", "between"):
        least = "min" if said.take("include_min", bool) is not False else "above"
        most = "max" if said.take("include_max", bool) is not False else "below"
        for key, word in ((least, "min_value"), (most, "max_value")):
            value = said.take(word, object)
            if value is not None:
                yield key, value
    elif name == "str_length":
        yield from _lengths(said)
    else:
        yield from _patterns(name, said)


def _lengths(said: TrackedMapping) -> Iterator[tuple[str, Any]]:
    exact = said.take("exact_value", int) or said.take("value", int)
    if exact is not None:
        yield "length", exact
    for key, word in (("min_length", "min_value"), ("max_length", "max_value")):
        value = said.take(word, int)
        if value is not None:
            yield key, value


def _patterns(name: str, said: TrackedMapping) -> Iterator[tuple[str, Any]]:
    text = _argument(said, "pattern", "string")
    if not isinstance(text, str):
        return
    if name == "str_matches":  # from the start of a text, as Python matches
        yield "pattern", text if text.startswith("^") and "|" not in text else f"^(?:{text})"
    elif name == "str_contains":
        yield "pattern", text
    elif name == "str_startswith":
        yield "pattern", f"^{re.escape(text)}"
    elif name == "str_endswith":
        yield "pattern", f"{re.escape(text)}$"


def _argument(said: TrackedMapping, *words: str) -> Any:
    """Return the only argument of a check, under any of its names."""
    for word in ("value", *words):
        value = said.take(word, object)
        if value is not None:
            return value
    return None
