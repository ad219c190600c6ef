"""A replay as text, Markdown and JSON."""

from __future__ import annotations

from datetime import UTC, datetime

from spectra_gx.render.replay_output import replay_markdown, replay_text
from spectra_gx.review.replay.replay_result import LoggedVerdict, ReplayedTable, ReplayedVersion
from spectra_gx.validation.results import RuleResult, Status

AT = datetime(2026, 11, 21, 4, 5, 6, tzinfo=UTC)
RULE = RuleResult(
    "shop.orders.state.enum",
    Status.FAILED,
    "critical",
    "expect_column_values_to_be_in_set",
    evaluated=3,
    unexpected=2,
    sample=("lost", "lost"),
    keys=({"id": 1}, {"id": 2}),
    message="2 of 3 rows: `state` is not one of open",
)
WARNING = RuleResult("shop.orders.rows", Status.PASSED, "warning", "x", observed=3)
LOGGED = LoggedVerdict("r", "1.0", "passed")
VERSIONS = (
    ReplayedVersion(
        3, Status.PASSED, AT, (WARNING,), 3, logged=LoggedVerdict("r", "1.0", "passed")
    ),
    ReplayedVersion(2, Status.FAILED, AT, (RULE, WARNING), 3),
    ReplayedVersion(1, Status.ERRORED, AT, (RULE,), 3),
    ReplayedVersion(0, Status.ERRORED, gone="its file `a` is missing"),
)
TABLE = ReplayedTable("shop", "shop.orders", ("shop.orders.state.enum",), VERSIONS)
NO_TABLE = ReplayedTable("shop", "shop.new", ("a", "b"), obstacle="it does not exist")
HEADING = (
    "replay of shop.orders, 1 changed rule on 4 versions: 1 would have passed, "
    "1 would have failed, 1 could not be checked, 1 no longer readable"
)
BROKEN = (
    "      shop.orders.state.enum (critical): 2 of 3 rows: `state` is not one of open, "
    'first at {"id": 1}'
)


def test_as_text():
    assert list(replay_text([TABLE, NO_TABLE])) == [
        HEADING,
        "  ✓ version 3 of 2026-11-21 04:05:06: passed (then: passed with contract 1.0)",
        "  ✗ version 2 of 2026-11-21 04:05:06: failed (then: not checked)",
        BROKEN,
        "  ! version 1 of 2026-11-21 04:05:06: errored (then: not checked)",
        BROKEN,
        "  ? version 0: no longer readable: its file `a` is missing (then: not checked)",
        "replay of shop.new, 2 changed rules: it does not exist",
    ]


def test_a_new_column_is_not_in_the_data_yet():
    errored = RuleResult("shop.orders.new.type", Status.ERRORED, "critical", "x", message="no")
    waits = {"absent": ("new",), "pending": frozenset({errored.id})}
    versions = (
        ReplayedVersion(2, Status.ERRORED, AT, (errored, WARNING), 3, **waits),
        ReplayedVersion(1, Status.ERRORED, AT, (RULE, errored), 3, **waits),
        ReplayedVersion(0, Status.ERRORED, AT, (RULE, errored), 3),
    )
    assert [version.outcome for version in versions] == ["not in the data yet", "failed", "errored"]
    text = list(replay_text([ReplayedTable("shop", "shop.orders", ("r",), versions)]))
    assert text[0].endswith(
        "on 3 versions: 1 would have failed, 1 could not be checked, 1 not in the data yet"
    )
    assert text[1:5] == [
        "  · version 2 of 2026-11-21 04:05:06: not in the data yet: `new` (then: not checked)",
        "  ✗ version 1 of 2026-11-21 04:05:06: failed (then: not checked)",
        BROKEN,
        "      not in the data yet: `new`",
    ]


def test_as_markdown():
    lines = list(replay_markdown([TABLE, NO_TABLE]))
    assert lines[1].startswith(
        "**Replay on stored versions:** shop.orders, 1 changed rule on 4 versions"
    )
    rows = [line for line in lines if line.startswith("| ")]
    assert [row.split(" | ")[0] for row in rows[2:]] == ["| ✓", "| ✗", "| !", "| ?"]
    assert {row.count(" | ") for row in rows} == {4}
    assert lines[-1].startswith("**Replay on stored versions:** shop.new, 2 changed rules")


def test_as_json():
    table, empty = TABLE.to_dict(), NO_TABLE.to_dict()
    assert (table["table"], table["obstacle"], table["rules"]) == (
        "shop.orders",
        None,
        ["shop.orders.state.enum"],
    )
    newest, failed, _, gone = table["versions"]
    assert newest["logged"] == {"execution_id": "r", "contract_version": "1.0", "verdict": "passed"}
    assert failed["committed"] == "2026-11-21T04:05:06+00:00"
    assert failed["rules"][0]["keys"] == [{"id": 1}, {"id": 2}]
    assert (gone["verdict"], gone["gone"]) == ("errored", "its file `a` is missing")
    assert (empty["versions"], empty["obstacle"]) == ([], "it does not exist")


def test_what_tables_hold_stays_text_and_short():
    key = {"id": "| </details> @everyone\n::error::" + "x" * 500}
    rule = RuleResult("r", Status.FAILED, "critical", "x", keys=(key,), message="broken")
    version = ReplayedVersion(0, Status.FAILED, AT, (rule,) * 9)
    table = ReplayedTable("shop", "shop.orders", ("r",), (version,))
    text = list(replay_text([table]))
    assert all("\n" not in line for line in text)
    [row] = [line for line in replay_markdown([table]) if line.startswith("| ✗")]
    assert "@everyone" not in row
    assert "</details>" not in row
    assert "6 more" in row
    assert len(row) < 700


def test_a_long_past_is_told_in_short():
    table = ReplayedTable("shop", "shop.orders", ("r",), VERSIONS[1:2] * 100)
    lines = list(replay_markdown([table] * 12))
    assert lines.count("and 70 older ones, counted above") == 10
    assert lines[-1] == "2 more tables were replayed."
    assert len("\n".join(lines)) < 65_000
