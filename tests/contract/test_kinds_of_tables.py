"""Rules about a table or a column as a whole: statistics, freshness, order, partitions, rows."""

# ruff: noqa: E501 - sentences stand whole, as they are said

from __future__ import annotations

import json
import math
import re
from dataclasses import asdict
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from spectra_gx.validation.run.stage import validate_stage
from spectra_gx.validation.snapshot.clock import RunClock
from tests.contract.checking import CLOCK, contract_of, job_of, outcomes, store, validate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from spectra_gx.validation.results import RuleResult

NAN, INF = math.nan, math.inf
D = Decimal


def ask(
    root: Path, type_: str, values: Sequence[Any], rule: str, *, keys: str = "", files: int = 2
) -> RuleResult:
    """Validate one rule about column `x` of a table."""
    contract = contract_of(
        f'shop.a:\n  columns: {{x: {{type: "{type_}"{keys}}}}}\n  rules: [{{id: its, {rule}}}]'
    )
    store(root, "shop.a", {"x": type_}, [(value,) for value in values], files=files)
    return outcomes(validate(contract, root))["shop.a.its"]


STATISTICS = [
    # rule, type, values, observed, message
    ("mean: {min: 1, max: 2}", "long", [1, 2, None], 1.5, ""),
    (
        "mean: {min: 1, max: 2}", "long", [1, 4, None], 2.5,
        "the mean of `x` is 2.5 where the contract wants at least 1 and at most 2",
    ),
    ("mean: {max: 0.2}", "decimal(12,2)", [D("0.1"), D("0.3")], 0.2, ""),
    ("mean: {min: 0.2, max: 0.2}", "decimal(10,1)", [D("0.1"), D("0.2"), D("0.3")], 0.2, ""),
    ("mean: {max: 0.3333333333333333}", "long", [0, 0, 1], 1 / 3,
     "the mean of `x` is 0.3333333333 where the contract wants at most 0.3333333333"),
    ("mean: {min: 9007199254740993, max: 9007199254740993}", "long", [2**53 + 1], "9007199254740993", ""),
    ("median: {min: 9007199254740993, max: 9007199254740993}", "decimal(38,2)",
     [D("9007199254740993.00")], "9007199254740993.00", ""),
    ("median: {min: 0.15, max: 0.15}", "decimal(10,1)", [D("0.1"), D("0.2")], 0.15, ""),
    ("median: {max: 9007199254740992}", "long", [2**53 + 1, 2**53], "9007199254740992.5",
     "the median of `x` is 9,007,199,254,740,992.5 where the contract wants at most 9,007,199,254,740,992"),
    ("stdev: {min: 0.1, max: 0.1}", "decimal(10,1)", [D("0.1"), D("0.2"), D("0.3")], 0.1, ""),
    ("stdev: {max: 1}", "long", [2**63 - 3, 2**63 - 2, 2**63 - 1], 1.0, ""),
    ("quantile: {q: 0.5, max: 100000}", "long", [100001], 100001,
     "the 0.5 quantile of `x` is 100,001 where the contract wants at most 100,000"),
    ("quantile: {q: 1, min: 9007199254740993}", "long", [2**53 + 1], 2**53 + 1, ""),
    ("null_share: {max: 0.3333333333333333}", "long", [None, 1, 2], 1 / 3,
     "the share of nulls of `x` is 0.3333333333 where the contract wants at most 0.3333333333"),
    ("mean: {max: 2}", "double", [1.0, NAN], None,
     ("the mean of `x` is not a number (no row has a value, or one is NaN) where the contract wants "
     "at most 2")),
    ("mean: {max: 2}", "double", [1.0, INF], "inf",
     "the mean of `x` is inf where the contract wants at most 2"),
    ("mean: {max: 2}", "double", [None], None,
     ("the mean of `x` is not a number (no row has a value, or one is NaN) where the contract wants "
     "at most 2")),
    ("median: {min: 2}", "integer", [1, 2, 3, None], 2.0, ""),
    ("median: {min: 3}", "integer", [1, 2, 3, 4], 2.5,
     "the median of `x` is 2.5 where the contract wants at least 3"),
    ("sum: {max: 9223372036854775808}", "long", [2**63 - 1, 1], 2**63, ""),
    ("sum: {max: 9223372036854775808}", "long", [2**63 - 1, 2], 2**63 + 1,
     "the sum of `x` is 9,223,372,036,854,775,809 where the contract wants at most 9,223,372,036,854,775,808"),
    ("sum: {min: 0.3, max: 0.3}", "decimal(12,2)", [D("0.1"), D("0.2")], "0.30", ""),
    ("sum: {min: 0.3}", "decimal(12,2)", [D("0.1"), D("0.19")], "0.29",
     "the sum of `x` is 0.29 where the contract wants at least 0.3"),
    ("sum: {min: 0}", "long", [], 0, ""),
    ("sum: {min: 1}", "long", [], 0, "the sum of `x` is 0 where the contract wants at least 1"),
    ("stdev: {max: 1}", "long", [1, 2, 3, None], 1.0, ""),
    ("stdev: {max: 1}", "long", [1, 5, 9], 4.0,
     "the standard deviation of `x` is 4 where the contract wants at most 1"),
    ("stdev: {max: 1}", "long", [1], None,
     ("the standard deviation of `x` is not a number (no row has a value, or one is NaN) where the "
     "contract wants at most 1")),
    *[
        ("stdev: {max: 1}", "double", values, "inf",
         "the standard deviation of `x` is inf where the contract wants at most 1")
        for values in ([1.0, 1.7e308], [1.7e308, 1.0, 0.0], [-1.7e308, 1.7e308], [1.7e308, -1.7e308, 1.0])
    ],
    ("stdev: {max: 1}", "double", [1.0, INF], None,
     ("the standard deviation of `x` is not a number (no row has a value, or one is NaN) where the "
     "contract wants at most 1")),
    ("distinct: {min: 2, max: 2}", "string", ["a", "b", "b", None], 2, ""),
    ("distinct: {max: 1}", "string", ["a", "b", None], 2,
     "the number of distinct values of `x` is 2 where the contract wants at most 1"),
    ("distinct: {min: 1}", "boolean", [None], 0,
     "the number of distinct values of `x` is 0 where the contract wants at least 1"),
    ("null_share: {max: 0.5}", "array<long>", [[], None], 0.5, ""),
    ("null_share: {max: 0.5}", "string", ["", None, None, None], 0.75,
     "the share of nulls of `x` is 0.75 where the contract wants at most 0.5"),
    ("null_share: {max: 0}", "string", [], 0.0, ""),
    ("quantile: {q: 0.5, max: 2}", "long", [1, 2, 9, None], 2, ""),
    ("quantile: {q: 0.9, max: 8}", "long", [1, 2, 9], 9,
     "the 0.9 quantile of `x` is 9 where the contract wants at most 8"),
    ("quantile: {q: 1, max: 0.1}", "decimal(12,2)", [D("0.10")], "0.10", ""),
    ("quantile: {q: 0.5, max: 8}", "double", [1.0, NAN], None,
     ("the 0.5 quantile of `x` is not a number (no row has a value, or one is NaN) where the "
     "contract wants at most 8")),
    ("quantile: {q: 0.5, max: 8}", "long", [None], None,
     ("the 0.5 quantile of `x` is not a number (no row has a value, or one is NaN) where the "
     "contract wants at most 8")),
    ("mean: {max: 2}, where: x > 1", "long", [1, 2, -50], 2.0, ""),
    ("sum: {max: 2}, where: x > 1", "long", [3, -50], 3,
     "the sum of `x` where x > 1 is 3 where the contract wants at most 2"),
    ("distinct: {max: 1}, where: x > 1", "long", [3, 1], 1, ""),
    ("null_share: {max: 0}, where: x > 1", "long", [3, None], 0.0, ""),
    ("quantile: {q: 0, min: 2}, where: x > 1", "long", [3, 1], 3, ""),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "type_", "values", "observed", "message"), STATISTICS)
