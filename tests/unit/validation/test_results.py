"""Results as programs and notebooks get them."""

from __future__ import annotations

import json

from spectra_gx.causes import Cause
from tests.fakes.runs import rule, stage, table

ERRORED = rule(
    "shop.a.x.min", "errored", message="could not be evaluated: <b>", cause=Cause.TYPE_DIFFERS
)
FAILED = rule(
    "shop.a.k.unique", "failed", evaluated=20_007, unexpected=12, sample=("é", 1), keys=({"k": 1},)
)
OWN = rule("shop.undeclared_tables", observed=[])
RESULT = stage(table("shop.a", [ERRORED, FAILED]), own=[OWN])


def test_a_result_as_json_has_every_rule_and_why_it_is_errored():
    found = json.loads(json.dumps(RESULT.to_dict()))
    [of_table] = found["tables"]
    assert [found[status] for status in ("declared", "passed", "failed", "errored")] == [3, 1, 1, 1]
    assert (of_table["cause"], of_table["verdict"]) == ("type_differs", "errored")
    assert [one["cause"] for one in of_table["rules"]] == ["type_differs", None]
    assert found["rules"] == [OWN.to_dict()]


def test_a_table_of_rules_has_one_row_per_rule_in_the_order_of_the_contract():
    found = RESULT.to_arrow().to_pylist()
    assert [(row["table"], row["id"]) for row in found] == [
        (None, "shop.undeclared_tables"),
        ("shop.a", "shop.a.x.min"),
        ("shop.a", "shop.a.k.unique"),
    ]
    assert (found[2]["evaluated"], found[2]["unexpected"]) == (20_007, 12)
    assert (json.loads(found[2]["sample"]), json.loads(found[2]["keys"])) == (["é", 1], [{"k": 1}])
    assert (found[0]["observed"], found[1]["observed"]) == ("[]", None)
    assert found[1]["cause"] == "type_differs"
    assert RESULT.tables[0].to_arrow().to_pylist() == found[1:]


def test_a_table_of_no_rules_has_the_same_columns():
    assert stage().to_arrow().schema == RESULT.to_arrow().schema


def test_a_data_frame_has_the_same_rows():
    frame = RESULT.to_pandas()
    assert list(frame.columns) == RESULT.to_arrow().column_names
    assert list(frame["status"]) == ["passed", "errored", "failed"]


def test_a_result_says_in_one_line_how_it_ended():
    counts = "1 passed, 1 failed, 1 errored"
    assert repr(RESULT) == f"<StageResult source 1.2.3 errored: {counts}>"
    assert repr(RESULT.tables[0]).startswith("<TableResult shop.a version 3 errored: 0 passed")
    assert repr(OWN) == "<RuleResult shop.undeclared_tables passed>"


def test_a_notebook_shows_what_did_not_pass_first_and_escapes_it():
    html = RESULT._repr_html_()
    assert html.index("shop.a.x.min") < html.index("shop.undeclared_tables")
    assert "could not be evaluated: &lt;b&gt;" in html
    assert "<b></td>" not in html
