"""Databases in the cloud that tests move tables into: DuckDB behind a fake of each driver."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa

from spectra_gx.contract.sql.quoting import quote_name
from tests.fakes.databases.cloud_drivers import CloudDriver

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType

    from tests.fakes.databases.cloud_drivers import Described

KEY = '{"client_email": "reader@example.com"}'
_DAY = "2026-11-20 12:00:00.000000000 +0000"


@dataclass(frozen=True)
class Vendor:
    """What one vendor's driver is called, takes and answers."""

    dialect: str
    address: str
    """Of a table, but for what follows `#`; `d` is the database."""

    modules: tuple[str, ...]
    login: Mapping[str, str]
    answers: Mapping[str, Described]
    types: Mapping[pa.DataType, tuple[Any, ...]]
    """Arrow type → what the information schema has of a column beside its name."""

    decimal: Callable[[pa.DataType], tuple[Any, ...]]
    with_schema: bool = True
    beside: Mapping[str, Any] = field(default_factory=dict)
    """What else the module has."""


_HOST = "db.example.com"
VENDORS: Mapping[str, Vendor] = {
    "snowflake": Vendor(
        "snowflake",
        "snowflake://acme.snowflakecomputing.com/d",
        ("snowflake.connector",),
        {"user": "reader", "private_key": "key", "host": "acme.snowflakecomputing.com"},
        {"CURRENT_SESSION()": [(_DAY, 17)], "INFORMATION_SCHEMA.TABLES": [("shop", "a")]},
        {
            pa.bool_(): ("BOOLEAN", None, None, None),
            pa.int64(): ("NUMBER", 38, 0, None),
            pa.float64(): ("FLOAT", None, None, None),
            pa.string(): ("TEXT", None, None, None),
            pa.date32(): ("DATE", None, None, None),
            pa.timestamp("us", tz="UTC"): ("TIMESTAMP_TZ", None, None, None),
            pa.timestamp("us"): ("TIMESTAMP_NTZ", None, None, None),
            pa.binary(): ("BINARY", None, None, None),
        },
        lambda type_: ("NUMBER", type_.precision, type_.scale, None),
    ),
    "bigquery": Vendor(
        "bigquery",
        "bigquery://project/d",
        ("google.cloud.bigquery", "google.cloud.bigquery.dbapi"),
        {"service_account_key": KEY},
        {"FORMAT_TIMESTAMP": [(_DAY,)], "INFORMATION_SCHEMA.TABLES": [("a",)]},
        {
            pa.bool_(): ("BOOL", None),
            pa.int64(): ("INT64", None),
            pa.float64(): ("FLOAT64", None),
            pa.string(): ("STRING", "NULL"),
            pa.date32(): ("DATE", None),
            pa.timestamp("us", tz="UTC"): ("TIMESTAMP", None),
            pa.timestamp("us"): ("DATETIME", None),
            pa.binary(): ("BYTES", None),
        },
        lambda type_: (f"BIGNUMERIC({type_.precision}, {type_.scale})", None),
        with_schema=False,
    ),
    "sqlserver": Vendor(
        "tsql",
        f"sqlserver://{_HOST}/d",
        ("mssql_python",),
        {"user": "reader", "password": "only-for-tests", "host": _HOST},
        {
            "CURRENT_TRANSACTION_ID()": [("2026-11-20T12:00:00", 17)],
            "sys.schemas": [(1,)],
            "@@TRANCOUNT": [(1,)],
            "INFORMATION_SCHEMA.TABLES": [("shop", "a")],
        },
        {
            pa.bool_(): ("bit", None, None),
            pa.int16(): ("smallint", 5, 0),
            pa.int32(): ("int", 10, 0),
            pa.int64(): ("bigint", 19, 0),
            pa.float64(): ("float", 53, None),
            pa.string(): ("nvarchar", None, None),
            pa.date32(): ("date", None, None),
            pa.timestamp("us", tz="UTC"): ("datetimeoffset", None, None),
            pa.timestamp("us"): ("datetime2", None, None),
            pa.binary(): ("varbinary", None, None),
        },
        lambda type_: ("decimal", type_.precision, type_.scale),
    ),
    "databricks": Vendor(
        "databricks",
        f"databricks://{_HOST}/d",
        ("databricks.sql",),
        {"http_path": "/sql/1.0/warehouses/1", "token": "only-for-tests", "host": _HOST},
        {"DESCRIBE HISTORY": [(7, "2026-11-20")], "INFORMATION_SCHEMA.TABLES": [("shop", "a")]},
        {
            pa.bool_(): ("boolean",),
            pa.int8(): ("tinyint",),
            pa.int16(): ("smallint",),
            pa.int32(): ("int",),
            pa.int64(): ("bigint",),
            pa.float64(): ("double",),
            pa.string(): ("string",),
            pa.date32(): ("date",),
            pa.timestamp("us", tz="UTC"): ("timestamp",),
            pa.timestamp("us"): ("timestamp_ntz",),
            pa.binary(): ("binary",),
        },
        lambda type_: (f"decimal({type_.precision},{type_.scale})",),
    ),
    "redshift": Vendor(
        "redshift",
        f"redshift://{_HOST}/d",
        ("redshift_connector",),
        {"user": "reader", "password": "only-for-tests", "host": _HOST},
        {"pg_backend_pid()": [("2026-11-20 12:00:00", 17)], "svv_tables": [("shop", "a")]},
        {
            pa.bool_(): ("boolean", None, None),
            pa.int16(): ("smallint", 16, 0),
            pa.int32(): ("integer", 32, 0),
            pa.int64(): ("bigint", 64, 0),
            pa.float64(): ("double precision", 53, None),
            pa.string(): ("character varying", None, None),
            pa.date32(): ("date", None, None),
            pa.timestamp("us", tz="UTC"): ("timestamp with time zone", None, None),
            pa.timestamp("us"): ("timestamp without time zone", None, None),
        },
        lambda type_: ("numeric", type_.precision, type_.scale),
    ),
}


