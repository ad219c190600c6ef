"""Validation plans of pointblank in YAML as a contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.excerpts import quote
from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.interop.foreign.draft import ForeignDraft
from spectra_gx.interop.foreign.files import read_yaml, refused, stem
from spectra_gx.interop.foreign.sql import NotConvertibleError, reading_check, take_flag
from spectra_gx.interop.foreign_types import NUMPY_TYPES, ForeignType, parse_foreign_type
from spectra_gx.interop.gx.mapped_rules import TableKey, unique_rule
from spectra_gx.interop.tracked_mapping import TrackedMapping

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spectra_gx.interop.foreign.draft import ForeignTable
    from spectra_gx.interop.losses import Conversion

_WHAT = "not a plan of pointblank; one has `tbl` and `steps`"
_BOUNDS = {
    "col_vals_gt": "above",
    "col_vals_lt": "below",
    "col_vals_ge": "min",
    "col_vals_le": "max",
    "col_vals_eq": "const",
}
_SIGNS = {
    "col_vals_gt": ">",
    "col_vals_lt": "<",
    "col_vals_ge": ">=",
    "col_vals_le": "<=",
    "col_vals_eq": "=",
    "col_vals_ne": "<>",
}
_SPECS = {"email": "email", "uuid": "uuid", "url": "uri", "ipv4": "ipv4"}
_DTYPES = {
    **NUMPY_TYPES,
    "datetime": "timestamp_ntz",
    "utf8": "string",
}
_NO_CHECK = (
    *("lang", "locale", "df_library", "brief", "label", "tbl_name", "tbl", "version", "owner"),
)
_WITHOUT_SHARES = ("col_exists", "col_schema_match", "row_count_match")
_READ = ("value", "left", "right", "inclusive", "set", "pattern", "inverse", "spec")
"""Arguments of steps about values, once for all of their columns."""

_LEVELS = {"critical": "critical", "error": "critical", "warning": "warning"}


def import_pointblank(sources: Mapping[str, bytes]) -> Conversion:
    """Convert plans of pointblank into a valid contract: one table for each.

    Raises:
        ContractError: A file is not such a plan; says where.
    """
    documents = {file: _parse(source, file) for file, source in sources.items()}
    file, first = next(iter(documents.items()))
    draft = ForeignDraft(file, stem(file))
    owner, version = first.get("owner"), first.get("version")
    draft.put_head(
        owner=owner if isinstance(owner, str) else None,
        version=None if version is None else str(version),
    )
    for each, document in documents.items():
        path = each if len(documents) > 1 else ""
        said = TrackedMapping(document, path, draft.losses)
        table = draft.add_table(_name(document, each), path or each)
        table.put("extra_columns", "allow", path or each)
        label = said.text("label")
        if label:
            table.put("description", label, said.at("label"))
        for key in _NO_CHECK:
            said.take(key, object)
        levels = said.take("thresholds", dict)
        for place, step in enumerate(said.take("steps", list) or ()):
            _read_step(step, f"{said.at('steps')}[{place}]", table, levels)
        said.end()
    return draft.finish()


def _parse(source: bytes, file: str) -> dict[str, Any]:
    document = read_yaml(source, file)
    if not isinstance(document, dict) or not isinstance(document.get("steps"), list):
        raise refused(file, _WHAT)
    return document


def _name(document: dict[str, Any], file: str) -> str:
    for key in ("tbl_name", "tbl"):
        text = document.get(key)
        if isinstance(text, str) and text.strip() and "\n" not in text and "(" not in text:
            # A path, or an address with the table's name behind `::`.
            return text.rpartition("::")[2].rpartition("/")[2].partition(".")[0]
    return stem(file)


def _read_step(step: Any, path: str, table: ForeignTable, levels: dict[str, Any] | None) -> None:
    said = step if isinstance(step, dict) else {str(step): None}
    method = said.get("method")
    content: Any = {key: value for key, value in said.items() if key != "method"}
    if not isinstance(method, str):
        method, content = next(iter(said.items()), ("", None))
    item = TrackedMapping(content or {}, f"{path}.{method}", table.draft.losses)
    with reading_check(item, str(method)):
        _Step(str(method), item, table, levels).read()


class _Step:
    """A step of a plan that is being imported."""

    def __init__(
        self,
        method: str,
        said: TrackedMapping,
        table: ForeignTable,
        levels: dict[str, Any] | None,
    ) -> None:
        self._method = method
        self._said = said
        self._table = table
        self._options = self._read_options(levels)

    def read(self) -> None:
        """Add the rules of the step.

        Raises:
            NotConvertibleError: It has no equal in the contract language.
        """
        if self._method in ("col_exists", "col_vals_not_null"):
            for column in self._columns():
                if self._method == "col_vals_not_null":
                    self._put(column, "required", True)
        elif self._method == "rows_distinct":
            self._add_distinct()
        elif self._method == "rows_complete":
            for column in self._columns("columns_subset"):
                self._put(column, "required", True)
        elif self._method == "row_count_match":
            self._add_row_count()
        elif self._method == "col_schema_match":
            self._read_schema()
        else:
            self._read_values()

    def _read_options(self, levels: dict[str, Any] | None) -> dict[str, Any]:
        said = self._said
        if take_flag(said, "active") is False:
            raise NotConvertibleError("it is not active")
        for key in ("pre", "segments"):
            if said.take(key, object):
                raise NotConvertibleError(f"`{key}` has no equal; write it as `where` or `sql`")
        for key in ("actions", "dimension"):
            if said.take(key, object):
                self._lose(key, "the contract language has no equivalent")
        options: dict[str, Any] = {}
        brief = said.take("brief", str, bool)
        if isinstance(brief, str) and "{" not in brief:
            options["description"] = brief
        own = said.take("thresholds", dict, int, float)
        given = {"warning": own} if isinstance(own, int | float) else own
        return {**options, **self._severity(given or levels or {})}

    def _severity(self, levels: dict[str, Any]) -> dict[str, Any]:
        """Return the severity, by shares of failing rows where the plan has some."""
        shares: dict[str, float] = {}
        for level, bound in levels.items():
            name = _LEVELS.get(level)
            if name is None or type(bound) not in (int, float, bool):
                raise NotConvertibleError(f"its threshold `{level}` is not supported")
            if bound is True or bound == 1:
                shares[name] = 0.0
            elif 0 <= bound < 1:
                shares[name] = min(shares.get(name, 1.0), float(bound))
            else:
                raise NotConvertibleError("a number of failing rows is no threshold of a rule")
        if "error" in levels and "critical" in levels:
            self._lose("thresholds", "`error` and `critical` became one level")
        if set(shares.values()) <= {0.0}:
            return {"severity": "warning"} if set(shares) == {"warning"} else {}
        if self._method not in _WITHOUT_SHARES:
            self._lose("thresholds", "a severity is reached above a share, not at it")
        return {"severity": shares}

    def _columns(self, key: str = "columns") -> list[str]:
        given = self._said.take(key, str, list)
        several = [given] if isinstance(given, str) else given or []
        if not several or not all(isinstance(name, str) for name in several):
            raise NotConvertibleError("its columns are not named")
        if any("(" in name for name in several):
            raise NotConvertibleError("its columns are chosen by code; name them")
        return [self._table.column(name, self._said.path) for name in several]

    def _put(self, column: str, key: str, value: Any) -> None:
        self._table.put_key(column, key, value, self._said.path, **self._options)

    def _rule(self, name: str, predicate: dict[str, Any]) -> None:
        self._table.add_rule(name, predicate, self._said.path, **self._options)

    def _lose(self, key: str, reason: str) -> None:
        self._table.draft.add_loss(self._said.at(key), reason)

    def _add_distinct(self) -> None:
        """Add a rule under which nulls are equal to each other, as pointblank compares rows."""
        columns = self._columns("columns_subset")
        if all(map(self._table.is_required, columns)):
            label = "-".join(["unique", *columns])
            rule = unique_rule(columns)
            self._table.write(rule, None, label, self._said.path, **self._options)
            return
        names = ", ".join(map(quote_name, columns))
        sql = f"select {names} from {{table}} group by {names} having count(*) > 1"
        if isinstance(self._options.get("severity"), dict):
            raise NotConvertibleError("a share of rows that may repeat has no equal")
        self._rule("-".join(["unique", *columns]), {"sql": sql})

    def _add_row_count(self) -> None:
        count, tolerance = self._said.take("count", int), self._said.take("tol", int, float) or 0
        if count is None or self._said.take("inverse", bool):
            raise NotConvertibleError("only a number of rows is supported")
        off = int(count * tolerance) if isinstance(tolerance, float) else tolerance
        bounds = {"min": count - off, "max": count + off} if off else {"equals": count}
        options = {key: value for key, value in self._options.items() if key != "severity"}
        severity = self._options.get("severity")
        options |= {"severity": severity} if isinstance(severity, str) else {}
        self._table.write(TableKey("rows", bounds), None, "row-count", self._said.path, **options)

    def _read_schema(self) -> None:
        schema = self._said.take("schema", dict) or {}
        listed = schema.get("columns", schema)
        pairs = list(_pairs(listed))
        for name, dtype in pairs:
            column = self._table.column(name, self._said.path)
            if dtype is not None:
                path = self._said.at(f"schema.{name}")
                self._table.put_known_type(column, dtype, _type(dtype), path)
        complete = take_flag(self._said, "complete")
        order = take_flag(self._said, "in_order")
        if complete is not False:
            self._table.put("extra_columns", "fail", self._said.path)
        if order is not False and complete is not False:
            self._table.put("column_order", "exact", self._said.path)

    def _read_values(self) -> None:
        said = self._said
        columns = self._columns()
        in_set = self._method == "col_vals_in_set" and None in (said.peek("set") or ())
        passes = take_flag(said, "na_pass") or in_set
        for column in columns:
            keys = list(self._keys())
            if not keys:
                raise NotConvertibleError("it has no equal; write it as a `sql` rule")
            # Without `na_pass`, or null in a set, a null fails, as it does with `required`.
            strict = not passes
            if strict and isinstance(self._options.get("severity"), dict):
                raise NotConvertibleError("a share of failing rows that may be null has no equal")
            for key, value in keys:
                self._put(column, key, value)
            if strict and not self._table.is_required(column):
                self._put(column, "required", True)
        for key in _READ:
            said.take(key, object)

    def _keys(self) -> Iterator[tuple[str, Any]]:
        said, method = self._said, self._method
        if method in _SIGNS:
            value = said.peek("value")
            if isinstance(value, dict | list):
                raise NotConvertibleError("it compares with another column; write it as `compare`")
            if method == "col_vals_ne":
                yield "not_in", [value]
            else:
                yield _BOUNDS[method], value
        elif method == "col_vals_between":
            inclusive = said.peek("inclusive") or [True, True]
            yield ("min" if inclusive[0] else "above"), said.peek("left")
            yield ("max" if inclusive[-1] else "below"), said.peek("right")
        elif method in ("col_vals_in_set", "col_vals_not_in_set"):
            values = [value for value in said.peek("set") or () if value is not None]
            yield ("enum" if method == "col_vals_in_set" else "not_in"), values
        elif method == "col_vals_regex" and not said.peek("inverse"):
            yield "pattern", said.peek("pattern")
        elif method == "col_vals_within_spec" and said.peek("spec") in _SPECS:
            yield "format", _SPECS[said.peek("spec")]
            self._lose("spec", f"the format {quote(said.peek('spec'))} is not exactly pointblank's")


def _pairs(listed: Any) -> Iterator[tuple[str, str | None]]:
    """Yield name and type of each column of a schema."""
    if isinstance(listed, dict):
        for name, dtype in listed.items():
            yield str(name), dtype if isinstance(dtype, str) else None
    for entry in listed if isinstance(listed, list) else ():
        if isinstance(entry, list) and entry:
            dtype = entry[1] if len(entry) > 1 and isinstance(entry[1], str) else None
            yield str(entry[0]), dtype
        elif isinstance(entry, str):
            yield entry, None


def _type(dtype: str) -> ForeignType:
    folded = dtype.strip().lower()
    if folded.startswith("datetime("):
        return ForeignType("timestamp_ntz", exact="time_zone=none" in folded)
    if folded in _DTYPES:
        return ForeignType(_DTYPES[folded])
    return parse_foreign_type(folded) or ForeignType("string", exact=False)
