"""TPC-H's orders and lineitem as Delta: as generated, and with faults put in.

Run as `python -m benchmarks.tpch_tables FOLDER GENERATOR SCALE`, as a process of its own: what
writing takes is no contender's.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from deltalake import DeltaTable, QueryBuilder, convert_to_deltalake, write_deltalake

from benchmarks.tpch_rules import FAULTS, KEYS


def generate(sound: Path, generator: str, scale: str) -> None:
    """Write the tables with tpchgen-cli and give them a Delta log; tables that stand are left."""
    if not sound.exists():
        options = ["--tables", ",".join(KEYS), "--parts", "4", "--output-dir", str(sound)]
        subprocess.run([generator, "parquet", "-s", scale, *options], check=True)
    for table in KEYS:
        if not DeltaTable.is_deltatable(str(sound / table)):
            convert_to_deltalake(str(sound / table))


def spoil(sound: Path, faulty: Path) -> None:
    """Write the tables again with what is wrong in some rows; tables that stand are left."""
    for table, faults in FAULTS.items():
        if DeltaTable.is_deltatable(str(faulty / table)):
            continue
        stored = DeltaTable(str(sound / table))
        columns = [field.name for field in stored.schema().fields]
        selected = ", ".join(f"{faults.get(column, column)} AS {column}" for column in columns)
        session = QueryBuilder()
        session.register(table, stored)
        write_deltalake(str(faulty / table), session.execute(f"SELECT {selected} FROM {table}"))


if __name__ == "__main__":
    folder, generator, scale = sys.argv[1:]
    sound, faulty = (Path(folder) / name / "Tables" / "tpch" for name in ("sound", "faulty"))
    generate(sound, generator, scale)
    spoil(sound, faulty)
