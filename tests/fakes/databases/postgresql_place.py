"""A PostgreSQL server of Debian's package on loopback, run by a user without rights."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Self

import adbc_driver_postgresql.dbapi as driver
import pyarrow as pa

from spectra_gx.contract.sql.quoting import quote_name, quote_text
from tests.fakes.certificates import make_certificate
from tests.fakes.databases.servers import PASSWORD, READER, free_port, run_as
from tests.fakes.databases.sql_rows import literal

if TYPE_CHECKING:
    from collections.abc import Mapping

_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
_TYPES: Mapping[pa.DataType, str] = {
    pa.bool_(): "boolean",
    pa.int16(): "smallint",
    pa.int32(): "integer",
    pa.int64(): "bigint",
    pa.float32(): "real",
    pa.float64(): "double precision",
    pa.string(): "text",
    pa.date32(): "date",
    pa.timestamp("us", tz="UTC"): "timestamptz",
    pa.timestamp("us"): "timestamp",
    pa.binary(): "bytea",
}


class PostgresPlace:
    """A server whose text is ordered as people do it, and a role that may only read."""

    credentials: str | None = "tables"

    def __init__(self, folder: Path) -> None:
        del folder  # the user who runs the server may not enter it
        self.folder = Path(tempfile.mkdtemp(prefix="spectra-gx-postgresql-"))
        self.port = 0
        self._composites: dict[str, list[str]] = {}
        self._open = ExitStack()

    @property
    def address(self) -> str:
        return f"postgresql://127.0.0.1:{self.port}/postgres"

    def __enter__(self) -> Self:
        self._open.callback(shutil.rmtree, self.folder, ignore_errors=True)
        run, self.port = run_as("postgres", self.folder), free_port()
        data = str(self.folder / "data")
        binaries = _BINARIES[-1]
        subprocess.run(
            [binaries / "initdb", "-D", data, "-U", "owner", "-A", "trust", "-E", "UTF8",
             "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US", "--no-sync"],
            check=True, capture_output=True, cwd=self.folder, **run,
        )  # fmt: skip
        control = [binaries / "pg_ctl", "-D", data, "-w"]
        options = f"-p {self.port} -k '' -c fsync=off -c listen_addresses=127.0.0.1"
        subprocess.run(
            [*control, "-l", str(self.folder / "log"), "-o", options, "start"],
            check=True, stdout=subprocess.DEVNULL, cwd=self.folder, **run,
        )  # fmt: skip
        self._open.callback(
            subprocess.run, [*control, "-m", "fast", "stop"],
            check=True, stdout=subprocess.DEVNULL, cwd=self.folder, **run,
        )  # fmt: skip
        self._owner = self._open.enter_context(
            driver.connect(f"postgresql://owner@127.0.0.1:{self.port}/postgres", autocommit=True)
        )
        self.execute(f"CREATE ROLE {READER} LOGIN PASSWORD {quote_text(PASSWORD)}")
        hba = self.folder / "data" / "pg_hba.conf"
        hba.write_text(
            "host all owner 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
        )
        self.execute("SELECT pg_reload_conf()")
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def execute(self, sql: str) -> None:
        """Run a statement as the owner."""
        with self._owner.cursor() as cursor:
            cursor.execute(sql)
            if cursor.description:
                cursor.fetchall()

    def encrypt(self) -> Path:
        """Encrypt connections from now on; return the file of the authority that signed for it."""
        authority, key = self.folder / "authority.pem", self.folder / "data" / "server.pem"
        authority.write_bytes(make_certificate())
        key.write_bytes(authority.read_bytes())
        key.chmod(0o600)
        run_as("postgres", key)
        for name, value in (("ssl_cert_file", key), ("ssl_key_file", key), ("ssl", "on")):
            self.execute(f"ALTER SYSTEM SET {name} = {quote_text(str(value))}")
        self.execute("SELECT pg_reload_conf()")
        return authority

    def put(self, name: str, rows: pa.Table) -> str | None:
        """Write a table; return its address, or None where the database has no such type."""
        schema, table = (quote_name(part) for part in name.split("."))
        types = [self._type(field.type) for field in rows.schema]
        if None in types:
            return None
        columns = ", ".join(
            f"{quote_name(column)} {type_}"
            for column, type_ in zip(rows.column_names, types, strict=True)
        )
        self.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        self.execute(f"GRANT USAGE ON SCHEMA {schema} TO {READER}")
        self.execute(f"DROP TABLE IF EXISTS {schema}.{table}")
        self.execute(f"CREATE TABLE {schema}.{table} ({columns})")
        self.execute(f"GRANT SELECT ON {schema}.{table} TO {READER}")
        values = [
            [
                literal(value, str(type_), self._composites)
                for value, type_ in zip(row.values(), types, strict=True)
            ]
            for row in rows.to_pylist()
        ]
        if values:
            listed = ", ".join(f"({', '.join(row)})" for row in values)
            self.execute(f"INSERT INTO {schema}.{table} VALUES {listed}")
        return f"{self.address}#{name}"

    def _type(self, arrow: pa.DataType) -> str | None:
        """Return PostgreSQL's type for an Arrow type; None where it has none."""
        if pa.types.is_decimal(arrow):
            return f"numeric({arrow.precision},{arrow.scale})"
        if pa.types.is_list(arrow):
            item = None if pa.types.is_list(arrow.value_type) else self._type(arrow.value_type)
            return None if item is None else f"{item}[]"
        if pa.types.is_struct(arrow):
            fields = {field.name: self._type(field.type) for field in arrow}
            known = {name: type_ for name, type_ in fields.items() if type_ is not None}
            return self._composite(known) if len(known) == len(fields) else None
        return _TYPES.get(arrow)

    def _composite(self, fields: Mapping[str, str]) -> str:
        """Create a composite type; return its name."""
        name = f"public.composite{len(self._composites)}"
        listed = ", ".join(f"{quote_name(field)} {type_}" for field, type_ in fields.items())
        self.execute(f"CREATE TYPE {name} AS ({listed})")
        self._composites[name] = [*fields.values()]
        return name
