"""What a row of the log must look like."""

from datetime import UTC, date, datetime

import pytest

from spectra_gx.errors import ActivityLogError
from spectra_gx.warehouse.log.log_columns import LOG_COLUMNS, LOG_SCHEMA, log_rows

NOW = datetime(2026, 11, 21, 4, 5, 6, 789, tzinfo=UTC)
EXAMPLES = {"string": "x", "long": 1, "double": 0.5, "timestamp": NOW}


def row(record_type="run", **changes):
    needed = {c.name: EXAMPLES[c.type] for c in LOG_COLUMNS if record_type in c.required}
    return {**needed, "record_type": record_type, "execution_id": "r1", **changes}


def test_absent_keys_become_null():
    table = log_rows("r1", [row("checkpoint"), row("activity"), row()])
    assert table.schema == LOG_SCHEMA
    assert table.num_rows == 3
    assert table.column("metadata").to_pylist() == [None, None, None]


def test_any_utc_offset_is_the_same_instant():
    assert log_rows("r1", [row(start_time=NOW)]).column("start_time").to_pylist() == [NOW]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([row(nonsense=1)], "`nonsense` is not a column of the log"),
        ([row(status=None)], "`status` is missing from a run row"),
        ([row(), row("checkpoint", table_name=None)], "`table_name` is missing from a checkpoint"),
        ([row(record_type="walk")], "`record_type` is 'walk', not one of"),
        ([row(execution_id="r2")], "carries another `execution_id`"),
        ([row("checkpoint")], "exactly one `run` row, not 0"),
        ([row(), row()], "exactly one `run` row, not 2"),
        ([row(rules_passed=1.5)], "`rules_passed` takes a long, not a float"),
        ([row(rules_passed=True)], "`rules_passed` takes a long, not a bool"),
        ([row(rules_passed="12")], "`rules_passed` takes a long, not a str"),
        ([row(duration_seconds=True)], "`duration_seconds` takes a double, not a bool"),
        ([row(parameters={"a": 1})], "`parameters` takes a string, not a dict"),
        (
            [row(start_time=NOW.replace(tzinfo=None))],
            "`start_time` takes a timestamp with a zone, not a datetime",
        ),
        (
            [row(start_time=date(2026, 1, 1))],
            "`start_time` takes a timestamp with a zone, not a date",
        ),
        ([row(start_time=5)], "`start_time` takes a timestamp with a zone, not a int"),
    ],
)
def test_a_row_of_another_shape_is_refused(rows, said):
    with pytest.raises(ActivityLogError) as refused:
        log_rows("r1", rows)
    assert said in str(refused.value)


def test_everything_wrong_is_named_at_once():
    with pytest.raises(ActivityLogError) as refused:
        log_rows("r1", [row(nonsense=1, status=None, rules_passed="x")])
    assert str(refused.value).count(";") == 2


def test_every_column_is_documented_once():
    assert len({column.name for column in LOG_COLUMNS}) == len(LOG_COLUMNS)
    assert all(column.description for column in LOG_COLUMNS)
