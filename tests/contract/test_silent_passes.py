"""Ways in which an engine would let bad data through without a word; none of them may pass here."""

from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import write_deltalake

from tests.contract.checking import contract_of, outcomes, store, validate


def statuses(contract, root):
    return {rule.id: str(rule.status) for rule in outcomes(validate(contract, root)).values()}


def test_a_table_whose_files_are_gone_is_errored_whole(tmp_path):
    contract = contract_of("""
        shop.t:
          rows: {min: 2}
          columns: {p: {type: string, required: true, enum: [x]}, v: long}
    """)
    store(tmp_path, "shop.t", {"p": "string", "v": "long"}, [["x", 1], ["x", 2]])
    for file in Path(tmp_path).rglob("*.parquet"):
        file.unlink()

    found = statuses(contract, tmp_path)
    found.pop("shop.undeclared_tables")

    assert set(found.values()) == {"errored"}


def test_a_file_that_is_cut_short_is_errored(tmp_path):
    contract = contract_of("shop.t: {rows: {min: 2}, columns: {v: long}}")
    store(tmp_path, "shop.t", {"v": "long"}, [[1], [2]])
    [file] = Path(tmp_path).rglob("*.parquet")
    file.write_bytes(file.read_bytes()[:-1])

    assert statuses(contract, tmp_path)["shop.t.rows"] == "errored"


def test_partitions_with_odd_names_are_found(tmp_path):
    values = ["a b", "a/b", "a%b", "é", None, "q?z", "h#h"]
    contract = contract_of("shop.t: {rows: {equals: 7}, columns: {p: string, v: long}}")
    write_deltalake(
        str(tmp_path / "Tables" / "shop" / "t"),
        pa.table({"p": values, "v": list(range(7))}),
        partition_by=["p"],
    )

    assert statuses(contract, tmp_path)["shop.t.rows"] == "passed"


@pytest.mark.parametrize("value", ["57626404082.575666", "123456789012.000001"])
def test_files_are_not_skipped_by_statistics_that_hold_decimals_as_floats(tmp_path, value):
    contract = contract_of(f"""
        shop.t:
          columns: {{v: "decimal(18,6)"}}
          rules:
            - {{id: found, sql: "select * from {{table}} where v >= {value}"}}
    """)
    store(tmp_path, "shop.t", {"v": "decimal(18,6)"}, [[Decimal(value)], [Decimal(value)]])

    found = outcomes(validate(contract, tmp_path))["shop.t.found"]

    assert (str(found.status), found.unexpected) == ("failed", 2)


def test_a_decimal_literal_in_sql_is_the_number_that_is_written(tmp_path):
    contract = contract_of("""
        shop.t:
          columns: {v: {type: "decimal(20,2)", max: {value: 5, where: "v > 123456789012345678.00"}}}
    """)
    store(tmp_path, "shop.t", {"v": "decimal(20,2)"}, [[Decimal("123456789012345678.01")]])

    found = outcomes(validate(contract, tmp_path))["shop.t.v.max"]

    assert (str(found.status), found.evaluated) == ("failed", 1)


def test_a_literal_in_sql_still_meets_a_double(tmp_path):
    contract = contract_of("""
        shop.t:
          columns: {v: double}
          rules: [{id: found, sql: "select * from {table} where v = 0.1"}]
    """)
    store(tmp_path, "shop.t", {"v": "double"}, [[0.1], [0.2]])

    assert outcomes(validate(contract, tmp_path))["shop.t.found"].unexpected == 1


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", '{"a": NaN}'])
def test_what_json_does_not_have_is_no_json(tmp_path, text):
    contract = contract_of("shop.t: {columns: {v: {type: string, format: json}}}")
    store(tmp_path, "shop.t", {"v": "string"}, [[text]])

    assert statuses(contract, tmp_path)["shop.t.v.format"] == "failed"


def test_a_number_of_many_digits_is_json(tmp_path):
    contract = contract_of("shop.t: {columns: {v: {type: string, format: json}}}")
    store(tmp_path, "shop.t", {"v": "string"}, [["1" * 5000]])

    assert statuses(contract, tmp_path)["shop.t.v.format"] == "passed"


