"""What starting costs, and what each further rule does: whole processes, as ratios.

Run as `python -m benchmarks.startup`. Commands that need no GX are held against the bare
interpreter, by the clock; `check` of four small tables against importing GX, and of very many rules
against itself, by processor time. Runs are interleaved, so that whatever else the machine does
burdens all of them.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from statistics import median

import pyarrow as pa
from deltalake import write_deltalake

from benchmarks.processes import LINT, measured, processor_seconds, wall_seconds

LARGEST_SHARE_OF_IMPORTING_GX = 0.7
LARGEST_MILLISECONDS_A_RULE = 5
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


def write_wide_project(root: Path, tables: int, columns: int, *, broken: bool) -> Path:
    """Write tables of three rows, and their contract of four rules a column; return this.

    Args:
        root: The project, and the warehouse.
        tables: How many.
        columns: Of each.
        broken: Whether a row breaks each of a column's rules; three of them then fail.
    """
    lines = ["contract: wide", "version: 1.0.0", "owner: Benchmarks", "tables:"]
    values = pa.array([-1, None, 200_000] if broken else [1, 2, 3], pa.int64())
    names = [f"c{number:04}" for number in range(columns)]
    for table in range(tables):
        folder = root / "Tables" / "wide" / f"t{table}"
        write_deltalake(str(folder), pa.table(dict.fromkeys(names, values)))
        lines += [f"  wide.t{table}:", "    columns:"]
        kept = "{type: long, required: true, min: 0, max: 100000, not_in: [-1, -2]}"
        lines += [f"      {name}: {kept}" for name in names]
    contract = root / "wide.contract.yaml"
    contract.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return contract


def check_of(folder: Path, tables: int, columns: int, *, broken: bool = False) -> list[str]:
    """Return the command that checks such a project, which is written for it."""
    folder.mkdir()
    contract = write_wide_project(folder, tables, columns, broken=broken)
    return [sys.executable, "-c", LINT, "check", str(contract), "--warehouse", str(folder)]


def small_check_beside_importing_gx(runs: int) -> bool:
    """Print the ratio of pairs; return whether it is as promised."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        check = check_of(root / "small", tables=4, columns=6)
        importing = [sys.executable, "-c", "import great_expectations"]
        pairs = [
            (processor_seconds(check, root), processor_seconds(importing, root))
            for _ in range(runs + 1)
        ][1:]  # the first ones write bytecode
    ratio = median(ours / theirs for ours, theirs in pairs)
    ours, theirs = (median(times) for times in zip(*pairs, strict=True))
    print(
        f"{ours:7.2f} s of the processor, {ratio:.2f} × `import great_expectations` ({theirs:.2f})"
    )
    return ratio <= LARGEST_SHARE_OF_IMPORTING_GX


def further_rules(runs: int) -> bool:
    """Print what a rule costs among very many; return whether it is as promised."""
    cheap = True
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        small = check_of(root / "small", tables=1, columns=1)
        for broken in (False, True):
            many = check_of(root / f"broken-{broken}", tables=1, columns=1500, broken=broken)
            each = [
                (processor_seconds(many, root) - processor_seconds(small, root)) / 6000 * 1000
                for _ in range(runs)
            ]
            kind = "three in four of them failing" if broken else "all passing"
            print(f"{median(each):7.2f} ms of the processor for each of 6,000 rules, {kind}")
            cheap &= median(each) <= LARGEST_MILLISECONDS_A_RULE
    return cheap


def main() -> int:
    """Print the medians and the ratios; return 1 when one is larger than promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=21, metavar="N")
    runs = parser.parse_args().runs
    kept = [
        commands_without_gx(runs),
        small_check_beside_importing_gx(max(3, runs // 3)),
        further_rules(max(1, runs // 10)),
    ]
    return int(not all(kept))


def commands_without_gx(runs: int) -> bool:
    """Print what `--help` and `lint` take; return whether it is as promised."""
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
    return all(middle[name] / middle[bare] <= most for name, most in LARGEST_RATIO.items())


if __name__ == "__main__":
    sys.exit(main())