def test_statistics(
    tmp_path: Path, rule: str, type_: str, values: list[Any], observed: Any, message: str
) -> None:
    found = ask(tmp_path, type_, values, f"column: x, {rule}")
    assert (str(found.status), found.message) == ("failed" if message else "passed", message)
    assert (found.observed, found.unexpected, found.evaluated) == (observed, None, None)
    assert (found.sample, found.keys) == ((), ())


NEWEST = "the newest `x` is {} where the contract wants at most 24h before "


@pytest.mark.parametrize(
    ("type_", "keys", "good", "bad", "observed"),
    [
        ("timestamp", "", datetime(2026, 11, 20, tzinfo=UTC),
         datetime(2026, 11, 19, 23, 59, 59, tzinfo=UTC), "2026-11-19T23:59:59+00:00"),
        ("date", "", date(2026, 11, 20), date(2026, 11, 19), "2026-11-19"),
        ("timestamp_ntz", ", timezone: Europe/Berlin", datetime(2026, 11, 20, 1),
         datetime(2026, 11, 20, 0, 59), "2026-11-20T00:59:00"),
    ],
)  # fmt: skip
def test_freshness_is_that_of_the_newest_row(
    tmp_path: Path, type_: str, keys: str, good: Any, bad: Any, observed: str
) -> None:
    rule = "freshness: {column: x, max_age: 24h}"
    early = {"date": date(2020, 1, 1)}.get(type_, datetime(2020, 1, 1, tzinfo=good.tzinfo)
                                           if isinstance(good, datetime) else None)  # fmt: skip
    passed = ask(tmp_path / "good", type_, [early, None, good], rule, keys=keys)
    assert (str(passed.status), passed.message) == ("passed", "")
    failed = ask(tmp_path / "bad", type_, [early, None, bad], rule, keys=keys)
    assert (str(failed.status), failed.observed) == ("failed", observed)
    assert failed.message == f"the newest `x` is {observed}, more than 24h old"


