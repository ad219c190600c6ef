"""Small screens, whole."""

import pytest

from spectra_gx.render.summary_text import log_text, readiness_text
from spectra_gx.runner.handoff.readiness import Readiness, ReadinessCheck


@pytest.mark.parametrize(
    ("passed", "answer"),
    [(True, "ready: consume run r1"), (False, "not ready: do not proceed")],
)
def test_readiness(passed, answer):
    text = readiness_text(
        Readiness("source", "r1", (ReadinessCheck("fresh-enough", passed, "why"),))
    )
    assert text == f"{'✓' if passed else '✗'} fresh-enough: why\n{answer}"


def test_an_empty_log():
    assert log_text([]) == "the log is empty"
