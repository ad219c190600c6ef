"""Every function of the engine that contract SQL may call: what it makes of what it is given."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from spectra_gx.contract.excerpts import did_you_mean
from spectra_gx.contract.sql.tokens import SqlRefused
from spectra_gx.contract.sql.types import (
    ANYTHING,
    BOOLEAN,
    COUNT,
    DATE,
    FLOAT,
    LOCAL_TIMESTAMP,
    LONG,
    NUMBERS,
    OPAQUE,
    SHORT_COUNT,
    TEXT,
    TIMES,
    TIMESTAMP,
    SqlType,
    TypeClass,
    nested_type,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TEXTS = (
    *("btrim", "chr", "concat", "concat_ws", "date_format", "initcap", "left", "lower", "lpad"),
    *("ltrim", "md5", "overlay", "regexp_replace", "repeat", "replace", "reverse", "right"),
    *("rpad", "rtrim", "split_part", "substr", "substr_index", "substring", "substring_index"),
    *("to_char", "to_hex", "translate", "trim", "upper", "array_join", "array_to_string"),
    *("list_join", "list_to_string", "string_agg", "arrow_typeof", "decode", "encode"),
)
_SHORT_COUNTS = (
    *("ascii", "bit_length", "char_length", "character_length", "find_in_set", "instr", "length"),
    *("levenshtein", "octet_length", "position", "regexp_count", "regexp_instr", "strpos"),
)
_COUNTS = (
    *("count", "regr_count", "approx_distinct", "row_number", "rank", "dense_rank", "ntile"),
    *("array_length", "array_ndims", "array_position", "array_indexof", "cardinality"),
    *("list_length", "list_ndims", "list_position", "list_indexof", "grouping"),
)
_TRUTHS = (
    *("starts_with", "ends_with", "contains", "regexp_like", "isnan", "iszero", "bool_and"),
    *("bool_or", "array_empty", "empty", "list_empty", "arrays_overlap"),
    *("array_has_all", "array_has_any", "list_has_all", "list_has_any"),
)
_FLOATS = (
    *("acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "cos", "cosh", "cot"),
    *("degrees", "exp", "ln", "log", "log10", "log2", "pi", "pow", "power", "radians", "signum"),
    *("sin", "sinh", "sqrt", "tan", "tanh", "ceil", "floor", "trunc"),
    *("corr", "covar", "covar_pop", "covar_samp", "regr_avgx", "regr_avgy", "regr_intercept"),
    *("regr_r2", "regr_slope", "regr_sxx", "regr_sxy", "regr_syy", "stddev", "stddev_pop"),
    *("stddev_samp", "var", "var_pop", "var_population", "var_samp", "var_sample", "mean"),
    *("percent_rank", "cume_dist", "approx_percentile_cont", "median", "approx_median"),
    *("approx_percentile_cont_with_weight", "percentile_cont", "quantile_cont", "avg"),
)
_SAME = (
    *("any_value", "first_value", "last_value", "nth_value", "min", "max", "round"),
    *("bit_and", "bit_or", "bit_xor", "nanvl", "array_any_value", "list_any_value"),
    *("array_append", "array_push_back", "array_cat", "array_concat", "array_compact"),
    *("array_distinct", "array_except", "array_intersect", "array_pop_back", "array_pop_front"),
    *("array_remove", "array_remove_all", "array_remove_n", "array_replace", "array_replace_all"),
    *("array_replace_n", "array_reverse", "array_slice", "array_sort", "array_union"),
    *("list_append", "list_push_back", "list_cat", "list_concat", "list_compact"),
    *("list_distinct", "list_except", "list_intersect", "list_pop_back", "list_pop_front"),
    *("list_remove", "list_remove_all", "list_remove_n", "list_replace", "list_replace_all"),
    *("list_replace_n", "list_reverse", "list_slice", "list_sort", "list_union"),
)
_OPAQUE = (
    *("array_agg", "array_dims", "array_positions", "array_prepend", "array_push_front"),
    *("array_repeat", "array_resize", "arrays_zip", "flatten", "list_dims", "list_positions"),
    *("list_prepend", "list_push_front", "list_repeat", "list_resize", "list_zip", "make_array"),
    *("make_list", "map", "map_entries", "map_extract", "map_keys", "map_values"),
    *("named_struct", "row", "struct", "regexp_match", "string_to_array", "string_to_list"),
    *("arrow_cast", "arrow_try_cast", "digest", "sha224", "sha256", "sha384", "sha512"),
    *("make_time", "to_time", "union_extract", "union_tag", "arrow_field", "arrow_metadata"),
)
_NUMBERS_ONLY = frozenset(_FLOATS) - {"percent_rank", "cume_dist", "pi"} | {"round"}

RESULTS: Mapping[str, SqlType | None] = {
    **dict.fromkeys(_TEXTS, TEXT),
    **dict.fromkeys(_SHORT_COUNTS, SHORT_COUNT),
    **dict.fromkeys(_COUNTS, COUNT),
    **dict.fromkeys(_TRUTHS, BOOLEAN),
    **dict.fromkeys(_FLOATS, FLOAT),
    **dict.fromkeys(_SAME),
    **dict.fromkeys(_OPAQUE, OPAQUE),
    **dict.fromkeys(("factorial", "gcd", "lcm", "to_unixtime"), replace(LONG, bits=0)),
    **dict.fromkeys(("date_part", "datepart"), SHORT_COUNT),
    **dict.fromkeys(("make_date", "to_date"), DATE),
    **dict.fromkeys(
        (
            *("date_trunc", "datetrunc", "from_unixtime", "to_local_time", "to_timestamp"),
            *("to_timestamp_micros", "to_timestamp_millis", "to_timestamp_nanos"),
            "to_timestamp_seconds",
        ),
        LOCAL_TIMESTAMP,
    ),
    "date_bin": LOCAL_TIMESTAMP,
}
"""Function → the kind that it returns; None for the kind of its first argument."""

CHOOSING = {
    **dict.fromkeys(("coalesce", "greatest", "least", "nullif", "ifnull", "nvl"), slice(None)),
    "nvl2": slice(1, None),
    "lag": slice(None, None, 2),
    "lead": slice(None, None, 2),
}
"""Function → those of its arguments that it compares or hands out."""

ORDERING = frozenset({"greatest", "least", "nullif"})
"""Those of them that compare."""

ROUNDING = frozenset({"ceil", "floor", "median", "approx_median", "trunc"})
"""Functions that make a decimal of a decimal, and a floating-point number of others."""

FINDING = frozenset({"array_contains", "array_has", "list_contains", "list_has"})
"""Functions that look for an item in an array."""

TAKING = frozenset(
    {"array_element", "array_extract", "element_at", "get_field", "list_element"}
) | {
    "list_extract",
    "array_max",
    "array_min",
    "list_max",
    "list_min",
}
"""Functions that take a value out of what holds it."""

OVERFLOWING = frozenset(
    {
        *("array_add", "array_avg", "array_distance", "array_normalize", "array_product"),
        *("array_scale", "array_subtract", "array_sum", "cosine_distance", "dot_product"),
        *("inner_product", "list_add", "list_avg", "list_distance", "list_normalize"),
        *("list_product", "list_scale", "list_subtract", "list_sum"),
        *("cast_to_type", "try_cast_to_type", "with_metadata", "file_row_index"),
    }
)
"""Functions whose numbers nobody checks, or that are no question about data."""

GIVEN: Mapping[str, frozenset[TypeClass]] = {
    **dict.fromkeys(_NUMBERS_ONLY, NUMBERS),
    **dict.fromkeys(("sum", "avg", "abs", "factorial", "gcd", "lcm", "isnan", "iszero"), NUMBERS),
    **dict.fromkeys(("date_part", "datepart", "date_trunc", "datetrunc"), TIMES | {TypeClass.SPAN}),
    **dict.fromkeys(("to_date", "to_unixtime"), TIMES | {TypeClass.TEXT}),
}
"""Function → the classes of values that it may be given, where it takes others in its own way."""

OF_TIMES = frozenset({"date_part", "datepart", "date_trunc", "datetrunc"})
"""Functions of a time, which is the second that they are given."""

PARTS = {"epoch": FLOAT}
"""Part of a time → its kind, where it is no small whole number."""


def check_given(name: str, kinds: Sequence[SqlType], shown: str) -> None:
    """Refuse what a function would take in a way of its own.

    Raises:
        SqlRefused: It is given another class of value than it is for.
    """
    wanted = GIVEN.get(name)
    for kind in kinds:
        if wanted is not None and kind.type_class not in wanted | ANYTHING:
            raise SqlRefused(
                f"{shown} is given {kind}; `{name}` takes {_listed(wanted)}, so cast it"
            )


def _listed(classes: frozenset[TypeClass]) -> str:
    return " or ".join(sorted(map(str, classes)))


def result_of(
    name: str, kinds: Sequence[SqlType], texts: Sequence[str | None], shown: str
) -> SqlType:
    """Return the type that a function returns for its arguments.

    `name` is in lower case; `texts` are the arguments that are text literals; `shown` is the call
    as messages show it.

    Raises:
        SqlRefused: It is not known, or takes other classes of values.
    """
    if name in OVERFLOWING:
        raise SqlRefused(f"`{name}` may outgrow its bits unseen; write the rule without it")
    if name in TAKING and kinds:
        return nested_type(kinds[0], texts[1] if len(texts) > 1 else None)
    if name not in RESULTS:
        hint = did_you_mean(name, RESULTS) or "; write the rule without it"
        raise SqlRefused(f"`{name}` is not a function that is known here{hint}")
    given = kinds[1:] if name in OF_TIMES else kinds
    check_given(name, given, shown)
    if name in ("date_part", "datepart"):
        return PARTS.get((texts[0] or "").lower() if texts else "", SHORT_COUNT)
    if name in OF_TIMES and given and given[0].type_class is TypeClass.TIMESTAMP:
        return TIMESTAMP
    result = RESULTS[name]
    if result is None or (name in ROUNDING and kinds and kinds[0].type_class is TypeClass.DECIMAL):
        result = kinds[0] if kinds else OPAQUE
        if result.type_class is TypeClass.DECIMAL:
            # How many digits are left depends on the function; a sum of it is held wider.
            result = SqlType(TypeClass.DECIMAL, scale=result.scale)
    return result
