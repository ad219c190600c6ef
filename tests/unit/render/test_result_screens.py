"""The screens that commands end with, whole."""

from __future__ import annotations

from dataclasses import replace

from spectra_gx.contract.loading import parse_contract
from spectra_gx.contract.model import Handoff
from spectra_gx.errors import AuthenticationError
from spectra_gx.render.result_screens import check_screen, run_screen, stage_text
from spectra_gx.render.screen_lines import Line, Tone, plain_text
from spectra_gx.runner.parameters import RunParameters
from tests.fakes.runs import CONTRACT, ERRORED, FAILED, IDENTITY, PASSED, rule, run, stage, table

ENDED = f"(1.5 s, run {IDENTITY.execution_id})"

FAILED_STAGE = """\
✗ source.config  failed  0/2 rules  6 rows  version 3  0.25 s
    ✗ source.config.rows (critical): 5 rows, not 6
    ✗ source.config.old (warning)
✗ source 1.2.3 failed: 2 rules, 0 passed, 2 failed, 0 errored"""

FAILED_RUN = f"""\
{FAILED_STAGE}
published: nothing; the tables published before stay as they are
notification: sent
data docs: Files/docs/index.html
what to do: Files/docs/runbook.html#validation, or ask #data-platform
✗ source (zephyr) broke its contract {ENDED}"""

STOPPED_RUN = f"""\
! source could not be run: `GET /project/details` answered 401; create a new token
run `source_zephyr_1` died before its end; its staging was removed
the run is not in the activity log
what to do: `spectra-gx doctor`, Files/docs/runbook.html#authentication, or ask \
#data-platform
! source (zephyr) run failed: authentication error {ENDED}"""

ERRORED_RUN = f"""\
! source.config  errored  0/1 rules  6 rows  not published  0.25 s
    ! source.config.rows (critical): no such table
! source 1.2.3 errored: 1 rule, 0 passed, 0 failed, 1 errored
what to do: Files/docs/runbook.html#engine, or ask #data-platform
! source (zephyr) could not be checked completely {ENDED}"""

PASSED_RUN = f"""\
✓ source.config  passed  1/1 rules  6 rows  version 3  0.25 s
✓ source 1.2.3 passed: 1 rule, 1 passed, 0 failed, 0 errored
published: source.config v3
initialised for the next stage: prepare._schema
next: `spectra-gx handoff source` checks whether `prepare` may start
✓ source (zephyr) passes {ENDED}"""

QUARANTINE_RUN = f"""\
✓ source.config  passed  1/1 rules  6 rows  version 3  0.25 s
    2 rows quarantined: they broke critical rules
✓ source 1.2.3 passed: 1 rule, 1 passed, 0 failed, 0 errored
published: source.config v3
what to do: `spectra-gx quarantine list source`, Files/docs/runbook.html#quarantine, \
or ask #data-platform
✓ source (zephyr) passes without the rows that broke its contract {ENDED}"""

WRITTEN = b"""\
contract: source
version: 1.2.3
owner: Data Platform
contact: '#data-platform'
tables:
  source.config:
    rows: {min: 6}
    columns:
      method: {type: string, enum: [GET]}
"""


def run_text(ended):
    return plain_text(run_screen(ended))


def test_a_stage_that_failed():
    assert stage_text(FAILED) == FAILED_STAGE


def test_a_run_that_failed():
    ended = run(FAILED, built=["source.config"], notification="sent", docs="Files/docs/index.html")
    assert run_text(ended) == FAILED_RUN


def test_a_run_that_was_stopped():
    error = AuthenticationError("`GET /project/details` answered 401; create a new token")
    stopped = run(None, error=error, dead_runs=["source_zephyr_1"], recorded=False)
    assert run_text(stopped) == STOPPED_RUN


def test_a_run_that_could_not_be_judged_whole():
    assert run_text(run(ERRORED)) == ERRORED_RUN


def test_a_run_that_passed():
    contract = replace(CONTRACT, handoff=Handoff("prepare", ()))
    passed = run(contract=contract, published={"source.config": 3}, initialised=["prepare._schema"])
    assert run_text(passed) == PASSED_RUN


def test_a_run_that_set_rows_aside():
    lost = replace(PASSED.tables[0], quarantined=2)
    assert run_text(run(stage(lost), published={"source.config": 3})) == QUARANTINE_RUN


def test_a_preview_says_so():
    preview = run(built=["source.config"], parameters=RunParameters(preview=True))
    assert "published: nothing, this was a preview" in run_text(preview)
    assert "next:" not in run_text(preview)


def test_data_docs_stand_where_the_caller_says():
    shown = plain_text(
        run_screen(run(docs="Files/docs/index.html"), docs="lake/Files/docs/index.html")
    )
    assert "data docs: lake/Files/docs/index.html" in shown


def test_a_check_names_the_line_of_each_rule_that_broke():
    broken = rule(
        "source.config.method.enum",
        "failed",
        message="1 of 6 rows not one of GET",
        sample=("PATCH",),
        keys=({"path": "/a"},),
    )
    checked = stage(table("source.config", [broken]))
    contract = parse_contract(WRITTEN, "contracts/source.contract.yaml")
    assert plain_text(check_screen(checked, contract, docs="docs/index.html")).splitlines()[1:] == [
        "    ✗ source.config.method.enum (critical): 1 of 6 rows not one of GET",
        "        contracts/source.contract.yaml:9",
        '        "PATCH"  at {"path": "/a"}',
        "✗ source 1.2.3 failed: 1 rule, 0 passed, 1 failed, 0 errored",
        "data docs of the last run: docs/index.html",
        "what to do: Files/docs/runbook.html#validation, or ask #data-platform",
    ]
    assert "what to do" not in plain_text(check_screen(PASSED, contract, docs="docs/index.html"))


