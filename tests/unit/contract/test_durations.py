"""Lengths of time have one spelling."""

import pytest

from spectra_gx.contract.durations import canonical_duration


@pytest.mark.parametrize(
    ("written", "canonical"),
    [("24h", "1d"), ("1d", "1d"), ("90s", "90s"), ("120s", "2m"), ("7d", "1w"), ("36h", "36h")],
)
def test_equal_lengths_are_spelled_alike(written, canonical):
    assert canonical_duration(written) == canonical
