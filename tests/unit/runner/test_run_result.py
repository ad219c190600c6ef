"""How a run ended, and the exit code that goes with it."""

from dataclasses import replace

import pytest

from spectra_gx.errors import AuthenticationError, UsageError, ValidationError
from spectra_gx.runner.calls import Call, CallPurpose
from spectra_gx.runner.parameters import RunParameters
from tests.fakes.runs import ERRORED, FAILED, PASSED, run


@pytest.mark.parametrize(
    ("result", "code", "status"),
    [
        (run(PASSED), 0, "Success"),
        (run(FAILED), 1, "Failed"),
        (run(ERRORED), 3, "Failed"),
        (run(None), 3, "Failed"),
        (run(PASSED, error=AuthenticationError("x")), 3, "Failed"),
        (run(FAILED, error=ValidationError("x")), 1, "Failed"),
        (run(None, error=UsageError("x")), 2, "Failed"),
    ],
)
def test_the_exit_code(result, code, status):
    assert (result.exit_code, result.status) == (code, status)


def test_calls_are_counted_only_where_any_were_made():
    assert run().endpoints_reached is None
    calls = [Call("a", 0.1, 1), Call("b", 0.1, 1, AuthenticationError("x"))]
    probes = [replace(call, purpose=CallPurpose.PROBE) for call in calls]
    assert run(calls=calls).endpoints_reached == (0, 0)
    assert run(calls=[*calls, *probes]).endpoints_reached == (1, 2)
    assert run(calls=[*calls, *probes]).failed_calls == (calls[1],)


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({}, "refresh"),
        ({"bootstrap": True}, "bootstrap"),
        ({"rebuild": True, "bootstrap": True}, "rebuild"),
        ({"preview": True, "rebuild": True}, "preview"),
        ({"backfill": True}, "backfill"),
    ],
)
def test_the_word_for_what_a_run_does(given, word):
    assert RunParameters(**given).operation == word
    assert RunParameters(**given).as_record()["operation"] == word
