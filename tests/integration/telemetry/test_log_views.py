"""The views over the log say what the log says, read by another engine."""

from __future__ import annotations

import re
from contextlib import closing

import duckdb
import pyarrow as pa
import pytest
import sqlglot

from spectra_gx.cli import main
from spectra_gx.errors import UsageError
from spectra_gx.warehouse.log.log_columns import LOG_SCHEMA
from spectra_gx.warehouse.log.log_views import log_views


def opened(project, text):
    """Return a DuckDB with the views; it cannot load its delta extension here."""
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA log")
    rows = pa.Table.from_pylist([*project.log("shop")], LOG_SCHEMA)
    connection.register("stored", rows)
    connection.execute("CREATE TABLE log.shoplog AS SELECT * FROM stored")
    connection.execute(text[text.index("CREATE OR REPLACE VIEW spectra_log") :])
    return closing(connection)


def rows(connection, query):
    return connection.execute(query).fetchall()


def test_what_the_views_say_is_what_the_log_says(logged_shop, capsys, monkeypatch):
    shop = logged_shop
    passed, failed = shop.runs
    monkeypatch.chdir(shop.root)
    assert main(["log", "--sql"]) == 0
    text = capsys.readouterr().out
    assert f"delta_scan('{shop.root}/warehouse/Tables/log/shoplog')" in text
    with opened(shop.project, text) as connection:
        assert rows(
            connection,
            "SELECT execution_id, status, rules_declared, succeeded, duration_seconds "
            "FROM spectra_runs ORDER BY recorded_at",
        ) == [
            (
                one.identity.execution_id,
                one.status,
                one.stage.declared,
                int(one.success),
                one.duration_seconds,
            )
            for one in (passed, failed)
        ]
        assert rows(connection, "SELECT execution_id, status FROM spectra_latest_runs") == [
            (failed.identity.execution_id, "Failed")
        ]
        assert rows(
            connection,
            "SELECT table_name, table_verdict, row_count, critical_failed FROM spectra_tables "
            "ORDER BY recorded_at",
        ) == [("shop.orders", "passed", 1, 0), ("shop.orders", "failed", 1, 1)]
        assert rows(connection, "SELECT execution_id, rule_id FROM spectra_failing_rules") == [
            (failed.identity.execution_id, "shop.orders.size.min")
        ]
        assert rows(connection, "SELECT stage, runs, successes FROM spectra_daily") == [
            ("shop", 2, 1)
        ]


@pytest.mark.parametrize("dialect", ["duckdb", "spark", "tsql"])
def test_every_dialect_is_read_by_a_parser_of_it(logged_shop, dialect):
    text = re.sub(
        r"^GO$", "", logged_shop.project.log_views("shop", dialect=dialect), flags=re.MULTILINE
    )
    statements = [one for one in sqlglot.parse(text, dialect=dialect) if one is not None]
    made = [one.this.name for one in statements if one.key == "create" and one.kind == "VIEW"]
    assert made[-6:] == [
        "spectra_log",
        "spectra_runs",
        "spectra_tables",
        "spectra_failing_rules",
        "spectra_latest_runs",
        "spectra_daily",
    ]


def test_a_log_of_an_older_version_lacks_columns_and_no_view_does(logged_shop):
    text = logged_shop.project.log_views("shop")

    stored = {*LOG_SCHEMA.names} - {"publish_duration_seconds", "table_age_seconds"}
    older = log_views([("log.shoplog", "/lake/Tables/log/shoplog", stored)], "duckdb")
    assert "CAST(NULL AS double) AS publish_duration_seconds" in older
    assert "CAST(NULL" not in text
    with opened(logged_shop.project, older) as connection:
        assert rows(connection, "SELECT table_age_seconds FROM spectra_tables") == [(None,)] * 2


def test_what_cannot_be_shown_is_named(shop):
    with pytest.raises(UsageError, match="no stage has run yet"):
        shop.project.log_views()
    with pytest.raises(UsageError, match="there is no dialect 'oracle'; choose one of duckdb"):
        shop.project.log_views("shop", dialect="oracle")
