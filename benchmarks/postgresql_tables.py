"""A PostgreSQL server with the benchmark's table, in a process of its own.

What it takes is no contender's: a process counts the memory of the one that started it as its own.
It prints the server's address and settings, and for each line `MILLIONS FAILING` the rows that it
has written; it ends with its input.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import adbc_driver_postgresql.dbapi as driver
from deltalake import DeltaTable, QueryBuilder

from benchmarks.contest import ROOT
from benchmarks.rules import IN_DATABASE, ORDERS
from tests.fakes.databases.postgresql_place import PostgresPlace
from tests.fakes.databases.servers import READER

_SETTINGS = ("max_parallel_workers_per_gather", "shared_buffers", "work_mem", "jit")


def main() -> None:
    """Serve until the input ends; the only argument is where tables are kept."""
    data = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder, PostgresPlace(Path(folder)) as place:
        owner = f"postgresql://owner@127.0.0.1:{place.port}/postgres"
        with driver.connect(owner, autocommit=True) as connection:
            settings = [f"{name} {_setting(connection, name)}" for name in _SETTINGS]
            print(json.dumps({"address": place.address, "settings": settings}), flush=True)
            for line in sys.stdin:
                millions, failing = line.split()
                print(_fill(connection, data, float(millions), int(failing)), flush=True)


def _setting(connection: driver.Connection, name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT current_setting('{name}')")
        return str((cursor.fetchone() or ("",))[0])


def _fill(connection: driver.Connection, data: Path, millions: float, failing: int) -> int:
    """Write the rows of the wide table, in no order; return how many they are."""
    named = ["orders", f"{millions:g}m", *([f"{failing}-failing"] if failing else [])]
    warehouse = data / "-".join(named)
    options = ["--rows", str(millions), "--failing", str(failing)]
    write = [sys.executable, "-m", "benchmarks.wide_table", str(warehouse), *options]
    subprocess.run(write, check=True, cwd=ROOT)
    session = QueryBuilder()
    session.register("t", DeltaTable(str(warehouse / "Tables" / ORDERS.table.replace(".", "/"))))
    money = {name: type_ for name, type_ in IN_DATABASE.types.items() if "decimal" in type_}
    columns = ", ".join(
        f"CAST({name} AS {money[name].replace('decimal', 'numeric')}) AS {name}"
        if name in money
        else name
        for name in IN_DATABASE.types
    )
    table = IN_DATABASE.table
    schema, _ = table.split(".")
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        cursor.execute(f"GRANT USAGE ON SCHEMA {schema} TO {READER}")
        cursor.execute(f"DROP TABLE IF EXISTS {table}, loaded")
        rows: int = cursor.adbc_ingest("loaded", session.execute("SELECT * FROM t"), mode="create")
        shuffled = f"SELECT {columns} FROM loaded ORDER BY hashint8(id)"
        cursor.execute(f"CREATE TABLE {table} AS {shuffled}")
        cursor.execute("DROP TABLE loaded")
        cursor.execute(f"GRANT SELECT ON {table} TO {READER}")
        cursor.execute(f"VACUUM ANALYZE {table}")
    return rows


if __name__ == "__main__":
    main()