def test_a_column_may_bear_a_name_that_the_engine_uses_itself(tmp_path):
    contract = contract_of("""
        shop.t:
          columns: {k0: long, z: long}
          rules: [{id: twice, unique: [k0, z], where: "k0 > 0"}]
    """)
    store(tmp_path, "shop.t", {"k0": "long", "z": "long"}, [[1, 1], [1, 1], [0, 0], [0, 0]])

    found = outcomes(validate(contract, tmp_path))["shop.t.twice"]

    assert (str(found.status), found.evaluated, found.unexpected) == ("failed", 2, 2)
    assert found.sample == ({"k0": 1, "z": 1}, {"k0": 1, "z": 1})


def test_a_feature_that_is_not_supported_is_named_and_its_table_errored_whole(tmp_path):
    contract = contract_of("""
        shop.t:
          rows: {min: 1}
          columns: {v: {type: long, classification: pii}}
    """)
    store(tmp_path, "shop.t", {"v": "long"}, [[1]])
    commit = tmp_path / "Tables" / "shop" / "t" / "_delta_log" / f"{0:020}.json"
    features = '"readerFeatures":["typeWidening"],"writerFeatures":["typeWidening"]'
    new = f'"minReaderVersion":3,"minWriterVersion":7,{features}'
    commit.write_text(commit.read_text().replace('"minReaderVersion":1,"minWriterVersion":2', new))

    found = outcomes(validate(contract, tmp_path))
    found.pop("shop.undeclared_tables")

    for result in found.values():
        assert result.status == "errored"
        assert "it needs the Delta feature `typeWidening`, which is not supported" in result.message


@pytest.mark.parametrize(
    ("type_", "value", "rule", "observed"),
    [
        ("decimal(38,0)", "9" * 38, "sum: {min: 0}", "1" + "9" * 37 + "80"),
        ("decimal(38,38)", "0." + "9" * 38, "sum: {min: 0}", "19." + "9" * 36 + "80"),
        ("decimal(38,2)", "9" * 36 + ".99", "stdev: {max: 0}", 0.0),
        ("decimal(38,2)", "9" * 36 + ".99", "mean: {max: 1}", "9" * 36 + ".99"),
    ],
)
def test_sums_of_numbers_with_38_digits_do_not_wrap_around(tmp_path, type_, value, rule, observed):
    contract = contract_of(f"""
        shop.t:
          columns: {{v: {{type: "{type_}"}}}}
          rules: [{{id: its, column: v, {rule}}}]
    """)
    store(tmp_path, "shop.t", {"v": type_}, [[Decimal(value)]] * 20)

    found = outcomes(validate(contract, tmp_path))["shop.t.its"]

    assert found.observed == observed
    assert found.status == ("failed" if rule == "mean: {max: 1}" else "passed")


def test_a_field_of_a_file_is_asked_for_beside_its_other_columns(tmp_path):
    """DataFusion took a cast column and its source for two of one name, and gave up."""
    held = pa.StructArray.from_arrays([pa.array([1, 2**32 - 1], pa.uint32())], ["n"])
    table = pa.table({"held": held, "n": pa.array([1, 2], pa.uint8()), "s": ["a", "b"]})
    pq.write_table(table, tmp_path / "t.parquet")
    contract = contract_of("""
        shop.t:
          location: t.parquet
          format: parquet
          primary_key: [s]
          columns:
            held: {type: struct, fields: {n: {type: long, max: 1}}}
            n: {type: short, max: 1}
            s: {type: string, required: true, enum: [a]}
    """)

    found = outcomes(validate(contract, tmp_path))

    broken = {rule: result.unexpected for rule, result in found.items() if result.unexpected}
    assert broken == {"shop.t.held.n.max": 1, "shop.t.n.max": 1, "shop.t.s.enum": 1}
    assert {str(result.status) for result in found.values()} == {"passed", "failed"}
