"""The formats that contracts are imported from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.errors import UsageError
from spectra_gx.interop.datacontract.dcs_import import import_datacontract
from spectra_gx.interop.dbt.dbt_import import import_dbt
from spectra_gx.interop.gx.suite_import import import_suites
from spectra_gx.interop.odcs.odcs_import import import_odcs
from spectra_gx.interop.schemas.avro_import import import_avro
from spectra_gx.interop.schemas.ddl_import import import_ddl
from spectra_gx.interop.schemas.json_schema_import import import_json_schema
from spectra_gx.interop.schemas.pandera_import import import_pandera
from spectra_gx.interop.schemas.pointblank_import import import_pointblank
from spectra_gx.interop.soda.soda_import import import_soda

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from spectra_gx.interop.losses import Conversion

_WITH_SQL: Mapping[str, Callable[[Mapping[str, bytes], str | None], Conversion]] = {
    "dbt": import_dbt,
    "soda": import_soda,
    "ddl": import_ddl,
}
_OF_FILES: Mapping[str, Callable[[Mapping[str, bytes]], Conversion]] = {
    "gx": import_suites,
    "pandera": import_pandera,
    "pointblank": import_pointblank,
    "jsonschema": import_json_schema,
    "avro": import_avro,
}
_OF_ONE: Mapping[str, tuple[str, Callable[[bytes, str], Conversion]]] = {
    "odcs": ("an ODCS file", import_odcs),
    "datacontract": ("a file of the Data Contract Specification", import_datacontract),
}
FORMATS = (*_OF_ONE, *_OF_FILES, *_WITH_SQL)
"""Formats on the command line."""


def import_files(form: str, sources: Mapping[str, bytes], dialect: str | None = None) -> Conversion:
    """Convert files of one format into a contract.

    Args:
        form: One of the formats.
        sources: File name → its bytes.
        dialect: SQL that the files are written in, as sqlglot names it.

    Raises:
        ContractError: A file is not of the format; says where.
        UsageError: Only one file of this format can be imported, or it has no dialect.
    """
    if form in _WITH_SQL:
        _check_dialect(dialect)
        return _WITH_SQL[form](sources, dialect)
    if dialect is not None:
        raise UsageError(f"`--dialect` is for {', '.join(_WITH_SQL)}; leave it out")
    if form in _OF_FILES:
        return _OF_FILES[form](sources)
    what, convert = _OF_ONE[form]
    if len(sources) > 1:
        raise UsageError(f"{what} is a contract of its own; import one at a time")
    ((file, source),) = sources.items()
    return convert(source, file)


def _check_dialect(dialect: str | None) -> None:
    if dialect is None:
        return
    from sqlglot.dialects.dialect import Dialect  # noqa: PLC0415  # sqlglot is slow to import

    try:
        Dialect.get_or_raise(dialect)
    except ValueError:
        reason = f"`{dialect}` is not a dialect; use one such as postgres, snowflake or spark"
        raise UsageError(reason) from None
