"""What is recorded is whole, and no place errors more kinds of rules than it may."""

from __future__ import annotations

import pytest

from spectra_gx.contract.rules.catalogue import CATALOGUE
from spectra_gx.contract.rules.gx_signatures import REFUSED, signatures
from spectra_gx.contract.rules.kinds import Position
from tests.agreement import recorded
from tests.agreement.places import PLACES
from tests.agreement.suites import SUITES, WHICH
from tests.docs.pages import rule_pages

LINES = recorded.read()
NOT_COUNTED = ("expect", "partitioned_by")
"""Each expectation of GX is a kind of its own; only Delta is partitioned by columns."""

KINDS = {
    rule_pages().heading(kind)
    for kind in CATALOGUE
    if Position.EVERY_STAGE not in kind.positions and kind.key not in NOT_COUNTED
} | {f"expect: {one['name']}" for type_, one in signatures().items() if type_ not in REFUSED}
MOST = {"PostgreSQL": 0.05, "DuckDB": 0.05, "MariaDB": 0.15, "SQLite": 0.15}
"""Place → the share of kinds that may be errored there; of files, none."""


def test_every_suite_is_recorded_in_every_place() -> None:
    assert list(LINES) == [
        (place, suite, which) for place in PLACES for suite in SUITES for which in WHICH
    ]


@pytest.mark.parametrize("place", PLACES)
def test_every_kind_is_compared(place: str) -> None:
    compared = {kind for (name, *_), one in LINES.items() if name == place for kind in one["kinds"]}
    assert compared == KINDS


@pytest.mark.parametrize("place", PLACES)
def test_few_kinds_are_errored(place: str) -> None:
    errored = {
        kind
        for (name, suite, _), one in LINES.items()
        for kind in one["errored"]
        if name == place and suite != "conditions"
    }
    assert len(errored) <= MOST.get(place, 0) * len(KINDS), errored
