"""Messages made of the worst that data can hold."""

from __future__ import annotations

import re

from hypothesis import strategies as st

from spectra_gx.runner.alerts.messages import Message
from spectra_gx.runner.run_result import SEVERITIES

LIVE_MENTION = re.compile(r"@(everyone|here)|<@[!&]?\d|<#\d|<!|@\w", re.IGNORECASE)

_OVERLONG = ["😀", "@everyone ", "\\", "`", "*_~|", "ab ", "\ud83d", "<@&1>", "\n# x\n"]
_MENTIONS = ["@everyone", "@here", "<@123>", "<@!123>", "<@&1>", "<#5>", "<!channel>", "a@x.com"]
_MARKUP = ["**b**", "```", "\n# x\n", "\n> q", "[t](http://e)"]
_INVISIBLE = ["\u202e", "\u200b", "@\u200beveryone"]

hostile = st.one_of(
    st.text(),
    st.text(alphabet=st.characters(categories=["Cs", "So", "Cf", "Cc", "Po"])),
    st.sampled_from(_OVERLONG).map(lambda piece: piece * 10_000),
    st.lists(st.sampled_from(_MENTIONS + _MARKUP + _INVISIBLE)).map("".join),
)
addresses = st.one_of(hostile, hostile.map("https://docs.example.com/{}".format))
tally = st.dictionaries(hostile, st.integers(0, 10**9), max_size=4)
messages = st.builds(
    Message,
    kind=st.sampled_from(["first", "changed", "reminder", "recovery"]),
    trouble=st.sampled_from(["failure", "quarantine", "warnings"]),
    severity=st.sampled_from(SEVERITIES),
    stage=hostile,
    system=hostile,
    execution_id=hostile,
    contract_version=hostile,
    duration_seconds=st.floats(0, 1e9),
    error=st.none() | hostile,
    error_category=st.none() | hostile,
    tables=st.none() | st.dictionaries(hostile, hostile, max_size=20),
    failing=st.lists(st.tuples(hostile, hostile, st.none() | st.integers(0, 10**9)), max_size=20),
    newly_failing=st.lists(hostile, max_size=20),
    resolved=st.lists(hostile, max_size=20),
    quarantined=st.none() | st.dictionaries(hostile, st.integers(0, 10**9), max_size=20),
    muted=st.lists(hostile, max_size=20),
    owner=hostile,
    elsewhere=st.integers(0, 10**9),
    counts=st.none() | st.dictionaries(hostile, tally, max_size=20),
    endpoints_reached=st.none() | st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)),
    failed_runs=st.integers(0, 10**9),
    since=st.none() | st.datetimes(),
    log=st.none() | hostile,
    docs=st.none() | addresses,
    pages=st.none() | st.dictionaries(hostile, addresses, max_size=20),
    runbook=st.none() | addresses,
    contact=st.none() | addresses,
)
