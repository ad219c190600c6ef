from spectra_gx.report.page_data import build_run_data
from spectra_gx.report.page_text import rule_conditions, rule_purpose, rule_value
from spectra_gx.report.rule_views import rows_view, rule_results, rule_views
from tests.fakes.contracts import contract_of
from tests.fakes.shown_runs import CONTRACT, SIZE, run_of

NOW = "2026-11-21T10:30:00+00:00"


def rule(**facts):
    return {"sample": [], "keys": [], "column": None, **facts}


def test_keys_come_first_and_a_value_is_under_its_column():
    view = rows_view(rule(sample=[-1.0, -2.0], keys=[{"id": 7}, {"id": 8}], column="size"))
    assert (view["columns"], view["keys"]) == (["id", "size"], 1)
    assert view["rows"] == [[7, -1.0], [8, -2.0]]


def test_a_value_that_is_its_key_is_shown_once():
    view = rows_view(rule(sample=["PUT"], keys=[{"path": "/a", "method": "PUT"}], column="method"))
    assert view["rows"] == [["/a", "PUT"]]


def test_whole_rows_are_shown_as_rows_and_wide_ones_are_cut():
    wide = {f"c{number}": number for number in range(40)}
    view = rows_view(rule(sample=[wide, {"c0": 1}]))
    assert (len(view["columns"]), view["left_out"]) == (12, 28)
    assert view["rows"][1][:2] == [1, ""]
    assert rows_view(rule()) is None


def test_rules_are_listed_under_their_columns_with_their_results():
    [table, _] = build_run_data(run_of(1, {SIZE: {"unexpected": 3}}))["tables"]
    views = rule_views("shop", CONTRACT.tables[0], table["rules"], {}, NOW)
    views_by_id = {view["id"]: view for view in views}
    assert [view["name"] for view in views][:3] == ["columns", "primary_key", "small"]
    assert views_by_id[SIZE]["name"] == "min"
    assert views_by_id[SIZE]["group"]["name"] == "size"
    assert views_by_id["shop.orders.customer.type"]["group"]["sensitive"]
    assert (views_by_id[SIZE]["detailed"], views_by_id[SIZE]["unexpected"]) == (True, 3)
    assert views_by_id[SIZE]["contract"] == f"contracts/shop.html#rule-{SIZE}"


def test_a_severity_is_that_of_the_result():
    columns = "shop.orders.columns"  # `extra_columns: warn` lowers it where only extras are found
    lowered = {"id": columns, "status": "failed", "severity": "warning"}
    [table, _] = build_run_data(run_of(1))["tables"]
    checked = [lowered, *table["rules"][1:]]
    views_by_id = {
        view["id"]: view for view in rule_views("shop", CONTRACT.tables[0], checked, {}, NOW)
    }
    assert (views_by_id[columns]["severity"], views_by_id[SIZE]["severity"]) == (
        "warning",
        "critical",
    )
    never = {view["id"]: view for view in rule_views("shop", CONTRACT.tables[0], [], {}, NOW)}
    assert never[columns]["severity"] == "critical"


def test_a_rule_is_found_on_the_page_with_its_details():
    columns = "\n".join(f"    c{number}: string" for number in range(250))
    [table] = contract_of(f"shop.wide:\n  columns:\n{columns}").tables
    last = {"id": "shop.wide.c249.type", "status": "failed", "severity": "critical"}
    first = rule_results("shop", table, [last])
    assert first["shop.wide.c249.type"]["page"] == (
        "tables/shop/shop.wide.html#rule-shop.wide.c249.type"
    )
    assert first["shop.wide.c248.type"]["page"].startswith("tables/shop/shop.wide~2.html#")
    assert first["shop.wide.c0.type"] == {
        "status": None,
        "page": "tables/shop/shop.wide.html#rule-shop.wide.c0.type",
    }


def test_a_rule_has_its_own_description_or_that_of_its_kind():
    rules = {one.id.rsplit(".", 1)[-1]: one for one in CONTRACT.tables[0].rules}
    assert rule_purpose(rules["small"]) == "No order is large."
    assert rule_purpose(rules["min"]) == "Every value is at least this."
    assert (rule_value(rules["small"]), rule_value(rules["required"])) == ("100", "")
    [table] = contract_of(
        "shop.t:\n  columns:\n    a: {type: long, enum: {value: [1, 2], mostly: 0.5, where: a > 0}}"
    ).tables
    enum = next(one for one in table.rules if one.kind == "enum")
    assert rule_value(enum) == "1, 2"
    [always] = contract_of("shop.t:\n  columns:\n    a: {type: boolean, const: true}").tables
    assert rule_value(always.rules[-1]) == "true"
    assert rule_conditions(enum, NOW) == ["where a > 0", "at least 0.5 of the rows"]


def test_a_list_within_a_value_is_written_as_in_a_contract():
    contract = contract_of(
        "shop.a:\n  columns: {x: long}\n"
        "shop.b:\n  columns: {y: long}\n"
        "  rules:\n    - {id: known, references: {columns: [y], table: shop.a, to: [x]}}\n"
    )
    [rule] = [rule for rule in contract.rules() if rule.id == "shop.b.known"]

    assert rule_value(rule) == "table: shop.a, to: [x]"


def test_a_rule_about_the_clock_is_shown_with_the_instant_of_its_run():
    [table] = contract_of(
        "shop.t:\n  columns:\n    a: {type: timestamp, max: now, min: '2026-01-01', max_age: 3d}\n"
        '  rules: [{id: q, sql: "select * from {table} where a > {now}"}]\n'
    ).tables
    conditions = {one.kind: rule_conditions(one, NOW) for one in table.rules}
    shown = ["now is 2026-11-21 10:30 UTC"]
    assert (conditions["max"], conditions["max_age"], conditions["sql"]) == (shown, shown, shown)
    assert conditions["min"] == []


def test_bounds_of_earlier_runs_are_shown_in_words():
    contract = contract_of(
        "shop.a:\n  rows: {min: 1, expected: {sensitivity: low, season: week}}\n"
        "  columns: {x: long}\n"
        "  rules: [{id: steady, column: x, mean: {change: {max: 20%}}}]"
    )
    values = {rule.id: rule_value(rule) for rule in contract.tables[0].table_rules}
    assert values["shop.a.rows"] == (
        "min: 1, expected: sensitivity low, season week, severity warning"
    )
    assert values["shop.a.steady"] == "change: max 20%"
