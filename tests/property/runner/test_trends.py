"""The trends of a digest, beside DuckDB's answers on the rows of the log."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.runner.log_records import log_rows
from spectra_gx.runner.stage_digest import stage_digest
from spectra_gx.warehouse.log import log_columns
from tests.drawing import drawn
from tests.fakes.runs import NOW, rule, run, stage, table

PERIOD = timedelta(days=3)
RULES = {"t": ("t.a", "t.b"), "u": ("u.c",)}

statuses = st.sampled_from(["passed", "passed", "failed", "errored"])
checks = st.fixed_dictionaries(
    {
        "statuses": st.fixed_dictionaries({"t.a": statuses, "t.b": statuses, "u.c": statuses}),
        "rows": st.none() | st.integers(0, 1000),
        "quarantined": st.integers(0, 5),
        "both": st.booleans(),
    }
)
crashes = st.none()

ORACLE = """
WITH runs AS (
  SELECT *, end_time >= $since AS recent, end_time >= $start AND end_time < $since AS before
  FROM log WHERE record_type = 'run'
),
checks AS (
  SELECT log.*, runs.recent, runs.before, runs.end_time AS ended
  FROM log JOIN runs USING (execution_id) WHERE log.record_type = 'checkpoint'
)
SELECT
  table_name,
  count(*) FILTER (recent AND table_verdict <> 'passed'),
  (SELECT count(DISTINCT f.rule) FROM checks AS c,
     unnest(from_json(c.failing_rules, '["VARCHAR"]')) AS f(rule)
   WHERE c.recent AND c.table_name = checks.table_name),
  arg_max(row_count, ended) FILTER (recent AND row_count IS NOT NULL),
  arg_max(row_count, ended) FILTER (NOT recent AND row_count IS NOT NULL),
  coalesce(sum(quarantined_count) FILTER (recent), 0)::BIGINT,
  coalesce(sum(quarantined_count) FILTER (before), 0)::BIGINT
FROM checks GROUP BY table_name ORDER BY table_name
"""
RUNS = "SELECT count(*) FILTER ({0}), count(*) FILTER ({0} AND status = 'Failed') FROM log \
WHERE record_type = 'run'"
BEFORE = RUNS.format("end_time >= $start AND end_time < $since")


def checked(facts):
    made = {
        name: table(name, [rule(one, facts["statuses"][one]) for one in rules])
        for name, rules in RULES.items()
    }
    made["t"] = replace(made["t"], rows=facts["rows"], quarantined=facts["quarantined"])
    return stage(*(made[name] for name in made if facts["both"] or name == "t"))


def rows_of(history):
    """Return the log of a stage that ran every half day, the last time an hour ago."""
    found = []
    for index, facts in enumerate(history):
        ended = NOW - timedelta(hours=1 + 12 * (len(history) - 1 - index))
        identity = replace(run().identity, execution_id=f"run_{index:02}", started=ended)
        result = run(None if facts is None else checked(facts), identity=identity, ended=ended)
        found += log_rows(result, recorded_at=ended)
    return found


@drawn(8, many=400)
@given(st.lists(st.one_of(checks, checks, checks, crashes), min_size=1, max_size=18))
def test_the_figures_are_those_of_the_log(history):
    rows = rows_of(history)
    since = NOW - PERIOD
    found = stage_digest("source", "zephyr", rows, since, NOW).trends

    connection = duckdb.connect()
    connection.execute("SET timezone = 'UTC'")
    log = log_columns.pa.Table.from_pylist(rows, schema=log_columns.LOG_SCHEMA)
    connection.register("log", log)
    times = {"since": since, "start": since - PERIOD}
    assert (found.runs_before, found.failed_runs_before) == connection.execute(
        BEFORE, times
    ).fetchone()
    ours = sorted(
        (
            one.table,
            one.failing_runs,
            one.failing_rules,
            one.rows,
            one.rows_before,
            one.quarantined,
            one.quarantined_before,
        )
        for one in found.tables
    )
    assert ours == connection.execute(ORACLE, times).fetchall()


@drawn(30)
@given(st.lists(st.one_of(checks, checks, checks, crashes), min_size=1, max_size=18))
def test_what_is_new_and_how_long_it_lasts(history):
    found = stage_digest("source", "zephyr", rows_of(history), NOW - PERIOD, NOW).trends

    def failing(facts):
        return {
            one
            for name in RULES
            for one in RULES[name]
            if (facts["both"] or name == "t") and facts["statuses"][one] != "passed"
        }

    known = [facts for facts in history if facts is not None]
    recent = [facts for facts in history[-6:] if facts is not None]
    old = known[: len(known) - len(recent)]
    now = failing(known[-1]) if known else set()
    before = failing(old[-1]) if old else set()
    assert set(found.new) == now - before
    passing = {
        one
        for name in RULES
        for one in RULES[name]
        if known and (known[-1]["both"] or name == "t") and one not in now
    }
    assert set(found.resolved) == before & passing
    lasts = {}
    for one in now:
        lasts[one] = 0
        for facts in reversed(known):
            if one not in failing(facts):
                break
            lasts[one] += 1
    assert {one.rule: one.runs for one in found.failing_longest} == lasts


@pytest.mark.parametrize("days", [0, 1])
def test_a_while_without_runs_has_no_trend(days):
    found = stage_digest(
        "source", "zephyr", rows_of([None] * days), NOW - timedelta(minutes=1), NOW
    )
    assert (found.trends.tables, found.trends.new) == ((), ())
