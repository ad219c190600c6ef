"""Tables as they stand, read by Spark: what it holds to, and what it is not asked."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable, TableFeatures, write_deltalake

from spectra_gx import Project
from spectra_gx.engines.datafusion.engine import DATAFUSION
from spectra_gx.engines.registry import engine_named
from spectra_gx.warehouse.warehouse import Warehouse
from tests.contract.checking import contract_of, outcomes, store, validate
from tests.spark.sessions import SETTINGS, small_session

if TYPE_CHECKING:
    from spectra_gx.contract.model import StageContract
    from spectra_gx.engines.session import Engine
    from spectra_gx.validation.results import RuleResult


def both(contract: StageContract, root: Path, spark: Engine) -> dict[str, RuleResult]:
    """Validate on both engines, hold every rule against the other's, and return Spark's."""
    ours, sparks = (outcomes(validate(contract, root, engine)) for engine in (DATAFUSION, spark))
    assert sparks == ours
    return sparks


def folder(root: Path, name: str = "shop.a") -> Path:
    return Path(Warehouse(root).table_uri(name))


PARTITIONED = """
shop.a:
  primary_key: [id]
  columns:
    id: {type: long, required: true}
    p: {type: string, enum: [a]}
    d: {type: date, min: "2026-01-01"}
    n: {type: "decimal(5,2)", max: 1}
