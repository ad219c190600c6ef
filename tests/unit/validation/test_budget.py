import re

import pytest

from spectra_gx.errors import EngineError
from spectra_gx.validation.budget import interrupted_after


def test_a_pattern_that_would_never_end_is_given_up():
    endless = re.compile(r"^(a+)+(?=b)$")

    with pytest.raises(EngineError, match=r"took over 0\.2 s"), interrupted_after(0.2):
        endless.search("a" * 60)


def test_work_that_ends_in_time_is_left_alone():
    with interrupted_after(60):
        found = re.search("b", "ab")

    assert found is not None