class CloudPlace:
    """A database behind a fake driver."""

    credentials: str | None = "tables"

    def __init__(self, vendor: Vendor) -> None:
        self.vendor = vendor
        self.driver = CloudDriver(vendor.dialect, vendor.answers)
        tables = self.driver.tables
        tables.execute("SET TimeZone = 'UTC'")
        name = "d" if vendor.with_schema else "project"
        tables.execute(f"ATTACH ':memory:' AS {name}")
        tables.execute(f"USE {name}")
        if not vendor.with_schema:
            tables.execute("CREATE SCHEMA d")
            self.driver.Client = _Client  # type: ignore[attr-defined]  # BigQuery's alone
            self.driver.QueryJobConfig = dict  # type: ignore[attr-defined]  # as above
            self.driver.connect = _without_client(self.driver)  # type: ignore[method-assign]  # as above

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.driver.tables.close()

    @property
    def modules(self) -> Mapping[str, ModuleType]:
        """What is imported in place of the real ones."""
        return dict.fromkeys(self.vendor.modules, self.driver)

    def put(self, name: str, rows: pa.Table) -> str | None:
        """Write a table; return its address, or None where the vendor has no such type."""
        described = [self._described(field.type) for field in rows.schema]
        if any(one is None for one in described):
            return None
        schema, table = self.named(name)
        self.driver.described[table] = [
            (column, *facts) for column, facts in zip(rows.column_names, described, strict=True)
        ]
        tables = self.driver.tables
        tables.execute(f"CREATE SCHEMA IF NOT EXISTS {quote_name(schema)}")
        tables.register("rows", rows)
        tables.execute(f"CREATE TABLE {quote_name(schema)}.{quote_name(table)} AS FROM rows")
        tables.unregister("rows")
        return self.address(name)

    def named(self, name: str) -> tuple[str, str]:
        """Return schema and table of a name; BigQuery has no schemas within a dataset."""
        schema, table = name.split(".")
        return (schema, table) if self.vendor.with_schema else ("d", f"{schema}_{table}")

    def address(self, name: str) -> str:
        """Return the address of a table."""
        return f"{self.vendor.address}#{'.'.join(self.named(name)[not self.vendor.with_schema :])}"

    def _described(self, type_: pa.DataType) -> tuple[Any, ...] | None:
        if pa.types.is_decimal(type_):
            return self.vendor.decimal(type_)
        return self.vendor.types.get(type_)


class _Client:
    """BigQuery's client: who it is, and for which project."""

    @staticmethod
    def from_service_account_info(info: Mapping[str, str], project: str) -> dict[str, Any]:
        return {"project": project, "client_email": info["client_email"]}


def _without_client(driver: CloudDriver) -> Callable[..., Any]:
    connect = driver.connect

    def connect_client(client: Mapping[str, Any], **options: Any) -> Any:
        return connect(**client, **options)

    return connect_client
