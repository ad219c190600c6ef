"""Break the code on purpose, one place at a time, and count what the tests notice.

    python -m tests.campaign.mutation --each 60

Works on a copy. The mutants of each package are drawn with a fixed seed; a mutant that no test
notices is printed with its difference, so that a test can be written for it.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = {
    "contract": "tests/unit/contract tests/integration/contract tests/property/contract",
    "compiler": "tests/unit/compiler tests/property/compiler tests/contract",
    "engines": "tests/unit/engines tests/contract tests/property/validation",
    "validation": "tests/unit/validation tests/contract tests/property/validation",
}
"""Package → tests that are to notice."""

NEEDS_SPARK = [
    f"spectra_gx/engines/spark/{name}.py"
    for name in ("engine", "session", "spark_sessions", "table_reader")
]
"""Modules that only a Spark session runs, which this environment does not have."""

CONFIG = """
[cosmic-ray]
module-path = "spectra_gx/{package}"
timeout = 120.0
excluded-modules = {excluded}
test-command = "{command}"

[cosmic-ray.distributor]
name = "local"
"""


def main() -> int:
    """Run the campaign; return 1 when a package falls short."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=60, help="mutants drawn from each package")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-least", type=float, default=0.8, help="share to be noticed")
    parser.add_argument(
        "--cosmic-ray",
        default="cosmic-ray",
        type=lambda path: str(Path(path).resolve()),
        help="its command",
    )
    parser.add_argument("--packages", nargs="+", default=list(PACKAGES), choices=PACKAGES)
    asked = parser.parse_args()
    short = False
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        _copy(copy)
        for package in asked.packages:
            killed, tried = _mutate(copy, package, asked.each, asked.seed, asked.cosmic_ray)
            share = killed / tried
            short |= share < asked.at_least
            sys.stdout.write(f"{package}: {killed} of {tried} mutants noticed ({share:.0%})\n")
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


def _mutate(copy: Path, package: str, each: int, seed: int, cosmic_ray: str) -> tuple[int, int]:
    config, session = copy / f"{package}.toml", copy / f"{package}.sqlite"
    command = f"{sys.executable} -m pytest -q -x -p no:cacheprovider {PACKAGES[package]}"
    # Tests that fail on the code as it is would notice every mutant.
    subprocess.run(command.split(), cwd=copy, check=True)
    config.write_text(CONFIG.format(package=package, command=command, excluded=NEEDS_SPARK))
    subprocess.run([cosmic_ray, "init", config, session], cwd=copy, check=True)
    _draw(session, each, seed)
    subprocess.run([cosmic_ray, "exec", config, session], cwd=copy, check=True)
    dumped = subprocess.run(
        [cosmic_ray, "dump", session], cwd=copy, check=True, capture_output=True, text=True
    )
    results = [json.loads(line)[1] for line in dumped.stdout.splitlines()]
    # A mutant that cannot even be imported says nothing about the tests.
    counted = [result for result in results if result["test_outcome"] != "incompetent"]
    for result in counted:
        if result["test_outcome"] == "survived":
            sys.stdout.write(result["diff"] + "\n")
    return sum(result["test_outcome"] == "killed" for result in counted), len(counted)


def _draw(session: Path, each: int, seed: int) -> None:
    """Keep only so many of the session's work items."""
    database = sqlite3.connect(session)
    with database:
        jobs = [
            job
            for job, operator in database.execute(
                "select job_id, operator_name from mutation_specs "
                "order by module_path, operator_name, occurrence"
            )
            # `|` stands almost only in annotations, which nothing evaluates.
            if "BinaryOperator_BitOr" not in operator
        ]
        kept = random.Random(seed).sample(jobs, min(each, len(jobs)))  # noqa: S311 - a sample
        marks = ", ".join("?" * len(kept))
        for table in ("mutation_specs", "work_items"):
            database.execute(f"delete from {table} where job_id not in ({marks})", kept)
    database.close()


if __name__ == "__main__":
    sys.exit(main())
