"""What starting costs: whole processes, as multiples of the bare interpreter's.

Run as `python -m benchmarks.startup`. The runs of the three are interleaved, so that whatever else
the machine does burdens all of them.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.processes import LINT, measured, wall_seconds

LARGEST_RATIO = {"--help": 6, "lint of 50 tables × 20 columns": 15}

_COLUMNS = (
    "{type: string, required: true, enum: [a, b, c]}",
    "{type: long, required: true, min: 0, max: 100}",
    "string",
    "{type: string, pattern: '^/', max_length: 20}",
    "{type: timestamp, required: true}",
)


def large_contract(tables: int = 50, columns: int = 20) -> str:
    """Return a contract of so many tables, each with so many columns."""
    lines = ["contract: large", "version: 1.0.0", "owner: Data Platform", "tables:"]
    for table in range(tables):
        lines += [f"  large.t{table}:", "    description: One of many.", "    primary_key: [c0]"]
        lines += ["    rows: {min: 1}", "    columns:"]
        lines += [f"      c{n}: {_COLUMNS[n % len(_COLUMNS)]}" for n in range(columns)]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Print the medians and the ratios; return 1 when one is larger than promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=21, metavar="N")
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "contracts").mkdir()
        (root / "contracts" / "large.contract.yaml").write_text(large_contract(), encoding="utf-8")
        bare, help_, lint = "python -c pass", *LARGEST_RATIO
        commands = {
            bare: [sys.executable, "-c", "pass"],
            help_: [sys.executable, "-c", LINT, "--help"],
            lint: [sys.executable, "-c", LINT, "lint"],
        }
        took: dict[str, list[float]] = {name: [] for name in commands}
        for command in commands.values():
            wall_seconds(command, root)
        for _ in range(runs):
            for name, command in commands.items():
                took[name].append(wall_seconds(command, root))
        peak = measured("lint", cwd=root).megabytes
    middle = {name: median(times) for name, times in took.items()}
    for name, seconds in middle.items():
        print(f"{seconds * 1000:7.1f} ms {seconds / middle[bare]:5.1f} ×  {name}")
    print(f"{peak:7.1f} MB at the peak of lint")
    return int(any(middle[name] / middle[bare] > most for name, most in LARGEST_RATIO.items()))


if __name__ == "__main__":
    sys.exit(main())
