"""Looking never ends the command, never tells a secret, and never takes long."""

from __future__ import annotations

import threading
import time
from importlib import metadata

from spectra_gx.doctor.findings import Finding, Level, run_check
from spectra_gx.doctor.version_checks import check_versions
from spectra_gx.errors import ContractError, Problem, WarehouseError

FINE = Finding(Level.OK, "thing", "fine")
TOKEN = "hunter2-not-a-real-token"


def raising(error):
    def at():
        raise error
        yield

    return at


def test_what_is_found_is_told():
    assert run_check("thing", lambda: [FINE]) == [FINE]


def test_an_error_is_a_problem_with_its_mend():
    error = WarehouseError("`x` cannot be read; check the path")
    assert run_check("thing", raising(error)) == [
        Finding(Level.PROBLEM, "thing", "`x` cannot be read", "check the path")
    ]


def test_a_defect_is_named_by_its_type_alone():
    [found] = run_check("thing", raising(KeyError(TOKEN)))
    said = ("cannot be checked: KeyError", "run again with `--debug`")
    assert (found.message, found.fix) == said


def test_invalid_contracts_name_the_first_problem():
    problems = [Problem("a.yaml", line, 1, "unknown key") for line in (3, 4)]
    [found] = run_check("thing", raising(ContractError(problems)))
    assert found.message == "2 problems in contracts; the first: a.yaml:3:1: unknown key"


def test_whoever_looks_too_long_is_left_behind():
    never = threading.Event()
    began = time.monotonic()
    [found] = run_check("thing", lambda: [FINE] if never.wait(60) else [], seconds=0.05)
    never.set()
    assert time.monotonic() - began < 5
    assert (found.level, found.message) == (Level.PROBLEM, "no answer within 0.05 s")


def test_what_is_slow_is_a_warning_beside_what_was_found():
    found, slow = run_check("thing", lambda: [FINE], slow=-1)
    assert found == FINE
    assert (slow.level, slow.message) == (Level.WARNING, "slow: checked in 0 s")


def test_what_was_found_before_it_took_too_long_stays():
    never = threading.Event()

    def check():
        yield FINE
        never.wait(60)

    found, left = run_check("thing", check, seconds=0.5)
    never.set()
    assert (found, left.level) == (FINE, Level.PROBLEM)


def installed(**versions):
    def version_of(name):
        if versions.get(name, "") is None:
            raise metadata.PackageNotFoundError(name)
        return versions.get(name) or metadata.version(name)

    return version_of


def test_what_is_installed_here_fits():
    [found] = check_versions()
    assert (found.level, "great-expectations 1." in found.message) == (Level.OK, True)


def test_the_trap_of_marshmallow_is_named():
    [found] = check_versions(installed(marshmallow="4.4.0"))
    assert found == Finding(
        Level.PROBLEM,
        "versions",
        "marshmallow 4.4.0 is installed, where a checkpoint ends early on a numpy value; "
        "<4,>=3.20 is needed",
        '`pip install "marshmallow<4,>=3.20"`',
    )


def test_a_package_that_is_not_there_is_named():
    [found] = check_versions(installed(tenacity=None))
    assert found.message == "tenacity is not installed, <10,>=9 is needed"