"""


def store_partitions(root: Path, rows: list[tuple[Any, ...]]) -> None:
    schema = pa.schema(
        [("id", pa.int64()), ("p", pa.string()), ("d", pa.date32()), ("n", pa.decimal128(5, 2))]
    )
    values = zip(zip(*rows, strict=True), schema.types, strict=True)
    table = pa.table([pa.array(column, type_) for column, type_ in values], schema=schema)
    folder(root).mkdir(parents=True)
    write_deltalake(str(folder(root)), table, partition_by=["p", "d", "n"])


def test_partitions_stand_where_the_log_says(tmp_path: Path, spark: Engine) -> None:
    rows = [
        (1, "a b/ü%'{x}", date(2026, 1, 31), Decimal("1.50")),
        (2, "b", None, None),
        (3, None, date(1, 1, 1), Decimal("0.10")),
    ]
    store_partitions(tmp_path, rows)
    found = both(contract_of(PARTITIONED), tmp_path, spark)
    assert [found[f"shop.a.{rule}"].unexpected for rule in ("p.enum", "d.min", "n.max")] == [
        2,
        1,
        1,
    ]


def test_an_empty_text_that_engines_read_in_two_ways_is_refused(
    tmp_path: Path, spark: Engine
) -> None:
    store_partitions(tmp_path, [(1, "", None, None)])
    found = outcomes(validate(contract_of(PARTITIONED), tmp_path, spark))["shop.a.p.enum"]
    assert str(found.status) == "errored"
    assert "has a partition where `p` is an empty text" in found.message


def test_columns_that_came_later_are_null_before(tmp_path: Path, spark: Engine) -> None:
    folder(tmp_path).mkdir(parents=True)
    write_deltalake(str(folder(tmp_path)), pa.table({"Id": [1], "odd-näme`": ["x"]}))
    later = pa.table({"Id": [2], "odd-näme`": ["y"], "x": ["z"]})
    write_deltalake(str(folder(tmp_path)), later, mode="append", schema_mode="merge")
    contract = contract_of("""
    shop.a:
      columns:
        Id: {type: long, unique: true}
        "odd-näme`": string
        x: {type: string, required: true}
    """)
    assert both(contract, tmp_path, spark)["shop.a.x.required"].unexpected == 1


def test_a_table_without_rows(tmp_path: Path, spark: Engine) -> None:
    store(tmp_path, "shop.a", {"x": "long"}, [])
    contract = contract_of("shop.a:\n  columns: {x: {type: long, min: 0, required: true}}")
    assert both(contract, tmp_path, spark)["shop.a.x.min"].evaluated == 0


def test_rows_that_deletion_vectors_take_away_are_never_read(tmp_path: Path, spark: Engine) -> None:
    store(tmp_path, "shop.a", {"x": "long"}, [(1,), (2,)])
    DeltaTable(str(folder(tmp_path))).alter.add_feature(
        TableFeatures.DeletionVectors, allow_protocol_versions_increase=True
    )
    contract = contract_of("shop.a:\n  columns: {x: {type: long, min: 0}}")
    found = outcomes(validate(contract, tmp_path, spark))["shop.a.x.min"]
    assert str(found.status) == "errored"
    assert found.message == (
        "could not be evaluated: table `shop.a` uses deletionVectors of Delta, which Spark alone "
        "cannot read; give a session that knows Delta"
    )


def test_parquet_files_of_other_engines(tmp_path: Path, spark: Engine) -> None:
    files = tmp_path / "incoming"
    files.mkdir()
    for number, type_ in enumerate((pa.uint8(), pa.dictionary(pa.int8(), pa.string()))):
        kind = pa.uint8() if number else type_
        pq.write_table(
            pa.table({
                "u": pa.array([200, None], kind),
                "s": pa.array(["a", "b"]).dictionary_encode(),
                "t": pa.array([0, 1], pa.timestamp("ms")),
            }),
            files / f"{number}.parquet",
        )  # fmt: skip
    contract = contract_of("""
    shop.a:
      location: incoming/*.parquet
      format: parquet
      columns: {u: {type: short, max: 100}, s: {type: string, enum: [a]}, t: timestamp_ntz}
    """)
    found = both(contract, tmp_path, spark)
    assert (found["shop.a.u.max"].unexpected, found["shop.a.s.enum"].unexpected) == (2, 2)


def test_nested_layouts_and_old_instants(tmp_path: Path, spark: Engine) -> None:
    far = pa.array([datetime(1, 1, 1), datetime(9999, 12, 31)], pa.timestamp("us"))
    held = pa.StructArray.from_arrays([pa.array([1, 2**32 - 1], pa.uint32())], ["n"])
    table = pa.table({"far": far, "held": held, "yes": pa.array([True, False])})
    yes = pa.DictionaryArray.from_arrays(pa.array([0, 1]), pa.array([True, False]))
    pq.write_table(
        table.set_column(2, "yes", yes),
        tmp_path / "t.parquet",
        use_deprecated_int96_timestamps=True,
    )
    contract = contract_of("""
    shop.a:
      location: t.parquet
      format: parquet
      columns:
        far: {type: timestamp, min: 1900-01-01, max: 2100-01-01}
        held: {type: struct, fields: {n: {type: long, max: 1}}}
        yes: {type: boolean, const: true}
    """)
    found = both(contract, tmp_path, spark)
    broken = {rule: result.unexpected for rule, result in found.items() if result.unexpected}
    assert broken == dict.fromkeys(
        ("shop.a.far.min", "shop.a.far.max", "shop.a.held.n.max", "shop.a.yes.const"), 1
    )


def test_csv_files_are_read_by_our_own_reader(tmp_path: Path, spark: Engine) -> None:
    (tmp_path / "a.csv").write_text('x,s\n1,"a\n""b"""\n,\n007,""\n')
    contract = contract_of("""
    shop.a:
      location: a.csv
      format: csv
      columns: {x: {type: long, max: 1}, s: {type: string, enum: [a]}}
    """)
    both(contract, tmp_path, spark)


def test_files_that_spark_ignores_are_not_left_out_silently(tmp_path: Path, spark: Engine) -> None:
    pq.write_table(pa.table({"x": [-1]}), tmp_path / "_x.parquet")
    contract = contract_of(
        "shop.a:\n  location: _x.parquet\n  format: parquet\n  columns: {x: {type: long, min: 0}}"
    )
    found = outcomes(validate(contract, tmp_path, spark))["shop.a.x.min"]
    assert str(found.status) == "errored"
    assert "Spark ignores files such as `_x.parquet`" in found.message


def test_the_callers_session_stays_as_it_was(project: Path) -> None:
    session = small_session()
    session.range(1).createOrReplaceTempView("t")
    result = Project.open(project).check("source", engine="spark", spark=session)
    assert [rule for rule in result.all_rules() if rule.status != "passed"] == []
    assert session.table("t").columns == ["id"]
    zone = "spark.sql.session.timeZone"
    assert session.conf.get(zone) == SETTINGS[zone]
    session.catalog.dropTempView("t")


def test_a_session_that_cannot_be_told_anything_is_refused(tmp_path: Path) -> None:
    class Shared:
        """A session as Spark Connect has one: it makes no others."""

        def newSession(self) -> Any:  # noqa: N802 - Spark's name
            raise NotImplementedError

    store(tmp_path, "shop.a", {"x": "long"}, [(1,)])
    contract = contract_of("shop.a:\n  columns: {x: long}")
    found = outcomes(validate(contract, tmp_path, engine_named("spark", Shared())))
    assert found["shop.a.x.type"].message.startswith(
        "could not be evaluated: the Spark session does not let its settings be changed"
    )