def test_nothing_is_not_fresh(tmp_path: Path) -> None:
    found = ask(tmp_path, "date", [None], "freshness: {column: x, max_age: 24h}")
    assert (str(found.status), found.observed) == ("failed", None)
    assert found.message == "no row is dated in `x`; the newest must be at most 24h old"


def test_the_clock_is_the_one_that_was_asked_for(tmp_path: Path) -> None:
    contract = contract_of("shop.a: {columns: {x: {type: date, max_age: 24h}}}")
    store(tmp_path, "shop.a", {"x": "date"}, [(date(2020, 1, 1),)])
    clock = RunClock(datetime(2020, 1, 2, tzinfo=UTC), CLOCK.execution_id)
    found = validate_stage(job_of(contract, tmp_path, clock=clock))
    assert outcomes(found)["shop.a.x.max_age"].status == "passed"
    assert outcomes(validate(contract, tmp_path))["shop.a.x.max_age"].status == "failed"


@pytest.mark.parametrize(
    ("stored", "message"),
    [
        (["x", "y"], ""),
        (["x", "more", "y"], ""),
        (["y", "x"], "columns are in another order: `y`, `x`"),
        (["y"], ""),
    ],
)
def test_column_order(tmp_path: Path, stored: list[str], message: str) -> None:
    contract = contract_of(
        "shop.a:\n  column_order: exact\n  extra_columns: allow\n  columns: {x: long, y: long}"
    )
    store(tmp_path, "shop.a", dict.fromkeys(stored, "long"), [])
    found = outcomes(validate(contract, tmp_path))["shop.a.column_order"]
    assert (str(found.status), found.message) == ("failed" if message else "passed", message)
    assert found.observed == [name for name in stored if name != "more"]


@pytest.mark.parametrize(
    ("stored", "message"),
    [
        (["x", "y"], ""),
        (["y", "x"], "partitioned by `y`, `x` where the contract wants `x`, `y`"),
        (["x"], "partitioned by `x` where the contract wants `x`, `y`"),
        ([], "partitioned by nothing where the contract wants `x`, `y`"),
    ],
)
def test_partitioned_by(tmp_path: Path, stored: list[str], message: str) -> None:
    contract = contract_of(
        "shop.a:\n  partitioned_by: [x, y]\n  columns: {x: string, y: string, z: long}"
    )
    folder = str(tmp_path / "Tables" / "shop" / "a")
    table = pa.table({"x": ["a"], "y": ["b"], "z": [1]})
    write_deltalake(folder, table, partition_by=stored or None)
    found = outcomes(validate(contract, tmp_path))["shop.a.partitioned_by"]
    assert (str(found.status), found.message) == ("failed" if message else "passed", message)
    assert found.observed == stored


# -- order as stored -------------------------------------------------------------------------------