def test_what_could_not_be_judged_comes_first():
    both = stage(*FAILED.tables, *ERRORED.tables)
    assert [line[0] for line in stage_text(both).splitlines() if line[0] != " "] == ["!", "✗", "!"]


def test_a_table_that_warns_comes_before_one_that_does_not():
    warned = table("source.b", [rule("source.b.old", "failed", "warning")])
    shown = stage_text(stage(table("source.a", [rule("source.a.rows")]), warned))
    assert [line.split()[1] for line in shown.splitlines()] == [
        "source.b",
        "source.b.old",
        "source.a",
        "source",
    ]


def test_rules_are_told_by_severity():
    mixed = [
        rule("t.i", "failed", "info", message="i"),
        rule("t.c", "failed", message="c"),
        rule("t.w", "failed", "warning", message="w"),
        rule("t.e", "errored", "info", message="e"),
    ]
    shown = stage_text(stage(table("t", mixed))).splitlines()[1:5]
    assert [line.split()[1] for line in shown] == ["t.e", "t.c", "t.w", "t.i"]


def test_many_rules_that_end_alike_say_why_once():
    lost = [rule(f"source.config.{n}", "errored", message="no such table") for n in "abcdef"]
    shown = stage_text(stage(table("source.config", [*lost, rule("source.config.rows")], None)))
    assert shown.splitlines()[1:3] == [
        "    ! 6 rules: no such table",
        "        source.config.a, source.config.b, source.config.c and 3 more",
    ]


def test_a_screen_holds_no_hundred_rules_or_tables():
    many = [rule(f"t.{n}", "failed", message=f"broken {n}") for n in range(100)]
    clean = [table(f"a.t{n}", [rule(f"a.t{n}.rows")]) for n in range(40)]
    checked = stage(table("t", many), *clean)
    lines = stage_text(checked).splitlines()
    assert len(lines) == 14
    assert lines[-3] == "    and 90 more rules that did not pass; `--verbose` lists them"
    assert lines[-2] == "✓ 40 tables passed; `--verbose` lists them"

    whole = plain_text(check_screen(checked, CONTRACT, verbose=True)).splitlines()
    assert sum(line.startswith("    ✗ t.") for line in whole) == 100
    assert sum(line.startswith("✓ a.t") for line in whole) == 40
    assert "    ✓ a.t39.rows (critical)" in whole


def test_a_few_samples_with_their_keys():
    broken = rule(
        "t.method.enum",
        "failed",
        message="4 values",
        sample=("PATCH", "HEAD", "TRACE", "x" * 500),
        keys=({"path": "/a"}, {"path": "/b"}, {"path": "/c"}, {"path": "/d"}),
    )
    checked = stage(table("t", [broken]))
    lines = stage_text(checked).splitlines()
    assert lines[2:5] == [
        '        "PATCH"  at {"path": "/a"}',
        '        "HEAD"  at {"path": "/b"}',
        '        "TRACE"  at {"path": "/c"}',
    ]
    assert len(lines) == 6
    whole = plain_text(check_screen(checked, CONTRACT, verbose=True))
    assert f'"{"x" * 500}"  at {{"path": "/d"}}' in whole


def test_a_long_sample_is_cut():
    broken = rule("t.sql", "failed", message="1 row", sample=({"a": "x" * 500},))
    cut = stage_text(stage(table("t", [broken]))).splitlines()[2]
    assert (len(cut), cut[-1]) == (8 + 120 + 1, "…")


def test_data_moves_no_cursor():
    said = plain_text([Line("a\x1b[2Jb\x9b5mc\rd\u202ee\u00a0f", Tone.PLAIN, indent=2)])
    assert said == "  a�[2Jb�5mc d�e f"


def test_rules_that_do_not_know_their_bounds_yet_say_so():
    message = "no bounds are learnt yet: 2 of 8 earlier values are known"
    table = PASSED.tables[0]
    rules = tuple(
        replace(table.rules[0], id=f"source.config.r{n}", message=message) for n in range(5)
    )
    shown = run_text(run(stage(replace(table, rules=rules))))
    assert f"    · source.config.r0: {message}\n" in shown
    assert shown.count(message) == 3
    assert "    · and 2 more rules without bounds yet\n" in shown


def test_the_values_that_one_of_two_columns_lacks_are_shown():
    table = FAILED.tables[0]
    failed = replace(
        next(rule for rule in table.rules if rule.status == "failed"),
        expectation="expect_column_values_to_equal_set_of_table",
        observed={"missing": ["a", "b", "c", "d"], "unexpected": [7]},
        sample=(),
    )
    shown = run_text(run(stage(replace(table, rules=(failed,)))))
    assert '        missing: "a", "b", "c", …\n        unexpected: 7\n' in shown
    hidden = run_text(run(stage(replace(table, rules=(replace(failed, observed="‹redacted›"),)))))
    assert "missing:" not in hidden
