"""A MariaDB server of Debian's package on loopback, run by a user without rights."""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa
import pymysql

from spectra_gx.contract.sql.quoting import quote_backticked
from tests.fakes.databases.servers import PASSWORD, READER, free_port, run_as

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPES: Mapping[pa.DataType, str] = {
    pa.bool_(): "tinyint(1)",
    pa.int8(): "tinyint",
    pa.int16(): "smallint",
    pa.int32(): "int",
    pa.int64(): "bigint",
    pa.float64(): "double",
    pa.string(): "longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
    pa.date32(): "date",
    pa.timestamp("us", tz="UTC"): "timestamp(6) NULL",
    pa.timestamp("us"): "datetime(6)",
    pa.binary(): "longblob",
}


class MariaDbPlace:
    """A server whose texts are compared without case, and a user who may only read."""

    credentials: str | None = "tables"

    def __init__(self, folder: Path) -> None:
        del folder  # the user who runs the server may not enter it
        self.folder = Path(tempfile.mkdtemp(prefix="spectra-gx-mariadb-"))
        self.port = 0
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self._open.callback(shutil.rmtree, self.folder, ignore_errors=True)
        run, self.port = run_as("mysql", self.folder), free_port()
        data, socket_ = self.folder / "data", self.folder / "s"
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        # Not everybody may write where temporary files are by default.
        quiet["env"] = {**os.environ, "TMPDIR": str(self.folder)}
        subprocess.run(
            ["mariadb-install-db", "--no-defaults", f"--datadir={data}",
             "--auth-root-authentication-method=normal", "--skip-test-db"],
            check=True, cwd=self.folder, **run, **quiet,
        )  # fmt: skip
        server = subprocess.Popen(
            ["mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={socket_}",
             f"--port={self.port}", "--bind-address=127.0.0.1", f"--pid-file={self.folder / 'p'}"],
            cwd=self.folder, **run, **quiet,
        )  # fmt: skip
        self._open.callback(server.wait)
        self._open.callback(server.terminate)
        subprocess.run(
            ["mariadb-admin", "--no-defaults", f"--socket={socket_}", "--user=root", "--wait=60",
             "ping"],
            check=True, **quiet,
        )  # fmt: skip
        self._owner = self._open.enter_context(
            pymysql.connect(
                unix_socket=str(socket_),
                user="root",
                autocommit=True,
                charset="utf8mb4",
                init_command="SET time_zone = '+00:00'",
            )
        )
        self.execute("CREATE DATABASE d")
        self.execute(f"CREATE USER '{READER}'@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'")
        self.execute(f"GRANT SELECT ON d.* TO '{READER}'@'127.0.0.1'")
        self.execute("USE d")
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def execute(self, sql: str, *values: Any) -> None:
        """Run a statement as the owner."""
        with self._owner.cursor() as cursor:
            cursor.execute(sql, values or None)

    def put(self, name: str, rows: pa.Table) -> str | None:
        """Write a table; return its address, or None where MariaDB has no such type or value."""
        types = [_type(field.type) for field in rows.schema]
        values = [list(row.values()) for row in rows.to_pylist()]
        if None in types or any(map(_missing, (one for row in values for one in row))):
            return None
        columns = ", ".join(
            f"{quote_backticked(column)} {type_}"
            for column, type_ in zip(rows.column_names, types, strict=True)
        )
        try:
            self.execute(f"CREATE OR REPLACE TABLE `{name}` ({columns})")
            for row in values:
                self.execute(f"INSERT INTO `{name}` VALUES ({', '.join('%s' for _ in row)})", *row)
        except pymysql.MySQLError:
            self.execute(f"DROP TABLE IF EXISTS `{name}`")
            return None  # an instant that no TIMESTAMP has
        return f'mysql://127.0.0.1:{self.port}/d#"{name}"'


def _type(arrow: pa.DataType) -> str | None:
    if pa.types.is_decimal(arrow):
        return f"decimal({arrow.precision},{arrow.scale})"
    return _TYPES.get(arrow)


def _missing(value: Any) -> bool:
    return isinstance(value, float) and not math.isfinite(value)