SORTED = "shop.a:\n  primary_key: [id]\n  columns:\n    id: {type: long, required: true}\n"
SORTED += "    x: long\n    y: string\n  rules:\n    - {id: its, sorted: {by: %s, order: %s}%s}"


def write_files(root: Path, *files: Sequence[tuple[Any, ...]], rows_a_group: int = 2) -> None:
    """Write one file for each list of rows, in row groups of so many rows."""
    from deltalake import WriterProperties  # noqa: PLC0415

    schema = pa.schema([("id", pa.int64()), ("x", pa.int64()), ("y", pa.string())])
    properties = WriterProperties(max_row_group_size=rows_a_group)
    for rows in files:
        columns = [pa.array(column, field.type) for column, field in
                   zip(zip(*rows, strict=True), schema, strict=True)]  # fmt: skip
        write_deltalake(
            str(root / "Tables" / "shop" / "a"),
            pa.table(columns, schema=schema),
            mode="append",
            writer_properties=properties,
        )


def _sorted(root: Path, by: str, order: str, more: str = "") -> RuleResult:
    return outcomes(validate(contract_of(SORTED % (by, order, more)), root))["shop.a.its"]


def test_rows_in_order_over_row_groups_pass(tmp_path: Path) -> None:
    write_files(tmp_path, [(n, n // 2, "a") for n in range(1, 40)])
    found = _sorted(tmp_path, "x", "ascending")
    assert (str(found.status), found.evaluated, found.unexpected) == ("passed", 39, 0)
    found = _sorted(tmp_path, "x", "descending")
    assert (str(found.status), found.evaluated, found.unexpected) == ("failed", 39, 19)


def test_ties_are_in_order_and_nulls_are_passed_over(tmp_path: Path) -> None:
    write_files(tmp_path, [(1, 1, "a"), (2, None, "a"), (3, 1, "a"), (4, 0, "a"), (5, 2, "a")])
    found = _sorted(tmp_path, "x", "ascending")
    assert (str(found.status), found.evaluated, found.unexpected) == ("failed", 4, 1)
    assert found.sample == ({"id": 4, "x": 0},)
    assert found.keys == ({"id": 4},)
    assert found.message == "1 of 4 rows: `x` is out of ascending order"


def test_several_columns_order_one_after_the_other(tmp_path: Path) -> None:
    write_files(tmp_path, [(1, 1, "b"), (2, 1, "a"), (3, 2, "a"), (4, 2, "b")])
    found = _sorted(tmp_path, "[x, y]", "ascending")
    assert (found.evaluated, found.unexpected, found.keys) == (4, 1, ({"id": 2},))
    assert found.message == "1 of 4 rows: `x`, `y` is out of ascending order"
    found = _sorted(tmp_path, "[y, x]", "descending")
    assert (found.evaluated, found.unexpected, found.keys) == (4, 2, ({"id": 3}, {"id": 4}))


def test_order_goes_on_from_file_to_file(tmp_path: Path) -> None:
    write_files(tmp_path, [(1, 1, "a"), (2, 2, "a")], [(3, 3, "a"), (4, 4, "a")])
    assert _sorted(tmp_path, "x", "ascending").unexpected == 0


def test_order_within_mostly(tmp_path: Path) -> None:
    write_files(tmp_path, [(1, 1, "a"), (2, 0, "a"), (3, 1, "a"), (4, 2, "a")])
    assert _sorted(tmp_path, "x", "asc", ", mostly: 0.75").status == "passed"
    found = _sorted(tmp_path, "x", "asc", ", mostly: 0.76")
    assert found.message == (
        "1 of 4 rows: `x` is out of ascending order (at least 0.76 of the rows must satisfy it)"
    )
    assert _sorted(tmp_path, "x", "asc", ", where: x > 0").unexpected == 0


def test_a_column_with_a_name_that_the_engine_might_use(tmp_path: Path) -> None:
    contract = contract_of(
        "shop.a:\n  columns: {p0: long, row: long}\n"
        "  rules: [{id: its, sorted: {by: [p0, row], order: asc}}]"
    )
    store(tmp_path, "shop.a", {"p0": "long", "row": "long"}, [(1, 1), (0, 1)])
    assert outcomes(validate(contract, tmp_path))["shop.a.its"].unexpected == 1


# -- rows beside others ----------------------------------------------------------------------------


@pytest.mark.parametrize(("rows", "message"), [
    (2, ""),
    (3, "3 rows where the contract wants as many as `shop.b`, 2"),
])  # fmt: skip
def test_rows_same_as_another_tables(tmp_path: Path, rows: int, message: str) -> None:
    contract = contract_of(
        "shop.a:\n  rows: {same_as: shop.b}\n  columns: {x: long}\nshop.b:\n  columns: {x: long}"
    )
    store(tmp_path, "shop.a", {"x": "long"}, [(1,)] * rows)
    store(tmp_path, "shop.b", {"x": "long"}, [(1,)] * 2)
    found = outcomes(validate(contract, tmp_path))["shop.a.rows"]
    assert (str(found.status), found.message) == ("failed" if message else "passed", message)
    assert (found.observed, found.unexpected) == (rows, None)


def test_rows_beside_a_table_that_is_not_there(tmp_path: Path) -> None:
    contract = contract_of(
        "shop.a:\n  rows: {same_as: shop.b}\n  columns: {x: long}\nshop.b:\n  columns: {x: long}"
    )
    store(tmp_path, "shop.a", {"x": "long"}, [(1,)])
    found = outcomes(validate(contract, tmp_path))["shop.a.rows"]
    assert found.status == "errored"
    assert "`shop.b` does not exist" in found.message


def test_sensitive_columns_show_nothing_of_themselves_as_a_whole(tmp_path: Path) -> None:
    rules = [
        "mean: {max: 100}", "median: {max: 100}", "sum: {min: 100000}", "stdev: {max: 1}",
        "distinct: {min: 100}", "null_share: {min: 1}", "quantile: {q: 0.5, min: 10000}",
    ]  # fmt: skip
    lines = [f"    - {{id: r{index}, column: x, {rule}}}" for index, rule in enumerate(rules)]
    own = {
        "ExpectColumnMinToBeBetween": "{min_value: 9000}",
        "ExpectColumnDistinctValuesToEqualSet": "{value_set: [1]}",
        "ExpectColumnMostCommonValueToBeInSet": "{value_set: [1]}",
        "ExpectColumnQuantileValuesToBeBetween":
            "{quantile_ranges: {quantiles: [0.5], value_ranges: [[9000, null]]}}",
        "ExpectColumnKLDivergenceToBeLessThan":
            "{partition_object: {values: [7771, 7], weights: [0.5, 0.5]}, threshold: 0.001}",
        "ExpectColumnValuesToBeIncreasing": "{}",
        "ExpectColumnValuesToNotBeOutliers": "{multiplier: 0}",
    }  # fmt: skip
    lines += [
        f"    - {{id: e{index}, expect: {name}, column: x, with: {arguments}}}"
        for index, (name, arguments) in enumerate(own.items())
    ]
    lines.append("    - {id: fresh, freshness: {column: d, max_age: 24h}}")
    contract = contract_of(
        "shop.a:\n  columns:\n    x: {type: long, classification: pii}\n"
        "    d: {type: date, classification: pii}\n  rules:\n" + "\n".join(lines)
    )
    rows = [(7777, date(2019, 7, 7)), (7771, date(2019, 7, 7)), (7771, None), (None, None)]
    store(tmp_path, "shop.a", {"x": "long", "d": "date"}, rows, files=1)
    outcome = validate(contract, tmp_path)
    found = {id_: rule for id_, rule in outcomes(outcome).items() if ".type" not in id_}
    for id_, rule in found.items():
        if id_.split(".")[-1][0] in "ref" and id_.count(".") == 2:
            assert str(rule.status) == "failed", (id_, rule.message)
            assert "‹redacted›" in str((rule.observed, rule.sample)), id_
    [one] = outcome.checkpoints
    said = "\n".join(
        [
            repr(asdict(outcome.result)),
            json.dumps(one.gx.to_json_dict(), default=str) if one.gx else "",
            repr(one.gx),
        ]
    )
    for rule in contract.tables[0].rules:
        said = said.replace(repr(rule.argument), "")
    # As numbers of their own: ids and durations hold any four digits now and then.
    assert re.findall(r"(?<![\w.-])(?:7777|2019|7773)(?![0-9a-f])", said) == []
