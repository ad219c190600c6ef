"""Contracts that hypothesis draws, as plain documents."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from spectra_gx.contract.column_types import family
from spectra_gx.contract.rules.catalogue import COLUMN_KINDS

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
IDS = NAMES.map(lambda name: f"r-{name}")
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn")),
    min_size=1,
    max_size=20,
).filter(lambda text: text.strip() and "://" not in text and "ghp_" not in text)
VERSIONS = st.tuples(*[st.integers(0, 99)] * 3).map(lambda parts: ".".join(map(str, parts)))
DAYS = st.dates().map(lambda day: day.isoformat())
CLOCKS = st.sampled_from(["now", "today", "now - 30d", "today + 36h"])
INSTANTS = st.datetimes().map(lambda moment: moment.isoformat(timespec="seconds") + "Z")
VALUES = {
    "string": TEXTS,
    "boolean": st.booleans(),
    "byte": st.integers(-128, 127),
    "long": st.integers(-(2**63), 2**63 - 1),
    "double": st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53),
    "decimal(12,2)": st.decimals(-9999, 9999, places=2).map(float),
    "date": DAYS,
    "timestamp": INSTANTS,
}
NESTED = ("binary", "array<string>", "map<string,long>", "struct<a:long,`b-c`:string>")
DURATIONS = st.tuples(st.integers(1, 999), st.sampled_from("smhdw")).map(
    lambda parts: f"{parts[0]}{parts[1]}"
)
ORDERED = ("byte", "long", "double", "decimal(12,2)", "date", "timestamp")
SHARES = st.just({"severity": {"warning": 0.01, "critical": 0.25}})
OPTIONS = SHARES | st.fixed_dictionaries(
    {},
    optional={
        "severity": st.sampled_from(["critical", "warning", "info"]),
        "mostly": st.floats(0.01, 1),
        "description": TEXTS,
    },
)


_BY_NAME = frozenset(
    {
        *(
            "type",
            "required",
            "required_if",
            "unique",
            "enum",
            "not_in",
            "const",
            "pattern",
            "format",
            "finite",
        ),
        *("min", "max", "above", "below", "min_length", "max_length", "length", "max_age"),
        *("columns", "primary_key", "rows", "column_order", "partitioned_by", "freshness"),
        *(
            "references",
            "compare",
            "sql",
            "sorted",
            "expect",
            "quantile",
            "same_set_as",
            "sql_value",
        ),
        *("mean", "median", "sum", "stdev", "distinct", "null_share"),
    }
)
"""Kinds that are drawn below with values of their own."""

_BY_EXAMPLE = {key: kind for key, kind in COLUMN_KINDS.items() if key not in _BY_NAME}
"""Kinds of one column that are drawn as their example."""

STATISTICS = ("mean", "median", "sum", "stdev")
DRAWN = _BY_NAME | _BY_EXAMPLE.keys()


def _unique(values: Any) -> Any:
    return st.lists(values, min_size=1, max_size=4, unique_by=lambda value: (type(value), value))


@st.composite
def columns(draw: Any) -> dict[str, Any]:
    """Draw a column; what could contradict something else is drawn one at a time."""
    column_type = draw(st.sampled_from([*VALUES, *NESTED, "timestamp_ntz"]))
    keys: dict[str, Any] = {
        "required": st.booleans(),
        "required_if": st.sampled_from(["key > 3", "seen < {now}"]),
    }
    if column_type in VALUES:
        value = VALUES[column_type]
        keys |= {"unique": st.booleans()}
        named = {"enum": _unique(value), "const": value, "not_in": _unique(value)}
        chosen = draw(st.sampled_from([*named, None]))
        keys |= {chosen: named[chosen]} if chosen else {}
        is_free = chosen in ("not_in", None)
    if column_type in ORDERED and is_free:
        bounds = VALUES[column_type]
        if column_type in ("date", "timestamp"):
            bounds |= CLOCKS
        keys |= {draw(st.sampled_from(["min", "max", "above", "below"])): bounds}
    if column_type == "string" and is_free:
        keys |= {
            "pattern": st.sampled_from(["^/", "a|b", r"\d+$"]),
            draw(st.sampled_from(["min_length", "max_length", "length"])): st.integers(0, 9),
            "format": st.sampled_from(["semver", "json", "masked"]),
        }
    if column_type in ("timestamp", "date", "timestamp_ntz"):
        keys |= {"max_age": DURATIONS}
    if column_type == "double":
        keys |= {"finite": st.booleans()}
    keys |= {
        key: st.just(kind.example)
        for key, kind in _BY_EXAMPLE.items()
        if family(column_type) in kind.families
    }
    said = draw(st.fixed_dictionaries({}, optional=keys))
    written = {
        key: {"value": value, **draw(OPTIONS)} if draw(st.booleans()) else value
        for key, value in said.items()
    }
    plain = {
        "description": TEXTS,
        "classification": st.sampled_from(["public", "internal", "confidential", "pii"]),
        "tags": st.lists(TEXTS, max_size=2),
        "examples": st.lists(TEXTS | st.integers(-9, 9) | st.booleans(), max_size=2),
    }
    if column_type == "timestamp_ntz":
        written["timezone"] = draw(st.sampled_from(["UTC", "Europe/Berlin"]))
    return {"type": column_type, **written, **draw(st.fixed_dictionaries({}, optional=plain))}


def nested_columns() -> Any:
    """Return a strategy of columns whose fields and items are declared one by one."""
    inner = columns().map(
        lambda column: {key: value for key, value in column.items() if key != "sequence"}
    )
    fields = st.dictionaries(NAMES | st.sampled_from(["type", "a-b"]), inner, min_size=1)
    return st.fixed_dictionaries(
        {"type": st.just("struct"), "fields": fields}, optional={"required": st.booleans()}
    ) | st.fixed_dictionaries({"type": st.just("array"), "items": inner})


@st.composite
def tables(draw: Any) -> dict[str, Any]:
    """Draw a table with columns, keys and listed rules."""
    made = draw(st.dictionaries(NAMES, columns() | nested_columns(), min_size=1, max_size=4))
    made["key"] = draw(st.sampled_from(["long", {"type": "long", "required": True}]))
    made["other"] = {"type": "double"}
    made["seen"] = {"type": "timestamp"}
    rules = st.sampled_from(
        [
            {"unique": ["key", "other"]},
            {"column": "key", "min": 3},
            {"compare": "key <= other"},
            {"compare": "other <> 1.5"},
            {"sql": "select * from {table} where other < 0"},
            {"sorted": {"by": ["key"], "order": "descending"}, "column": "other"},
            {"expect": "expect_column_values_to_be_increasing", "with": {"column": "key"}},
        ]
    )
    measures = st.sampled_from(
        [
            *({"column": "other", kind: {"min": -1.5, "max": 9}} for kind in STATISTICS),
            {"column": "key", "distinct": {"max": 9}},
            {"freshness": {"column": "seen", "max_age": "2d"}},
            {"freshness": {"column": "seen", "expected": {"sensitivity": "low", "season": "day"}}},
            {"sql_value": {"query": "select max(other) from {table}", "max": 3}},
            {"column": "other", "null_share": {"max": 0.5}},
            {"column": "other", "quantile": {"q": 0.9, "max": 7}},
            {"column": "other", "sum": {"change": {"max": "12.5%"}}},
            {"column": "other", "mean": {"expected": {"sensitivity": "low"}}},
        ]
    )
    plainly = OPTIONS.map(
        lambda said: {k: v for k, v in said.items() if k != "mostly" and not isinstance(v, dict)}
    )
    listed = [
        {"id": rule_id, **draw(rules), **draw(OPTIONS)}
        for rule_id in draw(st.lists(IDS, max_size=3, unique=True))
    ]
    listed += [
        {"id": f"m-{number}", **draw(measures), **draw(plainly)}
        for number in range(draw(st.integers(0, 2)))
    ]
    optional = {
        "description": TEXTS,
        "primary_key": st.just(["key"]),
        "rows": st.sampled_from([{"min": 1}, {"max": 9}, {"min": 1, "max": 9}, {"equals": 3}])
        | st.just({"min": 1, "change": {"max": "20%"}})
        | st.just({"min": 1, "expected": {"sensitivity": "high", "season": "day"}}),
        "column_order": st.just("exact"),
        "partitioned_by": st.just(["key"]),
        "extra_columns": st.sampled_from(["fail", "warn", "allow"]),
        "tags": st.lists(TEXTS, max_size=2),
        "rules": st.just(listed),
    }
    # What stands elsewhere has no quarantine.
    place = st.sampled_from([{}, {"quarantine": True}, {"location": "elsewhere/table"}])
    return {"columns": made, **draw(st.fixed_dictionaries({}, optional=optional)), **draw(place)}


@st.composite
def documents(draw: Any) -> dict[str, Any]:
    """Draw a whole contract that is valid."""
    named = draw(
        st.dictionaries(NAMES.map(lambda name: f"demo.{name}"), tables(), min_size=1, max_size=2)
    )
    for name, table in named.items():
        if draw(st.booleans()):
            parent = {"columns": ["key"], "table": name, "to": ["key"]}
            table["rules"] = [*table.get("rules", ()), {"id": "its-parent", "references": parent}]
        others = sorted(named.keys() - {name})
        if others and draw(st.booleans()):
            same = {"id": "same-keys", "column": "key", "same_set_as": f"{others[0]}.key"}
            table["rules"] = [*table.get("rules", ()), same]
    proofs = st.sampled_from([f"{name}.columns" for name in named])
    needs = {"version": ">=1.0,<2", "tables": {"up.stream": {"columns": {"a": {"type": "long"}}}}}
    optional = {
        "system": TEXTS,
        "status": st.sampled_from(["draft", "active", "deprecated"]),
        "contact": TEXTS,
        "purpose": TEXTS,
        "runbook": TEXTS,
        "on_failure": st.sampled_from(["abort", "continue"]),
        "inputs": st.just({"auth_method": "apiToken", "variables": ["BASE_URL"]}),
        "guarantees": st.lists(
            st.fixed_dictionaries(
                {"id": IDS, "says": TEXTS, "proven_by": st.lists(proofs, min_size=1, max_size=2)}
            ),
            max_size=2,
            unique_by=lambda guarantee: guarantee["id"],
        ),
        "handoff": st.fixed_dictionaries(
            {"to": NAMES},
            optional={"requires": st.lists(proofs, max_size=2), "max_age": st.just("24h")},
        ),
        "consumes": st.just({"upstream": needs}),
        "waivers": st.lists(
            st.fixed_dictionaries(
                dict.fromkeys(("change", "path", "owner", "reason"), TEXTS) | {"expires": DAYS}
            ),
            max_size=2,
        ),
        "changelog": st.lists(
            st.fixed_dictionaries(
                {"version": VERSIONS, "date": DAYS, "changes": st.lists(TEXTS, max_size=2)}
            ),
            max_size=2,
        ),
    }
    bounds = {
        f"{name}.location": st.just("dev/table")
        for name, said in named.items()
        if "quarantine" not in said
    } | {f"{name}.rows": st.just({"min": 0}) for name, said in named.items() if "rows" in said}
    optional["environments"] = st.fixed_dictionaries(
        {"dev": st.fixed_dictionaries({}, optional=bounds)}
    )
    head = {"contract": draw(NAMES), "version": draw(VERSIONS), "owner": draw(TEXTS)}
    return {**head, "tables": named, **draw(st.fixed_dictionaries({}, optional=optional))}
