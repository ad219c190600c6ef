"""Break the code on purpose, one place at a time, and count what the tests notice.

    python -m tests.campaign.mutation --each 60

Works on a copy. Which tests execute which line is recorded once; each mutant then meets those that
execute its statement, and is noticed if one of them fails or does not end. The mutants of each
package are drawn with a fixed seed; a mutant that no test notices is printed with its difference,
so that a test can be written for it.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from cosmic_ray.commands.init import init
from cosmic_ray.modules import find_modules
from cosmic_ray.mutating import mutate_and_test
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome
from coverage import CoverageData

from tests.campaign.chosen_tests import executing, file_of, shared_seconds, statement_at, within

if TYPE_CHECKING:
    from cosmic_ray.work_item import MutationSpec, WorkResult

ROOT = Path(__file__).parents[2]
PACKAGES = ("contract", "compiler", "engines", "validation")
TESTS = """tests/unit tests/golden tests/contract tests/integration/contract
    tests/property/contract tests/property/compiler tests/property/validation"""
"""Tests that are to notice; those that take a process or a network of their own would be slow."""

NEEDS_SPARK = {
    Path(f"spectra_gx/engines/spark/{name}.py")
    for name in ("engine", "session", "spark_sessions", "table_reader")
}
"""Modules that only a Spark session runs, which this environment does not have."""

SECONDS = 30.0
"""How long the tests that a mutant meets may have taken together, while they were recorded."""

INCOMPETENT, KILLED = TestOutcome.INCOMPETENT, TestOutcome.KILLED


def main() -> int:
    """Run the campaign; return 1 when a package falls short."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=60, help="mutants drawn from each package")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-least", type=float, default=0.8, help="share to be noticed")
    parser.add_argument(
        "--python",
        default=sys.executable,
        type=lambda path: str(Path(path).absolute()),
        help="the one that runs the tests",
    )
    parser.add_argument("--packages", nargs="+", default=list(PACKAGES), choices=PACKAGES)
    asked = parser.parse_args()
    short = False
    with tempfile.TemporaryDirectory() as folder:
        _copy(Path(folder))
        os.chdir(folder)
        tests = RecordedTests.record(asked.python)
        for package in asked.packages:
            results = [tests.meet(mutant) for mutant in _draw(package, asked.each, asked.seed)]
            # A mutant that cannot even be written says nothing about the tests.
            counted = [result for result in results if result.test_outcome != INCOMPETENT]
            noticed = [result for result in counted if result.test_outcome == KILLED]
            endless = sum(result.output == "timeout" for result in noticed)
            share = len(noticed) / len(counted)
            short |= share < asked.at_least
            sys.stdout.write(
                f"{package}: {len(noticed)} of {len(counted)} mutants noticed ({share:.0%}), "
                f"{endless} by tests that did not end\n"
            )
            sys.stdout.flush()
    return int(short)


def _copy(copy: Path) -> None:
    """Copy what git tracks, or would."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, copy / name)


def _draw(package: str, each: int, seed: int) -> list[MutationSpec]:
    """Draw so many mutants of a package."""
    with use_db(":memory:", WorkDB.Mode.create) as session:
        init(set(find_modules([Path("spectra_gx", package)])) - NEEDS_SPARK, session, {})
        mutants = [mutant for item in session.work_items for mutant in item.mutations]
    # `|` stands almost only in annotations, which nothing evaluates.
    drawn = [mutant for mutant in mutants if "BinaryOperator_BitOr" not in mutant.operator_name]
    drawn.sort(key=lambda each: (each.module_path, each.operator_name, each.occurrence))
    return random.Random(seed).sample(drawn, min(each, len(drawn)))  # noqa: S311 - a sample


@dataclass(frozen=True)
class RecordedTests:
    """The tests of a copy, and which of them execute which line."""

    python: str
    seconds: dict[str, float]
    """How long each took."""
    data: CoverageData

    @classmethod
    def record(cls, python: str) -> RecordedTests:
        """Run all tests once; one that fails on the code as it is would notice every mutant."""
        Path("recording.ini").write_text("[run]\nsource = spectra_gx\nrelative_files = true\n")
        options = """--cov --cov-config=recording.ini --cov-context=test --cov-report=
            -o junit_family=xunit1 --junitxml=recording.xml"""
        command = f"{python} -m pytest -q -p no:cacheprovider {options} {TESTS}"
        subprocess.run(command.split(), check=True)
        return cls.read(python, Path("recording.xml"), Path(".coverage"))

    @classmethod
    def read(cls, python: str, times: Path, lines: Path) -> RecordedTests:
        """Read what was recorded."""
        cases = ElementTree.parse(times).iter("testcase")  # noqa: S314 - pytest just wrote it
        data = CoverageData(str(lines))
        data.read()
        return cls(
            python,
            {
                f"{case.get('file')}::{case.get('name')}": float(case.get("time", 0))
                for case in cases
            },
            data,
        )

    def meet(self, mutant: MutationSpec) -> WorkResult:
        """Run tests on a mutant until one fails; print the mutant if none does."""
        tests = within(self._of(mutant), self.seconds, SECONDS)
        unit = [test for test in tests if test.startswith("tests/unit")]
        # Unit tests start at once: they do without GX.
        groups = [unit, [test for test in tests if test not in set(unit)]]
        for group in filter(None, groups):
            result = self._run(mutant, group)
            if "no tests ran" in (result.output or ""):
                # The mutant changes the name of a test, which is made of what it mutates.
                result = self._run(mutant, sorted({file_of(test) for test in group}))
            if result.test_outcome != TestOutcome.SURVIVED:
                return result
        result = mutate_and_test([mutant], "true", 1)
        sys.stdout.write(f"{result.diff}\nafter {len(tests)} tests\n\n")
        return result

    def _run(self, mutant: MutationSpec, tests: list[str]) -> WorkResult:
        Path("mutant.txt").write_text("\n".join(tests))
        command = f"{self.python} -m pytest -q -x -p no:cacheprovider @mutant.txt"
        shared = shared_seconds(self.seconds)
        recorded = sum(self.seconds.get(test, 0) for test in tests)
        recorded += sum(shared[file] for file in {file_of(test) for test in tests})
        return mutate_and_test([mutant], command, 60 + 5 * recorded)

    def _of(self, mutant: MutationSpec) -> list[str]:
        """Return the tests that execute a mutant's statement, fastest first.

        What runs at import is executed by every test that uses the module or, if that holds nothing
        but values, its package; they come after those that execute the statement itself.
        """
        path = mutant.module_path
        statement = statement_at(ast.parse(path.read_text()), mutant.start_pos[0])
        contexts = self.data.contexts_by_lineno(str(path))
        tests = executing(
            (context for line in statement.lines for context in contexts.get(line, ())),
            self.seconds,
        )
        if statement.at_import:
            for pattern in (path.name, "*.py"):
                users = set[str]()
                for module in path.parent.glob(pattern):
                    for found in self.data.contexts_by_lineno(str(module)).values():
                        users.update(found)
                tests += executing(users, self.seconds)
        return list(dict.fromkeys(tests))


if __name__ == "__main__":
    sys.exit(main())
