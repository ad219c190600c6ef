"""Wording a digest: worst first, short, and within what Discord takes."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.notify.digest_message import compose_digest
from spectra_gx.notify.message_text import discord_payload
from spectra_gx.runner.stage_digest import Digest, StageDigest
from tests.drawing import drawn
from tests.fakes.discord import broken_limits
from tests.unit.notify.hostile_messages import LIVE_MENTION, addresses, hostile

SINCE = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
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
    payload = discord_payload(compose_digest(Digest(SINCE, stages, None), docs))
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
    said = compose_digest(Digest(SINCE, stages, None))
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
    names = [*shown(*[FAILS] * 6, STOPPED)]
    assert names[-1] == "Others that fail"


instants = st.datetimes(timezones=st.just(UTC))
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
)


@drawn(30)
@given(st.lists(stages, max_size=20), st.none() | addresses)
def test_whatever_the_data_discord_takes_it_and_nobody_is_mentioned(found, docs):
    said = compose_digest(Digest(SINCE, tuple(found), None), docs)
    payload = discord_payload(said)

    assert list(broken_limits(payload)) == []
    assert payload["allowed_mentions"] == {"parse": []}
    assert not LIVE_MENTION.search(json.dumps(payload, ensure_ascii=False).replace('"', ""))
    assert not LIVE_MENTION.search(f"{said.title}\n{said.body}")
    assert len(said.body.splitlines()) == 1 + len(said.fields)
