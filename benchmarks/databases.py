"""Thirty rules on a table in PostgreSQL: ours beside SQL by hand, GX's own SQL engine, and Soda.

Run as `python -m benchmarks.databases --rows 2`. The server is Debian's, with its own settings, and
runs as long as the benchmark. Contenders run one after another, round after round, each as a
process of its own; times are those of the whole process less what importing the contender's
libraries alone takes, measured right after it in every round. First each contender has to count the
broken rows of a small table that breaks every rule; a single wrong count ends everything.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self

from benchmarks.contest import ROOT, Entry, answers_of, compete, hold, show, took
from benchmarks.environments import CONTENDERS, interpreter_of
from benchmarks.rules import IN_DATABASE, ORDERS
from benchmarks.wide_table import FAULTS, unexpected
from tests.fakes.databases.servers import PASSWORD, READER

if TYPE_CHECKING:
    from collections.abc import Sequence

FLOOR = "raw_postgresql"
IMPORTS = {
    FLOOR: "import adbc_driver_postgresql.dbapi",
    "ours_postgresql": (
        "import gc; gc.set_threshold(100_000); "
        "import spectra_gx.cli.commands.check, spectra_gx.validation.run.checkpoint, "
        "spectra_gx.engines.databases.placed_session, adbc_driver_postgresql.dbapi; gc.freeze()"
    ),
    "gx_postgresql": "import great_expectations, psycopg2, sqlalchemy",
    "soda_postgresql": (
        "import soda_core.contracts.api.verify_api, "
        "soda_postgres.common.data_sources.postgres_data_source"
    ),
}
"""The contenders, and what importing the libraries of each is; ours as our command does it."""

_PROOF = 0.02
"""Millions of rows that break every rule."""

_VARIABLE = "BENCH_PASSWORD"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print medians and ratios, a line per contender, for sound rows and for broken ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=float, default=2, help="in millions")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--failing", type=int, nargs="+", default=[0, 5], help="how many rules")
    parser.add_argument("--contenders", nargs="+", default=list(IMPORTS), choices=IMPORTS)
    parser.add_argument("--data", type=Path, default=ROOT / "benchmarks" / "data", help="kept")
    asked = parser.parse_args(arguments)
    names = dict.fromkeys([FLOOR, *asked.contenders])
    pythons = {name: interpreter_of(name, asked.data / "environments") for name in names}
    os.environ[_VARIABLE] = PASSWORD
    with tempfile.TemporaryDirectory() as folder, _Server(asked.data) as server:
        project = _project(Path(folder), server.address)
        entries = {
            name: _entry(name, one, server.address, project) for name, one in pythons.items()
        }
        server.fill(_PROOF, len(FAULTS))
        proof = unexpected(ORDERS.table, int(_PROOF * 1_000_000), len(FAULTS))
        for name, entry in entries.items():
            hold(name, answers_of(took(entry.command).said), proof)
        for failing in asked.failing:
            rows = server.fill(asked.rows, failing)
            expected = unexpected(ORDERS.table, rows, failing)
            print(
                f"\nPostgreSQL: {rows:,} rows, {len(expected)} rules, {failing} of them failing,"
                f" {asked.rounds} rounds; {', '.join(server.settings)}",
                flush=True,
            )
            show(compete(entries, expected, asked.rounds), FLOOR, len(expected))
    return 0


class _Server:
    """The process that runs the server and fills its table."""

    def __init__(self, data: Path) -> None:
        command = [sys.executable, "-m", "benchmarks.postgresql_tables", str(data)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        said = json.loads(self._line())
        self.address: str = said["address"]
        self.settings: list[str] = said["settings"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def fill(self, millions: float, failing: int) -> int:
        """Write a table; return its rows."""
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        self._process.stdin.write(f"{millions:g} {failing}\n")
        self._process.stdin.flush()
        return int(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        return self._process.stdout.readline()


def _project(folder: Path, address: str) -> Path:
    """Write what ours reads; return its folder."""
    contract = json.loads(IN_DATABASE.contract())
    declared = contract["tables"][IN_DATABASE.table]
    declared |= {"location": f"{address}#{IN_DATABASE.table}", "credentials": "bench"}
    (folder / "contracts").mkdir()
    (folder / "contracts" / "bench.contract.yaml").write_text(json.dumps(contract), "utf-8")
    (folder / "pyproject.toml").write_text(
        f'[tool.spectra-gx.credentials.bench]\nuser = "{READER}"\npassword = "env:{_VARIABLE}"\n',
        "utf-8",
    )
    return folder


def _entry(name: str, python: str, address: str, project: Path) -> Entry:
    return Entry(
        [
            python,
            str(CONTENDERS / f"{name}.py"),
            address.replace("//", f"//{READER}:{PASSWORD}@"),
            str(project),
        ],
        [python, "-c", IMPORTS[name]],
    )


if __name__ == "__main__":
    sys.exit(main())
