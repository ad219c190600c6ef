"""The run's clock in bounds: how it is written, dumped, compared and proven."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.contract.clocks import ClockValue, read_clock
from spectra_gx.contract.dumping import dump_contract
from spectra_gx.contract.language.environments import apply_environment
from spectra_gx.contract.loading import parse_contract
from spectra_gx.interop.json_schema_export import export_json_schema
from spectra_gx.interop.odcs.odcs_export import odcs_document
from spectra_gx.review.compare.bound_comparison import comparable_value, is_before
from spectra_gx.runner.checks.proven_rules import is_row_rule
from spectra_gx.validation.snapshot.clock_limits import clock_instant
from tests.drawing import drawn
from tests.fakes.contracts import contract_of
from tests.unit.review.contract_texts import column, rule, told

TABLES = """
shop.a:
  columns:
    at: {type: timestamp, max: now, min: {value: now-30d, severity: warning, mostly: 0.9}}
    wall: {type: timestamp_ntz, timezone: Europe/Berlin, above: today  -  36h}
    day: {type: date, const: today + 1d}
  rules:
    - {id: past, compare: "at <= {now}"}
    - {id: wall-past, compare: '"wall" <> { today - 1d }'}
"""
ENVIRONMENTS = "environments:\n  dev: {shop.a.wall.above: now - 2w}\n"
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
CLOCKS = st.builds(
    "{} {} {}".format,
    st.sampled_from(["now", "today"]),
    st.sampled_from(["-", "+"]),
    st.sampled_from(["1s", "23h", "24h", "1d", "25h", "26h", "2d"]),
)


def _argument(contract, rule_id):
    return next(one.argument for one in contract.rules() if one.id == rule_id)


def test_a_clock_value_is_written_in_one_way():
    contract = contract_of(TABLES)
    text = dump_contract(contract)
    assert parse_contract(text.encode(), "shop.contract.yaml") == contract
    for written in ("max: now\n", "value: now - 30d\n", "above: today - 36h\n", "today + 1d\n"):
        assert written in text
    assert "compare: '\"at\" <= {now}'" in text
    assert "compare: '\"wall\" <> {today - 1d}'" in text


def test_the_zone_of_the_column_is_the_clocks_in_environments_too():
    contract = contract_of(TABLES, ENVIRONMENTS)
    assert _argument(contract, "shop.a.wall.above").timezone == "Europe/Berlin"
    assert _argument(contract, "shop.a.wall-past")["literal"].timezone == "Europe/Berlin"
    changed = _argument(apply_environment(contract, "dev"), "shop.a.wall.above")
    assert changed == ClockValue("now", "-", "2w", "Europe/Berlin")


def test_a_rule_that_time_alone_can_break_is_never_proven():
    table = contract_of(TABLES).tables[0]
    rules = {one.id.removeprefix("shop.a."): is_row_rule(one) for one in table.rules}
    clocked = {"at.max", "at.min", "wall.above", "day.const", "past", "wall-past"}
    assert not any(rules[name] for name in clocked)
    plain = contract_of("shop.a:\n  columns: {at: {type: date, max: '2026-01-01'}}\n")
    assert all(is_row_rule(one) for one in plain.rules() if one.kind == "max")


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("min: now - 30d", "min: now - 60d", [("range-widened", "loosens")]),
        ("min: now - 60d", "min: now - 30d", [("range-narrowed", "tightens")]),
        ("max: today", "max: now", [("range-widened", "loosens")]),
        ("below: now", "below: today", [("range-narrowed", "tightens")]),
        ("max: now - 24h", "max: now-1d", []),
        ("max: now", "max: today + 2h", [("range-changed", "both")]),
        ("max: now", "max: today + 25h", [("range-widened", "loosens")]),
        ("max: now", 'max: "2026-01-01"', [("range-changed", "both")]),
        ("const: today", "const: now", [("const-changed", "both")]),
    ],
)
def test_a_diff_knows_which_way_a_clock_moved(old, new, change):
    found = told(*(column(f"{{type: date, {keys}}}", "day") for keys in (old, new)))
    assert [(kind, direction) for kind, _, direction in found] == change


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("day <= {now}", "day <= {now + 1d}", "comparison-widened"),
        ("day <= {now}", "day <= '2026-01-01'", "comparison-changed"),
        ("day <= {now}", "day >= {now}", "comparison-changed"),
    ],
)
def test_a_diff_knows_which_way_a_comparison_moved(old, new, change):
    [(kind, _, _)] = told(rule(f'compare: "{old}"'), rule(f'compare: "{new}"'))
    assert kind == change


@drawn(60)
@given(CLOCKS, CLOCKS, MOMENTS)
def test_what_is_before_is_so_at_any_instant(one, other, as_of):
    values = [read_clock(text) for text in (one, other)]
    earlier = is_before(*(comparable_value(value, "timestamp") for value in values))
    first, second = (clock_instant(value, as_of) for value in values)
    assert earlier is None or (first <= second if earlier else first >= second)


def test_midnight_is_the_zones_and_days_are_counted_on_its_calendar():
    noon = datetime(2026, 3, 29, 12, tzinfo=UTC)
    berlin = clock_instant(read_clock("today - 1d"), noon, "Europe/Berlin")
    assert berlin == datetime(2026, 3, 27, 23, tzinfo=UTC)
    assert clock_instant(read_clock("today + 1d"), noon, "Europe/Berlin") - berlin == timedelta(
        hours=47
    )


def test_exports_name_a_clock_or_carry_it_word_for_word():
    contract = contract_of(TABLES)
    lost = {loss.path for loss in export_json_schema(contract).losses}
    assert {"shop.a.at.max", "shop.a.wall.above", "shop.a.day.const"} <= lost
    [table] = odcs_document(contract)["schema"]
    [at, _, day] = table["properties"]
    assert "logicalTypeOptions" not in at
    [least, most] = at["quality"]
    assert (most["name"], most["implementation"]["kwargs"]["clock"]) == ("shop.a.at.max", "now")
    assert least["customProperties"][0]["value"]["value"] == "now - 30d"
    assert day["quality"][0]["type"] == "custom"
