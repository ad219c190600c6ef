"""A passing and a failing table for each of GX's core expectations, and what is found in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Expected:
    """An expectation, asked of two tables."""

    name: str
    """GX's own."""

    arguments: str
    """What stands under `with`, in YAML."""

    good: Sequence[tuple[Any, ...]]
    bad: Sequence[tuple[Any, ...]]
    evaluated: int | None = None
    """Rows checked in the failing table; None for an expectation about a column or table."""

    unexpected: int | None = None
    sample: Sequence[Any] = ()
    observed: Any = None
    columns: Mapping[str, str] = field(default_factory=lambda: {"x": "string"})
    bad_columns: Mapping[str, str] | None = None
    """The failing table's, where it is its schema that fails."""

    beside: str = ""
    """Keys of the rule beside `expect` and `with`."""

    label: str = ""

    @property
    def table(self) -> str:
        return f"shop.{self.name}{self.label}".lower()


def of(values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return rows of one column."""
    return [(value,) for value in values]


TEXT, LONG, DOUBLE, DATE = {"x": "string"}, {"x": "long"}, {"x": "double"}, {"x": "date"}
TEXTS = {"x": "string", "y": "string"}
LONGS = {"x": "long", "y": "long"}
D = Decimal
JAN, FEB, MAR = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)

EXPECTED: tuple[Expected, ...] = (
    # -- a column's values -------------------------------------------------------------------------
    Expected("ExpectColumnValuesToBeBetween", "{min_value: 1, max_value: 3}", of([1, 3, None]),
             of([0, 2, None, 4]), 3, 2, [0, 4], columns=LONG),
    Expected("ExpectColumnValuesToBeBetween", '{min_value: "2026-02-01"}', of([FEB, MAR]),
             of([JAN, MAR]), 2, 1, ["2026-01-01"], columns=DATE, label="_of_dates"),
    Expected("ExpectColumnValuesToBeDateutilParseable", "{}", of(["2026-01-31", "Jan 3", None]),
             of(["never", "2026-01-31"]), 2, 1, ["never"]),
    Expected("ExpectColumnValuesToBeDecreasing", "{}", of([3, 3, None, 1]), of([3, 4, None, 4, 1]),
             4, 1, [4], columns=LONG),
    Expected("ExpectColumnValuesToBeDecreasing", "{strictly: true}", of([3, None, 1]),
             of([3, 4, None, 4, 1]), 4, 2, [4, 4], columns=LONG, label="_strictly"),
    Expected("ExpectColumnValuesToBeIncreasing", "{}", of([1, 1, None, 3]), of([1, 0, None, 0, 3]),
             4, 1, [0], columns=LONG),
    Expected("ExpectColumnValuesToBeIncreasing", "{strictly: true}", of([JAN, FEB]),
             of([JAN, JAN, FEB]), 3, 1, ["2026-01-01"], columns=DATE, label="_strictly"),
    Expected("ExpectColumnValuesToBeInSet", "{value_set: [a, b]}", of(["a", None]),
             of(["a", "c", None]), 2, 1, ["c"]),
    Expected("ExpectColumnValuesToBeInSet", '{value_set: ["2026-01-01"]}', of([JAN]),
             of([JAN, FEB]), 2, 1, ["2026-02-01"], columns=DATE, label="_of_dates"),
    Expected("ExpectColumnValuesToBeInSet", "{value_set: [a]}", of(["a", "a", "b"]),
             of(["a", "b", "b"]), 3, 2, ["b", "b"], beside="mostly: 0.6", label="_mostly"),
    Expected("ExpectColumnValuesToBeInTypeList", "{type_list: [long, integer]}", of([1]), of(["1"]),
             observed="string", columns=LONG, bad_columns=TEXT),
    Expected("ExpectColumnValuesToBeJsonParseable", "{}", of(['{"a": 1}', None]),
             of(["{a", "[]", None]), 2, 1, ["{a"]),
    Expected("ExpectColumnValuesToBeNull", "{}", of([None, None]), of(["a", None]), 2, 1, ["a"]),
    Expected("ExpectColumnValuesToBeOfType", "{type_: bigint}", of([1]), of(["1"]),
             observed="string", columns=LONG, bad_columns=TEXT),
    Expected("ExpectColumnValuesToBeUnique", "{}", of(["a", "b", None, None]), of(["a", "a", None]),
             2, 2, ["a", "a"]),
    Expected("ExpectColumnValuesToMatchJsonSchema", "{json_schema: {type: array, maxItems: 1}}",
             of(["[1]", None]), of(["[1, 2]", "{}", "[1", "[]"]), 4, 3, ["[1", "[1, 2]", "{}"]),
    Expected("ExpectColumnValuesToMatchLikePattern", '{like_pattern: "a%\\\\_c"}',
             of(["ab\\xc", "a\n\\_c", None]), of(["b\\xc", "a\\c", "a\\_c\n"]), 3, 3,
             ["a\\_c\n", "a\\c", "b\\xc"]),
    Expected("ExpectColumnValuesToMatchLikePattern", '{like_pattern: "10!%_", escape: "!"}',
             of(["10%x"]), of(["100x", "10%x"]), 2, 1, ["100x"], label="_escaped"),
    Expected("ExpectColumnValuesToMatchLikePatternList",
             '{like_pattern_list: ["a%", "%z"], match_on: all}', of(["az", None]),
             of(["az", "ab", None]), 2, 1, ["ab"]),
    Expected("ExpectColumnValuesToMatchLikePatternList", '{like_pattern_list: ["a%", "%z"]}',
             of(["ab", "bz"]), of(["az", "b"]), 2, 1, ["b"], label="_any"),
    Expected("ExpectColumnValuesToMatchRegex", "{regex: '^a+$'}", of(["aa", None]),
             of(["a", "a\n", None]), 2, 1, ["a\n"]),
    Expected("ExpectColumnValuesToMatchRegexList", "{regex_list: ['^a', 'z$'], match_on: all}",
             of(["az", None]), of(["az", "ab", None]), 2, 1, ["ab"]),
    Expected("ExpectColumnValuesToMatchRegexList", "{regex_list: ['^(?!b)', '^bz']}",
             of(["a", "bz"]), of(["b", "a"]), 2, 1, ["b"], label="_only_python"),
    Expected("ExpectColumnValuesToMatchStrftimeFormat", "{strftime_format: '%Y-%m-%d'}",
             of(["2026-02-28", None]), of(["2026-02-30", None]), 1, 1, ["2026-02-30"]),
    Expected("ExpectColumnValuesToNotBeInSet", "{value_set: [a]}", of(["b", None]),
             of(["a", "b", None]), 2, 1, ["a"]),
    Expected("ExpectColumnValuesToNotBeNull", "{}", of(["a"]), of(["a", None]), 2, 1, [None]),
    Expected("ExpectColumnValuesToNotBeOutliers", "{}", of([1, 2, 3, 4, None]),
             of([1, 2, 3, 4, 100, None]), 5, 1, [100], columns=LONG),
    Expected("ExpectColumnValuesToNotBeOutliers", "{method: std, multiplier: 1.5}",
             of([1.0, 2.0, 3.0]), of([1.0, 1.0, 1.0, 1.0, 9.0]), 5, 1, [9.0], columns=DOUBLE,
             label="_std"),
    Expected("ExpectColumnValuesToNotMatchLikePattern", '{like_pattern: "a%"}', of(["b", None]),
             of(["b", "ab"]), 2, 1, ["ab"]),
    Expected("ExpectColumnValuesToNotMatchLikePatternList", '{like_pattern_list: ["a%", "%z"]}',
             of(["b", None]), of(["b", "bz"]), 2, 1, ["bz"]),
    Expected("ExpectColumnValuesToNotMatchRegex", "{regex: 'a$'}", of(["b", "a\n", None]),
             of(["b", "ba"]), 2, 1, ["ba"]),
    Expected("ExpectColumnValuesToNotMatchRegexList", "{regex_list: ['^a', 'z$']}", of(["b", None]),
             of(["b", "bz"]), 2, 1, ["bz"]),
    Expected("ExpectColumnValueLengthsToBeBetween", "{min_value: 1, max_value: 2}",
             of(["a", "äb", None]), of(["", "abc", "a"]), 3, 2, ["", "abc"]),
    Expected("ExpectColumnValueLengthsToEqual", "{value: 1}", of(["a", "😀", None]),
             of(["ab", "a"]), 2, 1, ["ab"]),
    Expected("ExpectColumnValueZScoresToBeLessThan", "{threshold: 1.5, double_sided: true}",
             of([1, 2, 3, None]), of([1, 1, 1, 1, 1, -90, None]), 6, 1, [-90], columns=LONG),
    Expected("ExpectColumnValueZScoresToBeLessThan", "{threshold: 1.5, double_sided: false}",
             of([D(1), D(1), D(1), D(1), D(-90), None]), of([D(1), D(1), D(1), D(1), D(90), None]),
             5, 1, ["90.00"], columns={"x": "decimal(12,2)"}, label="_one_sided"),
    # -- several columns ---------------------------------------------------------------------------
    Expected("ExpectColumnPairValuesAToBeGreaterThanB", "{column_A: x, column_B: y}",
             [(2, 1), (None, None)], [(1, 1), (1, 2), (None, 1), (None, None)], 3, 3,
             [{"x": 1, "y": 1}, {"x": 1, "y": 2}, {"x": None, "y": 1}], columns=LONGS),
    Expected("ExpectColumnPairValuesAToBeGreaterThanB",
             "{column_A: x, column_B: y, or_equal: true, ignore_row_if: either_value_is_missing}",
             [(2, 2), (None, 1)], [(1, 1), (1, 2), (None, 1)], 2, 1, [{"x": 1, "y": 2}],
             columns=LONGS, label="_or_equal"),
    Expected("ExpectColumnPairValuesToBeEqual", "{column_A: x, column_B: y}",
             [("a", "a"), (None, None)], [("a", "a"), ("a", "b"), (None, "b")], 3, 2,
             [{"x": "a", "y": "b"}, {"x": None, "y": "b"}], columns=TEXTS),
    Expected("ExpectColumnPairValuesToBeEqual",
             "{column_A: x, column_B: y, ignore_row_if: neither}",
             [("a", "a")], [("a", "a"), (None, None)], 2, 1, [{"x": None, "y": None}],
             columns=TEXTS, label="_never_ignoring"),
    Expected("ExpectColumnPairValuesToBeInSet",
             "{column_A: x, column_B: y, value_pairs_set: [[1, 2], [1, null]]}",
             [(1, 2), (1, None), (None, None)], [(1, 2), (2, 1), (None, 2)], 3, 2,
             [{"x": 2, "y": 1}, {"x": None, "y": 2}], columns=LONGS),
    Expected("ExpectCompoundColumnsToBeUnique", "{column_list: [x, y]}",
             [("a", "b"), ("a", None), (None, None), (None, None)],
             [("a", "b"), ("a", None), ("a", None), (None, None)], 3, 2,
             [{"x": "a", "y": None}] * 2, columns=TEXTS),
    Expected("ExpectCompoundColumnsToBeUnique", "{column_list: [x, y], ignore_row_if: never}",
             [("a", "b"), (None, None)], [("a", "b"), (None, None), (None, None)], 3, 2,
             [{"x": None, "y": None}] * 2, columns=TEXTS, label="_never"),
    Expected("ExpectMulticolumnSumToEqual", "{column_list: [x, y], sum_total: 3}",
             [(1, 2), (None, None)], [(1, 2), (1, 1), (3, None), (None, None)], 3, 2,
             [{"x": 1, "y": 1}, {"x": 3, "y": None}], columns=LONGS),
    Expected("ExpectMulticolumnSumToEqual",
             "{column_list: [x, y], sum_total: 18446744073709551613}",
             [(2**63 - 1, 2**63 - 2)], [(2**63 - 1, 2**63 - 1)], 1, 1,
             [{"x": 2**63 - 1, "y": 2**63 - 1}], columns=LONGS, label="_beyond_64_bits"),
    Expected("ExpectMulticolumnSumToEqual", "{column_list: [x, y], sum_total: 0.3}",
             [(D("0.30"), 0)], [(D("0.29"), 0)], 1, 1,
             [{"x": "0.29", "y": 0}], columns={"x": "decimal(12,2)", "y": "long"},
             label="_of_decimals"),
    Expected("ExpectMulticolumnValuesToBeEqual", "{column_list: [x, y]}",
             [("a", "a"), (None, None)], [("a", "a"), ("a", "b"), ("a", None)], 3, 2,
             [{"x": "a", "y": "b"}, {"x": "a", "y": None}], columns=TEXTS),
    Expected("ExpectSelectColumnValuesToBeUniqueWithinRecord", "{column_list: [x, y]}",
             [("a", "b"), ("a", None), (None, None)], [("a", "a"), ("a", "b")], 2, 1,
             [{"x": "a", "y": "a"}], columns=TEXTS),
    # -- a column as a whole -----------------------------------------------------------------------
    Expected("ExpectColumnDistinctValuesToBeInSet", "{value_set: [a, b]}", of(["a", None]),
             of(["a", "c", "c", None]), observed={"unexpected": ["c"]}),
    Expected("ExpectColumnDistinctValuesToBeInSet", "{value_set: [0, 1, 2, 3, 4]}", of([-0.0, 4.0]),
             of([-0.0, 5.0]), observed={"unexpected": [5.0]}, columns=DOUBLE, label="_of_doubles"),
    Expected("ExpectColumnDistinctValuesToContainSet", '{value_set: ["2026-01-01", "2026-02-01"]}',
             of([JAN, FEB, MAR]), of([JAN, None]), observed={"missing": ["2026-02-01"]},
             columns=DATE),
    Expected("ExpectColumnDistinctValuesToEqualSet", "{value_set: [0.1, 2]}",
             of([D("0.10"), D(2)]), of([D("0.10"), D("0.11")]),
             observed={"unexpected": ["0.11"], "missing": [2]}, columns={"x": "decimal(12,2)"}),
    Expected("ExpectColumnKLDivergenceToBeLessThan",
             "{partition_object: {values: [a, b], weights: [0.5, 0.5]}, threshold: 0.1}",
             of(["a", "b", None]), of(["a", "a", "a", "b"]), observed=0.130812),
    Expected("ExpectColumnKLDivergenceToBeLessThan",
             "{partition_object: {bins: [0, 1, 2], weights: [0.5, 0.5]}, threshold: 0.1}",
             of([D("0.5"), D("1.00"), D("1.5"), D("0.99"), None]), of([D(0), D(0), D(0), D(2)]),
             observed=0.130812, columns={"x": "decimal(12,2)"}, label="_of_bins"),
    Expected("ExpectColumnKLDivergenceToBeLessThan",
             '{partition_object: {values: ["2026-01-01"], weights: [1.0]}, threshold: 0.1}',
             of([JAN, None]), of([JAN, FEB]), observed=None, columns=DATE, label="_of_dates"),
    Expected("ExpectColumnMaxToBeBetween", "{max_value: 0.1}", of([D("0.10")]), of([D("0.11")]),
             observed="0.11", columns={"x": "decimal(12,2)"}),
    Expected("ExpectColumnMaxToBeBetween", '{max_value: "2026-01-31T12:00:00+02:00"}',
             of(["2026-01-31T10:00:00+00:00"]), of(["2026-01-31T10:00:01+00:00"]),
             observed="2026-01-31T10:00:01+00:00", columns={"x": "timestamp"},
             label="_of_instants"),
    Expected("ExpectColumnMeanToBeBetween", "{min_value: 2}", of([1, 3, None]), of([1, 2, None]),
             observed=1.5, columns=LONG),
    Expected("ExpectColumnMedianToBeBetween", "{max_value: 2}", of([1, 2, 9]), of([1, 4, None]),
             observed=2.5, columns=LONG),
    Expected("ExpectColumnMinToBeBetween", '{min_value: "2026-02-01"}', of([FEB, None]),
             of([JAN, MAR]), observed="2026-01-01", columns=DATE),
    Expected("ExpectColumnMinToBeBetween", "{min_value: 9007199254740993}", of([2**53 + 1]),
             of([2**53]), observed=2**53, columns=LONG, label="_beyond_doubles"),
    Expected("ExpectColumnMostCommonValueToBeInSet", "{value_set: [a]}", of(["a", "a", "b"]),
             of(["a", "b", "b", None]), observed=["b"]),
    Expected("ExpectColumnMostCommonValueToBeInSet",
             '{value_set: ["2026-01-01T01:00:00+01:00"], ties_okay: true}',
             of(["2026-01-01T00:00:00+00:00", "2026-01-02T00:00:00+00:00"]),
             of(["2026-01-02T00:00:00+00:00"]), observed=["2026-01-02T00:00:00+00:00"],
             columns={"x": "timestamp"}, label="_of_instants"),
    Expected("ExpectColumnProportionOfNonNullValuesToBeBetween", "{min_value: 0.5}",
             of(["a", None]), of(["a", None, None, None]), observed=0.25),
    Expected("ExpectColumnProportionOfUniqueValuesToBeBetween", "{min_value: 0.75}",
             of(["a", "b", "c", "c", None]), of(["a", "a", None]), observed=0.5),
    Expected("ExpectColumnQuantileValuesToBeBetween",
             "{quantile_ranges: {quantiles: [0, 1], value_ranges: [[1, 2], [null, 9]]}}",
             of([1, 9]), of([1, 10, None]), observed={"quantiles": [0, 1], "values": [1, 10]},
             columns=LONG),
    Expected("ExpectColumnStdevToBeBetween", "{max_value: 1}", of([1, 2, 3]), of([1, 5, 9]),
             observed=4.0, columns=LONG),
    Expected("ExpectColumnSumToBeBetween", "{max_value: 9223372036854775808}", of([2**63 - 1, 1]),
             of([2**63 - 1, 2]), observed=2**63 + 1, columns=LONG),
    Expected("ExpectColumnSumToBeBetween", "{max_value: 0.3}", of([D("0.10"), D("0.20")]),
             of([D("0.11"), D("0.20")]), observed="0.31", columns={"x": "decimal(12,2)"},
             label="_of_decimals"),
    Expected("ExpectColumnSumToBeBetween", "{min_value: 3}", of([1, 2, -9]), of([1, 1, -9]),
             observed=2, columns=LONG, beside="where: x > 0", label="_where"),
    Expected("ExpectColumnToExist", "{column: y}", [("a", "b")], of(["a"]),
             columns=TEXTS, bad_columns=TEXT),
    Expected("ExpectColumnTypeToBe", "{type_: long}", of([1]), of(["1"]), observed="string",
             columns=LONG, bad_columns=TEXT),
    Expected("ExpectColumnUniqueValueCountToBeBetween", "{min_value: 2}", of(["a", "b", None]),
             of(["a", "a", None]), observed=1),
    # -- a table -----------------------------------------------------------------------------------
    Expected("ExpectTableColumnCountToBeBetween", "{max_value: 1}", of(["a"]), [("a", "b")],
             observed=2, bad_columns=TEXTS),
    Expected("ExpectTableColumnCountToEqual", "{value: 1}", of(["a"]), [("a", "b")], observed=2,
             bad_columns=TEXTS),
    Expected("ExpectTableColumnsToMatchOrderedList", "{column_list: [x]}", of(["a"]), [("a", "b")],
             observed=["x", "y"], bad_columns=TEXTS),
    Expected("ExpectTableColumnsToMatchSet", "{column_set: [x]}", of(["a"]), [("a", "b")],
             observed=["x", "y"], bad_columns=TEXTS),
    Expected("ExpectTableRowCountToBeBetween", "{min_value: 2}", of(["a", "b"]), of(["a"]),
             observed=1),
    Expected("ExpectTableRowCountToEqual", "{value: 2}", of(["a", "b"]), of(["a"]), observed=1),
    Expected("ExpectTableRowCountToEqualOtherTable", "{other_table_name: shop.two}",
             of(["a", "b"]), of(["a"]), observed={"self": 1, "other": 2}),
    Expected("UnexpectedRowsExpectation",
             "{unexpected_rows_query: \"select x from {table} where x = 'b'\"}",
             of(["a"]), of(["a", "b"]), 2, 1, [{"x": "b"}]),
)  # fmt: skip
