import re
import time

import pytest

from spectra_gx.engines.budget import TimeAllowance
from spectra_gx.errors import EngineError


def test_a_pattern_that_would_never_end_is_given_up():
    endless = re.compile(r"^(a+)+(?=b)$")

    with pytest.raises(EngineError, match=r"took over 0\.2 s"), TimeAllowance(0.2).spent():
        endless.search("a" * 60)


def test_work_that_ends_in_time_is_left_alone():
    with TimeAllowance(60).spent():
        found = re.search("b", "ab")

    assert found is not None


def test_an_allowance_is_for_all_the_pieces_together():
    slow = re.compile(r"^(a+)+(?=b)$")
    allowance = TimeAllowance(0.3)
    began = time.monotonic()

    with pytest.raises(EngineError, match=r"took over 0\.3 s"):
        for _ in range(1000):
            with allowance.spent():
                slow.search("a" * 17)

    assert time.monotonic() - began < 30


def test_a_short_piece_leaves_nearly_all_of_the_allowance():
    allowance = TimeAllowance(60)
    with allowance.spent():
        pass
    until = time.monotonic() + 0.01

    with allowance.spent():
        while time.monotonic() < until:
            pass
