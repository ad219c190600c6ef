"""Wording a digest: worst first, short, and within what Discord takes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.notify.digest_message import compose_digest
from spectra_gx.notify.message_text import discord_payload
from spectra_gx.runner.alerts.silences import Acknowledgement, Mute, Silences
from spectra_gx.runner.stage_digest import Digest, StageDigest
from spectra_gx.runner.stage_trends import FailingRule, StageTrends, TableTrend
from tests.drawing import drawn
from tests.fakes.discord import broken_limits
from tests.unit.notify.hostile_messages import LIVE_MENTION, addresses, hostile

SINCE = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
UNTIL = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
LAST = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
FINE = StageDigest("clean", "zephyr", 24, 0, 0, LAST, None, None, ())
FAILS = StageDigest(
    "source", "zephyr", 24, 3, 7, LAST, SINCE, None, ("a.one", "a.two", "a.3", "a.4", "a.5", "a.6")
)
STOPPED = StageDigest("prepare", "zephyr", 2, 2, 0, LAST, SINCE, "no answer", ())
ABSENT = StageDigest("refine", "zephyr", 0, 0, 0, SINCE, None, None, ())
NEVER = StageDigest("analyse", "zephyr", 0, 0, 0, None, None, None, ())
WARNED = StageDigest("extract", "zephyr", 1, 0, 2, LAST, None, None, ("a.warned",))


def shown(*stages: StageDigest, docs: str | None = None) -> dict[str, str]:
    payload = discord_payload(compose_digest(Digest(SINCE, UNTIL, stages, None), docs))
    fields = payload["embeds"][0]["fields"]
    return {field["name"].replace("\\", ""): field["value"].replace("\\", "") for field in fields}


@pytest.mark.parametrize(
    ("stages", "title", "tone"),
    [
        ((FINE,), "Digest: the stage passes", "info"),
        ((FINE, WARNED), "Digest: all 2 stages pass", "info"),
        ((FAILS, FINE), "Digest: 1 of 2 stages fails", "critical"),
        (
            (FAILS, STOPPED, ABSENT),
            "Digest: 2 of 3 stages fail, 1 of 3 stages did not run",
            "critical",
        ),
        ((NEVER,), "Digest: 1 of 1 stage did not run", "warning"),
    ],
)
def test_the_title_says_it_all(stages, title, tone):
    said = compose_digest(Digest(SINCE, UNTIL, stages, None))
    assert (said.title, said.tone) == (title, tone)


def test_each_stage_that_fails_says_why_and_the_others_share_a_field():
    assert shown(FAILS, STOPPED, ABSENT, NEVER, FINE, WARNED, docs="https://docs.example.com/") == {
        "source (zephyr) fails": "since 2026-11-20 04:00 UTC; 24 runs, 3 failed, "
        "7 rows quarantined\na.one\na.two\na.3\na.4\na.5\nand 1 more rule",
        "prepare (zephyr) fails": "since 2026-11-20 04:00 UTC; 2 runs, 2 failed\nno answer",
        "Did not run": "refine (zephyr): last 2026-11-20 04:00 UTC\nanalyse (zephyr): never",
        "Passing": "clean (zephyr): 24 runs\n"
        "extract (zephyr): 1 run, 2 rows quarantined, 1 warning",
        "Where to look": "[Data docs](https://docs.example.com/)",
    }


def test_many_stages_that_fail_are_listed_after_the_first_ones():
    names = [*shown(*[FAILS] * 4, STOPPED)]
    assert names[-1] == "Others that fail"


def table(name: str, counts: tuple[int, ...] = (), **facts: Any) -> TableTrend:
    rows = counts[-1] if counts else None
    usual: dict[str, Any] = {
        **dict.fromkeys(("failing_runs", "failing_rules", "quarantined", "quarantined_before"), 0),
        **dict.fromkeys(("rows_before", "age_seconds", "age_seconds_before")),
    }
    return TableTrend(name, rows=rows, row_counts=counts, **usual | facts)


TRENDS = StageTrends(
    runs_before=20,
    failed_runs_before=0,
    tables=(
        table("a.grew", (100, 150, 200, 300), rows_before=240, failing_runs=3, failing_rules=2),
        table("a.old", (7, 7), rows_before=7, age_seconds=93_600.0, age_seconds_before=7_200.0),
        table("a.less", (90, 50), rows_before=100, quarantined=4, quarantined_before=1_200),
        table("a.older", age_seconds=864_000.0),
        table("a.new", (0, 5), rows_before=0),
    ),
    failing_longest=(FailingRule("a.one", SINCE, 5), FailingRule("a.two", LAST, 1)),
    new=("a.two",),
    resolved=("a.gone",),
)
SOON = Mute("source", "a.one", UNTIL.date(), "feed is late", SINCE)
LONG = Mute("source", None, date(2026, 12, 24), "closed", SINCE, "Ada")
KNOWN = Acknowledgement("source", (), "failure", "f", frozenset({"a.two"}), SINCE)


def test_trends_are_lines_that_every_service_shows():
    changed = replace(FAILS, trends=TRENDS, silences=Silences((SOON, LONG), (KNOWN,)))
    said = shown(changed)
    assert said.pop("source (zephyr) fails").startswith(
        "since 2026-11-20 04:00 UTC; 24 runs, 3 failed, 7 rows quarantined, "
        "↓ 88% passed (100% before)"
    )
    assert said == {
        "New failures": "a.two",
        "Resolved": "a.gone",
        "Failing longest": "a.one: 5 runs since 2026-11-20 04:00 UTC\n"
        "a.two: 1 run since 2026-11-21 03:00 UTC",
        "Tables": "a.grew: 300 rows ↑ 25% ▁▃▅█, failed in 3 runs, 2 rules did not pass\n"
        "a.less: 50 rows ↓ 50% █▁, 4 rows quarantined (1,200 before)\n"
        "a.new: 5 rows ↑ ▁█\n"
        "a.old: 7 rows →, 26.0 h old (2.0 h before)\n"
        "a.older: 10.0 days old",
        "Muted and acknowledged": "ends soon: a.one muted until 2026-11-21: feed is late\n"
        "source muted until 2026-12-24: closed (Ada)\n"
        "source acknowledged on 2026-11-20 04:00 UTC",
    }


instants = st.datetimes(timezones=st.just(UTC))
counts = st.integers(0, 10**9)
tables = st.builds(
    TableTrend,
    table=hostile,
    failing_runs=counts,
    failing_rules=counts,
    rows=st.none() | counts,
    rows_before=st.none() | counts,
    row_counts=st.lists(counts, max_size=30).map(tuple),
    age_seconds=st.none() | st.floats(0, 1e9),
    age_seconds_before=st.none() | st.floats(0, 1e9),
    quarantined=counts,
    quarantined_before=counts,
)
trends = st.builds(
    StageTrends,
    runs_before=counts,
    failed_runs_before=counts,
    tables=st.lists(tables, max_size=5).map(tuple),
    failing_longest=st.lists(st.builds(FailingRule, hostile, instants, counts), max_size=12).map(
        tuple
    ),
    new=st.lists(hostile, max_size=12).map(tuple),
    resolved=st.lists(hostile, max_size=12).map(tuple),
)
mutes = st.builds(
    Mute, hostile, st.none() | hostile, st.dates(), hostile, instants, st.none() | hostile
)
stages = st.builds(
    StageDigest,
    stage=hostile,
    system=hostile,
    runs=st.integers(0, 10**9),
    failed_runs=st.integers(0, 10**9),
    quarantined=st.integers(0, 10**9),
    last=st.none() | instants,
    failing_since=st.none() | instants,
    error=st.none() | hostile,
    failing=st.lists(hostile, max_size=12).map(tuple),
    trends=trends,
    silences=st.builds(Silences, mutes=st.lists(mutes, max_size=12).map(tuple)),
)


@drawn(30)
@given(st.lists(stages, max_size=20), st.none() | addresses)
def test_whatever_the_data_discord_takes_it_and_nobody_is_mentioned(found, docs):
    said = compose_digest(Digest(SINCE, UNTIL, tuple(found), None), docs)
    payload = discord_payload(said)

    assert list(broken_limits(payload)) == []
    assert payload["allowed_mentions"] == {"parse": []}
    assert not LIVE_MENTION.search(json.dumps(payload, ensure_ascii=False).replace('"', ""))
    assert not LIVE_MENTION.search(f"{said.title}\n{said.body}")
    assert len(said.body.splitlines()) == 1 + len(said.fields)
