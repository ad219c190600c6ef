"""The queries that the golden files translate are those that sessions on databases get."""

from __future__ import annotations

from tests.golden.databases.recording import record
from tests.golden.databases.rendering import QUERIES


def test_recorded_queries_are_those_that_sessions_get() -> None:
    found = record()
    differing = {kind for kind in {*found, *QUERIES} if found.get(kind) != QUERIES.get(kind)}
    assert differing == set(), "run `python -m tests.golden.databases.recording`, and read the diff"
